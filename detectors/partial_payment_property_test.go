package detectors

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"tocsin/state"
)

// drawChoosy draws a customer who tells what his payments are for, and mostly trades plainly.
func drawChoosy(t *rapid.T) *books {
	b := newBooks()
	some := func(name string, few ...int) int { return rapid.SampledFrom(few).Draw(t, name) }
	odd := some("odd", 0, 0, 1)
	n := rapid.IntRange(3, 14).Draw(t, "invoices")
	for i := range n {
		due := firstDay + state.Date(rapid.IntRange(20, 90).Draw(t, "due"))
		total := rapid.SampledFrom([]string{"400", "499.99", "500", "1000", "1000", "1999.99", "2000", "9000", "90000"}).Draw(t, "total")
		id := fmt.Sprint("I-", i)
		inv := &state.Invoice{InvoiceID: id, IssueDate: due - 20, DueDate: due, Total: eur(total)}
		b = b.add(inv)
		if some("unpaid", 0, 0, 0, 1) == 1 {
			continue
		}
		p := &state.Payment{PaymentID: "P-" + id, ValueDate: due + state.Date(some("late", -25, -3, 0, 10, 25, 50)), Amount: inv.Total}
		p.Allocations = []state.Allocation{{InvoiceID: id, Amount: inv.Total, By: state.AllocatedByCustomer}}
		switch odd * some("odd payment", 0, 0, 0, 1, 2, 3, 4, 5, 6) {
		case 1:
			p.Allocations[0].Amount.Minor /= 2
		case 2:
			p.Allocations = nil
		case 3:
			b = b.add(&state.Return{PaymentID: p.PaymentID, ReturnDate: p.ValueDate + 9, Amount: p.Amount})
		case 4:
			b = b.add(&state.Application{PaymentID: p.PaymentID, AppliedDate: p.ValueDate + 9, Allocations: []state.Allocation{{InvoiceID: "I-0", Amount: p.Amount, By: state.AllocatedByCustomer}}})
		case 5:
			b = b.add(&state.Dispute{DisputeID: "D-" + id, OpenedDate: due, InvoiceIDs: []string{id}, Amount: inv.Total})
		case 6:
			b = b.add(&state.InvoiceCancelled{InvoiceID: id, CancelDate: due + 30})
		}
		b = b.add(p)
	}
	return b
}

// What was passed over is the same whether it is told from what is open now or looked up on each day; and what is left out of it
// because it decides nothing decides nothing.
func TestWhatWasPassedOverIsToldFromTheDayOrLookedUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := firstDay + state.Date(rapid.SampledFrom([]int{50, 60, 70, 80, 90, 100, 120, 140, 170}).Draw(t, "day")+rapid.IntRange(0, 9).Draw(t, "days"))
		in := drawChoosy(t).at(day)
		if rapid.Bool().Draw(t, "stood") {
			in = in.stood(Warning, cherryPicking)
		}
		if err := readAlike(in); err != nil {
			t.Fatal(err)
		}
	})
	told := 0
	for _, payer := range payers[:6] {
		in := payer.in()
		if err := readAlike(in); err != nil {
			t.Errorf("%s: %v", payer.name, err)
		}
		if quick := (&rationing{PartialPayment: NewPartialPayment(), in: in}); quick.eldersSince(in.View.Day-60) != nil {
			quick.read()
			if quick.isCherry() {
				told++
			}
		}
	}
	if told == 0 {
		t.Error("of no customer it is told from the day that an invoice was passed over")
	}
}

// readAlike compares what decides with all of it, and with all of it looked up on each day.
func readAlike(in *Input) error {
	d := NewPartialPayment()
	quick, slow := rationing{PartialPayment: d, in: in}, rationing{PartialPayment: d, in: in, whole: true, turning: true}
	quick.read()
	slow.read()
	if quick.isCherry() != slow.isCherry() {
		return fmt.Errorf("cherry picking: got %v of %v, want %v", quick.isCherry(), quick.cherry, slow.cherry)
	}
	if in.Standing > None && quick.clear() != slow.clear() {
		return fmt.Errorf("clear: got %v of %v, want %v", quick.clear(), quick.cherry, slow.cherry)
	}
	if whole := d.reading(in); whole.cherry.portion != slow.cherry.portion || whole.cherry.skipped != slow.cherry.skipped {
		return fmt.Errorf("all of it: got %v, want %v", whole.cherry, slow.cherry)
	}
	return nil
}

// Directed payments that pass nothing over cost a customer of fifty invoices nothing.
func TestDirectedPaymentsInOrderAllocateNothing(t *testing.T) {
	d := NewPartialPayment()
	for _, payer := range payers[:3] {
		in := payer.in()
		d.Evaluate(in)
		if got := testing.AllocsPerRun(100, func() { d.Evaluate(in) }); got != 0 {
			t.Errorf("%s: got %v allocations, want 0", payer.name, got)
		}
	}
}
