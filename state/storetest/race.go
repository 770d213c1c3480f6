package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"tocsin/state"
)

// Race has two writers, each with its own access to the same store of the open day, name a customer and an event to the
// same identifier at the same moment, again and again: at first of one that nobody has named yet, and then of a row that is there.
// Whoever finds the row changed reads it and writes again. The error tells what went wrong, or which identifier lost one of them.
func Race(ctx context.Context, a, b state.Store, day state.Day) error {
	const identifiers, rounds = 10, 10
	for n := range identifiers {
		key := state.Identifier{Scheme: "duns", Value: fmt.Sprint(n)}
		for round := range rounds {
			customer, event := state.CustomerID(fmt.Sprintf("C-%d", round)), registryEvent(key, fmt.Sprint("case-", round), noon)
			var failures [2]error
			var running sync.WaitGroup
			running.Go(func() {
				failures[0] = insist(ctx, a, day, key, func(row *state.Identity) { row.Customers = append(row.Customers, customer) })
			})
			running.Go(func() {
				failures[1] = insist(ctx, b, day, key, func(row *state.Identity) { row.Events = append(row.Events, event) })
			})
			running.Wait()
			rows, err := a.Identities(ctx, []state.Identifier{key})
			if err := errors.Join(failures[0], failures[1], err); err != nil {
				return err
			}
			if named, told := len(rows[0].Customers), len(rows[0].Events); named != round+1 || told != round+1 {
				return fmt.Errorf("identifier %v has %d customers and %d events, want %d of each: %+v", key, named, told, round+1, rows[0])
			}
		}
	}
	return nil
}

// insist changes an identifier's row until the change is in.
func insist(ctx context.Context, s state.Store, day state.Day, key state.Identifier, change func(*state.Identity)) error {
	for {
		rows, err := s.Identities(ctx, []state.Identifier{key})
		if err != nil {
			return err
		}
		change(&rows[0])
		if err = s.Commit(ctx, &state.Commit{Day: day, Identifiers: rows}); !errors.Is(err, state.ErrStale) {
			return err
		}
	}
}

func identifierIsRacedFor(t *trial) {
	t.open()
	t.must(Race(t.Context(), t.store, t.store, today))
}
