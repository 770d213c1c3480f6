package state

import (
	"fmt"
)

// Withheld is what a case has to say and is kept from saying: its newest undelivered message, which is held.
type Withheld struct {
	Message
	Seen bool // somebody may have seen a message of the case: one was posted, or that was tried
}

// MessageKey names a message by its case and its place there.
type MessageKey struct {
	Case string
	Seq  int64
}

// Key names the message.
func (m *Message) Key() MessageKey { return MessageKey{m.Case, m.Seq} }

// LettingGo is what becomes of all messages that are withheld. Each, as [Outbox.Withheld] tells it, is in one of the lists.
//
// The store does not read bodies: whoever releases has read them, and brings the summary. What it says was true when the messages
// were read, and still is when it is owed, for a case that had something new to say meanwhile is a conflict.
type LettingGo struct {
	At      Instant
	Go      []MessageKey // due at At or later; the older ones of their cases are settled unsent
	Settled []MessageKey // settled unsent, with the older ones of their cases; nobody has seen a message of these
	Summary *Message     // owed instead of them, due at At; nil: they have nothing to tell
}

// Fits fails with ErrConflict unless l is made of all that is withheld. The bodies of stands are not needed.
func (l *LettingGo) Fits(stands []Withheld) error {
	seq, seen := make(map[string]int64, len(stands)), make(map[string]bool)
	for i := range stands {
		seq[stands[i].Case], seen[stands[i].Case] = stands[i].Seq, stands[i].Seen
	}
	if len(stands) != len(l.Go)+len(l.Settled) {
		return fmt.Errorf("release of messages: %d cases have some, not %d: %w", len(stands), len(l.Go)+len(l.Settled), ErrConflict)
	}
	for _, key := range l.Go {
		if seq[key.Case] != key.Seq {
			return fmt.Errorf("release of messages: case %s has something else to say: %w", key.Case, ErrConflict)
		}
		delete(seq, key.Case) // each once
	}
	for _, key := range l.Settled {
		if seq[key.Case] != key.Seq || seen[key.Case] {
			return fmt.Errorf("release of messages: case %s has something else to say, or was seen: %w", key.Case, ErrConflict)
		}
		delete(seq, key.Case)
	}
	return nil
}
