package consumer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"tocsin/alerts"
	"tocsin/state"
)

// Escalator tells others of review tasks that are late, once for each task and level, however often it is started and how many of them
// run: what it decides goes the way of every decision, under a request of its own.
type Escalator struct {
	Desk *Desk
	By   string                                   // in whose name it decides
	To   func(owner string, level uint8) []string // who is told, the first who is another person than the owner; none: nobody
	Many int                                      // of more than so many that are late at once, channels are told together
	Log  *slog.Logger
}

const (
	lateAtOnce = 500              // clocks that are looked at together
	triedAgain = 15 * time.Minute // a task that could not be escalated
	askedAgain = 24 * time.Hour   // a task of which there is nobody to tell
)

// lateTask is a task that is to be escalated.
type lateTask struct {
	state.Clock
	level uint8
	to    string
}

// Once looks once, and returns how many tasks it has escalated. What it could not do it leaves for the next time.
func (e *Escalator) Once(ctx context.Context) (done int, err error) {
	store := e.Desk.Store
	day, found, err := openDay(ctx, store)
	if err != nil || !found {
		return 0, err
	}
	engine, err := e.Desk.Engines(ctx, day.Config)
	if err != nil {
		return 0, err
	}
	now := e.Desk.Now()
	clocks, err := store.DueClocks(ctx, now, lateAtOnce)
	if err != nil {
		return 0, fmt.Errorf("clocks: %w", err)
	}
	var late []lateTask
	for i := range clocks {
		c := &clocks[i]
		t, again := e.late(engine, c, now)
		if t != nil {
			late = append(late, *t)
			continue
		}
		if err := store.PutOffClock(ctx, c, again); err != nil {
			return 0, fmt.Errorf("clock of customer %s: %w", c.Customer, err)
		}
	}
	for i := range late {
		taken, err := e.escalate(ctx, &late[i], e.Many > 0 && len(late) > e.Many)
		if err != nil {
			return done, err
		}
		if taken {
			done++
		}
	}
	return done, nil
}

// late is a task that is to be escalated now; nil: it is to be looked at again.
func (e *Escalator) late(engine *Engine, c *state.Clock, now state.Instant) (t *lateTask, again state.Instant) {
	level, again := engine.Judge.Late(engine.Ledger, c, now)
	if level == 0 {
		return nil, again
	}
	for _, to := range e.To(c.Owner, level) {
		if to != "" && to != c.Owner {
			return &lateTask{*c, level, to}, 0
		}
	}
	if again = now + state.Instant(askedAgain); level == 1 {
		again = min(again, max(engine.Judge.Twice(engine.Ledger, c), now+state.Instant(triedAgain)))
	}
	return nil, again
}

// escalate tells whether a task was escalated: somebody may have taken the step that was missing meanwhile.
func (e *Escalator) escalate(ctx context.Context, t *lateTask, among bool) (taken bool, err error) {
	now := e.Desk.Now()
	d := alerts.EscalationOf(t.Task, t.level, t.to, e.By, among, now)
	err = e.Desk.Decide(ctx, t.Customer, d, fmt.Sprintf("escalate/%s/%d/%d", t.Task, t.Seq, t.level))
	var refused *alerts.Refusal
	switch {
	case err == nil:
		e.Log.Info("a task is late: somebody else is told", "task", t.Task, "level", d.Code, "to", t.to)
		return true, nil
	case errors.As(err, &refused), errors.Is(err, ErrQuarantined), errors.Is(err, state.ErrConflict):
		e.Log.Debug("a task that is late was not escalated", "task", t.Task, "error", err)
		return false, e.Desk.Store.PutOffClock(ctx, &t.Clock, now+state.Instant(triedAgain))
	}
	return false, fmt.Errorf("escalate task %s: %w", t.Task, err)
}
