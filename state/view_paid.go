package state

import (
	"slices"
	"strings"
)

// PaidInvoice is an invoice on which cash was booked, with how it was paid. Amounts are in minor units of its own currency.
type PaidInvoice struct {
	*Invoice
	Settled   bool  // within the settlement tolerance, or its discount was taken
	Tolerance int64 // what may be left open of a settled invoice
	Residual  int64 // open on the lines that are due
	Accepted  int64 // of what is open, what disputes that were accepted are about
	Planned   bool  // an instalment plan that is kept or completed names it
	Lines     []PaidLine
	Cash      []CashBit // in the order in which it was booked, line by line
}

// PaidLine is a due line of an invoice.
type PaidLine struct {
	Due  Date  // rolled forward to a business day
	Left int64 // open, but for what stands in a kept instalment plan
}

// CashBit is what an allocation of cash set against one due line of an invoice.
type CashBit struct {
	Payment  *Payment
	Position int   // of the allocation among its payment's
	Line     int   // its place among the invoice's lines
	Due      Date  // of the line
	Before   int64 // open on the line until then
	Amount   int64
	By       AllocatedBy
	Reason   ResidualReason
}

// PaidInvoices are the invoices on which cash with a value date in (since, day] is booked as of a day that is no later than the
// view's, by id. Invoices that do not exist then or were sold without recourse are left out.
func (v *View) PaidInvoices(since, day Date) []PaidInvoice {
	payments := v.c.received.between(since, day)
	if len(payments) == 0 {
		return nil
	}
	within := func(p *Payment) bool { return p.ValueDate > since && p.ValueDate <= day }
	s := startSettling(day)
	defer s.release()
	for _, f := range payments {
		v.c.gather(s, f)
	}
	v.c.settle(s)
	paid := make([]bool, len(s.facts))
	count := 0
	for i := range s.bookings {
		if b := &s.bookings[i]; b.amount > 0 && !paid[b.invoice] && b.cash && within(s.facts[b.source].body.(*Payment)) {
			paid[b.invoice] = true
			count++
		}
	}
	booked := make([][]*booking, len(s.facts))
	for i := range s.bookings {
		if b := &s.bookings[i]; b.amount > 0 && paid[b.invoice] {
			booked[b.invoice] = append(booked[b.invoice], b)
		}
	}
	accepted := v.c.accepted(s)
	list := make([]PaidInvoice, 0, count)
	p := paper{c: v.c, s: s, cash: make([]CashBit, 0, count), lines: make([]PaidLine, 0, count)}
	for i, f := range s.facts {
		if body, is := f.body.(*Invoice); is && paid[i] && s.figures[i].traits&receivable != 0 {
			one := p.paidInvoice(i, body, booked[i])
			one.Accepted = accepted[int32(i)]
			list = append(list, one)
		}
	}
	slices.SortFunc(list, func(a, b PaidInvoice) int { return strings.Compare(a.InvoiceID, b.InvoiceID) })
	return list
}

// paper is what paid invoices are written on, one after the other.
type paper struct {
	c     *Customer
	s     *settling
	due   []DueLine // of the invoice at hand
	cash  []CashBit
	lines []PaidLine
}

// paidInvoice sets the bookings of an invoice against its lines, the earliest first, and a write-off after them.
func (p *paper) paidInvoice(at int, body *Invoice, booked []*booking) PaidInvoice {
	g := &p.s.figures[at]
	one := PaidInvoice{
		Invoice: body, Settled: g.traits&(settled|discounted) != 0, Tolerance: tolerance(body.Total), Planned: p.c.planned(p.s, body.InvoiceID),
	}
	p.due = appendLines(p.due[:0], body, DueLine{Invoice: body.InvoiceID, Due: g.due, Open: body.Total.Minor})
	for i := range p.due {
		p.due[i].Effective = p.c.book.ledger.Calendar.Roll(p.due[i].Due)
	}
	open, first := body.Total.Minor, len(p.cash)
	for _, b := range booked {
		open -= b.amount
		p.set(b)
	}
	one.Cash = p.cash[first:len(p.cash):len(p.cash)]
	take(p.due, open-g.open)
	for _, part := range p.s.planOf(at) {
		take(p.due, part.amount)
	}
	first = len(p.lines)
	for i := range p.due {
		p.lines = append(p.lines, PaidLine{p.due[i].Effective, p.due[i].Open})
		if p.due[i].Effective <= p.s.day {
			one.Residual = add(one.Residual, p.due[i].Open)
		}
	}
	one.Lines = p.lines[first:len(p.lines):len(p.lines)]
	return one
}

