package consumer

import (
	"context"
	"errors"
	"fmt"

	"tocsin/state"
)

// Retell plays a customer's whole journal through the engines that wrote it, and shows each row's day with the record and
// effects of its step. What it tells is what was told then.
func Retell(ctx context.Context, store state.Store, engines func(context.Context, string) (*Engine, error), customer state.CustomerID,
	visit func(day state.Date, rec *state.Record, effects *Effects)) error {
	day, _, err := openDay(ctx, store)
	if err != nil {
		return err
	}
	l := &lane{engines: engines, store: store}
	return l.retell(ctx, day, customer, visit)
}

// retell plays the rows of a customer's journal up to a day.
func (l *lane) retell(ctx context.Context, day state.Day, customer state.CustomerID, visit func(state.Date, *state.Record, *Effects)) error {
	rows, err := l.store.Rows(ctx, customer)
	if err != nil {
		return fmt.Errorf("journal of customer %s: %w", customer, err)
	}
	rec := &state.Record{Customer: state.NewCustomer(customer)}
	for i := range rows {
		if rows[i].Day > day.Date {
			break
		}
		effects, err := l.replay(ctx, day, rec, &rows[i])
		if err != nil {
			return fmt.Errorf("journal row %d of customer %s: %w", rows[i].Seq, customer, err)
		}
		visit(rows[i].Day, rec, &effects)
	}
	return nil
}

// RecordAt is a customer's record as of the close of a day, from its journal, and what its views read of that day; zero is the
// open day as it stands. The record is nil where nothing of the customer was known by then.
func RecordAt(ctx context.Context, store state.Store, engines func(context.Context, string) (*Engine, error), customer state.CustomerID,
	at state.Date) (rec *state.Record, day state.Day, err error) {
	day, open, err := openDay(ctx, store)
	switch {
	case err != nil:
		return nil, day, err
	case !open:
		return nil, day, errors.New("the store has not opened a day yet: nothing was consumed into it")
	case at > day.Date:
		return nil, day, fmt.Errorf("%s has not come: the open day is %s", at, day.Date)
	case at != 0 && at < day.Date:
		day.Date = at
		if day.Core, err = store.Core(ctx, at); err != nil {
			return nil, day, fmt.Errorf("core customers of %s: %w", at, err)
		}
		stale, err := store.StaleInputs(ctx)
		if err != nil {
			return nil, day, fmt.Errorf("stale inputs: %w", err)
		}
		day.Stale = stale[at]
	}
	l := &lane{engines: engines, store: store}
	err = l.retell(ctx, day, customer, func(_ state.Date, played *state.Record, _ *Effects) { rec = played })
	return rec, day, err
}

// Standing is a record as it stands when a day closes, that of its last step or a later one: promoted, without what does not
// outlive the close, without its day, and without whom a clock has told (see [alerts.Judge.Untimed]). Any two ways to it share these bytes.
func (e *Engine) Standing(rec *state.Record, day state.Date) []byte {
	promoted, err := state.DecodeRecord(state.AppendRecord(nil, rec))
	if err != nil {
		panic(fmt.Sprintf("customer %s: a record that cannot be read back: %v", rec.Customer.ID, err))
	}
	e.promote(promoted, day+1)
	promoted.Day, promoted.Episodes = 0, e.Judge.Untimed(promoted.Episodes)
	return state.AppendRecord(nil, promoted)
}
