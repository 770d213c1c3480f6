package consumer

import (
	"context"
	"errors"
	"fmt"

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
	c, work, routed, err := r.computed(ctx, b)
	if errors.Is(err, errPanicked) {
		return nil // they are still due, and those who are suspect now wait
	}
	if err != nil {
		return err
	}
	switch err := r.commit(context.WithoutCancel(ctx), c, func() {
		r.tellLanded()
		r.prepareAlarms(ctx, b, work)
	}); {
	case errors.Is(err, state.ErrConflict), errors.Is(err, state.ErrStale):
		return r.again(ctx, err) // somebody decided something meanwhile: the alarm is still due
	case errors.Is(err, state.ErrUnknown):
		r.withheld = true        // it may have owed messages that we do not know of
		return r.again(ctx, err) // what landed is ticked off, the rest is still due
	case errors.Is(err, state.ErrDayClosed):
		return r.reload(ctx)
	case err != nil:
		return fmt.Errorf("commit the alarms of %s: %w", r.day.Date, err)
	}
	return r.lands(ctx, landed{batch: b, work: work, room: routed.room})
}
