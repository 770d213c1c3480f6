package state_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/state"
	"tocsin/state/statetest"
)

// Whatever is known of a customer makes him active for 365 days, be it a limit or that somebody has called him.
func TestAnyFactMakesACustomerActive(t *testing.T) {
	l, at := ledger(t), statetest.Start.Start(time.UTC)+state.Instant(9*time.Hour)
	for kind, body := range map[state.Kind]state.Body{
		state.KindOrder:   &state.Order{OrderID: "SO-1", OrderDate: statetest.Start},
		state.KindLimit:   &state.LimitRevision{LimitID: "L-1", Type: state.LimitBase, ValidFrom: statetest.Start},
		state.KindContact: &state.Contact{ContactID: "K-1", ContactDate: statetest.Start},
		state.KindProfile: &state.Profile{Name: "Acme"},
	} {
		c := state.NewCustomer(customer)
		c.Apply(statetest.Start, []state.Event{{Kind: kind, Customer: customer, Stamp: state.Stamp{Revision: 1, Time: at}, Body: body}}, make([]state.Outcome, 1))
		for day, want := range map[state.Date]bool{statetest.Start - 1: false, statetest.Start: true, statetest.Start + 364: true, statetest.Start + 365: false} {
			if got := c.View(l, day).Active(); got != want {
				t.Errorf("kind %d: active on %v: got %t, want %t", kind, day, got, want)
			}
		}
	}
}

// Until the day that Active names a customer stays as active as he is.
func TestNobodyIsActiveBeforeTheDayThatActiveNames(t *testing.T) {
	l := ledger(t)
	rapid.Check(t, func(t *rapid.T) {
		c := state.NewCustomer(customer)
		events := statetest.Events(customer, 12).Draw(t, "events")
		for i := range events {
			events[i].Time += state.Instant(rapid.SampledFrom([]int{-500, -200, 0, 0, 30, 300}).Draw(t, "days off")) * state.Instant(24*time.Hour)
		}
		c.Apply(statetest.Start, events, make([]state.Outcome, len(events)))
		day := statetest.Start - 700
		active, next := c.Active(l, day)
		for ; day < statetest.Start+900; day++ {
			now, then := c.Active(l, day)
			if next != 0 && day < next && now != active || next == 0 && now != active {
				t.Fatalf("%v: active is %t, and was to be %t until %v", day, now, active, next)
			}
			if active, next = now, then; next != 0 && next <= day {
				t.Fatalf("%v: the next day is %v", day, next)
			}
		}
	})
}
