package detectors

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"tocsin/state"
)

// drawOrderer draws a customer who orders more or less regularly, and then perhaps no more; who owes something that may fall due late.
func drawOrderer(t *rapid.T) *books {
	b := newBooks()
	some := func(name string, few ...int) int { return rapid.SampledFrom(few).Draw(t, name) }
	if some("limited", 0, 1) == 1 {
		b = b.add(limit("4000", "2024-01-01"))
	}
	if some("new", 0, 1) == 1 {
		p := profile()
		p.CustomerSince = patternDay - state.Date(rapid.IntRange(0, 200).Draw(t, "since"))
		b = b.add(p)
	}
	every, last := some("every", 7, 20, 30, 45, 60, 75), some("last", 0, 10, 25, 40, 80, 300)
	for n, ago := some("orders", 1, 2, 3, 4, 5, 9, 15), last; n > 0; n-- {
		b = b.add(ordered(fmt.Sprint("O-", n), rapid.SampledFrom([]string{"300", "400", "400", "500", "2000"}).Draw(t, "gross"), ago))
		ago += every + rapid.IntRange(0, 4).Draw(t, "later")
	}
	for n := range some("owed", 0, 1, 2) {
		due := patternDay + state.Date(rapid.IntRange(-20, 150).Draw(t, "due"))
		b = b.add(invoice(fmt.Sprint("I-", n), rapid.SampledFrom([]string{"300", "600"}).Draw(t, "total"), (patternDay - 30).String(), due.String()))
	}
	return b
}

func TestPatternsNextIsNeverLaterThanTheFirstChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, b := NewOrderPatternBreak(), drawOrderer(t)
		d.LumpyOrders = rapid.SampledFrom([]int{3, 3, 1, 6}).Draw(t, "lumpy orders")
		checkNextOverDays(t, d, b, b.at(patternDay), b.customer())
	})
}

// Of a customer who orders no more it is not asked again before something can be raised: here that an invoice is due.
func TestACustomerWhoOrdersNoMoreIsLeftAlone(t *testing.T) {
	d, due := NewOrderPatternBreak(), date("2026-06-30")
	b := newBooks(oldCustomer())
	for ago := 40; ago < 400; ago += 30 {
		b = b.add(ordered(fmt.Sprint("O-", ago), "100", ago))
	}
	if v := d.Evaluate(b.at(patternDay)); v.Next <= patternDay+60 {
		t.Errorf("who owes nothing: next is %v", v.Next)
	}
	b = b.add(invoice("I-1", "400", "2026-02-02", "2026-03-31"), invoice("I-2", "200", "2026-02-02", due.String()))
	if v := d.Evaluate(b.at(patternDay)); v.Next != due+1 {
		t.Errorf("who owes something material from %v on: next is %v", due, v.Next)
	}
}
