package outbox

import (
	"reflect"

	"tocsin/alerts"
)

// closed tells whether a case needs nobody any more.
func closed(msg *alerts.CaseMessage) bool { return msg.State == alerts.CaseClosed }

// same tells whether what was delivered shows a case as it is now. A body that cannot be read shows it not.
func same(delivered []byte, msg *alerts.CaseMessage) bool {
	if len(delivered) == 0 {
		return false
	}
	old, err := alerts.ParseCaseMessage(delivered)
	return err == nil && reflect.DeepEqual(standing(old), standing(msg))
}

// standing is what of a case people act on, without how it came there and when that was told: a case that went and came back
// is where it was.
func standing(msg *alerts.CaseMessage) alerts.CaseMessage {
	s := *msg
	s.Seq, s.Before, s.At, s.KnownAt, s.Changes = 0, 0, 0, 0, nil
	return s
}
