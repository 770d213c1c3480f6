package state

import (
	"cmp"
	"slices"
	"strings"
)

// CashReceipt is a payment of which something is cleared cash: what of it is booked, and what may still be set against invoices.
type CashReceipt struct {
	Payment string
	On      Date // value date
	Parts   []CashPart
}

// CashPart is what of a receipt went to one invoice, in the invoice's currency, or is not applied yet, in the payment's.
type CashPart struct {
	Invoice string // empty: not applied
	Amount  Money
}

// Receipts are the cleared cash with a value date from a day up to the view's, by (On, Payment), as it is booked on the view's day.
// It is what virtual FIFO counts as cash and what is booked of the same kind: neither cash that can still come back, nor bills
// that are not yet due, nor deposits, nor what was returned.
func (v *View) Receipts(since Date) []CashReceipt {
	s := startSettling(v.Day)
	defer s.release()
	within := func(p *Payment) bool { return since <= p.ValueDate && p.ValueDate <= v.Day }
	for _, f := range v.paymentsSince(since - 1) {
		v.c.gather(s, f)
	}
	v.c.settle(s)
	parts := make([][]CashPart, len(s.facts))
	for i := range s.bookings {
		if b := &s.bookings[i]; b.cash && b.amount > 0 {
			invoice := s.facts[b.invoice].body.(*Invoice)
			parts[b.source] = append(parts[b.source], CashPart{invoice.InvoiceID, Money{b.amount, invoice.Total.Currency}})
		}
	}
	var list []CashReceipt
	for i, f := range s.facts {
		body, ok := f.body.(*Payment)
		g := &s.figures[i]
		if !ok || g.traits&free == 0 || !within(body) {
			continue
		}
		if g.open > 0 {
			parts[i] = append(parts[i], CashPart{"", Money{g.open, body.Amount.Currency}})
		}
		if len(parts[i]) > 0 {
			list = append(list, CashReceipt{body.PaymentID, body.ValueDate, parts[i]})
		}
	}
	slices.SortFunc(list, func(a, b CashReceipt) int {
		return cmp.Or(cmp.Compare(a.On, b.On), strings.Compare(a.Payment, b.Payment))
	})
	return list
}
