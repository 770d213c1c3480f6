package outbox

import "tocsin/alerts"

// closed tells whether a case needs nobody any more.
func closed(msg *alerts.CaseMessage) bool { return msg.State == alerts.CaseClosed }

// same tells whether what was delivered last has told people all that a message has to say. A body that is missing or
// cannot be read has not.
func same(delivered []byte, msg *alerts.CaseMessage) bool {
	if len(delivered) == 0 {
		return false
	}
	old, err := alerts.ParseCaseMessage(delivered)
	return err == nil && old.Digest() == msg.Digest()
}
