package consumer

import (
	"context"
	"errors"
	"fmt"

	"tocsin/alerts"
	"tocsin/state"
)

// Desk takes people's decisions into customers' records, by the same road as everything else that changes them. It may
// work beside a Runner on the same store: the journal's key decides who was first, and the other one computes anew.
type Desk struct {
	Store   state.Store
	Engines func(ctx context.Context, version string) (*Engine, error)
	Now     func() state.Instant
	Sources map[string]string // names of publishers' sources, for who is told of them
	Via     string            // how what is done here comes in; empty: [state.ViaCommand]
	Hold    Hold              // of messages about what people tell; MaxAge is not asked, for they tell it now
}

// ErrNoDay: nothing was consumed into the store yet.
var ErrNoDay = errors.New("the store has no open day yet: let `tocsin run` read its first records")

// Decide applies a decision about a customer. The request id makes a repeat harmless: a decision that has landed under
// it is not taken twice, nor refused because it stands. The commit that takes it tells of it in the audit. An *alerts.Refusal says why the decision is not possible, and what would be.
func (d *Desk) Decide(ctx context.Context, customer state.CustomerID, decision alerts.Decision, request string) error {
	for range retries {
		err := d.try(ctx, customer, decision, request)
		switch {
		case errors.Is(err, state.ErrRepeated):
			return nil
		case errors.Is(err, state.ErrConflict), errors.Is(err, state.ErrDayClosed), errors.Is(err, state.ErrUnknown):
			continue
		}
		return err
	}
	return fmt.Errorf("decide on customer %s: given up after %d tries: %w", customer, retries, state.ErrConflict)
}

func (d *Desk) try(ctx context.Context, customer state.CustomerID, decision alerts.Decision, request string) error {
	day, found, err := openDay(ctx, d.Store)
	if err != nil {
		return err
	}
	if !found {
		return ErrNoDay
	}
	engine, err := d.Engines(ctx, day.Config)
	if err != nil {
		return err
	}
	l := &lane{engine: engine, engines: d.Engines, store: d.Store, workers: 1}
	g := &group{customer: customer, decision: alerts.EncodeDecision(decision), knownAt: d.Now()}
	if err := l.readQuarantined(ctx, day); err != nil {
		return err
	}
	work, err := l.step(ctx, day, []*group{g})
	if errors.Is(err, errPanicked) {
		return fmt.Errorf("decide on customer %s: %w", customer, l.suspects[customer])
	}
	if err != nil {
		return err
	}
	if g.waits {
		return fmt.Errorf("decide on customer %s: %w", customer, ErrQuarantined)
	}
	if g.effects.Refused != nil {
		return d.unlessLanded(ctx, request, g.effects.Refused)
	}
	if err := outdated(&decision, g.effects.Tasks); err != nil {
		return d.unlessLanded(ctx, request, err)
	}
	c := rows{day, d.Now(), 0, func(state.Instant) bool { return false }}.gather(work)
	c.Request = request
	row, err := d.decided(ctx, engine, g, &decision, c)
	if err != nil {
		return err
	}
	c.Audit = []state.AuditRow{row}
	return d.Store.Commit(ctx, c)
}

// unlessLanded is a refusal, if it is not the decision itself that stands in its own way: it has come before, or the answer of its
// commit was lost.
func (d *Desk) unlessLanded(ctx context.Context, request string, refused error) error {
	if request == "" {
		return refused
	}
	switch landed, err := d.Store.Landed(ctx, request); {
	case err != nil:
		return fmt.Errorf("request %s, of which the answer would be %q: %w", request, refused.Error(), err)
	case landed:
		return state.ErrRepeated
	}
	return refused
}

// outdated is a refusal where the task, of which changes are what a decision makes, is not as the person saw it.
func outdated(d *alerts.Decision, changes []alerts.TaskChange) error {
	if d.Seen == 0 || len(changes) == 0 || changes[0].TaskID != d.TaskID || changes[0].Seq-1 == d.Seen {
		return nil
	}
	return &alerts.Refusal{Name: alerts.RefusedChanged, Detail: fmt.Sprintf(
		"%s task %s: it has changed since seq %d, and is at seq %d: look at it again", d.Action, d.TaskID, d.Seen, changes[0].Seq-1)}
}
