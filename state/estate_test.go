package state_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tocsin/state"
	"tocsin/state/statetest"
)

const predecessor = state.CustomerID("C-0")

// merged is a merge of a customer, at a revision.
func merged(customer, into state.CustomerID, revision int64, date state.Date) state.Event {
	return state.Event{
		Kind: state.KindMerged, Customer: customer, Body: &state.Merged{Into: into, MergeDate: date},
		Stamp: state.Stamp{Revision: revision, ID: "m", Source: "urn:crm"},
	}
}

func erased(customer state.CustomerID, revision int64, date state.Date) state.Event {
	return state.Event{
		Kind: state.KindErased, Customer: customer, Body: &state.Erased{EraseDate: date},
		Stamp: state.Stamp{Revision: revision, ID: "e", Source: "urn:crm"},
	}
}

func apply(c *state.Customer, day state.Date, events ...state.Event) state.Inputs {
	return c.Apply(day, events, make([]state.Outcome, len(events)))
}

// going are drawn events of a customer who goes on.
func going(t *rapid.T, customer state.CustomerID, label string) []state.Event {
	return slices.DeleteFunc(statetest.Events(customer, 12).Draw(t, label), func(ev state.Event) bool {
		return ev.Kind == state.KindMerged || ev.Kind == state.KindErased
	})
}

// countsForHeirs tells whether a kind of fact is the heir's too (DOMAIN.md 0.7: limits are not; who he was is not either).
func countsForHeirs(kind state.Kind) bool {
	return !slices.Contains([]state.Kind{state.KindProfile, state.KindRegistry, state.KindLimit, state.KindGradeOverride}, kind)
}

// An heir is what he would be had all of it been his: whenever the merge comes, and whatever comes before it, after it and in
// between.
func TestAnHeirHasTheFactsOfBoth(t *testing.T) {
	l := ledger(t)
	day := statetest.Start
	rapid.Check(t, func(t *rapid.T) {
		his, others := going(t, customer, "heir's"), going(t, predecessor, "predecessor's")
		direct := state.NewCustomer(customer)
		apply(direct, day, his...)
		for _, ev := range others {
			if ev.Customer = customer; countsForHeirs(ev.Kind) {
				apply(direct, day, ev)
			}
		}
		one, other := inherit(t, day, his, others), inherit(t, day, his, others)
		if !bytes.Equal(facts(one), facts(other)) {
			t.Fatalf("two ways to one heir:\n%x\n%x", facts(one), facts(other))
		}
		again := reloadOn(t, one, day)
		for _, on := range []state.Date{day, day - 30, day + 40} {
			if diff := difference(pictureOf(direct.View(l, on)), pictureOf(one.View(l, on))); diff != "" {
				t.Fatalf("day %v: not what it would be had all been his: %s", on, diff)
			}
			if diff := difference(pictureOf(one.View(l, on)), pictureOf(again.View(l, on))); diff != "" {
				t.Fatalf("day %v: after it was written and read: %s", on, diff)
			}
		}
	})
}

// inherit applies the events of an heir and a predecessor in a drawn order, with the merge somewhere among them.
func inherit(t *rapid.T, day state.Date, his, others []state.Event) *state.Customer {
	events := rapid.Permutation(slices.Concat(his, others, []state.Event{merged(predecessor, customer, 1, day)})).Draw(t, "order")
	heir, ends := state.NewCustomer(customer), state.NewCustomer(predecessor)
	if rapid.Bool().Draw(t, "look") {
		heir.View(ledger(t), day)
	}
	for _, ev := range events {
		if ev.Customer == customer || ev.Customer == "" && slices.ContainsFunc(his, func(e state.Event) bool { return e.Body == ev.Body }) {
			apply(heir, day, ev)
			continue
		}
		known := ends.Fate(day).Heir != ""
		apply(ends, day, ev)
		switch {
		case known && ev.Bequeathed():
			apply(heir, day, ev)
		case !known && ends.Fate(day).Heir == customer:
			heir.Inherit(day, estates(ends))
		}
	}
	return heir
}

