package state_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tocsin/state"
	"tocsin/state/statetest"
)

// A look at an earlier day from a view, be that of today or of a day past, shows what the view of that day would, and leaves
// the book as it was.
func TestEarlierDaysLookAlikeFromEverywhere(t *testing.T) {
	l := ledger(t)
	rapid.Check(t, func(t *rapid.T) {
		events := statetest.Events(customer, 24).Draw(t, "events")
		c, last := state.NewCustomer(customer), statetest.Start+400
		c.Apply(last, events, make([]state.Outcome, len(events)))
		day := statetest.Start + state.Date(rapid.IntRange(-30, 300).Draw(t, "day"))
		between := day + state.Date(rapid.IntRange(0, 100).Draw(t, "between"))
		plain := reload(t, c)
		want, today := pictureOf(plain.View(l, day)), pictureOf(reload(t, c).View(l, last))
		check := func(from string, v *state.View) {
			if diff := cmp.Diff(want, pictureOf(v)); diff != "" {
				t.Fatalf("from %s: want -, got +\n%s", from, diff)
			}
		}
		c.View(l, last).Earlier(day, func(v *state.View) { check("today", v) })
		c.Then(l, between, func(then *state.View) {
			then.Earlier(day, func(v *state.View) { check("a day past", v) })
		})
		c.View(l, between).Earlier(day, func(v *state.View) { check("a past view", v) })
		if diff := cmp.Diff(today, pictureOf(c.View(l, last))); diff != "" {
			t.Fatalf("afterwards: want -, got +\n%s", diff)
		}
	})
}
