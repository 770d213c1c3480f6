package state

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// settling derives the figures of some components as of a day.
type settling struct {
	day      Date
	facts    []*fact
	figures  []figure // of facts, index by index
	bookings []booking
	plans    []planned
	next     Date // first later day on which a figure changes by time alone
	view     View // as of that day, where somebody looks
	settledInvoices
	crossings
}

// settlings holds settlings that are not in use. One is needed for every event, and is the largest thing that it would
// allocate.
var settlings = sync.Pool{New: func() any { return new(settling) }}

// startSettling is a settling as of a day; release it.
func startSettling(day Date) *settling {
	s := settlings.Get().(*settling)
	s.day, s.next = day, 0
	return s
}

// release gives a settling back, without what it held.
func (s *settling) release() {
	clear(s.facts)
	clear(s.bookings)
	s.facts, s.figures, s.bookings, s.plans, s.view = s.facts[:0], s.figures[:0], s.bookings[:0], s.plans[:0], View{}
	s.crossings.clear()
	s.settledInvoices.clear()
	settlings.Put(s)
}

// booking is what a payment or credit note sets against an invoice: what it says, and after settling what it could.
type booking struct {
	date            Date
	cash            bool
	id              string // of the payment or credit note
	position        int32  // among its allocations
	rate            int32  // of the source's currency, where it is not the invoice's: see crossings
	source, invoice int32  // indices of facts
	amount          int64  // in the invoice's currency
}

// compareBookings is the order in which bookings take what is left: by date, credit note before cash, id, position.
func compareBookings(a, b booking) int {
	return cmp.Or(cmp.Compare(a.date, b.date), boolCompare(a.cash, b.cash), strings.Compare(a.id, b.id), cmp.Compare(a.position, b.position))
}

func boolCompare(a, b bool) int { return cmp.Compare(boolByte(a), boolByte(b)) }

// note takes a fact in, once, and returns its index.
func (s *settling) note(f *fact) int32 {
	if int(f.slot) >= len(s.facts) || s.facts[f.slot] != f {
		f.slot = int32(len(s.facts))
		s.facts = append(s.facts, f)
	}
	return f.slot
}

// gather takes in the component of a fact, which is everything that it is related to directly or over others, with the
// bookings in effect on the day.
func (c *Customer) gather(s *settling, seed *fact) {
	at := len(s.facts)
	if int(s.note(seed)) < at {
		return
	}
	s.open(at)
	for ; at < len(s.facts); at++ {
		f := s.facts[at]
		switch body := f.body.(type) {
		case *Invoice:
			c.gatherInvoice(s, f, body)
		case *CreditNote:
			in := body.CreditDate <= s.day && body.Cancelled != FlagTrue
			c.gatherAllocations(s, body.Allocations, in, booking{date: body.CreditDate, id: body.CreditNoteID, source: int32(at)})
		case *Payment:
			c.gatherPayment(s, int32(at), body)
		case *Order:
			for _, deposit := range c.deposits.of(body.OrderID) {
				s.note(deposit.fact)
				s.crossDeposit(body, deposit.fact.body.(*Payment))
			}
		default:
			c.gatherConduct(s, body)
		}
	}
	s.close(len(s.facts))
}

func (c *Customer) gatherInvoice(s *settling, f *fact, body *Invoice) {
	if f.source != nil {
		s.note(f.source)
	}
	if f.sources != nil {
		for _, source := range *f.sources {
			s.note(source)
		}
	}
	if body.Replaces != "" {
		if replaced := c.tables[KindInvoice].find(body.Replaces); replaced != nil {
			s.note(replaced)
		}
	}
	for _, replacement := range c.replacing.of(body.InvoiceID) {
		s.note(replacement.fact)
	}
	if c.conduct != nil {
		c.conduct.gatherNaming(s, body.InvoiceID)
	}
}

// gatherPayment takes in a payment's invoices, and the order that it is a deposit for. Its allocations are those of its payment.applied from that one's date on,
// and less by what a return took back.
func (c *Customer) gatherPayment(s *settling, at int32, body *Payment) {
	if body.DepositForOrder != "" {
		if order := c.tables[KindOrder].find(body.DepositForOrder); order != nil {
			s.note(order)
		}
	}
	application, returned := c.application(body.PaymentID), c.returned(body)
	applies := application != nil && application.AppliedDate <= s.day
	back := returned != nil && returned.ReturnDate <= s.day
	in := body.ValueDate <= s.day && (!back || len(returned.Allocations) > 0)
	first := len(s.bookings)
	of := booking{date: body.ValueDate, cash: true, id: body.PaymentID, source: at}
	c.gatherAllocations(s, body.Allocations, in && !applies, of)
	if application != nil {
		of.date = max(of.date, application.AppliedDate)
		c.gatherAllocations(s, application.Allocations, in && applies, of)
	}
	if back {
		reduceBookings(s, s.bookings[first:], returned.Allocations)
	}
}

