package main

import (
	"context"
	"errors"
	"slices"

	"tocsin/consumer/contract"
	"tocsin/state"
	"tocsin/state/sqlite"
)

// compare reads the store that a history has left and holds it against its own journal and against backtests.
func (j *journey) compare(ctx context.Context) (faults []string, err error) {
	store, err := sqlite.Open(ctx, j.path(), ownStore)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	r := &recount{ledger: j.ledger, dir: j.dir, last: j.last(), ahead: journeyAhead}
	if r.lines, err = j.lines(ctx, store); err != nil {
		return nil, err
	}
	for _, day := range j.days {
		r.days = append(r.days, day.Date)
	}
	return r.faults(ctx, store)
}

// lines are what was published as a file of events: of those who are erased by now without what the store erases of them, for
// what it has of them is what it would have if nothing else had ever been published.
func (j *journey) lines(ctx context.Context, store state.Store) (lines []byte, err error) {
	secret, err := store.Secret(ctx)
	if err != nil {
		return nil, err
	}
	erased, err := store.Erased(ctx)
	if err != nil {
		return nil, err
	}
	gone := make(map[state.CustomerID]*state.Erasure)
	for i := range j.published {
		e := &state.Erasure{Pseudonyms: state.NewPseudonyms(secret), Customer: j.published[i].Customer}
		if slices.Contains(erased, e.Pseudonym()) {
			gone[e.Customer] = e
		}
	}
	for _, ev := range j.published {
		left := true
		for _, e := range gone {
			if left {
				ev, left = e.Event(ev)
			}
		}
		if left {
			lines = append(append(lines, contract.Encode(&ev)...), '\n')
		}
	}
	return lines, nil
}
