package consumer

import (
	"errors"
	"testing"

	"tocsin/state"
)

// Two versions consume side by side, and the later one has been finished and steps a customer whom the earlier one has in memory.
func TestARunnerStopsWhereALaterVersionHasSteppedItsCustomer(t *testing.T) {
	g := newRig(t, invoices)
	g.order(invoices, g.now, "C-1", "SO-1")
	g.turns(10)
	later := state.Entry{
		Customer: "C-1", Seq: 2, Day: firstDay, Config: "test",
		Applied: state.AppendApplied(nil, &state.Applied{KnownAt: g.now, Events: []state.Event{orderEvent("C-1", "SO-2", g.now)}}),
	}
	later.Applied[0]++
	if err := g.store.Commit(t.Context(), &state.Commit{Day: g.runner.day, Entries: []state.Entry{later}}); err != nil {
		t.Fatal(err)
	}
	before, err := g.store.AllPositions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	g.order(invoices, g.now, "C-1", "SO-3")
	for range 10 {
		if err = g.turn(); err != nil {
			break
		}
	}
	if !errors.Is(err, state.ErrNewerVersion) {
		t.Fatalf("got %v, want %v", err, state.ErrNewerVersion)
	}
	after, err := g.store.AllPositions(t.Context())
	if err != nil || after[0].Next != before[0].Next {
		t.Errorf("position: got %d, %v, want %d: the order is still to be read", after[0].Next, err, before[0].Next)
	}
	if rows, err := g.store.Rows(t.Context(), "C-1"); err != nil || len(rows) != 2 {
		t.Errorf("got %d rows, %v, want those of before", len(rows), err)
	}
}