// gatherAllocations takes in the invoices that allocations name and, if they are in effect, what they book.
func (c *Customer) gatherAllocations(s *settling, allocations []Allocation, in bool, of booking) {
	for i := range allocations {
		a := &allocations[i]
		invoice := s.facts[of.source].source
		if invoice == nil {
			if invoice = c.tables[KindInvoice].find(a.InvoiceID); invoice == nil {
				continue
			}
		}
		slot := s.note(invoice)
		if !in || a.Amount.Currency != invoice.body.(*Invoice).Total.Currency {
			continue
		}
		source := s.facts[of.source].body
		if of.rate = 0; a.Amount.Currency != amountOf(source).Currency {
			if of.rate = c.cross(s, invoice.body.(*Invoice), source); of.rate == 0 {
				continue
			}
		}
		of.invoice, of.position, of.amount = slot, int32(i), a.Amount.Minor
		s.bookings = append(s.bookings, of)
	}
}

// reduceBookings takes what a return took back off the bookings of its payment.
func reduceBookings(s *settling, bookings []booking, returned []Allocation) {
	for i := range returned {
		left := returned[i].Amount.Minor
		for j := range bookings {
			b := &bookings[j]
			if invoice := s.facts[b.invoice].body.(*Invoice); invoice.InvoiceID == returned[i].InvoiceID && invoice.Total.Currency == returned[i].Amount.Currency {
				taken := min(left, b.amount)
				b.amount -= taken
				left -= taken
			}
		}
	}
}

// amountOf is the amount of a payment, credit note or invoice.
func amountOf(body Body) Money {
	switch b := body.(type) {
	case *Payment:
		return b.Amount
	case *CreditNote:
		return b.Amount
	case *Invoice:
		return b.Total
	}
	return Money{}
}

// returned is the payment.returned of a payment, nil when there is none. One in another currency than its payment takes
// nothing back: what it is worth is not known.
func (c *Customer) returned(payment *Payment) *Return {
	if len(c.tables[KindPaymentReturned].facts) == 0 {
		return nil
	}
	f := c.tables[KindPaymentReturned].find(payment.PaymentID)
	if f == nil {
		return nil
	}
	body := f.body.(*Return)
	if body.Amount.Currency != payment.Amount.Currency {
		return nil
	}
	return body
}

// settle derives the figures of all facts gathered.
func (c *Customer) settle(s *settling) {
	for _, f := range s.facts {
		s.figures = append(s.figures, c.unbooked(s, f))
	}
	if len(s.bookings) > 1 {
		slices.SortFunc(s.bookings, compareBookings)
	}
	for i := range s.bookings {
		c.bookOne(s, &s.bookings[i])
	}
	for i, f := range s.facts {
		g := &s.figures[i]
		switch body := f.body.(type) {
		case *Invoice:
			c.finishInvoice(s, f, body, g)
		case *Payment:
			c.finishPayment(s, body, g)
		case *CreditNote:
			finishCredit(s, body, g)
		case *Order:
			c.finishOrder(s, body, g)
		default:
			c.finishConduct(s, body, g)
		}
	}
	if c.conduct != nil {
		c.shieldDisputed(s)
		c.schedulePlans(s)
	}
	s.markCrossings()
}

// unbooked is a document before anything is booked: its whole amount is open, if it exists on the day.
func (c *Customer) unbooked(s *settling, f *fact) figure {
	switch body := f.body.(type) {
	case *Invoice:
		if body.IssueDate <= s.day && !c.cancelled(body.InvoiceID, s.day) {
			return figure{open: body.Total.Minor}
		}
	case *Payment:
		if body.ValueDate > s.day {
			return figure{}
		}
		total := body.Amount.Minor
		if returned := c.returned(body); returned != nil && returned.ReturnDate <= s.day {
			total -= min(total, returned.Amount.Minor)
		}
		return figure{open: total, held: total}
	case *CreditNote:
		if body.CreditDate <= s.day && body.Cancelled != FlagTrue {
			return figure{open: body.Amount.Minor}
		}
	}
	return figure{}
}

