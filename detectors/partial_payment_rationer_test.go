package detectors

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"tocsin/state"
)

// drawRationer draws over a year of a customer who pays late, from some day on mostly in parts, new ones first or in round sums;
// and a day on which it is asked of.
func drawRationer(t *rapid.T) (*books, state.Date) {
	b := newBooks()
	some := func(name string, few ...int) int { return rapid.SampledFrom(few).Draw(t, name) }
	currency := eur("1").Currency
	if some("currency", 0, 0, 0, 0, 0, 0, 1) == 1 {
		currency = usd
	}
	from, every, worse := some("from", 0, 300, 400), some("every", 9, 20, 35), some("worse", 1, 1, 2, 3, 0)
	if worse >= 2 {
		b = b.add(invoice("OLD", rapid.SampledFrom([]string{"9000", "90000"}).Draw(t, "old"), "2025-01-01", "2025-01-31"))
	}
	for day, n := 0, 0; day < 500; day, n = day+every, n+1 {
		id := fmt.Sprint("I-", n)
		due := firstDay + state.Date(day)
		inv := &state.Invoice{InvoiceID: id, IssueDate: due - 30, DueDate: due, Total: eur(rapid.SampledFrom([]string{"1000", "2000", "5000", "6000.50"}).Draw(t, "total"))}
		if inv.Total.Currency = eur("1").Currency; some("foreign", 0, 0, 0, 0, 0, 0, 0, 0, 1) == 1 {
			inv.Total.Currency = currency
		}
		b = b.add(inv)
		how := 0
		if day >= from {
			how = worse * some("so", 1, 1, 1, 0)
		}
		p := &state.Payment{PaymentID: "P-" + id, ValueDate: due + state.Date(some("late", -2, 0, 3, 20)), Amount: inv.Total}
		p.Allocations = []state.Allocation{{InvoiceID: id, Amount: p.Amount}}
		switch how {
		case 1:
			p.Amount.Minor /= 3
			p.Allocations[0].Amount = p.Amount
			if rest := some("rest", 0, 0, 7, 70); rest > 0 {
				left := state.Money{Minor: inv.Total.Minor - p.Amount.Minor, Currency: inv.Total.Currency}
				b = b.add(&state.Payment{PaymentID: "Q-" + id, ValueDate: p.ValueDate + state.Date(rest), Amount: left, Allocations: []state.Allocation{{InvoiceID: id, Amount: left}}})
			}
		case 2:
			p.Allocations[0].By = state.AllocatedByCustomer
			if some("in parts too", 0, 0, 1) == 1 {
				p.Amount.Minor /= 2
				p.Allocations[0].Amount = p.Amount
			}
		case 3:
			p.Amount, p.Allocations = eur("5000"), nil
		}
		b = b.add(p)
	}
	return b, firstDay + state.Date(from+some("day", 10, 25, 40, 50, 60, 75, 90, 120)+some("days", 0, 1, 2, 3, 4))
}

// drawRationing is a question about such a customer, of an episode or none.
func drawRationing(t *rapid.T) (*books, *Input) {
	b, day := drawRationer(t)
	in := b.at(day).drawStanding(t, find(Defaults(), partialPaymentSign.Signal))
	if rapid.IntRange(0, 3).Draw(t, "frozen") == 0 {
		in.Baseline = portion{int64(rapid.IntRange(0, 9).Draw(t, "usual")), 9}.encode()
	}
	return b, in
}

// What is told to who asks why a customer is or is not said to ration is what was judged; and the verdict is consistent.
func TestExplanationsOfRationingAreTheVerdict(t *testing.T) {
	r := find(Defaults(), partialPaymentSign.Signal)
	rapid.Check(t, func(t *rapid.T) {
		_, in := drawRationing(t)
		checkVerdict(t, r, in)
		in = in.on(in.View).stood(None, "")
		v, conditions := r.Detector.Evaluate(in), r.Detector.(Explainer).Explain(in)
		level, judged := reached(conditions)
		if judged == v.NotEvaluable || judged && level != v.Raise {
			t.Fatalf("%v, not evaluable: %v; explained as %v, %v: %+v", v.Raise, v.NotEvaluable, level, judged, conditions)
		}
	})
}

// Until the day that a verdict names, time alone changes nothing.
func TestRationingsNextIsNeverLaterThanTheFirstChange(t *testing.T) {
	d := NewPartialPayment()
	rapid.Check(t, func(t *rapid.T) {
		b, in := drawRationing(t)
		day, first := in.View.Day, d.Evaluate(in)
		customer := b.customer()
		last := first.Next
		if last == 0 {
			last = day + 500
		}
		for later := day + 1; later < last; later++ {
			if v := d.Evaluate(in.on(b.see(customer, later))); v.without(0) != first.without(0) {
				t.Fatalf("on %v: next is %v, but on %v\ngot  %s\nwant %s", day, first.Next, later, v.without(0), first.without(0))
			}
		}
	})
}

func TestWhatEndsRoundSumsIsTrueToTheCent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, in := drawRationing(t)
		checkRemedies(t, find(Defaults(), partialPaymentSign.Signal), b, in)
	})
}
