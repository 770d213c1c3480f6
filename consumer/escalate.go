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

// Escalator reminds owners of review tasks that are to be decided soon, and tells others of those that are late, once for each task and
// level, however often it is started and how many of them run: what it decides goes the way of every decision, under a request of its own.
type Escalator struct {
	Desk   *Desk
	Remind bool                                     // owners; else nobody is reminded
	By     string                                   // in whose name it decides
	To     func(owner string, level uint8) []string // who is told, the first who is another person than the owner; none: nobody
	Many   int                                      // of more than so many that are late at once, channels are told together
	Log    *slog.Logger

	Channels func(*alerts.CaseMessage) []string // where a case is told; nil: nobody is told of many together
	Zone     *time.Location                     // in which those who read that have their days; nil: UTC

	late lateNews
}

const (
	lateAtOnce = 500              // clocks that are read together
	triedAgain = 15 * time.Minute // a task that could not be escalated
	askedAgain = 24 * time.Hour   // a task of which there is nobody to tell
)

// lateTask is a task that is to be escalated.
type lateTask struct {
	state.Clock
	level uint8
	to    string
}

// Once looks once, and returns how many tasks it has escalated. Of those that were not it has reminded people. What it could not do it leaves for the next time.
func (e *Escalator) Once(ctx context.Context) (done int, err error) {
	store := e.Desk.Store
	day, found, err := openDay(ctx, store)
	if err != nil || !found {
		return 0, err
	}
	defer func() { err = errors.Join(err, e.together(ctx, day)) }()
	engine, err := e.Desk.Engines(ctx, day.Config)
	if err != nil {
		return 0, err
	}
	if err := e.recount(ctx, engine); err != nil {
		return 0, err
	}
	late, err := e.due(ctx, engine, e.Desk.Now())
	if err != nil {
		return 0, err
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

// due are all tasks that are to be escalated at an instant, for how many there are decides how they are told. Owners who are to be reminded
// are, and the clocks of all others are put off. A clock that is late stays due until it is escalated, so it is read past.
func (e *Escalator) due(ctx context.Context, engine *Engine, now state.Instant) (late []lateTask, err error) {
	seen := map[state.CustomerID]bool{}
	for {
		limit, before := lateAtOnce+len(late), len(seen)
		clocks, err := e.Desk.Store.DueClocks(ctx, now, limit)
		if err != nil {
			return nil, fmt.Errorf("clocks: %w", err)
		}
		for i := range clocks {
			c := &clocks[i]
			if seen[c.Customer] {
				continue
			}
			seen[c.Customer] = true
			t, err := e.look(ctx, engine, c, now)
			if err != nil {
				return nil, err
			}
			if t != nil {
				late = append(late, *t)
			}
		}
		if len(clocks) < limit || len(seen) == before {
			return late, nil
		}
	}
}

// look does what a clock that is due asks for, but for an escalation, which it returns.
func (e *Escalator) look(ctx context.Context, engine *Engine, c *state.Clock, now state.Instant) (*lateTask, error) {
	if e.Remind && engine.Judge.Reminds(engine.Ledger, c, now) {
		if done, err := e.remind(ctx, c); done || err != nil {
			return nil, err
		}
	}
	t, again := e.isLate(engine, c, now)
	if t != nil {
		return t, nil
	}
	if c.Remind > now {
		again = min(again, c.Remind)
	}
	if err := e.Desk.Store.PutOffClock(ctx, c, again); err != nil {
		return nil, fmt.Errorf("clock of customer %s: %w", c.Customer, err)
	}
	return nil, nil
}

// isLate is a task that is to be escalated now; nil: it is to be looked at again.
func (e *Escalator) isLate(engine *Engine, c *state.Clock, now state.Instant) (t *lateTask, again state.Instant) {
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

// remind reminds a task's owner of it, or puts its clock off where that cannot be now. It tells whether the clock is done with: where the
// owner was reminded before, or somebody has decided it meanwhile, it is not.
func (e *Escalator) remind(ctx context.Context, c *state.Clock) (done bool, err error) {
	now := e.Desk.Now()
	refused, err := e.decide(ctx, c.Customer, alerts.ReminderOf(c.Task, e.By, now), fmt.Sprintf("remind/%s/%d", c.Task, c.Seq))
	var never *alerts.Refusal
	switch {
	case err != nil:
		return false, err
	case refused == nil:
		e.Log.Info("a task is to be decided soon: its owner is reminded", "task", c.Task, "owner", c.Owner)
		return true, nil // its clock was set anew
	case errors.As(refused, &never):
		return false, nil
	}
	return true, e.Desk.Store.PutOffClock(ctx, c, now+state.Instant(triedAgain))
}

// decide returns why a decision was not taken; nil: it was.
func (e *Escalator) decide(ctx context.Context, customer state.CustomerID, d alerts.Decision, request string) (refused, err error) {
	err = e.Desk.Decide(ctx, customer, d, request)
	var refusal *alerts.Refusal
	switch {
	case err == nil:
		return nil, nil
	case errors.As(err, &refusal), errors.Is(err, ErrQuarantined), errors.Is(err, state.ErrConflict):
		e.Log.Debug("nobody is told of a task", "task", d.TaskID, "deed", d.Action.String(), "error", err)
		return err, nil
	}
	return nil, fmt.Errorf("%s task %s: %w", d.Action, d.TaskID, err)
}

// escalate tells whether a task was escalated: somebody may have taken the step that was missing meanwhile.
func (e *Escalator) escalate(ctx context.Context, t *lateTask, among bool) (taken bool, err error) {
	now := e.Desk.Now()
	d := alerts.EscalationOf(t.Task, t.level, t.to, e.By, among, now)
	refused, err := e.decide(ctx, t.Customer, d, fmt.Sprintf("escalate/%s/%d/%d", t.Task, t.Seq, t.level))
	switch {
	case err != nil:
		return false, err
	case refused != nil:
		return false, e.Desk.Store.PutOffClock(ctx, &t.Clock, now+state.Instant(triedAgain))
	}
	e.Log.Info("a task is late: somebody else is told", "task", t.Task, "level", d.Code, "to", t.to)
	return true, nil
}
