package state

import (
	"context"
	"slices"
	"strings"
)

// Why an outbox puts off what a case has to say. Where several hold for a case, the greatest counts.
const (
	WaitQuiet  = 1 // its readers have quiet hours, or the day on which it rose has not closed
	WaitBudget = 2 // its owner, or its customer, has been told of enough for a day
	WaitFlood  = 3 // a channel would get too many messages at once
	WaitHuman  = 4 // a person has to let it go: it is systemic
	WaitCool   = 5 // people were told of the like of its customer lately
)

// Wait is how an outbox has put off what a case has to say; the zero Wait: it has not.
type Wait struct {
	Why   int
	Since Instant  // when it was put off first for that reason
	Until Instant  // not before; 0: the wait is over
	In    []string // channels whose floods it is counted in already, sorted; their names hold no line ends
	Who   string   // whose budget it waits for; empty: nobody's
}

// Waiting is what a case has to say, up to Seq, with how it is put off.
type Waiting struct {
	MessageKey
	Wait
}

// WaitsOf asks for cases that are put off; what is zero asks for nothing.
type WaitsOf struct {
	Why   int
	In    string
	Since Instant // at that instant or later
	Until Instant // their wait goes on after it
}

// Heard is a message of a case that a whole channel hears of: a post, or an entry of a thread that is shown there too.
type Heard struct {
	Channel string
	Seq     int64
	At      Instant // when it was tried; 0: it was not heard after all
	Who     string  // on whose budget it goes
	Fresh   bool    // it had not been put off before, but for quiet hours
}

// HeardOf asks for messages that channels have heard of since an instant. One that several have heard of is one. What is zero asks for
// nothing.
type HeardOf struct {
	Since    Instant
	Who      string
	Customer CustomerID
	Channel  string // fresh ones only
	But      MessageKey
}

// Waits is what an outbox keeps beside receipts, so that whoever has its role next holds back what it did, and counts on where it has
// ended. Like receipts it is written under the lease.
type Waits interface {
	// Postpone puts messages off that are neither held nor settled, up to each one's Seq, and owes what tells of it in the same
	// transaction, due at At: messages of nobody in particular, which take the place of the earlier ones of their cases. It fails with
	// ErrCaseGone where a case is not there any more, and with ErrConflict where a message has its place taken, and does nothing then.
	Postpone(ctx context.Context, under Lease, of []Waiting, tell []Message) error
	// Recall ends the wait of up to limit cases that are put off as of says, those first that were first.
	Recall(ctx context.Context, under Lease, of WaitsOf, limit int) error
	// Again owes the newest messages of cases anew, due at an instant and not put off, so that what they show is looked at once more: their
	// receipts settle them no more. Those that are owed already stay as they are, and so do those of cases that are not there any more.
	Again(ctx context.Context, under Lease, at Instant, cases []string) error
	// WaitCount is how many cases are put off as of says.
	WaitCount(ctx context.Context, of WaitsOf) (int, error)
	// Flooded lists the channels for whose floods cases are put off, sorted.
	Flooded(ctx context.Context) ([]string, error)
	// Speak is Deliver, and keeps in the same transaction that a channel hears of the case, or does not after all. What was heard more
	// than eight days before goes.
	Speak(ctx context.Context, under Lease, r Receipt, h Heard) error
	// HeardCount is how many messages channels have heard of.
	HeardCount(ctx context.Context, of HeardOf) (int, error)
	// ToldOf lists the messages that were due at an instant or later, by their cases and seqs, of a customer's cases but one, of which
	// people have a message; up to limit of them, the newest.
	ToldOf(ctx context.Context, customer CustomerID, but string, since Instant, limit int) ([]Message, error)
	// Last is the newest message of the last case, by its id, that is of nobody in particular and whose id begins so.
	Last(ctx context.Context, prefix string) (m Message, found bool, err error)
}

// KeepHeard is how long it is kept what channels have heard of.
const KeepHeard = Instant(8 * 24 * 3600 * 1e9)

// ChannelsText is how a store keeps the channels of a Wait: each between line ends, so that one can be looked for.
func ChannelsText(channels []string) string {
	if len(channels) == 0 {
		return ""
	}
	return "\n" + strings.Join(channels, "\n") + "\n"
}

// ChannelsOf reads what ChannelsText wrote.
func ChannelsOf(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.Trim(text, "\n"), "\n")
}

// FloodedOf is what [Waits.Flooded] lists, of the texts that a store keeps.
func FloodedOf(texts []string) (channels []string) {
	for _, text := range texts {
		channels = append(channels, ChannelsOf(text)...)
	}
	slices.Sort(channels)
	return slices.Compact(channels)
}

// Fits tells whether a wait is as of says.
func (of *WaitsOf) Fits(w *Wait) bool {
	return w.Why > 0 && (of.Why == 0 || w.Why == of.Why) && (of.In == "" || slices.Contains(w.In, of.In)) && w.Since >= of.Since && w.Until > of.Until
}
