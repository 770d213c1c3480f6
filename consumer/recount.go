package consumer

import (
	"context"
	"fmt"

	"tocsin/alerts"
	"tocsin/state"
)

// recountsAtOnce is of about how many tasks the time is counted anew in one look, so that after the first load of a long past late tasks
// need not wait for all of them: until its turn comes a task is late by the clock, which counts so already.
const recountsAtOnce = 2000

// recount has the time of tasks counted from when people were told of them, where that is later than what it was counted from. See
// [alerts.RecountOf].
//
// Its crash story: each task is one commit, under a request of its own, and a clock that was set by one is listed no more.
func (e *Escalator) recount(ctx context.Context, engine *Engine) error {
	after := state.CustomerID("")
	for done := 0; done < recountsAtOnce; {
		clocks, err := e.Desk.Store.ToldClocks(ctx, after, lateAtOnce)
		if err != nil {
			return fmt.Errorf("clocks of what was told late: %w", err)
		}
		for i := range clocks {
			if !engine.Judge.Recounts(engine.Ledger, &clocks[i]) {
				continue
			}
			if err := e.recountOne(ctx, &clocks[i]); err != nil {
				return err
			}
			done++
		}
		if len(clocks) < lateAtOnce {
			return nil
		}
		after = clocks[len(clocks)-1].Customer
	}
	return nil
}

func (e *Escalator) recountOne(ctx context.Context, c *state.Clock) error {
	unposted, err := e.unposted(ctx, c)
	if err != nil {
		return err
	}
	d := alerts.RecountOf(c.Task, c.Seq, c.Told, unposted, e.By)
	refused, err := e.decide(ctx, c.Customer, d, fmt.Sprintf("recount/%s/%d/%d", c.Task, c.Seq, d.At))
	if err == nil && refused == nil {
		e.Log.Debug("the time of a task is counted from when people were told", "task", c.Task, "told", d.At)
	}
	return err
}

// unposted tells whether a summary has told of a task's case, of which nobody has a message. If it changes meanwhile the recount is refused,
// and comes with the next look.
func (e *Escalator) unposted(ctx context.Context, c *state.Clock) (bool, error) {
	cases, err := e.Desk.Store.CasesOf(ctx, []state.CustomerID{c.Customer})
	if err != nil {
		return false, fmt.Errorf("cases of customer %s: %w", c.Customer, err)
	}
	for i := range cases {
		m, err := alerts.ParseCaseMessage(cases[i].Body)
		if err != nil || m.Task.TaskID != c.Task {
			continue
		}
		return e.Desk.Store.Unheard(ctx, m.CaseID)
	}
	return false, nil
}
