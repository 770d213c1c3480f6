package detectors

import (
	"fmt"
	"testing"

	"tocsin/state"
)

// steadily is a customer of so many invoices, the last due on the day on which it is judged, one every few days, who tells what each
// of his payments is for. How late he pays the n-th is told by late, and in how many payments by parts.
func steadily(invoices, every int, late func(n int) int, parts int, more ...state.Body) *Input {
	last := date("2025-12-01")
	bodies := more
	for n := range invoices {
		due := last - state.Date((invoices-1-n)*every)
		id := fmt.Sprintf("INV-%d", n)
		total := int64(100_000 + n*7919%50_000)
		bodies = append(bodies, &state.Invoice{InvoiceID: id, IssueDate: due - 30, DueDate: due, Total: state.Money{Minor: total, Currency: eur("1").Currency}})
		for part := range parts {
			on := due + state.Date(late(n)+3*part)
			if on > last {
				continue
			}
			amount := state.Money{Minor: total / int64(parts), Currency: eur("1").Currency}
			if part == parts-1 {
				amount.Minor = total - amount.Minor*int64(parts-1)
			}
			bodies = append(bodies, &state.Payment{
				PaymentID: fmt.Sprintf("P-%d-%d", n, part), ValueDate: on, Amount: amount, RemittanceRef: id,
				Allocations: []state.Allocation{{InvoiceID: id, Amount: amount, By: state.AllocatedByCustomer}},
			})
		}
	}
	return newBooks(bodies...).at(last)
}

func inTime(int) int { return 0 }

func alwaysLate(n int) int { return 10 + n*5%7 }

func anyhow(n int) int { return n * 37 % 60 }

// payers are customers who direct all that they pay, by what the detector has to look at.
var payers = []struct {
	name string
	in   func() *Input
}{
	{"in time", func() *Input { return steadily(50, 14, inTime, 1) }},
	{"late", func() *Input { return steadily(50, 14, alwaysLate, 1) }},
	{"anyhow", func() *Input { return steadily(50, 14, anyhow, 1) }},
	{"old small one", func() *Input {
		return steadily(50, 14, alwaysLate, 1, invoice("OLD", "400", "2025-01-01", "2025-02-03"))
	}},
	{"old large one", func() *Input {
		return steadily(50, 14, alwaysLate, 1, invoice("OLD", "4000", "2025-01-01", "2025-02-03"))
	}},
	{"in parts", func() *Input { return steadily(50, 14, alwaysLate, 2) }},
	{"1500 in time", func() *Input { return steadily(1500, 1, inTime, 1) }},
	{"1500 late", func() *Input { return steadily(1500, 1, alwaysLate, 1) }},
	{"1500 anyhow", func() *Input { return steadily(1500, 1, anyhow, 1) }},
	{"1500 old large one", func() *Input {
		return steadily(1500, 1, alwaysLate, 1, invoice("OLD", "4000", "2025-01-01", "2025-02-03"))
	}},
	{"1500 in parts", func() *Input { return steadily(1500, 1, alwaysLate, 2) }},
}

func BenchmarkPartialPayment(b *testing.B) {
	d := NewPartialPayment()
	for _, payer := range payers {
		b.Run(payer.name, func(b *testing.B) {
			in := payer.in()
			b.ReportAllocs()
			for b.Loop() {
				d.Evaluate(in)
			}
		})
	}
}
