package state

import (
	"cmp"
	"slices"
	"strings"
)

// Outstanding is an invoice as long as it was not settled.
type Outstanding struct {
	*Invoice
	Due   Date // rolled forward to a business day
	Until Date // on which it was settled; zero: it is not
}

// Open tells whether the invoice was open, all of it due on one day and tested, when a day closed.
func (o *Outstanding) Open(day Date) bool {
	return o.IssueDate <= day && (o.Until == 0 || o.Until > day)
}

// Past is what a customer owed on the days since another one, where that follows from how it stands on the view's day.
type Past struct {
	Invoices []Outstanding // that were not settled when one of those days closed, by (Due, id)
	Most     int64         // no more than this was receivable when any of them closed, in minor units
}

// PastSince is what the customer owed on each day from the one after since to the view's. It tells false where that does not follow
// from how it stands now, but has to be derived for each day: where invoices were cancelled, written off or replaced, payments came
// back, were applied later or wait to be, disputes or plans name them, they have several lines, or amounts are in more
// currencies than one.
func (v *View) PastSince(since Date) (Past, bool) {
	if v.reshaped(since) || v.rebooked(since) || v.currency == 0 {
		return Past{}, false
	}
	past := Past{Most: v.exposure.Receivables}
	for _, f := range v.c.tables[KindInvoiceCredited].facts {
		if body := f.body.(*CreditNote); body.CreditDate > since && body.CreditDate <= v.Day {
			past.Most = add(past.Most, body.Amount.Minor)
		}
	}
	for _, f := range v.paymentsSince(since) {
		if v.c.isAhead(f) {
			return Past{}, false
		}
		past.Most = add(past.Most, f.body.(*Payment).Amount.Minor)
	}
	plain := true
	note := func(f *fact, until Date) {
		body := f.body.(*Invoice)
		plain = plain && v.c.isPlain(f, body) && body.Total.Currency == v.currency
		past.Invoices = append(past.Invoices, Outstanding{body, v.Ledger.Calendar.Roll(f.due), until})
	}
	for i := range slices.Backward(v.book.settled) {
		one := &v.book.settled[i]
		if one.On <= since {
			break
		}
		note(one.fact, one.On)
	}
	for i := range v.book.balances {
		b := &v.book.balances[i]
		plain = plain && b.cash.isZero() && b.credit.isZero()
		for j := range b.lines {
			if line := &b.lines[j]; !line.Settled && !line.Discounted {
				note(v.c.tables[KindInvoice].find(line.Invoice), 0)
			}
		}
	}
	if !plain {
		return Past{}, false
	}
	slices.SortFunc(past.Invoices, func(a, b Outstanding) int {
		return cmp.Or(cmp.Compare(a.Due, b.Due), strings.Compare(a.InvoiceID, b.InvoiceID))
	})
	return past, true
}

// rebooked tells whether a payment came back or was applied anew in (since, day].
func (v *View) rebooked(since Date) bool {
	return slices.ContainsFunc(v.c.tables[KindPaymentReturned].facts, func(f *fact) bool {
		on := f.body.(*Return).ReturnDate
		return on > since && on <= v.Day
	}) || slices.ContainsFunc(v.c.tables[KindPaymentApplied].facts, func(f *fact) bool {
		on := f.body.(*Application).AppliedDate
		return on > since && on <= v.Day
	})
}

// isPlain tells whether an invoice is one line, in no dispute, and named by nothing that is older than it.
func (c *Customer) isPlain(f *fact, body *Invoice) bool {
	if len(body.Instalments) > 0 || body.Retention.DueDate != 0 || f.source != nil && isOlder(f.source, body) ||
		c.conduct != nil && len(c.conduct.disputing.of(body.InvoiceID)) > 0 {
		return false
	}
	return f.sources == nil || !slices.ContainsFunc(*f.sources, func(source *fact) bool { return isOlder(source, body) })
}

// isOlder tells whether a payment or credit note is older than an invoice that it names.
func isOlder(source *fact, body *Invoice) bool { return valueDate(source.body) < body.IssueDate }

// isAhead tells whether a payment names an invoice that was not issued yet.
func (c *Customer) isAhead(payment *fact) bool {
	for _, allocations := range c.named(payment) {
		for i := range allocations {
			if invoice := c.tables[KindInvoice].find(allocations[i].InvoiceID); invoice == nil || isOlder(payment, invoice.body.(*Invoice)) {
				return true
			}
		}
	}
	return false
}