// bookOne sets a booking against its invoice as far as source and invoice go. What a payment that can still come back
// covers of a sold or written-off receivable is not held against the customer: receiving it has not lowered exposure.
func (c *Customer) bookOne(s *settling, b *booking) {
	source, invoice := &s.figures[b.source], &s.figures[b.invoice]
	taken := s.take(b, source.open, invoice.open)
	before := invoice.open
	source.open -= taken
	invoice.open -= b.amount
	body := s.facts[b.invoice].body.(*Invoice)
	if s.inDiscount(b, body) {
		invoice.held += b.amount // until the invoice is finished
	}
	if body.Factored == FactoringWithoutRecourse {
		source.held -= min(source.held, taken)
	} else if w := c.writeOff(body); w != nil && w.WriteOffDate <= s.day && w.WriteOffDate <= b.date {
		recovered := min(w.Amount.Minor, before) - min(w.Amount.Minor, invoice.open)
		source.held -= min(source.held, s.inSource(b, recovered))
	}
}

func (c *Customer) finishInvoice(s *settling, f *fact, body *Invoice, g *figure) {
	dates := lifetime{day: s.day}
	dates.note(body.IssueDate)
	cancelled := c.cancelDate(body.InvoiceID)
	dates.note(cancelled)
	written := c.writeOff(body)
	exists := body.IssueDate <= s.day && (cancelled == 0 || cancelled > s.day)
	if written != nil {
		dates.note(written.WriteOffDate)
		if exists && written.WriteOffDate <= s.day {
			g.open -= min(g.open, written.Amount.Minor)
		}
	}
	sold := body.Factored == FactoringWithoutRecourse
	if exists && !sold {
		g.traits |= receivable
	}
	if exists && g.open < body.Total.Minor && g.open <= tolerance(body.Total) {
		g.traits |= settled
	}
	if exists && tookDiscount(g.held, body) {
		g.traits |= discounted
	}
	g.held = 0
	if body.IssueDate <= s.day && (g.open == 0 || sold) {
		g.traits |= done
	}
	g.due = c.originalDue(f, s.day)
	dates.finish(s, g)
}

// tolerance is how much may stay open on an invoice that counts as settled: half a percent, at least one major unit.
func tolerance(total Money) int64 { return max(total.Minor/200, total.Currency.Major(1)) }

func (c *Customer) finishPayment(s *settling, body *Payment, g *figure) {
	dates := lifetime{day: s.day}
	dates.note(body.ValueDate)
	if application := c.application(body.PaymentID); application != nil {
		dates.note(application.AppliedDate)
	}
	if returned := c.returned(body); returned != nil {
		dates.note(returned.ReturnDate)
	}
	isBill := body.Method == MethodBill && body.MaturityDate != 0
	if isBill {
		dates.note(body.MaturityDate + 1)
	}
	refundable := true
	if body.DepositForOrder != "" {
		cancelled := c.orderCancelDate(body.DepositForOrder)
		dates.note(cancelled)
		refundable = cancelled != 0 && cancelled <= s.day
	}
	if refundable {
		g.traits |= unapplied
	}
	switch {
	case isBill && body.MaturityDate >= s.day && body.BillKind == BillKindBank:
		g.held = 0
	case isBill && body.MaturityDate >= s.day:
		g.traits |= bill
	case !body.Cleared.Or(true):
		g.traits |= uncleared
	default:
		g.held = 0
		if body.DepositForOrder == "" {
			g.traits |= free
		}
		if g.open == 0 && body.ValueDate <= s.day {
			g.traits |= done
		}
	}
	dates.finish(s, g)
}

func finishCredit(s *settling, body *CreditNote, g *figure) {
	dates := lifetime{day: s.day}
	dates.note(body.CreditDate)
	g.traits |= unapplied | free
	if g.open == 0 && body.CreditDate <= s.day {
		g.traits |= done
	}
	dates.finish(s, g)
}

// lifetime collects the dates on which a figure changes.
type lifetime struct{ day, latest, next Date }

func (t *lifetime) note(d Date) {
	t.latest = max(t.latest, d)
	if d > t.day {
		t.next = earlier(t.next, d)
	}
}

func (t *lifetime) finish(s *settling, g *figure) {
	g.latest = t.latest
	s.next = earlier(s.next, t.next)
}
