package consumer

import (
	"context"
	"errors"
	"slices"
	"time"

	"tocsin/state"
)

// A batch is computed ahead: while the store writes one, the next of the same day is decoded and routed, its customers are loaded, and
// those are stepped whom the first has not; and so are alarms, where one batch of them does not do. When the first has landed, the others
// are, from the records that it has left, then heirs, and what the steps lead to is gathered and committed. Where there are neither, that
// is gathered before, too, and what the first leaves to do in memory waits until the next is being written. So the store and this
// process work at the same time; they took turns before.
//
// # Why that is right
//
// Only the store's write runs beside. It has the commit, which nobody else looks at meanwhile; records, cache and intake stay this
// goroutine's. Nothing that is computed ahead is seen before its own commit: rows, positions, metrics and whoever watches are told
// when that has landed. It is computed as if the first had landed, and reads of the store only what the first does not write:
//
//	records          of customers whom the first has not stepped, be it as heirs. Those of the others are taken when it has landed.
//	                 The journal's keys and the proofs prove both, as they do where another instance came between
//	heirs            are handed what changes when the first has landed, whoever has stepped them
//	identifiers      a batch whose events name a row that the first writes is not computed ahead
//	exchange rates   nor one that has any, for their rows count on from what is known. Those in force are fixed with the day, and so
//	                 is from when on limits are known
//	erasures         nor one that erases somebody, for journals of others than its customers are written anew
//	panics           nor one in which a step panics
//
// Its positions begin where those of the first end, so the store takes it behind that one or not at all. Alarms have none, and those of
// the first are left out; the store ticks off none whose customer has moved on. It is dropped when anything
// but a plain success comes of the first: somebody was first, the day is closed, a partition is another's, the answer is lost, the store
// is away. So it is when the day is read anew, as after a batch that erases or quarantines somebody and after an outage, and when a
// partition of it is not ours any more as it was. Then its records wait in the intake as if nothing had been, whoever was taken out of
// the cache for it is loaded again, and the next batch is computed when the one before has landed. That is also how it is done as long
// as commits are refused, so that of instances who step the same customers the smaller batch soon is first.
//
// Rejected: two lanes in a process, over partitions of their own, as two instances have them. They step the same customers against
// each other where topics are partitioned unlike, need a cache and figures of the portfolio each, and are there already for whoever
// starts a second process.

// ahead is what of a batch is computed before the one before it has landed.
type ahead struct {
	work    []*group
	late    []*group // of work: whom the batch before has, too
	routed  routed
	took    time.Duration   // for the steps
	commits []*state.Commit // the whole batch, where none of it had to wait; else none
}

// complete tells whether the whole batch is computed.
func (b *batch) complete() bool { return b.ahead != nil && len(b.ahead.commits) > 0 }

// errTogether: the steps of a batch cannot be taken in two parts.
var errTogether = errors.New("steps that are to be taken together")

// aside begins something that runs beside this goroutine and returns what waits for its end.
type aside func(func() error) (wait func() error)

// besides is aside by a goroutine.
func besides(something func() error) (wait func() error) {
	ended := make(chan error, 1)
	go func() { ended <- something() }()
	return func() error { return <-ended }
}

// upcoming is the next batch to be committed: the one that was prepared, if it still comes next.
func (r *Runner) upcoming() batch {
	b := r.prepared
	r.prepared = batch{}
	if len(b.due) > 0 || r.in.follows(b) {
		return b
	}
	r.tellLanded()
	return r.in.take(r.day.Date, r.limit)
}

// prepareRecords computes ahead the batch behind b, which is being committed with the steps of work and these rows of identifiers.
func (r *Runner) prepareRecords(ctx context.Context, b batch, work []*group, rows []state.Identity) {
	next := r.in.takeBehind(b, r.day.Date, r.limit)
	if r.refused == 0 && len(next.arrivals) > 0 && !r.verdictsLate() && r.apart(next, rows) {
		r.prepare(ctx, next, work)
	}
}

// prepareAlarms computes ahead those alarms that are due besides b's, which is being committed with the steps of work. Records go
// before them.
func (r *Runner) prepareAlarms(ctx context.Context, b batch, work []*group) {
	if r.refused > 0 || r.in.waits(r.day.Date) {
		return
	}
	due, err := r.Store.DueAlarms(ctx, r.day.Date, len(b.due)+r.rings)
	if err != nil {
		return
	}
	inHand := make(map[state.Alarm]bool, len(b.due))
	for _, a := range b.due {
		inHand[a] = true
	}
	if due, _ = r.mine(ctx, slices.DeleteFunc(due, func(a state.Alarm) bool { return inHand[a] })); len(due) > 0 {
		r.prepare(ctx, batch{due: due}, work)
	}
}

// prepare computes a batch ahead, behind the one that is being committed with the steps of work. It may leave that, and does so at any
// error: whoever then computes the batch meets it, too, if there is more to it.
func (r *Runner) prepare(ctx context.Context, next batch, work []*group) {
	var a ahead
	var err error
	if a.work, a.routed, err = r.route(ctx, next); err != nil {
		return
	}
	busy := make(map[state.CustomerID]bool, len(work))
	for _, g := range work {
		busy[g.customer] = true
	}
	var free []*group
	for _, g := range a.work {
		if busy[g.customer] {
			a.late = append(a.late, g)
		} else {
			free = append(free, g)
		}
	}
	began := time.Now()
	if err := r.lane.stepPart(ctx, r.day, free); err != nil {
		r.lane.suspects = nil // whoever panics here does so again where that counts
		return
	}
	a.took = time.Since(began)
	if len(a.late) == 0 && !slices.ContainsFunc(a.work, func(g *group) bool { return g.effects.leaves() }) {
		if a.commits, err = r.gather(next, a.work, a.routed); err != nil {
			return
		}
	}
	next.ahead = &a
	r.prepared = next
}

// apart tells whether what routing a batch reads is none of these rows, and no exchange rate's.
func (r *Runner) apart(b batch, rows []state.Identity) bool {
	if slices.ContainsFunc(b.arrivals, func(a arrival) bool { return a.event != nil && a.event.Kind == state.KindRate }) {
		return false
	}
	if len(rows) == 0 {
		return true
	}
	written := make(map[state.Identifier]bool, len(rows))
	for i := range rows {
		written[rows[i].Key] = true
	}
	return !slices.ContainsFunc(r.identifiers(b), func(key state.Identifier) bool { return written[key] })
}

// finish takes the steps that were left for when the batch before has landed, and returns all. It fails with errTogether where the
// batch is to be computed at once.
func (r *Runner) finish(ctx context.Context, a *ahead) ([]*group, error) {
	began := time.Now()
	if err := r.lane.stepPart(ctx, r.day, a.late); err != nil {
		return nil, err
	}
	work, err := r.lane.bequeath(ctx, r.day, a.work, nil)
	r.Metrics.stepTook(a.took + time.Since(began))
	return work, err
}

// stepPart steps some of the customers of a batch, as stepAlone does all of them.
func (l *lane) stepPart(ctx context.Context, day state.Day, work []*group) error {
	if err := l.take(ctx, day, work, nil); err != nil {
		return err
	}
	if slices.ContainsFunc(work, func(g *group) bool { return g.panicked != nil || g.erases(day.Date, &l.forgotten) }) {
		return errTogether
	}
	return l.run(day, work)
}
