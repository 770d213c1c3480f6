package detectors

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"tocsin/state"
)

// drawPayers draws two years of a customer whose money comes from accounts and holders of all kinds: what other books of this
// package are too short for.
func drawPayers(t *rapid.T) *books {
	b := newBooks()
	day := func(name string, low, high int) state.Date {
		return firstDay + state.Date(rapid.IntRange(low, high).Draw(t, name))
	}
	if rapid.IntRange(0, 9).Draw(t, "profile") > 0 {
		p := profile()
		if p.Name = "Acme Ltd"; rapid.Bool().Draw(t, "since") {
			p.CustomerSince = day("customer since", -400, 600)
		}
		b = b.add(p)
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "invoices") {
		issued := day("issued", -100, 700)
		b = b.add(&state.Invoice{InvoiceID: fmt.Sprintf("I-%d", i), IssueDate: issued, DueDate: issued + 30, Total: eur("2000")})
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "orders") {
		id := fmt.Sprintf("O-%d", i)
		b = b.add(&state.Order{OrderID: id, OrderDate: day("ordered", -600, 600), Gross: eur("50")})
		if rapid.IntRange(0, 3).Draw(t, "order cancelled") == 0 {
			b = b.add(&state.OrderCancelled{OrderID: id, CancelDate: day("cancelled", 0, 700)})
		}
	}
	accounts := rapid.SampledFrom([][]string{{"own"}, {"own", "own", "", "b"}, {"own", "b", "c", "d", ""}, {""}}).Draw(t, "accounts")
	names := rapid.SampledFrom([][]string{{""}, {"ACME"}, {"Acme", "Acme", "", "Beta Ltd"}, {"Beta", "Acme", "Gamma"}}).Draw(t, "names")
	methods := rapid.SampledFrom([][]state.Method{{state.MethodCreditTransfer}, {state.MethodCreditTransfer, state.MethodBill, state.MethodCheque}}).Draw(t, "methods")
	turn := rapid.IntRange(0, 700).Draw(t, "turn")
	gap := rapid.SampledFrom([]int{10, 20, 80, 300}).Draw(t, "gap")
	for at, n := 0, 0; at < 700 && n < 40; at, n = at+rapid.IntRange(1, 2*gap).Draw(t, "next"), n+1 {
		p := &state.Payment{PaymentID: fmt.Sprintf("P-%02d", n), ValueDate: firstDay + state.Date(at), Amount: eur(rapid.SampledFrom([]string{"1000", "500", "499.99", "1"}).Draw(t, "paid"))}
		p.PayerAccount, p.PayerName, p.Method = accounts[0], names[0], methods[0]
		if at >= turn {
			p.PayerAccount = rapid.SampledFrom(accounts).Draw(t, "account")
			p.PayerName = rapid.SampledFrom(names).Draw(t, "name")
			p.Method = rapid.SampledFrom(methods).Draw(t, "method")
		}
		if p.Method == state.MethodCheque {
			p.MaturityDate = p.ValueDate + state.Date(rapid.IntRange(0, 1).Draw(t, "dated ahead"))
		}
		if b = b.add(p); rapid.IntRange(0, 9).Draw(t, "returned") == 0 {
			back := drawReturn(t, p)
			back.BookedInError = rapid.SampledFrom([]state.Flag{state.FlagUnset, state.FlagTrue}).Draw(t, "in error")
			b = b.add(back)
		}
	}
	for _, account := range rapid.SampledFrom([][]string{{}, {}, {"b"}, {"b", "c"}}).Draw(t, "verified") {
		b = b.add(&state.PayerVerified{AccountHash: account, VerifiedDate: day("verified", 0, 800)})
	}
	return b
}

func askPayers(t *rapid.T, b *books) *Input {
	return b.at(firstDay+state.Date(rapid.IntRange(0, 1000).Draw(t, "day"))).drawStanding(t, find(Defaults(), payerChangeSign.Signal))
}

func TestPayersNextIsNeverLaterThanTheFirstChange(t *testing.T) {
	d := NewPayerChange()
	rapid.Check(t, func(t *rapid.T) {
		b := drawPayers(t)
		in := askPayers(t, b)
		day, first := in.View.Day, d.Evaluate(in)
		customer := b.customer()
		if first.Next != 0 && first.Next <= day {
			t.Fatalf("on %v: next is %v", day, first.Next)
		}
		last := first.Next
		if last == 0 {
			last = day + 700
		}
		for later := day + 1; later < last; later++ {
			if v := d.Evaluate(in.on(b.see(customer, later))); v.without(0) != first.without(0) {
				t.Fatalf("on %v: next is %v, but on %v\ngot  %s\nwant %s", day, first.Next, later, v.without(0), first.without(0))
			}
		}
	})
}

func TestWhatClearsPayerChangesIsTrueToTheCent(t *testing.T) {
	r := find(Defaults(), payerChangeSign.Signal)
	rapid.Check(t, func(t *rapid.T) {
		b := drawPayers(t)
		in := askPayers(t, b)
		checkVerdict(t, r, in)
		checkRemedies(t, r, b, in)
	})
}

func TestPayerExplanationsAreTheVerdict(t *testing.T) {
	d := NewPayerChange()
	rapid.Check(t, func(t *rapid.T) {
		in := askPayers(t, drawPayers(t))
		v := d.Evaluate(in.stood(None, ""))
		conditions := d.Explain(in)
		level, judged := reached(conditions)
		if judged == v.NotEvaluable || judged && level != v.Raise {
			t.Fatalf("is %v, not evaluable: %v; explained as %v, %v: %+v", v.Raise, v.NotEvaluable, level, judged, conditions)
		}
	})
}
