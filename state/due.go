package state

import (
	"cmp"
	"slices"
	"strings"
)

// originalDue is the due date by which risk is judged, as of a day: the one told in so many words; else, with replaces,
// the replaced invoice's; else the due date of the lowest revision seen. Chains are followed and cycles cut.
func (c *Customer) originalDue(f *fact, day Date) Date {
	var seen []*fact
	for {
		body := f.body.(*Invoice)
		if body.OriginalDueDate != 0 {
			return body.OriginalDueDate
		}
		var replaced *fact
		if body.Replaces != "" {
			replaced = c.tables[KindInvoice].find(body.Replaces)
		}
		if replaced == nil || replaced.body.(*Invoice).IssueDate > day {
			return f.firstDue()
		}
		if seen = append(seen, f); slices.Contains(seen, replaced) {
			return f.firstDue()
		}
		f = replaced
	}
}

// firstDue is the due date of the lowest revision seen of an invoice.
func (f *fact) firstDue() Date {
	if first := f.firstSeen(); first != nil {
		return first.Body.(*Invoice).DueDate
	}
	return f.body.(*Invoice).DueDate
}

// cancelDate is when an invoice is cancelled; zero: never.
func (c *Customer) cancelDate(invoice string) Date {
	if len(c.tables[KindInvoiceCancelled].facts) == 0 {
		return 0
	}
	if f := c.tables[KindInvoiceCancelled].find(invoice); f != nil {
		return f.body.(*InvoiceCancelled).CancelDate
	}
	return 0
}

// cancelled tells whether an invoice is cancelled as of a day.
func (c *Customer) cancelled(invoice string, day Date) bool {
	d := c.cancelDate(invoice)
	return d != 0 && d <= day
}

// writeOff is an invoice's write-off in its own currency, nil when there is none.
func (c *Customer) writeOff(invoice *Invoice) *WriteOff {
	if len(c.tables[KindInvoiceWrittenOff].facts) == 0 {
		return nil
	}
	f := c.tables[KindInvoiceWrittenOff].find(invoice.InvoiceID)
	if f == nil {
		return nil
	}
	body := f.body.(*WriteOff)
	if body.Amount.Currency != invoice.Total.Currency {
		return nil
	}
	return body
}

// dueLines appends the open lines of an invoice, one for each date: instalments and retention as far as the total goes,
// the rest with the invoice. What is paid went to the earliest lines. A kept plan has its dates instead of the earliest ones,
// and what is disputed is part of the earliest of all.
func dueLines(buf []DueLine, body *Invoice, g *figure, plan []instalment, calendar Calendar) []DueLine {
	whole := DueLine{Invoice: body.InvoiceID, Due: g.due, Open: g.open}
	if len(body.Instalments) == 0 && body.Retention.DueDate == 0 {
		buf = append(buf, whole)
	} else {
		buf = appendLines(buf, body, whole)
	}
	for i := range buf {
		buf[i].Scheduled = buf[i].Open
	}
	if len(plan) > 0 {
		buf = reschedule(buf, plan)
	}
	shielded := g.held
	for i := range buf {
		line := &buf[i]
		line.Effective = calendar.Roll(line.Due)
		line.Discounted = g.traits&discounted != 0
		if line.Settled = g.traits&settled != 0; !line.Settled {
			line.Disputed = min(shielded, line.Scheduled)
			shielded -= line.Disputed
			line.Tested = line.Scheduled - line.Disputed
		}
	}
	return buf
}

// appendLines appends the lines of an invoice with instalments or retention.
func appendLines(buf []DueLine, body *Invoice, whole DueLine) []DueLine {
	left := body.Total.Minor
	part := func(due Date, amount int64) {
		taken := min(left, amount)
		left -= taken
		buf = append(buf, DueLine{Invoice: whole.Invoice, Due: due, Open: taken})
	}
	for _, line := range body.Instalments {
		part(line.DueDate, line.Amount.Minor)
	}
	if body.Retention.DueDate != 0 {
		part(body.Retention.DueDate, body.Retention.Amount.Minor)
	}
	part(whole.Due, left)
	slices.SortStableFunc(buf, func(a, b DueLine) int { return cmp.Compare(a.Due, b.Due) })
	paid := body.Total.Minor - whole.Open
	open := buf[:0]
	for _, line := range buf {
		taken := min(paid, line.Open)
		paid -= taken
		line.Open -= taken
		switch {
		case line.Open == 0:
		case len(open) > 0 && open[len(open)-1].Due == line.Due:
			open[len(open)-1].Open += line.Open
		default:
			open = append(open, line)
		}
	}
	return open
}

func compareLines(a, b *DueLine) int {
	return cmp.Or(cmp.Compare(a.Effective, b.Effective), strings.Compare(a.Invoice, b.Invoice), cmp.Compare(a.Due, b.Due))
}

// searchLine is the place of a line.
func (b *balance) searchLine(line *DueLine) int {
	low, high := 0, len(b.lines)
	for low < high {
		middle := int(uint(low+high) / 2)
		if compareLines(&b.lines[middle], line) < 0 {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

func (b *balance) insertLine(line DueLine) {
	at := b.searchLine(&line)
	b.lines = slices.Insert(b.lines, at, line)
	if at < b.reached {
		b.reached++
	}
	b.tested = false
}

func (b *balance) removeLine(line DueLine) {
	at := b.searchLine(&line)
	b.lines = slices.Delete(b.lines, at, at+1)
	if at < b.reached {
		b.reached--
	}
	b.tested = false
}

// test sets free cash, then free credit, against the oldest lines: virtual FIFO. Lines of settled invoices are left out,
// since no test reads them.
func (b *balance) test() {
	if b.tested {
		return
	}
	b.tested = true
	for i := range b.lines[:b.reached] {
		if line := &b.lines[i]; !line.Settled {
			line.Tested = line.Scheduled - line.Disputed
		}
	}
	b.reached = 0
	left := add(b.cash.int64(), b.credit.int64())
	for i := range b.lines {
		if left <= 0 {
			return
		}
		taken := min(left, b.lines[i].Tested)
		b.lines[i].Tested -= taken
		left -= taken
		b.reached = i + 1
	}
}
