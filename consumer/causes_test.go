package consumer

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tocsin/alerts"
	"tocsin/state"
)

// The close counts who disputes a batch by what is known then, whoever has stepped the customers; what it finds is in force from the
// next day on and stays, whatever comes late.
func TestACloseFindsCommonCauses(t *testing.T) {
	g := newRig(t, invoices)
	euro, _ := state.ParseCurrency("EUR")
	owed := state.Money{Minor: 1000_00, Currency: euro}
	publish := func(customer int, kind state.Kind, body state.Body) {
		ev := state.Event{
			Kind: kind, Customer: state.CustomerID(fmt.Sprint("C-", customer)), KnownAt: g.now, Body: body,
			Stamp: state.Stamp{Revision: 1, Time: g.now, ID: body.Key() + "/1", Source: "urn:test"},
		}
		g.broker.append(invoices, g.now, encode(&ev))
	}
	disputes := func(customer int) {
		for i := range 6 {
			publish(customer, state.KindInvoice, &state.Invoice{
				InvoiceID: fmt.Sprint("I-", i), Type: state.InvoiceTypeInvoice, IssueDate: firstDay - 40, DueDate: firstDay - 10, Total: owed, Batch: "lot-7",
			})
		}
		publish(customer, state.KindDispute, &state.Dispute{DisputeID: "D-1", OpenedDate: g.now.Date(time.UTC), InvoiceIDs: []string{"I-0", "I-1"}, Amount: owed})
	}
	stands := func() (ids []string) {
		for customer := 1; customer <= 7; customer++ {
			rec, _, err := RecordAt(t.Context(), g.store, g.engines, state.CustomerID(fmt.Sprint("C-", customer)), 0)
			if err != nil {
				t.Fatal(err)
			}
			if rec != nil && slices.ContainsFunc(g.engine.Judge.Signals(rec.Episodes), func(s alerts.Signal) bool { return s.Name == "dispute_stall" }) {
				ids = append(ids, string(rec.Customer.ID))
			}
		}
		return ids
	}
	for customer := 1; customer <= 5; customer++ {
		disputes(customer)
	}
	g.turns(20)
	if day, _, _ := g.store.Day(t.Context()); len(day.Causes) != 0 {
		t.Errorf("on the day itself: got %v", day.Causes)
	}
	if got, want := stands(), []string{"C-1", "C-2", "C-3", "C-4", "C-5"}; !slices.Equal(got, want) {
		t.Errorf("on the day itself: got %q, want %q", got, want)
	}

	g.start(g.store) // a process that has nobody in memory closes the day
	g.now = (firstDay + 1).Start(time.UTC) + state.Instant(12*time.Hour)
	disputes(6)
	g.turns(20)
	want := state.Causes{"lot-7": firstDay + 1}
	if day, _, _ := g.store.Day(t.Context()); day.Date != firstDay+1 || !cmp.Equal(day.Causes, want) {
		t.Errorf("on %s: got %v, want %v", day.Date, day.Causes, want)
	}
	for customer := 1; customer <= 5; customer++ { // there is nothing to dispute after all
		for i := range 6 {
			publish(customer, state.KindInvoiceCancelled, &state.InvoiceCancelled{InvoiceID: fmt.Sprint("I-", i), CancelDate: firstDay})
		}
	}
	g.turns(40)
	g.start(g.store)
	g.now = (firstDay + 2).Start(time.UTC) + state.Instant(12*time.Hour)
	disputes(7)
	g.turns(40)
	if day, _, _ := g.store.Day(t.Context()); day.Date != firstDay+2 || !cmp.Equal(day.Causes, want) {
		t.Errorf("on %s: got %v, want %v", day.Date, day.Causes, want)
	}
	if got := stands(); slices.Contains(got, "C-6") || slices.Contains(got, "C-7") {
		t.Errorf("whoever disputes a common cause: got %q", got)
	}
}
