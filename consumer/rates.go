package consumer

import (
	"context"
	"fmt"
	"slices"

	"tocsin/state"
)

// openDay is the open day of a store with the exchange rates and corporate groups that its steps read, and the names of those who are erased; found is
// false in a new store.
func openDay(ctx context.Context, store state.Store) (day state.Day, found bool, err error) {
	if day, found, err = store.Day(ctx); err != nil {
		return day, found, fmt.Errorf("open day: %w", err)
	}
	rows, err := store.Rates(ctx, 0)
	if err != nil {
		return day, found, fmt.Errorf("exchange rates: %w", err)
	}
	day.Rates = day.Rates.With(rows)
	if day.Affiliates, err = readAffiliates(ctx, store); err != nil {
		return day, found, err
	}
	if day.Erased > 0 {
		secret, err := store.Secret(ctx)
		if err != nil {
			return day, found, fmt.Errorf("secret of pseudonyms: %w", err)
		}
		names := state.NewPseudonyms(secret)
		day.Names = &names
	}
	return day, found, nil
}

// readRates reads what has become known of exchange rates since the day that was read last, so that rates has all that the
// store has. Which of it is in force is decided by the day, not by when it was read.
func (r *Runner) readRates(ctx context.Context) error {
	rows, err := r.Store.Rates(ctx, r.ratesSince)
	if err != nil {
		return fmt.Errorf("exchange rates: %w", err)
	}
	r.rates = r.rates.With(rows)
	return nil
}

// rateRows are the rows of a commit.
func rateRows(intake *state.RateIntake) []state.RateRow {
	slices.SortFunc(intake.Rows, func(a, b state.RateRow) int { return a.Compare(&b) })
	return intake.Rows
}
