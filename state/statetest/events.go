// Package statetest draws valid events of one customer for property tests.
//
// The events are meant to collide: few ids, so that payments meet invoices, come before them or miss them; few revisions,
// times and sources, so that repeats, stale revisions and conflicts are common; dates within half a year around [Start], so
// that facts lie in the past and in the future of the days that a test looks at; now and then a second currency.
package statetest

import (
	"encoding/json"
	"fmt"
	"strconv"

	"pgregory.net/rapid"

	"tocsin/state"
)

// Start is about the middle of the dates that bodies carry.
const Start state.Date = 20000 // 2024-10-03

// Events draws up to n events of a customer in no particular order. All are valid by the contract.
func Events(customer state.CustomerID, n int) *rapid.Generator[[]state.Event] {
	return rapid.Custom(func(t *rapid.T) []state.Event {
		length := max(1, []int{1, n / 3, n / 2, n}[even(t, "length", 2)])
		return rapid.SliceOfN(Event(customer), length, length).Draw(t, "events")
	})
}

// Day is what becomes known of a customer on one open day.
type Day struct {
	Date   state.Date
	Events []state.Event
}

// History draws up to n days in order, with up to perDay events each. Days may lie years apart, so that documents shrink.
// The events of a day are known within it in UTC.
func History(customer state.CustomerID, n, perDay int) *rapid.Generator[[]Day] {
	return rapid.Custom(func(t *rapid.T) []Day {
		days := make([]Day, rapid.IntRange(1, n).Draw(t, "days"))
		date := Start - 30
		for i := range days {
			date += state.Date(rapid.SampledFrom([]int{1, 1, 2, 7, 30, 90, 600}).Draw(t, "gap"))
			days[i] = Day{date, Events(customer, perDay).Draw(t, "events")}
			for j := range days[i].Events {
				second := state.Instant(rapid.IntRange(0, 86399).Draw(t, "second"))
				days[i].Events[j].KnownAt = (state.Instant(date-1)*86400 + second) * 1e9
			}
		}
		return days
	})
}

// Event draws one event of a customer.
func Event(customer state.CustomerID) *rapid.Generator[state.Event] {
	return rapid.Custom(func(t *rapid.T) state.Event {
		ev := state.Event{Customer: customer}
		ev.Kind, ev.Body = body(t, customer)
		if ev.Kind == state.KindRegistry {
			ev.Customer = ""
		}
		ev.Revision = int64(rapid.IntRange(1, 3).Draw(t, "revision"))
		ev.Time = state.Instant(Start)*86400e9 + state.Instant(rapid.IntRange(0, 1).Draw(t, "time"))
		ev.ID = fmt.Sprintf("%s/%d", ev.Body.Key(), ev.Revision)
		if rapid.IntRange(0, 7).Draw(t, "odd id") == 0 {
			ev.ID = "odd"
		}
		ev.Source = rapid.SampledFrom([]string{"urn:erp", "urn:erp", "urn:erp", "urn:bank"}).Draw(t, "source")
		switch rapid.IntRange(0, 15).Draw(t, "extra") {
		case 0:
			ev.Entity = "ACME-DE"
		case 1, 2:
			ev.Canonical = canonical(t, ev.Body)
		case 3, 4:
			ev.Ext = strconv.Itoa(rapid.IntRange(1, 2).Draw(t, "ext"))
		}
		ev.KnownAt = ev.Time
		return ev
	})
}

// even draws a number of some bits, each as likely as the other; rapid's own ranges love small numbers, of which histories
// of one event and of three cents are made.
func even(t *rapid.T, label string, bits int) int {
	n := 0
	for range bits {
		n <<= 1
		if rapid.Bool().Draw(t, label) {
			n |= 1
		}
	}
	return n
}

// canonical is data with members that no body has. It tells all that the body does, as a decoder's does.
func canonical(t *rapid.T, body state.Body) string {
	data, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(`{"body":%s,"ext":%d}`, data, rapid.IntRange(1, 2).Draw(t, "ext"))
}

// kinds weighs the kinds of event: documents that book on each other are most of a ledger. KindNone stands for conductKinds.
var kinds = []state.Kind{
	state.KindInvoice, state.KindInvoice, state.KindInvoice, state.KindInvoice, state.KindInvoice,
	state.KindPayment, state.KindPayment, state.KindPayment, state.KindPayment, state.KindInvoiceCredited, state.KindInvoiceCredited,
	state.KindInvoiceCancelled, state.KindInvoiceWrittenOff, state.KindPaymentApplied, state.KindPaymentReturned,
	state.KindOrder, state.KindOrder, state.KindOrderCancelled, state.KindLimit, state.KindLimit, state.KindProfile, state.KindRegistry,
	state.KindNone, state.KindNone, state.KindNone, state.KindNone, state.KindNone, // conduct
}

func body(t *rapid.T, customer state.CustomerID) (state.Kind, state.Body) {
	kind := kinds[even(t, "kind", 5)%len(kinds)]
	switch kind {
	case state.KindNone:
		return conduct(t)
	case state.KindInvoice:
		return kind, invoice(t)
	case state.KindPayment:
		return kind, payment(t)
	case state.KindInvoiceCredited:
		return kind, &state.CreditNote{
			CreditNoteID: id(t, "C"), CreditDate: date(t), Amount: money(t), Allocations: allocations(t), Cancelled: seldom(t, "cancelled"),
		}
	case state.KindInvoiceCancelled:
		return kind, &state.InvoiceCancelled{InvoiceID: id(t, "I"), CancelDate: date(t)}
	case state.KindInvoiceWrittenOff:
		return kind, &state.WriteOff{InvoiceID: id(t, "I"), WriteOffDate: date(t), Amount: money(t)}
	case state.KindPaymentApplied:
		return kind, &state.Application{PaymentID: id(t, "P"), AppliedDate: date(t), Allocations: allocations(t)}
	case state.KindPaymentReturned:
		return kind, &state.Return{PaymentID: id(t, "P"), ReturnDate: date(t), Amount: money(t), ReasonCode: "AM04", Allocations: allocations(t)}
	case state.KindOrder:
		return kind, order(t)
	case state.KindOrderCancelled:
		return kind, &state.OrderCancelled{OrderID: id(t, "O"), CancelDate: date(t)}
	case state.KindLimit:
		return kind, limit(t)
	case state.KindProfile:
		return kind, profile(t, customer)
	default:
		return state.KindRegistry, registryFact(t)
	}
}
