package state

import (
	"context"
	"fmt"
	"time"
)

// Forgetting is what a store needs to forget people: see [Erasure].
type Forgetting interface {
	// Secret is what pseudonyms are made with: random, made with the store, never told to anybody outside.
	Secret(ctx context.Context) ([]byte, error)
	// Erased lists the pseudonyms of those who were erased, sorted.
	Erased(ctx context.Context) ([]CustomerID, error)
	// Identified lists the rows of identifiers that a customer is in, in any order. It looks at all rows: only an erasure asks.
	Identified(ctx context.Context, customer CustomerID) ([]Identity, error)
	// Owe owes a message of nobody in particular, due at an instant, unless one of its case and seq was owed before; it tells whether
	// it did. It fails with ErrConflict where another number of customers is erased than the message knows of.
	Owe(ctx context.Context, at Instant, m Message, erased int) (bool, error)
	// Summaries lists the messages that are of nobody in particular, the newest of each case, by case. They may name anybody.
	Summaries(ctx context.Context) ([]Message, error)
	// Words lists the messages of nobody in particular that are about one of these customers, the newest of each case, by case; nil: about
	// anybody.
	Words(ctx context.Context, about []CustomerID) ([]Message, error)
}

// RequestDays is how many open days a request id is remembered: longer than any caller repeats itself.
const RequestDays = 90

// WordsUntil is before when words were owed that go when a day is opened: no request of theirs is remembered, whatever the ledger's zone.
func WordsUntil(open Date) Instant { return (open - RequestDays - 1).Start(time.UTC) }

// Rewording is what a commit that erases somebody makes of summaries. Whoever releases messages and whoever erases wait for each
// other, so that there is no summary that the erasure has not read.
type Rewording struct {
	Known    int       // how many summaries there were when they were read; any other number is ErrConflict. Words are not counted: each has a row of its customer's journal
	Messages []Message // each takes the place of all rows of its case, and is owed at once; receipts lose their bodies
}

// Rewrite replaces a customer's whole journal, and what was told by it, since somebody is erased: that customer itself, who
// stands under its pseudonym from then on, or one who holds facts of it. It is the one exception to what is told of journal
// rows, that they are only ever added.
//
// In the transaction of its commit, before the commit's own entries, a store
//
//   - compares Last with the customer's last row, ErrConflict if somebody was first;
//   - replaces the customer's rows by Entries, of which there are as many, and drops its snapshot, which is a cache of the old;
//   - replaces its alerts, tasks and messages by those that the new rows tell, and drops what they do not tell any more. What
//     owes a copy to a topic still does; what was copied is not copied again;
//   - carries receipts over to the new names of their cases without their bodies, and owes the newest message of each case once
//     more that somebody has seen posted, so that it is edited;
//   - replaces what is parked of the customer, ErrConflict if that is not as many rows as Waiting;
//   - where the customer has another name, wants no identifier's row to have the old one any more and no refused record to have
//     come in unsearched, ErrStale if one has or did; renames it in the lists of core customers and its quarantine, of which the reason goes,
//     drops its alarms, its part in common causes and what is sealed of it in the audit, and keeps the name as erased.
type Rewrite struct {
	Customer CustomerID
	As       CustomerID // its pseudonym, or its own id
	Last     uint64     // its last row
	Entries  []Entry    // rows 1 to Last, of As
	Alerts   []RewrittenAlert
	Tasks    []RewrittenTask
	Messages []RewrittenMessage
	Waiting  int      // rows that are parked of it
	Parked   []Parked // as they are to be, of As
}

// Was is the row that another one replaces: id (of an alert, a task, a case) and seq as they stood. The zero Was: none.
type Was struct {
	ID  string
	Seq int64
}

// RewrittenAlert is an alert's row, and the one that it replaces.
type RewrittenAlert struct {
	Was Was
	AlertRow
}

// RewrittenTask is a task's row, and the one that it replaces.
type RewrittenTask struct {
	Was Was
	TaskRow
}

// RewrittenMessage is a message, and the one that it replaces: it is as far delivered, due at the same time and withheld as that
// is. One that replaces none is settled.
type RewrittenMessage struct {
	Was  Was
	Owed bool // at once, whatever became of the one that it replaces
	Message
}

// Renamed tells whether the customer is the one who is erased.
func (w *Rewrite) Renamed() bool { return w.As != w.Customer }

// check refuses rows that are not the customer's or not all of them.
func (w *Rewrite) check() error {
	if uint64(len(w.Entries)) != w.Last || w.As == "" {
		return fmt.Errorf("commit: rewrite of customer %s as %q has %d rows, wants %d", w.Customer, w.As, len(w.Entries), w.Last)
	}
	for i := range w.Entries {
		if e := &w.Entries[i]; e.Customer != w.As || e.Seq != uint64(i+1) {
			return fmt.Errorf("commit: rewrite of customer %s: row %d of %s comes as row %d", w.Customer, e.Seq, e.Customer, i+1)
		}
	}
	return nil
}