// reloadOn is the customer as it comes back from its bytes, last stepped on a day.
func reloadOn(t interface{ Fatal(...any) }, c *state.Customer, day state.Date) *state.Customer {
	rec, err := state.DecodeRecord(state.AppendRecord(nil, &state.Record{Customer: c, Day: day}))
	if err != nil {
		t.Fatal(err)
	}
	return rec.Customer
}

// A higher revision may name another heir, or a later date: then nothing is left of the estate.
func TestAnEstateGoesWithItsMerge(t *testing.T) {
	day := statetest.Start
	for name, change := range map[string]state.Event{
		"another heir":   merged(predecessor, "C-9", 2, day),
		"a later date":   merged(predecessor, customer, 2, day+1),
		"into itself":    merged(predecessor, predecessor, 2, day),
		"another's heir": merged(predecessor, "C-8", 2, day),
	} {
		heir, ends := state.NewCustomer(customer), state.NewCustomer(predecessor)
		apply(heir, day, order(customer, "SO-1", 1))
		before := facts(heir)
		apply(ends, day, order(predecessor, "SO-1", 2), order(predecessor, "SO-2", 1), merged(predecessor, customer, 1, day))
		heir.Inherit(day, estates(ends))
		if got := heir.View(ledger(t), day).OpenOrderIDs(); !slices.Equal(got, []string{"SO-1", "SO-2"}) {
			t.Fatalf("%s: orders with the estate: got %v", name, got)
		}
		if apply(heir, day, change) == 0 || !bytes.Equal(facts(heir), before) {
			t.Errorf("%s: got %x, want what the heir was before: %x", name, facts(heir), before)
		}
		if got := heir.View(ledger(t), day).OpenOrderIDs(); !slices.Equal(got, []string{"SO-1"}) {
			t.Errorf("%s: orders without the estate: got %v", name, got)
		}
	}
}

// An estate that does not lead here changes nothing, however often it comes.
func TestAnEstateThatLeadsElsewhereChangesNothing(t *testing.T) {
	day := statetest.Start
	heir, ends := state.NewCustomer(customer), state.NewCustomer(predecessor)
	apply(heir, day, order(customer, "SO-1", 1))
	apply(ends, day, order(predecessor, "SO-2", 1), merged(predecessor, "C-9", 1, day))
	before := facts(heir)
	for range 2 {
		if changed := heir.Inherit(day, estates(ends)); changed != 0 || !bytes.Equal(facts(heir), before) {
			t.Errorf("got changed inputs %b, facts %x, want none, and what the heir was before: %x", changed, facts(heir), before)
		}
	}
}

// A merges into B, B into C: C has it all, and knows from the chain why.
func TestEstatesFollowChains(t *testing.T) {
	day := statetest.Start
	a, b, c := state.NewCustomer("A"), state.NewCustomer("B"), state.NewCustomer("C")
	apply(a, day, order("A", "SO-A", 1), merged("A", "B", 1, day))
	apply(b, day, order("B", "SO-B", 1), merged("B", "C", 1, day))
	b.Inherit(day, estates(a))
	c.Inherit(day, estates(b))
	wantOrders(t, c, "SO-A", "SO-B")
	if got := c.Brought(); !slices.Equal(got, []state.CustomerID{"A", "B"}) {
		t.Errorf("estates: got %v, want A and B", got)
	}
	apply(c, day, order("A", "SO-A2", 1))
	wantOrders(t, c, "SO-A", "SO-A2", "SO-B")
	apply(c, day, merged("B", "D", 2, day))
	wantOrders(t, c)
	if got := c.Brought(); len(got) > 0 {
		t.Errorf("estates after B goes elsewhere: got %v, want none", got)
	}
}

