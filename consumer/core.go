package consumer

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"tocsin/state"
)

// corePercent is the share of the ledger's sales of a year, or of its receivables, from which a customer is core.
const corePercent = 5

// Part is what one customer is of the whole.
type Part struct {
	Customer state.CustomerID
	Currency state.Currency // of the amounts; zero: the customer has no currency, and so no amounts
	state.Share
}

// Part is a customer's part of the whole at the close of a day, in the ledger's base currency; without one in its own. One who
// is gone has none.
func (e *Engine) Part(rec *state.Record, day state.Day) Part {
	if rec.Customer.Fate(day.Date).Gone() {
		return Part{Customer: rec.Customer.ID} // what it leaves is its heir's
	}
	rec.Customer.Equip(&day)
	view := rec.Customer.View(e.Ledger, day.Date)
	in := cmp.Or(e.Ledger.Base, view.Currency())
	return Part{rec.Customer.ID, in, view.Share(in)}
}

// Core lists the core customers (DOMAIN.md 0.6), sorted. There are none where the whole is not known: customers have several
// currencies and the ledger no base, or an amount needs an exchange rate that is not there.
func Core(parts []Part) []state.CustomerID {
	currency, sales, receivables := state.Currency(0), int64(0), int64(0)
	for _, p := range parts {
		if p.Currency == 0 {
			continue
		}
		if !p.Known || currency != 0 && p.Currency != currency {
			return nil
		}
		currency = p.Currency
		sales, receivables = state.Sum(sales, p.Sales), state.Sum(receivables, p.Receivables)
	}
	var core []state.CustomerID
	for _, p := range parts {
		if weighs(p.Sales, sales) || weighs(p.Receivables, receivables) {
			core = append(core, p.Customer)
		}
	}
	slices.Sort(core)
	return core
}

// weighs tells whether a part is large enough to be core.
func weighs(part, whole int64) bool {
	return part > 0 && whole > 0 && state.CompareProducts(part, 100, whole, corePercent) >= 0
}

// core are the core customers as the open day closes; none where no verdict rests on that, for it takes a look at every
// customer.
func (r *Runner) core(ctx context.Context) ([]state.CustomerID, error) {
	if !r.Engine.Judge.ReadsClass() {
		return nil, nil
	}
	ids, err := r.Store.Customers(ctx)
	if err != nil {
		return nil, fmt.Errorf("customers: %w", err)
	}
	parts := make([]Part, 0, len(ids))
	err = r.visit(ctx, ids, func(rec *state.Record) { parts = append(parts, r.Engine.Part(rec, r.day)) })
	if err != nil {
		return nil, err
	}
	return Core(parts), nil
}

// visit shows the records of customers as they stand in the store.
func (r *Runner) visit(ctx context.Context, ids []state.CustomerID, show func(*state.Record)) error {
	for chunk := range slices.Chunk(ids, surveyed) {
		held := slices.DeleteFunc(slices.Clone(chunk), func(id state.CustomerID) bool { return r.lane.cache.get(id) == nil })
		last, err := r.Store.LastRows(ctx, held)
		if err != nil {
			return fmt.Errorf("last rows of %d customers: %w", len(held), err)
		}
		records, err := r.lane.current(ctx, r.day, chunk, last)
		if err != nil {
			return err
		}
		for _, id := range chunk {
			show(records[id])
		}
	}
	return nil
}
