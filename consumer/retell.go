package consumer

import (
	"context"
	"fmt"

	"tocsin/state"
)

// Retell plays a customer's whole journal through the engines that wrote it, and shows each row's day with the record and
// effects of its step. What it tells is what was told then.
func Retell(ctx context.Context, store state.Store, engines func(context.Context, string) (*Engine, error), customer state.CustomerID,
	visit func(day state.Date, rec *state.Record, effects *Effects)) error {
	day, _, err := store.Day(ctx)
	if err != nil {
		return fmt.Errorf("open day: %w", err)
	}
	rows, err := store.Rows(ctx, customer)
	if err != nil {
		return fmt.Errorf("journal of customer %s: %w", customer, err)
	}
	l := &lane{engines: engines, store: store}
	rec := &state.Record{Customer: state.NewCustomer(customer)}
	for i := range rows {
		effects, err := l.replay(ctx, day, rec, &rows[i])
		if err != nil {
			return fmt.Errorf("journal row %d of customer %s: %w", rows[i].Seq, customer, err)
		}
		visit(rows[i].Day, rec, &effects)
	}
	return nil
}

// Standing is a record as it stood at the close of the last day it was stepped on, in bytes that two ways to it share:
// promoted, and without the day.
func (e *Engine) Standing(rec *state.Record) []byte {
	copied := *rec
	copied.Episodes, copied.Told = e.Judge.Promote(rec.Episodes, rec.Told, rec.Day+1)
	copied.Promote(rec.Day + 1)
	copied.Day = 0
	return state.AppendRecord(nil, &copied)
}
