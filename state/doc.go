// Package state is what Tocsin remembers of a customer, how a fact changes it, and the contract for keeping it.
//
// A fact arrives as an [Event]. [Customer.Apply] keeps, of each register (kind of event and its id), the event of the
// highest revision, and what lower ones alone can tell, so the facts after a set of events do not depend on their order, on
// how they were batched or on repeats. Everything else (what is open, what is late, how much is at stake) is derived from
// the facts as of a day by [Customer.View] and never stored.
//
// A [Record] is a customer's facts with the open episodes of its signals, which belong to package alerts and are kept
// here as bytes. A customer's record is the fold of its rows in the [Journal]; a snapshot is a cache of that fold.
//
// The package does no I/O, reads no clock and imports nothing but the standard library. A commit carries alerts, tasks
// and messages as rows whose bodies it does not read.
package state
