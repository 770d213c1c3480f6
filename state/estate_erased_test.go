package state_test

import (
	"testing"

	"tocsin/state"
	"tocsin/state/statetest"
)

// What an erased customer was billed and paid long ago does not come back as the heir's debt when the heir is billed it again,
// whether it stands whole or has shrunk.
func TestWhatAnErasedCustomerPaidIsNotOwedByTheHeir(t *testing.T) {
	l, day, amount := ledger(t), statetest.Start, state.Money{Minor: 100, Currency: eur}
	for name, issued := range map[string]state.Date{"whole": day - 100, "shrunk": day - 1000} {
		invoice := func(customer state.CustomerID) state.Event {
			return state.Event{
				Kind: state.KindInvoice, Customer: customer, Stamp: state.Stamp{Revision: 1, ID: "i", Source: "urn:erp"},
				Body: &state.Invoice{InvoiceID: "INV-1", IssueDate: issued, DueDate: issued, Total: amount},
			}
		}
		paid := state.Event{
			Kind: state.KindPayment, Customer: customer, Stamp: state.Stamp{Revision: 1, ID: "p", Source: "urn:erp"},
			Body: &state.Payment{PaymentID: "PAY-1", ValueDate: issued, Amount: amount, Allocations: []state.Allocation{{InvoiceID: "INV-1", Amount: amount}}},
		}
		ends, heir := state.NewCustomer(customer), state.NewCustomer("C-9")
		apply(ends, issued, invoice(customer), paid)
		ends.Shrink(l, day)
		apply(ends, day, merged(customer, "C-9", 1, day))
		e := erasing
		e.Learn([]state.Event{invoice(customer), paid})
		erased := e.Applied(state.Applied{Estates: estates(ends)})

		heir.Inherit(day, erased.Estates)
		heir.Equip(&state.Day{Names: &e.Pseudonyms})
		apply(heir, day, invoice("C-9"))
		for when, c := range map[string]*state.Customer{"told": heir, "read again": reloadOn(t, heir, day)} {
			c.Equip(&state.Day{Names: &e.Pseudonyms})
			if got := c.View(l, day).Exposure().Receivables; got != 0 {
				t.Errorf("%s, %s: the heir owes %d, want nothing", name, when, got)
			}
		}
		stranger := reloadOn(t, heir, day)
		if got := stranger.View(l, day).Exposure().Receivables; got != 100 {
			t.Errorf("%s: without the names the heir owes %d, want 100: the test shows nothing", name, got)
		}
	}
}