// set sets a booking against the earliest lines.
func (p *paper) set(b *booking) {
	a, left := p.c.allocationOf(p.s, b), b.amount
	for i := range p.due {
		before := p.due[i].Open
		taken := min(left, before)
		p.due[i].Open -= taken
		left -= taken
		if taken > 0 && b.cash {
			p.cash = append(p.cash, CashBit{
				Payment: p.s.facts[b.source].body.(*Payment), Position: int(b.position), Line: i, Due: p.due[i].Effective,
				Before: before, Amount: taken, By: a.By, Reason: a.Residual,
			})
		}
	}
}

// take takes an amount off the earliest lines.
func take(lines []DueLine, amount int64) {
	for i := range lines {
		taken := min(amount, lines[i].Open)
		lines[i].Open -= taken
		amount -= taken
	}
}

// allocationOf is the allocation that a booking of cash comes from.
func (c *Customer) allocationOf(s *settling, b *booking) *Allocation {
	body, is := s.facts[b.source].body.(*Payment)
	if !is {
		return &Allocation{}
	}
	if application := c.application(body.PaymentID); application != nil && application.AppliedDate <= s.day {
		return &application.Allocations[b.position]
	}
	return &body.Allocations[b.position]
}

// planned tells whether an instalment plan names an invoice that is kept as of the day of a settling, or was completed.
func (c *Customer) planned(s *settling, invoice string) bool {
	for _, f := range c.facts(KindTermsRequest) {
		body := f.body.(*TermsRequest)
		if body.Type != RequestInstalmentPlan || body.RequestDate > s.day || !slices.Contains(body.InvoiceIDs, invoice) {
			continue
		}
		if body.Status == RequestCompleted || s.holds(f) && s.figures[f.slot].traits&kept != 0 {
			return true
		}
	}
	return false
}

// accepted is what disputes that were accepted by the day of a settling are about, by invoice: each goes to its invoices in
// the order listed, up to what is open on each.
func (c *Customer) accepted(s *settling) map[int32]int64 {
	if c.conduct == nil {
		return nil
	}
	var sums map[int32]int64
	for _, f := range c.sorted(KindDispute) {
		body := f.body.(*Dispute)
		left := c.acceptedAmount(body, s.day)
		for i, id := range body.InvoiceIDs {
			invoice := c.tables[KindInvoice].find(id)
			if left == 0 || invoice == nil || !s.holds(invoice) || slices.Contains(body.InvoiceIDs[:i], id) ||
				invoice.body.(*Invoice).Total.Currency != body.Amount.Currency {
				continue
			}
			if sums == nil {
				sums = map[int32]int64{}
			}
			part := min(left, s.figures[invoice.slot].open-sums[invoice.slot])
			left -= part
			sums[invoice.slot] += part
		}
	}
	return sums
}

// acceptedAmount is what of a dispute was accepted by a day: what its closing tells, else all of one that was accepted.
func (c *Customer) acceptedAmount(body *Dispute, day Date) int64 {
	closed := c.disputeClosed(body.DisputeID)
	switch {
	case closed == nil || closed.ClosedDate > day || body.OpenedDate > day || closed.Outcome != DisputeAccepted && closed.Outcome != DisputePartly:
		return 0
	case closed.Accepted.Told() && closed.Accepted.Currency == body.Amount.Currency:
		return min(closed.Accepted.Minor, body.Amount.Minor)
	case closed.Outcome == DisputeAccepted && !closed.Accepted.Told():
		return body.Amount.Minor
	}
	return 0
}
