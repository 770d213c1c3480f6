package consumer

import (
	"context"
	"time"

	"tocsin/state"
)

// Verdicts are put off while a backlog is read: a step takes its events in and judges nothing, and writes an alarm of the open day for
// the customer in its place. When the backlog is read, the alarm has everything of the customer judged, once.
//
// That is right for what holds of any alarm and of any order within a day: what stands at a close does not depend on when it was judged,
// and a day does not close before its alarms are stepped. That a customer waits for a verdict, and since what was known, is in the
// record and so in the journal; a process that dies leaves the alarm. Whatever else steps the customer judges everything. It is also what
// people would want. Of a past that is loaded on one day, each invoice would be overdue until its payment is read: two alerts, a task and
// a message of a case that is none.
//
// A merge, an erasure, a decision and what an heir is handed are judged at once, for others go by what has become of the customer.

// longest is how long verdicts may be put off, but in a first load, whose end people wait for. Where a backlog takes longer, records
// and alarms take turns, and no verdict is put off, until all have been given.
const longest = state.Instant(time.Minute)

// putOff is the effect of a step whose verdict is put off. The alarm stands as long as the verdict is owed, so it is written once.
func (e *Effects) putOff(rec *state.Record, in Step) {
	if rec.Unjudged == 0 {
		e.Next = in.Day.Date
	}
	rec.Unjudged = max(rec.Unjudged, in.KnownAt)
	e.Unjudged, e.Changed = true, true
}

// putsOff tells whether the verdicts of a batch are put off, for it is amid a backlog: so much waits behind it; or it did behind the one
// before, and as much has come in since, or a partition has so much that more of it is held back.
func (r *Runner) putsOff(b batch) bool {
	r.backlog = r.Backlog > 0 && (b.behind >= r.Backlog || r.backlog && (r.brought >= r.Backlog || r.in.heldBack(r.day.Date)))
	return r.backlog && !r.verdictsLate()
}

// verdictsLate tells whether alarms have been due for so long that records no longer go first.
func (r *Runner) verdictsLate() bool { return !r.firstLoad && r.Now()-r.judged > longest }

// lateAlarms steps alarms that have been due for long, in turns with batches of records.
func (r *Runner) lateAlarms(ctx context.Context) (busy bool, err error) {
	if r.rang = !r.rang && r.prepared.ahead == nil && r.verdictsLate(); !r.rang {
		return false, nil
	}
	busy, _, err = r.alarms(ctx)
	return busy, err
}
