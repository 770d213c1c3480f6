package state

import (
	"testing"
	"time"
)

// The facts of the tables below, in euros unless a name says otherwise. Dates are in 2025, written month-day.

func euros(major float64) Money { return Money{int64(major*100 + 0.5), currency("EUR")} }

func d25(monthDay string) Date { return on("2025-" + monthDay) }

// fact is an event of a body at a revision, known in order.
func event(revision int64, body Body) Event {
	return Event{
		Kind: kindOf(body), Customer: "C-1", Body: body,
		Stamp: Stamp{Revision: revision, Time: Instant(revision), ID: plainID(body.Key(), revision), Source: "urn:erp"},
	}
}

func invoice(id, issued, due string, total float64) *Invoice {
	return &Invoice{InvoiceID: id, IssueDate: d25(issued), DueDate: d25(due), Total: euros(total)}
}

func payment(id, valued string, amount float64, allocations ...Allocation) *Payment {
	return &Payment{PaymentID: id, ValueDate: d25(valued), Amount: euros(amount), Allocations: allocations}
}

func credit(id, dated string, amount float64, allocations ...Allocation) *CreditNote {
	return &CreditNote{CreditNoteID: id, CreditDate: d25(dated), Amount: euros(amount), Allocations: allocations}
}

func to(invoice string, amount float64) Allocation {
	return Allocation{InvoiceID: invoice, Amount: euros(amount)}
}

func base(id, from string, amount float64) *LimitRevision {
	return &LimitRevision{LimitID: id, Type: LimitBase, ValidFrom: d25(from), Amount: euros(amount)}
}

func temporary(id, from, until string, amount float64) *LimitRevision {
	return &LimitRevision{LimitID: id, Type: LimitTemporary, ValidFrom: d25(from), ValidTo: d25(until), Amount: euros(amount)}
}

func order(id, placed string, gross float64) *Order {
	return &Order{OrderID: id, OrderDate: d25(placed), Gross: euros(gross)}
}

// weekdayLedger is the ledger of the vectors.
func weekdayLedger(t testing.TB) *Ledger {
	return &Ledger{Calendar: weekdays(t), Zone: time.UTC, Horizon: 60, DisputeShield: 45}
}

// known is a customer of whom bodies are known, each at revision 1, on the first day of 2025.
func known(bodies ...Body) *Customer {
	c := NewCustomer("C-1")
	for _, body := range bodies {
		tell(c, event(1, body))
	}
	return c
}

func tell(c *Customer, events ...Event) (outcome Outcome) {
	for i := range events {
		var out [1]Outcome
		c.Apply(d25("01-01"), events[i:i+1], out[:])
		outcome = out[0]
	}
	return outcome
}
