package state_test

import (
	"testing"

	"pgregory.net/rapid"

	"tocsin/state"
	"tocsin/state/statetest"
)

// Moves lead back from what is owed on a day to what a view of each day before shows, and tell what was sold as Sales does.
func TestMovesLeadBackToWhatWasOwed(t *testing.T) {
	l := ledger(t)
	rapid.Check(t, func(t *rapid.T) {
		days := statetest.History(customer, 4, 8).Draw(t, "history")
		c := state.NewCustomer(customer)
		for _, day := range days {
			c.View(l, day.Date)
			applyInBatches(t, c, day.Date, day.Events)
			on := day.Date + state.Date(rapid.IntRange(-60, 60).Draw(t, "view"))
			since := on - state.Date(rapid.IntRange(1, 120).Draw(t, "since"))
			then := on - state.Date(rapid.IntRange(0, int(on-since)).Draw(t, "then"))
			led, sold := map[state.Currency]int64{}, map[state.Currency]int64{}
			c.View(l, day.Date)
			c.Then(l, on, func(v *state.View) {
				moves, known := v.Moves(since, nil)
				if !known {
					led = nil
					return
				}
				v.EachOwed(func(in state.Currency, owed int64) { led[in] += owed })
				for _, m := range moves {
					if m.On <= since || m.On > on {
						t.Fatalf("after %v up to %v: %+v", since, on, m)
					}
					sold[m.Currency] += m.Sold
					if m.On > then {
						led[m.Currency] -= m.Owed
					}
				}
				if amount, _, known := v.Sales(int(on-since), 0); known && v.Currency() != 0 && len(sold) == 1 && amount != sold[v.Currency()] {
					t.Fatalf("after %v up to %v: sold %d, want %d", since, on, sold[v.Currency()], amount)
				}
			})
			if led == nil {
				continue
			}
			c.Then(l, then, func(v *state.View) {
				v.EachOwed(func(in state.Currency, owed int64) { led[in] -= owed })
			})
			for in, difference := range led {
				if difference != 0 {
					t.Fatalf("from %v back to %v: %d of currency %v too much", on, then, difference, in)
				}
			}
		}
	})
}
