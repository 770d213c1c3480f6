// Package consumer turns facts into changed records and effects, and runs that in lanes by the rules of the business day.
//
//	Source ──▶ Decoder ──▶ Runner ─ of the open day, by customer ─▶ Engine.Step ──▶ one Commit ──▶ Store
//	                          └─ closes the day when nothing of it can still come
//
// [Engine.Step] is pure: a record and events in, a changed record and effects out. [Runner] is the only thing that waits:
// it polls, batches, commits, and asks the brokers before it closes a day. How events are recorded files instead of a
// stream is package replay's matter; it runs the same engine.
//
// # Ownership
//
// A record has one owner. The runner takes it out of its cache, steps it in place and puts it back only after the commit.
// Whatever else happens, the record is dropped and loaded again: a retry that started from a record on which the
// transition was already taken would lose the alert.
//
// While the store writes one batch the next one is computed, as far as it has nothing to do with the first (see ahead.go). While a
// backlog is read, verdicts are put off until its end (see putoff.go).
//
// The cache is bounded by bytes (see cache.go). A load is a snapshot and the steps of the rows since; when a snapshot is worth its
// bytes, snapshot.go says.
//
// # Several instances
//
// Instances of a group that work on one store know of each other by the store alone. What a commit was computed from, its positions,
// journal keys and the day's row prove; who comes second computes anew, from the store and for fewer records. Any of them closes a
// day, over partitions that are others', too: where those stand the store tells by the position that their owner has committed and
// by the front, the day of the record there. Neither is trusted to be still so: the transaction that closes the day looks once more
// at every position, and a front is true as long as its position stands. Who is fenced knows nothing any more: it joins anew.
//
// # Messages that wait
//
// While a first load or the backlog of an outage is read, and for what has happened longer ago than people should be woken for,
// messages are withheld, not alerts and tasks. Once every partition has been read to its end and no past day is open, one summary is
// owed in the transaction that settles what it stands for (see withheld.go). Where people have a message of a case already, it is
// edited instead. A case that closed meanwhile is in none; one that the summary does not name closes in silence later, too. Rejected:
// the newest message of each case, which is ten thousand posts; and a summary that is edited as its cases change, since nobody is
// told by an edit.
//
// # What people tell
//
// A contact, a promise, a note or a limit that a person tells of (see [Desk.Enter]) is an event of the contract that came from no
// partition: the decoder takes it, one step on the open day applies it, and its commit lands by a request id instead of a position.
// It is in no topic, and in the journal like any other. What the threads of the case are owed of it is a row about that customer
// alone, which an erasure finds by him and which goes with the request.
//
// # Merges and erasures
//
// A customer who was merged into another one keeps a record and a journal, and what becomes known of him is handed to his heir
// in the same commit (see [Kin]). A customer who is erased is written anew under a pseudonym, journal and all,
// by the commit that takes the erasure in. Neither of both has signals, a case or a customer record. Of who is erased nothing
// personal is kept; what was published to topics before stays there, and what people have read nobody takes back, but the
// message of his case is edited, and so is the summary that names him.
//
// # Panics
//
// A customer whose step panics, or whose journal cannot be folded, is quarantined: what comes of him is parked in the store, and
// everybody else goes on. A release applies what is parked as news of the open day: what is released on a later day than it came is
// told as what comes late is.
//
// # Why the day, and not a watermark per event
//
// Topics and partitions interleave differently each time, and alerts must not. Inside a business day order does not
// matter, and days do not mix; so the runner holds back what is of a later day, and closes a day only when every
// partition of every topic stands before a later day or its broker has said, after the day's end, that there is no more.
package consumer
