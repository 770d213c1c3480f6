package consumer

import (
	"slices"
	"testing"

	"tocsin/detectors"
	"tocsin/state"
)

func TestWhoIsCore(t *testing.T) { // DOMAIN.md 0.6
	euro, _ := state.ParseCurrency("EUR")
	dollar, _ := state.ParseCurrency("USD")
	part := func(id string, currency state.Currency, sales, receivables int64) Part {
		return Part{state.CustomerID(id), currency, state.Share{Sales: sales, Receivables: receivables, Known: true}}
	}
	unknown := part("X", euro, 1, 1)
	unknown.Known = false
	for _, row := range []struct {
		name  string
		parts []Part
		want  []state.CustomerID
	}{
		{"nobody at all", nil, nil},
		{"5 % of the sales, and a cent less", []Part{part("C", euro, 500, 0), part("B", euro, 499, 0), part("A", euro, 9001, 0)}, []state.CustomerID{"A", "C"}},
		{"5 % of the receivables", []Part{part("B", euro, 0, 5), part("A", euro, 0, 95)}, []state.CustomerID{"A", "B"}},
		{"more credited than sold", []Part{part("B", euro, -50, 0), part("A", euro, 100, 0)}, []state.CustomerID{"A"}},
		{"more credited than sold in all", []Part{part("B", euro, -50, 0), part("A", euro, 10, 0)}, nil},
		{"several currencies and no base", []Part{part("B", dollar, 50, 0), part("A", euro, 100, 0)}, nil},
		{"a customer of no currency is no other currency", []Part{{Customer: "B"}, part("A", euro, 100, 0)}, []state.CustomerID{"A"}},
		{"an amount without rate", []Part{unknown, part("A", euro, 100, 0)}, nil},
	} {
		if got := Core(row.parts); !slices.Equal(got, row.want) {
			t.Errorf("%s: got %v, want %v", row.name, got, row.want)
		}
	}
}

// A year that slides on makes somebody core and lets him be it no more, with no event of his own; each time he is judged anew.
func TestACoreCustomerIsJudgedWhenTheDayTurns(t *testing.T) {
	day := state.DayClose{From: state.Day{Core: []state.CustomerID{"A", "B"}}, Core: []state.CustomerID{"B", "C"}}
	if got, want := day.Reclassed(), []state.CustomerID{"A", "C"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Another instance may have stepped a customer whose record is in memory.
func TestWhoIsCoreIsToldByTheStore(t *testing.T) {
	g := newRig(t, invoices)
	g.engine = testEngine(t, detectors.Config{Segments: []detectors.Segment{
		{When: `customer_class == "core"`, Overrides: []detectors.Override{{Signal: "overdue", Key: "warning_days", Value: "10"}}},
	}})
	g.start(g.store)
	sold := func(id state.CustomerID, invoice string, minor int64) state.Event {
		euro, _ := state.ParseCurrency("EUR")
		return state.Event{Kind: state.KindInvoice, Customer: id, KnownAt: g.now,
			Stamp: state.Stamp{Revision: 1, Time: g.now, ID: invoice + "/1", Source: "urn:test"},
			Body:  &state.Invoice{InvoiceID: invoice, Type: state.InvoiceTypeInvoice, IssueDate: firstDay, DueDate: firstDay + 30, Total: state.Money{Minor: minor, Currency: euro}}}
	}
	for _, ev := range []state.Event{sold("C-1", "I-1", 100), sold("C-2", "I-2", 100_000)} {
		g.broker.append(invoices, g.now, encode(&ev))
	}
	g.turns(10)
	want := func(want ...state.CustomerID) {
		t.Helper()
		if got, err := g.runner.core(t.Context()); err != nil || !slices.Equal(got, want) {
			t.Errorf("got %v, %v, want %v", got, err, want)
		}
	}
	want("C-2")
	other := &lane{engine: g.engine, engines: g.engines, store: g.store, workers: 1}
	work, err := other.step(t.Context(), g.runner.day, []*group{{customer: "C-1", events: []state.Event{sold("C-1", "I-3", 50_000)}, arrivals: []int{-1}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := g.store.Commit(t.Context(), g.runner.rows().gather(work)); err != nil {
		t.Fatal(err)
	}
	if k := g.runner.lane.cache.get("C-1"); k == nil || k.record.Seq != 1 {
		t.Fatalf("got %+v in memory, want the record as it was", k)
	}
	want("C-1", "C-2")
}
