package outbox

import (
	"time"

	"tocsin/alerts"
	"tocsin/state"
)

// closed tells whether a message needs nobody any more: of a case that is over, or of what was asked for and is answered.
func closed(msg alerts.Message) bool {
	switch msg := msg.(type) {
	case *alerts.CaseMessage:
		return msg.State == alerts.CaseClosed
	case *alerts.Word:
		return !msg.Open()
	}
	return false
}

// unposted tells whether a message is no reason to post one.
func unposted(msg alerts.Message) bool {
	of, is := msg.(*alerts.CaseMessage)
	return is && of.Unposted
}

// freshDigest is how long a digest is worth posting.
const freshDigest = state.Instant(12 * time.Hour)

// late tells whether a message is one that nobody wants to be sent any more.
func (l *loop) late(msg alerts.Message) bool {
	of, is := msg.(alerts.Periodical)
	return is && l.Clock()-of.Made() > freshDigest
}

// same tells whether what was delivered last has told people all that a message has to say. A body that is missing or
// cannot be read has not.
func same(delivered []byte, msg alerts.Message) bool {
	if len(delivered) == 0 {
		return false
	}
	old, err := alerts.ParseMessage(delivered)
	return err == nil && old.Digest() == msg.Digest()
}
