package contract

import (
	"testing"
	"time"

	"tocsin/state"
)

var (
	utc    = time.UTC
	eur, _ = state.ParseCurrency("EUR")
)

// decoded is the event of a document that must be accepted.
func decoded(t *testing.T, doc string) state.Event {
	t.Helper()
	var ev state.Event
	d := newDecoder(t, Options{})
	if r := d.Decode([]byte(doc), 0, &ev); r != nil {
		t.Fatalf("%s: got %v, want an event", shorten(doc), r)
	}
	return ev
}

// What tables of accepted documents look at.
func invoiceOf(ev *state.Event) *state.Invoice { return ev.Body.(*state.Invoice) }
func total1(ev *state.Event) any               { return invoiceOf(ev).Total }
func scale(ev *state.Event) any                { return invoiceOf(ev).Total.Currency.Scale() }
func due(ev *state.Event) any                  { return invoiceOf(ev).DueDate }
func orders(ev *state.Event) any               { return len(invoiceOf(ev).OrderIDs) }
func factored(ev *state.Event) any             { return invoiceOf(ev).Factored }
func terms(ev *state.Event) any                { return invoiceOf(ev).Terms }
func rev(ev *state.Event) any                  { return ev.Revision }
func when(ev *state.Event) any                 { return ev.Time }
func known(ev *state.Event) any                { return ev.KnownAt }
func evID(ev *state.Event) any                 { return ev.ID }
func source(ev *state.Event) any               { return ev.Source }
func kindOf(ev *state.Event) any               { return ev.Kind }
func withdrawn(ev *state.Event) any            { return ev.Body.(*state.LimitRevision).Withdrawn }
func status(ev *state.Event) any               { return ev.Body.(*state.Order).Status }
func method(ev *state.Event) any               { return ev.Body.(*state.Payment).Method }
func registryKind(ev *state.Event) any         { return ev.Body.(*state.RegistryFact).Type }

func allocated(ev *state.Event) any {
	switch b := ev.Body.(type) {
	case *state.Payment:
		return len(b.Allocations)
	case *state.Application:
		return len(b.Allocations)
	}
	return -1
}
