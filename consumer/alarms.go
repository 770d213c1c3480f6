package consumer

import (
	"context"
	"errors"
	"fmt"

	"tocsin/state"
)

// alarmBatch is the number of due dates stepped in one commit.
const alarmBatch = 1024

// alarms steps the customers whose due date has come.
func (r *Runner) alarms(ctx context.Context) (busy bool, err error) {
	due, err := r.Store.DueAlarms(ctx, r.day.Date, alarmBatch)
	if err != nil || len(due) == 0 {
		return false, err
	}
	due = r.share(due)
	gs := make(groups)
	for _, a := range due {
		if r.vain[a.Customer] {
			r.lane.cache.drop(a.Customer)
		}
		g := gs.of(a.Customer)
		g.alarms = append(g.alarms, a)
		g.knownAt = r.day.Date.Start(r.Engine.Ledger.Zone)
	}
	work, err := r.step(ctx, gs.sorted())
	if errors.Is(err, errPanicked) {
		return true, nil // they are still due, and those who are suspect now wait
	}
	if err != nil {
		return true, err
	}
	c := r.rows().gather(work)
	c.Identifiers = united(nil, work)
	switch err := r.commit(context.WithoutCancel(ctx), c); {
	case errors.Is(err, state.ErrConflict), errors.Is(err, state.ErrStale):
		return true, r.again(ctx, err) // somebody decided something meanwhile: the alarm is still due
	case errors.Is(err, state.ErrUnknown):
		r.withheld = true              // it may have owed messages that we do not know of
		return true, r.again(ctx, err) // what landed is ticked off, the rest is still due
	case errors.Is(err, state.ErrDayClosed):
		return true, r.reload(ctx)
	case err != nil:
		return true, fmt.Errorf("commit the alarms of %s: %w", r.day.Date, err)
	}
	r.vain = unchanged(work)
	r.lane.keep(work)
	r.stepped(batch{}, work)
	if err := r.erased(ctx, work); err != nil {
		return true, err
	}
	return true, r.newlyQuarantined(ctx, work)
}

// unchanged are the customers whose steps have appended nothing.
func unchanged(work []*group) map[state.CustomerID]bool {
	ids := make(map[state.CustomerID]bool)
	for _, g := range work {
		if !g.effects.Changed {
			ids[g.customer] = true
		}
	}
	return ids
}
