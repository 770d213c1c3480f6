package state

import "context"

// Outbox keeps owed messages until a sender has delivered them.
type Outbox interface {
	Waits
	// Owed lists, of each case one of whose undelivered messages is due, not held and not put off, the newest that is not held, due
	// or not, by the earliest DueAt: a message that waits has newer things to say than the one that is due. Its Wait is that of its
	// case, also when that is over.
	Owed(ctx context.Context, now Instant, limit int) ([]Message, error)
	// OwedCount is how many cases have an undelivered message that is not held, due or not, and how many have held ones
	// only.
	OwedCount(ctx context.Context) (due, held int, err error)
	// Receipt is where a case stands in a channel; a zero one when nothing was tried.
	Receipt(ctx context.Context, caseID, channel string) (Receipt, error)
	// Receipts are where a case stands, by channel.
	Receipts(ctx context.Context, caseID string) ([]Receipt, error)
	// Deliver stores a receipt and settles the messages of its case up to Seq. It is called before an attempt too, with
	// Attempt set and the old Seq. It fails with ErrCaseGone where no message bears the case's id any more, and else with
	// ErrLeased where the lease that it is written under stands no more; nobody takes the lease while it is being written. The
	// zero lease asks for nothing.
	Deliver(ctx context.Context, under Lease, r Receipt) error
	// Withheld lists, of each case whose newest undelivered message is held, that message, by case: up to limit cases after one;
	// after "" comes the first.
	Withheld(ctx context.Context, after string, limit int) ([]Withheld, error)
	// Release does all of l in one transaction. It fails with ErrConflict, and does nothing, where l is not made of all that is
	// withheld, as it is: of two processes that release the same messages one does.
	Release(ctx context.Context, l LettingGo) error
}

// Message is an owed message about a case. Of one case the highest Seq is the one to deliver; earlier ones that are not
// yet delivered are superseded by it.
type Message struct {
	ID       string // derived from case and seq
	Case     string
	Seq      int64
	Customer CustomerID // empty: of nobody in particular, the summary of many cases
	DueAt    Instant    // not before
	Held     bool       // withheld: first load, notify.hold, older than notify.max_age
	Body     []byte     // the case as alerts renders it for a sender; JSON
	Wait     Wait       // how its case was put off; only [Outbox.Owed] tells

	// About is the one customer whom a message of nobody in particular names: what a person has told of him. It is kept as long as the
	// request is by which it came, and gone RequestDays later once it is settled, with its receipts. Empty: it may name anybody, and is
	// kept. Only [Forgetting.Words] tells.
	About CustomerID
}

// Receipt tells where a case's message stands at its receiver.
type Receipt struct {
	Case      string
	Channel   string
	Timestamp string  // the receiver's id of the posted message; empty: nothing was posted yet
	Seq       int64   // the last seq that was settled with it
	Body      []byte  // what was delivered last; where nothing was posted, the mark of a summary that has named the case
	Attempt   Instant // start of a post whose outcome is not known; zero: none
}

// Publications are the rows that owe a copy to a topic: alert records, task records, wishes and dead letters. A commit writes
// them; a publisher copies them afterwards, at least once, and settles what the topic has taken.
type Publications interface {
	// Unpublished lists up to limit rows that are not settled yet, in the order in which they were committed.
	Unpublished(ctx context.Context, limit int) ([]Publication, error)
	// Published settles rows by their ids; one that is settled already is left.
	Published(ctx context.Context, ids []int64) error
}

// Publication is a committed row on its way to a topic. One of the pointers is set.
type Publication struct {
	ID         int64 // unique over all kinds, rising as they were committed
	Alert      *AlertRow
	Task       *TaskRow
	Wish       *WishRow
	DeadLetter *DeadLetter
}