// Of merges that lead in a circle none counts, wherever one looks at it; who leads to the circle ends where he gets there.
func TestMergesInACircleHaveNoHeir(t *testing.T) {
	day := statetest.Start
	members := map[state.CustomerID]*state.Customer{}
	for customer, heir := range map[state.CustomerID]state.CustomerID{"A": "B", "B": "C", "C": "A", "D": "A"} {
		members[customer] = state.NewCustomer(customer)
		apply(members[customer], day, order(customer, fmt.Sprintf("SO-%s", customer), 1), merged(customer, heir, 1, day))
	}
	for range 4 { // hand on until everybody has it
		for _, id := range []state.CustomerID{"A", "B", "C", "D"} {
			members[members[id].Fate(day).Heir].Inherit(day, estates(members[id]))
		}
	}
	for id, want := range map[state.CustomerID][]string{"A": {"SO-A", "SO-D"}, "B": {"SO-B"}, "C": {"SO-C"}, "D": {"SO-D"}} {
		wantOrders(t, members[id], want...)
		wantOrders(t, reloadOn(t, members[id], day), want...)
		if got, want := members[id].Fate(day).Ended, id == "D"; got != want {
			t.Errorf("%s has ended: got %v, want %v", id, got, want)
		}
	}
	for _, id := range []state.CustomerID{"A", "B", "C"} { // C leaves the circle
		apply(members[id], day, merged("C", "E", 2, day))
	}
	wantOrders(t, members["A"], "SO-A", "SO-D")
	wantOrders(t, members["B"], "SO-A", "SO-B", "SO-D")
	wantOrders(t, members["C"], "SO-A", "SO-B", "SO-C", "SO-D")
}

// estates is what a customer leaves when its merge comes into effect.
func estates(c *state.Customer) (all [][]byte) {
	for _, id := range append([]state.CustomerID{c.ID}, c.Brought()...) {
		all = append(all, c.Estate(id))
	}
	return all
}

func wantOrders(t *testing.T, c *state.Customer, want ...string) {
	t.Helper()
	if got := c.View(ledger(t), statetest.Start).OpenOrderIDs(); !slices.Equal(got, want) {
		t.Errorf("orders of %s: got %v, want %v", c.ID, got, want)
	}
}

func order(customer state.CustomerID, id string, revision int64) state.Event {
	return state.Event{
		Kind: state.KindOrder, Customer: customer, Stamp: state.Stamp{Revision: revision, ID: id, Source: "urn:erp"},
		Body: &state.Order{OrderID: id, OrderDate: statetest.Start - 1, RequestedDelivery: statetest.Start + 5, Gross: state.Money{Minor: 100, Currency: eur}},
	}
}

var eur, _ = state.ParseCurrency("EUR")

// An erasure that was asked for is not put off by a later revision, whichever of both is known first.
func TestTheEarliestErasureCounts(t *testing.T) {
	day := statetest.Start
	for _, order := range [][]int64{{1, 2}, {2, 1}} {
		c := state.NewCustomer(customer)
		for _, revision := range order {
			apply(c, day, erased(customer, revision, day-1+state.Date(revision)*3))
		}
		if c.Fate(day+1).Erased || !c.Fate(day+2).Erased {
			t.Errorf("revisions in order %v: erased a day early or late", order)
		}
		if got := c.NextFate(day); got != day+2 {
			t.Errorf("revisions in order %v: next change: got %v, want %v", order, got, day+2)
		}
	}
}

// Which of two equal revisions stands where they contradict each other is decided by their texts, and a text may name its customer:
// it is decided by the words that were told of him, whether his heir hears of the second one later or takes both with his estate.
func TestEqualRevisionsOfAnEstateStandAsTheyDidBefore(t *testing.T) {
	asked := func(on state.Date, text string) state.Event {
		return state.Event{
			Kind: state.KindTermsRequest, Customer: predecessor, Body: &state.TermsRequest{RequestID: "R-1", RequestDate: on},
			Stamp: state.Stamp{Revision: 1, ID: "R-1/1", Source: "urn:erp", Canonical: text},
		}
	}
	day := statetest.Start
	one, other := asked(day-9, ""), asked(day-3, `{"customer_id":"C-0","zone":"DE"}`)
	for _, order := range [][2]state.Event{{one, other}, {other, one}} {
		heir, ends := state.NewCustomer(customer), state.NewCustomer(predecessor)
		apply(ends, day, merged(predecessor, customer, 1, day), order[0])
		heir.Inherit(day, estates(ends))
		apply(heir, day, order[1])
		apply(ends, day, order[1])
		late := state.NewCustomer(customer)
		late.Inherit(day, estates(ends))
		v, w := heir.View(ledger(t), day), late.View(ledger(t), day)
		if got, want := v.Requests()[0].RequestDate, w.Requests()[0].RequestDate; got != want {
			t.Errorf("second %q: heard of later %s, brought along %s", order[1].Canonical, got, want)
		}
	}
}
