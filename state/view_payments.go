package state

import "slices"

// The quick looks at the payments of some days. They allocate nothing, and tell of most customers that there is nothing to find.

// PaidSince tells whether there is a payment with a value date in (since, day].
func (v *View) PaidSince(since Date) bool { return len(v.paymentsSince(since)) > 0 }

// PaidInParts tells whether any invoice that cash with a value date in (since, day of the view] may have been booked on is not
// settled by one booking alone. Where it tells false none is paid in parts.
func (v *View) PaidInParts(since Date) bool {
	payments := v.paymentsSince(since)
	if v.book.past {
		return len(payments) > 0
	}
	return slices.ContainsFunc(payments, v.c.settledByMore)
}

// settledByMore tells whether an invoice that a payment names is not settled by it alone.
func (c *Customer) settledByMore(payment *fact) bool {
	if payment.source != nil {
		return payment.source.partlyPaid()
	}
	for _, allocations := range c.named(payment) {
		for i := range allocations {
			if invoice := c.tables[KindInvoice].find(allocations[i].InvoiceID); invoice != nil && invoice.partlyPaid() {
				return true
			}
		}
	}
	return false
}

// partlyPaid tells whether an invoice that is paid on is open, or was paid by more than one booking.
func (f *fact) partlyPaid() bool {
	return f.traits&receivable != 0 && (f.traits&(settled|discounted) == 0 || f.sources != nil && len(*f.sources) > 0)
}

// PaidWithoutReference counts the payments with a value date in (since, day] that bear no reference and whose amount counts.
func (v *View) PaidWithoutReference(since Date, counts func(Money) bool) int {
	n := 0
	for _, f := range v.paymentsSince(since) {
		if body := f.body.(*Payment); body.RemittanceRef == "" && counts(body.Amount) {
			n++
		}
	}
	return n
}

// PaysWhole tells whether a payment is of the total of the one invoice that it names, which nothing else has ever been booked on.
func (v *View) PaysWhole(p *Payment) bool {
	f := v.c.tables[KindPayment].find(p.PaymentID)
	if f == nil || f.source == nil || f.source.source != f || f.source.sources != nil && len(*f.source.sources) > 0 {
		return false
	}
	body := f.source.body.(*Invoice)
	return body.Total == p.Amount && body.IssueDate <= p.ValueDate && body.Factored != FactoringWithoutRecourse &&
		v.c.writeOff(body) == nil && v.c.cancelDate(body.InvoiceID) == 0
}

// DirectedSince tells whether the customer chose the invoice of any payment with a value date in (since, day].
func (v *View) DirectedSince(since Date) bool {
	for _, f := range v.paymentsSince(since) {
		for _, allocations := range v.c.named(f) {
			if slices.ContainsFunc(allocations, func(a Allocation) bool { return a.By == AllocatedByCustomer }) {
				return true
			}
		}
	}
	return false
}

// EachDirected shows the payments with a value date in (since, day] of which the customer chose an invoice, the newest first, until
// visit says no: the value date, and a day after which no line of those invoices is due.
func (v *View) EachDirected(since Date, visit func(on, due Date) bool) {
	for _, f := range slices.Backward(v.paymentsSince(since)) {
		if due := v.c.directedUntil(f); due != 0 && !visit(valued(f), due) {
			return
		}
	}
}

// MayPassOver tells whether a payment with a value date in (since, day] that the customer directed may have gone to a line due more
// than some days after another one that was open when that date closed. Where it tells false none has, by the facts known now.
func (v *View) MayPassOver(since Date, days int) bool {
	payments, settled := v.paymentsSince(since), v.book.settled
	if len(payments) == 0 {
		return false
	}
	if v.reshaped(since) {
		return v.DirectedSince(since)
	}
	oldest := v.oldestOpen()
	for i := range slices.Backward(payments) {
		f := payments[i]
		for n := len(settled); n > 0 && settled[n-1].On > valued(f); n-- {
			oldest = earlier(oldest, settled[n-1].fact.firstLine())
			settled = settled[:n-1]
		}
		if oldest != 0 && v.c.directedUntil(f) > oldest+Date(days) {
			return true
		}
	}
	return false
}

// reshaped tells whether what was open on a day after another one does not follow from what is open now and what was settled
// since: an invoice was cancelled or written off, plans or replacements may have other dates, or amounts are in more currencies than
// one.
func (v *View) reshaped(since Date) bool {
	return v.IsForeign() || len(v.c.tables[KindInvoiceWrittenOff].facts) > 0 || len(v.c.replacing) > 0 || v.c.conduct != nil && len(v.c.conduct.planning) > 0 ||
		slices.ContainsFunc(v.c.tables[KindInvoiceCancelled].facts, func(f *fact) bool {
			on := f.body.(*InvoiceCancelled).CancelDate
			return on > since && on <= v.Day
		})
}

// oldestOpen is the earliest day from which a line counts that is not settled; zero: there is none.
func (v *View) oldestOpen() Date {
	for i := range v.book.balances {
		for j := range v.book.balances[i].lines { // of one currency: the ledger is not foreign
			if line := &v.book.balances[i].lines[j]; !line.Settled && !line.Discounted {
				return line.Effective
			}
		}
	}
	return 0
}

// firstLine is a day before which no line of an invoice is due.
func (f *fact) firstLine() Date {
	body, first := f.body.(*Invoice), f.due
	for _, line := range body.Instalments {
		first = min(first, line.DueDate)
	}
	return earlier(first, body.Retention.DueDate)
}

// directedUntil is a day after which no line is due of the invoices that the customer chose for a payment; zero: he chose none.
func (c *Customer) directedUntil(payment *fact) (last Date) {
	for _, allocations := range c.named(payment) {
		for i := range allocations {
			if allocations[i].By != AllocatedByCustomer {
				continue
			}
			invoice := payment.source
			if invoice == nil {
				if invoice = c.tables[KindInvoice].find(allocations[i].InvoiceID); invoice == nil {
					continue
				}
			}
			body := invoice.body.(*Invoice)
			last = max(last, c.book.ledger.Calendar.Roll(max(invoice.due, body.Retention.DueDate)))
			for _, line := range body.Instalments {
				last = max(last, c.book.ledger.Calendar.Roll(line.DueDate))
			}
		}
	}
	return last
}
