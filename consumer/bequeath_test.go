package consumer

import (
	"slices"
	"testing"

	"tocsin/state"
)

// portfolio steps customers as a batch does, heirs and all.
type portfolio struct {
	engine  *Engine
	records map[state.CustomerID]*state.Record
}

// step steps customers on a day and hands on what that changes.
func (p *portfolio) step(day state.Date, events ...state.Event) {
	var kin Kin
	one := func(id state.CustomerID, step Step) {
		if p.records[id] == nil {
			p.records[id] = &state.Record{Customer: state.NewCustomer(id)}
		}
		step.Day = state.Day{Date: day}
		effects := p.engine.Step(p.records[id], step, make([]state.Outcome, len(step.Events)))
		kin.Stepped(p.records[id].Customer, step, &effects)
	}
	byCustomer := make(map[state.CustomerID][]state.Event)
	var order []state.CustomerID
	for _, ev := range events {
		if byCustomer[ev.Customer] == nil {
			order = append(order, ev.Customer)
		}
		byCustomer[ev.Customer] = append(byCustomer[ev.Customer], ev)
	}
	for _, id := range order {
		one(id, Step{Events: byCustomer[id]})
	}
	for missing := kin.Missing(); len(missing) > 0; missing = kin.Missing() {
		for _, id := range missing {
			one(id, Step{})
		}
	}
	for id, legacy := range kin.Legacies() {
		one(id, Step{Events: legacy.Events, Estates: legacy.Estates})
	}
}

func (p *portfolio) wantBrought(t *testing.T, when string, want map[state.CustomerID][]state.CustomerID) {
	t.Helper()
	for id, rec := range p.records {
		if got := rec.Customer.Brought(); !slices.Equal(got, want[id]) {
			t.Errorf("%s: %s holds the estates of %v, want %v", when, id, got, want[id])
		}
	}
}

func merge(customer, into state.CustomerID, revision int64, date state.Date) state.Event {
	return state.Event{
		Kind: state.KindMerged, Customer: customer, Body: &state.Merged{Into: into, MergeDate: date},
		Stamp: state.Stamp{Revision: revision, ID: "m", Source: "urn:crm"},
	}
}

// B's merge comes into effect by its date on the day on which A is merged into B, and nobody has looked at B yet that day.
func TestAnHeirWhoseOwnMergeComesIntoEffectHandsOn(t *testing.T) {
	p := portfolio{defaultEngine(t), make(map[state.CustomerID]*state.Record)}
	day := state.DateOf(2026, 3, 2)
	p.step(day, merge("B", "C", 1, day+1))
	p.wantBrought(t, "before it", nil)
	p.step(day+1, merge("A", "B", 1, day+1))
	p.wantBrought(t, "on its day", map[state.CustomerID][]state.CustomerID{"B": {"A"}, "C": {"A", "B"}})
}

// A circle closes while one who led into it goes elsewhere: what is older must not go round behind what is newer.
func TestMergesThatLeadInACircleComeToRest(t *testing.T) {
	p := portfolio{defaultEngine(t), make(map[state.CustomerID]*state.Record)}
	day := state.DateOf(2026, 3, 2)
	p.step(day, merge("X", "A", 1, day), merge("A", "B", 1, day))
	p.wantBrought(t, "a chain", map[state.CustomerID][]state.CustomerID{"A": {"X"}, "B": {"A", "X"}})
	p.step(day, merge("B", "A", 1, day), merge("X", "D", 2, day))
	p.wantBrought(t, "a circle", map[state.CustomerID][]state.CustomerID{"A": {"B"}, "B": {"A"}, "D": {"X"}})
	p.step(day, merge("A", "D", 2, day))
	p.wantBrought(t, "a chain again", map[state.CustomerID][]state.CustomerID{"A": {"B"}, "D": {"A", "B", "X"}})
}
