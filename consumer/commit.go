package consumer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tocsin/consumer/contract"
	"tocsin/state"
)

// retries bounds how often a batch is computed anew because somebody else was first. The embedded store has one writer
// and a command line beside it, so more means that something is wrong.
const retries = 20

// errNotLanded: the answer of a commit was lost, and it is not in the store.
var errNotLanded = errors.New("commit did not land")

// commitBatch steps and commits one batch of records. On return without error it has landed and the records are kept.
//
// Its crash story: everything before store.Commit is memory. If the process dies before or inside it, the positions are
// where they were and the broker gives the same records again. If it dies after it, the positions have moved with the
// journal rows, alerts, tasks and messages, and nothing is given twice. If the answer is lost, [Runner.landed] reads the
// positions to tell which of both it was.
func (r *Runner) commitBatch(ctx context.Context, b batch) error {
	for range retries {
		err := r.tryBatch(ctx, b)
		if !errors.Is(err, state.ErrConflict) && !errors.Is(err, state.ErrStale) && !errors.Is(err, errNotLanded) {
			return err
		}
	}
	return fmt.Errorf("commit of %d records: given up after %d tries: %w", len(b.arrivals), retries, state.ErrConflict)
}

func (r *Runner) tryBatch(ctx context.Context, b batch) error {
	work, touched, err := r.route(ctx, b)
	if err != nil {
		return err
	}
	if err := r.lane.step(ctx, r.day, work); err != nil {
		return err
	}
	c := r.rows().gather(work)
	c.Positions = b.advances
	c.Identifiers = touched
	c.DeadLetters = deadLetters(b, work)
	if err := r.commit(ctx, c); err != nil {
		return err
	}
	r.committed(b, work)
	return nil
}

// commit writes c; when the outcome is unknown, the positions tell.
func (r *Runner) commit(ctx context.Context, c *state.Commit) error {
	var err error
	for _, part := range transactions(c) {
		started := time.Now()
		err = r.Store.Commit(ctx, part)
		r.Metrics.commit(time.Since(started), err)
		if err != nil {
			break
		}
	}
	if !errors.Is(err, state.ErrUnknown) || len(c.Positions) == 0 {
		return err
	}
	clear(r.lane.cache) // a store that lost an answer may have lost more
	return r.landed(ctx, c, err)
}

// landed resolves an unknown outcome: at the target under our epoch the commit is in; where it was, it is not and may be
// tried again; anything else means that the partition is no longer ours.
func (r *Runner) landed(ctx context.Context, c *state.Commit, cause error) error {
	all, err := r.Store.AllPositions(ctx)
	if err != nil {
		return fmt.Errorf("%w; and the positions cannot be read: %w", cause, err)
	}
	stands := make(map[Partition]state.Position, len(all))
	for _, p := range all {
		stands[Partition{p.Topic, p.Partition}] = p
	}
	in, out := 0, 0
	for _, a := range c.Positions {
		switch p := stands[Partition{a.Topic, a.Partition}]; {
		case p.Epoch != a.Epoch:
		case p.Next == a.To:
			in++
		case p.Next == a.From:
			out++
		}
	}
	switch len(c.Positions) {
	case in:
		return nil
	case out:
		return fmt.Errorf("%w: %w", errNotLanded, cause)
	}
	return fmt.Errorf("%w: %w", state.ErrFenced, cause)
}

// route decodes nothing and decides nothing: it finds the customers of a batch's events.
func (r *Runner) route(ctx context.Context, b batch) ([]*group, []state.Identity, error) {
	routing, err := r.identities(ctx, b)
	if err != nil {
		return nil, nil, err
	}
	gs := make(groups)
	for i := range b.arrivals {
		ev := b.arrivals[i].event
		if ev == nil {
			continue
		}
		own := true // the event itself comes first; what it brings along has no arrival of its own
		outcome := routing.Route(ev, func(id state.CustomerID, given state.Event) {
			at := -1
			if own && ev.Kind != state.KindRegistry {
				at, own = i, false
			}
			gs.of(id).add(given, at)
		})
		if ev.Kind == state.KindRegistry {
			r.Metrics.outcome(b.arrivals[i].record.Topic, outcome)
		}
	}
	return gs.sorted(), routing.touched(), nil
}

func (r *Runner) identities(ctx context.Context, b batch) (Routing, error) {
	var keys []state.Identifier
	for i := range b.arrivals {
		if ev := b.arrivals[i].event; ev != nil {
			keys = append(keys, Identifiers(ev)...)
		}
	}
	return loadRouting(ctx, r.Store, keys)
}

// deadLetters are the refused records of a batch: those that do not satisfy the contract, and those that lost against
// another content of the same revision.
func deadLetters(b batch, work []*group) []state.DeadLetter {
	var dead []state.DeadLetter
	for i := range b.arrivals {
		if a := &b.arrivals[i]; a.reject != nil {
			dead = append(dead, deadLetter(&a.record, a.reject))
		}
	}
	for _, g := range work {
		for i, outcome := range g.effects.Outcomes {
			if outcome == state.ConflictLost && g.arrivals[i] >= 0 {
				dead = append(dead, deadLetter(&b.arrivals[g.arrivals[i]].record, Conflicted(&g.events[i])))
			}
		}
	}
	return dead
}

func deadLetter(rec *Record, reject *contract.Reject) state.DeadLetter {
	return state.DeadLetter{
		Topic: rec.Topic, Partition: rec.Number, Offset: rec.Offset, Timestamp: rec.Timestamp,
		Key: rec.Key, Value: rec.Value, Headers: rec.Headers, Code: string(reject.Code), Detail: reject.Pointer + " " + reject.Message,
	}
}

// Conflicted is why an event that lost against another content of its revision is refused.
func Conflicted(ev *state.Event) *contract.Reject {
	return &contract.Reject{Code: contract.RevisionConflict, Pointer: "/data/revision", Message: fmt.Sprintf(
		"another content of revision %d is known and goes before it (later time, then greater id, source, data); new content takes a higher revision", ev.Revision)}
}
