package consumer

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"tocsin/state"
)

// A common cause is a batch that many customers dispute (DOMAIN.md D08). Whoever closes a day counts who does, by the facts as they are
// then, and what he finds is in force from the next day on, for ever: so no verdict depends on who came first, and nothing that
// comes late changes what was told. A step that changes facts says until when the customer has to be looked at, so that a close
// reads the records of few.

// DisputedBatches are the batches that a customer disputes at the close of a day. One who is gone disputes nothing: what it leaves is
// its heir's.
func (e *Engine) DisputedBatches(rec *state.Record, day state.Day) []string {
	if rec.Customer.Fate(day.Date).Gone() {
		return nil
	}
	rec.Customer.Equip(&day)
	return rec.Customer.View(e.Ledger, day.Date).DisputedBatches()
}

// causes are the batches that are found to be common causes as the open day closes.
func (r *Runner) causes(ctx context.Context) ([]string, error) {
	ids, err := r.Store.Disputants(ctx, r.day.Date)
	if err != nil {
		return nil, fmt.Errorf("customers who dispute: %w", err)
	}
	if len(ids) < state.CauseCustomers {
		return nil, nil
	}
	var disputed [][]string
	err = r.visit(ctx, ids, func(rec *state.Record) { disputed = append(disputed, r.Engine.DisputedBatches(rec, r.day)) })
	if err != nil {
		return nil, err
	}
	return r.day.Causes.Found(disputed), nil
}

// disputants are the customers at whom closes have to look, by what steps have changed.
func disputants(day state.Date, work []*group) (all []state.Disputant) {
	for _, g := range work {
		if !g.waits && g.effects.Changed && g.effects.Disputes >= day {
			all = append(all, state.Disputant{Customer: g.customer, Until: g.effects.Disputes})
		}
	}
	slices.SortFunc(all, func(a, b state.Disputant) int {
		return cmp.Or(cmp.Compare(a.Customer, b.Customer), cmp.Compare(b.Until, a.Until))
	})
	return slices.CompactFunc(all, func(a, b state.Disputant) bool { return a.Customer == b.Customer }) // an heir is stepped twice
}
