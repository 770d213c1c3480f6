package consumer

import (
	"context"
	"errors"
	"fmt"

	"tocsin/state"
)

// Released tells what a release has applied.
type Released struct {
	Customer state.CustomerID // another one than was asked for if the release has erased him: his pseudonym
	Rows     int              // that were parked
	Events   int
}

// ErrNotQuarantined: there is nobody to release.
var ErrNotQuarantined = errors.New("the customer is not quarantined; tocsin quarantine ls lists who is")

// releasedAtOnce is how many parked rows one commit applies.
const releasedAtOnce = 256

// Release applies what is parked of a customer, in order, as steps of the open day, then judges everything anew and ends the
// quarantine. It may work beside any number of runs, which go on to park until it ends.
//
// Each commit takes the rows away that its step has applied, so whatever dies in between, none is applied twice and none is lost;
// the next call goes on. The one that ends the quarantine tells of it in the audit: who, and why in their own words. Where the step still panics the error is a [*Panicked], and the rest stays parked.
func (d *Desk) Release(ctx context.Context, customer state.CustomerID, by, why string) (Released, error) {
	r := release{Desk: d, by: by, why: why, sum: Released{Customer: customer}}
	for refused := 0; refused < retries; {
		done, err := r.some(ctx)
		switch {
		case errors.Is(err, state.ErrUnknown):
			r.unsure = true
			refused++
		case errors.Is(err, state.ErrConflict), errors.Is(err, state.ErrDayClosed), errors.Is(err, state.ErrStale):
			refused++
		case errors.Is(err, errPanicked): // an heir's step, who is suspect now
		case err != nil:
			return r.sum, fmt.Errorf("release of customer %s: %w", r.sum.Customer, err)
		case done:
			return r.sum, nil
		default:
			refused = 0
		}
	}
	return r.sum, fmt.Errorf("release of customer %s: given up after %d tries: %w", r.sum.Customer, retries, state.ErrConflict)
}

// release is one under way.
type release struct {
	*Desk
	by, why  string
	sum      Released
	suspects map[state.CustomerID]*Panicked // of others, who get what the customer leaves
	unsure   bool                           // an answer was lost: the quarantine may have ended
}

// some applies the next rows, or ends the quarantine where there are none.
func (r *release) some(ctx context.Context) (done bool, err error) {
	day, found, err := openDay(ctx, r.Store)
	if err != nil {
		return false, err
	}
	if !found {
		return false, ErrNoDay
	}
	l, err := r.lane(ctx, day)
	if err != nil {
		return false, err
	}
	if !l.quarantined[r.sum.Customer] {
		if r.unsure {
			return true, nil
		}
		return false, ErrNotQuarantined
	}
	delete(l.quarantined, r.sum.Customer) // for this step
	parked, err := r.Store.Parked(ctx, r.sum.Customer, 0, releasedAtOnce)
	if err != nil {
		return false, fmt.Errorf("what is parked: %w", err)
	}
	g, rows, err := r.next(day, l.engine, parked)
	if err != nil {
		return false, err
	}
	if err := r.commit(ctx, l, day, g, rows); err != nil {
		return false, err
	}
	r.sum.Rows += len(rows)
	r.sum.Events += len(g.events)
	if g.customer != r.sum.Customer { // erased by the step; the same rows wait under the pseudonym and change nothing more
		r.sum = Released{Customer: g.customer}
		return false, nil
	}
	return g.judged, nil
}

func (r *release) lane(ctx context.Context, day state.Day) (*lane, error) {
	engine, err := r.Engines(ctx, day.Config)
	if err != nil {
		return nil, err
	}
	l := &lane{engine: engine, engines: r.Engines, store: r.Store, workers: 1, suspects: r.suspects}
	if l.forgotten, err = readForgotten(ctx, r.Store); err != nil {
		return nil, err
	}
	return l, l.readQuarantined(ctx, day)
}

// next is the step that applies the first of the rows: as many as one step can take, for it inherits before it applies.
func (r *release) next(day state.Day, engine *Engine, parked []state.Parked) (g *group, rows []waiting, err error) {
	g = &group{customer: r.sum.Customer}
	for i := range parked {
		w, err := decodeWaiting(&parked[i])
		if err != nil {
			return nil, nil, err
		}
		if len(w.applied.Estates) > 0 && i > 0 {
			break
		}
		g.estates = append(g.estates, w.applied.Estates...)
		for _, ev := range w.applied.Events {
			g.add(ev, -1)
		}
		g.knownAt = max(g.knownAt, w.applied.KnownAt)
		rows = append(rows, w)
	}
	if len(rows) == 0 {
		g.judged, g.knownAt = true, day.Date.Start(engine.Ledger.Zone)
	}
	return g, rows, nil
}

func (r *release) commit(ctx context.Context, l *lane, day state.Day, g *group, applied []waiting) error {
	work, err := l.release(ctx, day, g)
	if errors.Is(err, errPanicked) {
		if own := l.suspects[r.sum.Customer]; own != nil {
			return own
		}
		r.suspects = l.suspects
	}
	if err != nil {
		return err
	}
	if g.waits {
		return g.panicked
	}
	c := rows{day, r.Now(), 0, func(state.Instant) bool { return false }}.gather(work)
	if g.customer == r.sum.Customer {
		end := state.Release{Customer: g.customer, Rows: len(applied), Closes: g.judged}
		if n := len(applied); n > 0 {
			end.UpTo = applied[n-1].ID
		}
		c.Releases = append(c.Releases, end)
		c.DeadLetters = refusedOf(g, applied)
	}
	if g.judged {
		row, err := r.ended(ctx, g, c)
		if err != nil {
			return err
		}
		c.Audit = []state.AuditRow{row}
	}
	c.Identifiers = united(nil, work)
	return r.Store.Commit(ctx, c)
}

// ended is the audit row of the commit that ends the quarantine.
func (r *release) ended(ctx context.Context, g *group, c *state.Commit) (state.AuditRow, error) {
	all, err := r.Store.Quarantined(ctx)
	if err != nil {
		return state.AuditRow{}, fmt.Errorf("quarantined customers: %w", err)
	}
	body := AuditBody{Why: AuditWhy{Reason: r.why}, Saw: AuditSaw{Config: c.Day.Config, Day: c.Day.Date.String(), Parked: r.sum.Rows}}
	for i := range all {
		if all[i].Customer == r.sum.Customer {
			body.Saw.Panic = all[i].Reason
		}
	}
	return r.row(c.At, r.by, DeedRelease, "", g.customer, body), nil
}

// refusedOf are the records of those events that lost against another content of their revision.
func refusedOf(g *group, rows []waiting) (letters []state.DeadLetter) {
	at := 0
	for i := range rows {
		for j := range rows[i].applied.Events {
			if letter := rows[i].letter(j); letter != nil && g.effects.Outcomes[at] == state.ConflictLost {
				letters = append(letters, *letter)
			}
			at++
		}
	}
	return letters
}

// readQuarantined asks the store who is quarantined, if anybody ever was.
func (l *lane) readQuarantined(ctx context.Context, day state.Day) error {
	if day.Quarantined == 0 {
		return nil
	}
	all, err := l.store.Quarantined(ctx)
	if err != nil {
		return fmt.Errorf("quarantined customers: %w", err)
	}
	l.quarantined = make(map[state.CustomerID]bool, len(all))
	for _, q := range all {
		l.quarantined[q.Customer] = true
	}
	return nil
}
