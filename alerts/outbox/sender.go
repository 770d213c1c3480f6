package outbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tocsin/alerts"
	"tocsin/state"
)

// Sender brings cases before people, and summaries of many: one message for each, which it can edit later.
type Sender interface {
	// Post makes a message appear and returns the receiver's id of it.
	Post(ctx context.Context, msg alerts.Message) (timestamp string, err error)
	// Edit makes a posted message show another state. Doing it twice is the same as doing it once.
	Edit(ctx context.Context, timestamp string, msg alerts.Message) error
	// Find looks among the messages posted since an instant for the one of a case, a summary or a digest; of several the oldest.
	Find(ctx context.Context, caseID string, since state.Instant) (timestamp string, found bool, err error)
}

// Failure is what the error of a Sender may tell of itself. The outcome of any other error is unknown: the message may
// be there. It is an interface, so that senders need not import this package.
type Failure interface {
	error
	Outcome() string
	// RetryAfter is how long the receiver asks to be left alone; zero: it did not say.
	RetryAfter() time.Duration
}

// Outcomes of a failed call. In each of them the receiver has said that it did nothing.
const (
	Busy    = "busy"    // later: a rate limit, or the receiver is not in service
	Refused = "refused" // nothing will get through until a person acts: token, channel, rights
	Unfit   = "unfit"   // this message will not get through: too long, malformed
	Gone    = "gone"    // the message to edit is not there or not ours any more
)

// unknown is the outcome of errors that are no Failure: timeouts, resets, answers that cannot be read. atStore is that of
// the store's errors. Failed is what metrics call an error of unknown outcome that says that the receiver has failed, by a method Failed.
const (
	unknown = "unknown"
	atStore = "store"
	failed  = "failed"
)

// storeError is an error of the store and not of the sender.
type storeError struct{ error }

func (e storeError) Unwrap() error { return e.error }

// outcomeOf is the outcome that an error tells of itself, or unknown.
func outcomeOf(err error) string {
	var f Failure
	var s storeError
	switch {
	case errors.As(err, &f):
		return f.Outcome()
	case errors.As(err, &s):
		return atStore
	}
	return unknown
}

// resultOf is the outcome of a call as metrics have it.
func resultOf(err error) string {
	var told interface{ Failed() bool }
	outcome := outcomeOf(err)
	if outcome == unknown && errors.As(err, &told) && told.Failed() {
		return failed
	}
	return outcome
}

// askedBy is how long an error asks to wait.
func askedBy(err error) time.Duration {
	var f Failure
	if errors.As(err, &f) {
		return f.RetryAfter()
	}
	return 0
}

// unreadable is a message whose body is neither a case nor a summary.
type unreadable struct {
	id  string
	err error
}

func (u unreadable) Error() string           { return fmt.Sprintf("read message %s: %v", u.id, u.err) }
func (u unreadable) Unwrap() error           { return u.err }
func (unreadable) Outcome() string           { return Unfit }
func (unreadable) RetryAfter() time.Duration { return 0 }
