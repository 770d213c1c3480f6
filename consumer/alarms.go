package consumer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"tocsin/state"
)

// alarmBatch is the number of due dates stepped in one commit.
const alarmBatch = 4096

// alarms steps the customers whose due date has come. Where those are other instances' to step, the day waits for them.
func (r *Runner) alarms(ctx context.Context) (busy, waits bool, err error) {
	due, err := r.Store.DueAlarms(ctx, r.day.Date, r.rings)
	if err != nil {
		return false, false, err
	}
	due, waits = r.mine(ctx, due)
	if len(due) == 0 {
		r.judged = r.Now()
		r.Metrics.caughtUp()
		return false, waits, nil
	}
	return true, false, r.ring(ctx, batch{due: due})
}

// alarmed are the customers of alarms. They are fewer, where somebody else was first.
func (r *Runner) alarmed(due []state.Alarm, in *room) []*group {
	for _, a := range due[:max(1, len(due)>>r.refused)] {
		g := in.of(a.Customer)
		g.alarms = append(g.alarms, a)
		g.knownAt = r.day.Date.Start(r.Engine.Ledger.Zone)
	}
	return in.groups.sorted()
}

// ring steps customers whose alarms are due.
func (r *Runner) ring(ctx context.Context, b batch) error {
	if r.Now() >= r.ended() {
		r.Metrics.holding(heldByAlarms)
	}
	all, work, routed, err := r.computed(ctx, b)
	if errors.Is(err, errPanicked) {
		return nil // they are still due, and those who are suspect now wait
	}
	if err != nil {
		return err
	}
	errs := r.commit(context.WithoutCancel(ctx), all, func() {
		r.tellLanded()
		r.prepareAlarms(ctx, b, work)
	})
	err = errors.Join(errs...)
	if err == nil {
		return r.lands(ctx, landed{batch: b, work: work, room: routed.room})
	}
	r.tellParts(b, work, errs)
	if errors.Is(err, state.ErrUnknown) {
		r.withheld = true // it may have owed messages that we do not know of
	}
	switch {
	case errors.Is(err, state.ErrDayClosed):
		return r.reload(ctx)
	case errors.Is(err, state.ErrConflict), errors.Is(err, state.ErrStale), errors.Is(err, state.ErrUnknown):
		return r.again(ctx, err) // somebody decided something meanwhile; what landed is ticked off, the rest is still due
	default:
		return fmt.Errorf("commit the alarms of %s: %w", r.day.Date, err)
	}
}

// Alarms are committed in parts of at least so many customers, as many as there are workers, side by side: a store that is done with one
// after the other keeps one of its machine's processors busy. They are different customers', whose order is as good as any. Each is a
// transaction of its own: a process that dies when one of them has landed leaves the alarms of the others due.
const leastPart = 1024

// parts are those of steps that alarms have led to. Where a step concerns others there is one.
func (r *Runner) parts(work []*group) [][]*group {
	n := max(1, min(r.Workers, len(work)/cmp.Or(r.part, leastPart)))
	if slices.ContainsFunc(work, func(g *group) bool { return g.effects.leaves() || g.erasure != nil || g.estates != nil }) {
		n = 1
	}
	all := make([][]*group, n)
	for i := range all {
		all[i] = work[len(work)*i/n : len(work)*(i+1)/n]
	}
	return all
}

func (r *Runner) gatherAlarms(work []*group, routed routed) (all []*state.Commit) {
	for _, part := range r.parts(work) {
		all = append(all, r.rows().gather(part))
	}
	all[0].Identifiers = united(routed.touched, work)
	return all
}

// tellParts tells of the parts that have landed, where another has not.
func (r *Runner) tellParts(b batch, work []*group, errs []error) {
	for i, part := range r.parts(work) {
		if errs[i] == nil {
			r.tell(landed{batch: b, work: part})
		}
	}
	if slices.ContainsFunc(errs, lost) {
		r.lane.cache.clear()
	}
}
