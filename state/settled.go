package state

import (
	"cmp"
	"slices"
	"strings"
)

// Settled is an invoice that no test on days past due reads any more, with how late it was paid: what habits of paying are
// read from. It is laid out for small size, since the book keeps one for each such invoice.
type Settled struct {
	fact  *fact
	On    Date  // date of the booking, or of the write-off, that settled it; not before the invoice itself
	Late  int16 // days late, weighted by cash, of the cash booked; half away from zero, between -30 and 180
	marks settledMarks
}

type settledMarks uint8

const (
	whole   settledMarks = 1 << iota // within the settlement tolerance, and not only by its discount
	byCash                           // at least half of the total was settled in cash; otherwise Late says nothing of paying
	offered                          // there was a discount for early payment
	took                             // and it was taken
)

// Invoice is the invoice. Nobody changes it.
func (s *Settled) Invoice() *Invoice { return s.fact.body.(*Invoice) }

// ByCash tells whether at least half of the total was settled in cash. Otherwise Late says nothing of paying.
func (s *Settled) ByCash() bool { return s.marks&byCash != 0 }

// Offered tells whether there was a discount for early payment.
func (s *Settled) Offered() bool { return s.marks&offered != 0 }

// Took tells whether that discount was taken: at least 95 % of the total was paid with a value date up to its last day.
func (s *Settled) Took() bool { return s.marks&took != 0 }

// The bounds of a settlement's lateness: one payment in advance or one forgotten invoice is no habit.
const (
	earliestLate = -30
	latestLate   = 180
)

// discountPaid is how much of an invoice, in percent, must be paid in time for its discount to be taken. What is then open is
// the discount itself, whether or not a credit note has told of it yet.
const discountPaid = 95

// tookDiscount tells whether what was paid up to the discount's last day is enough for it.
func tookDiscount(paid int64, body *Invoice) bool {
	return body.Total.Minor > 0 && CompareProducts(paid, 100, body.Total.Minor, discountPaid) >= 0
}

// inDiscount tells whether a booking is cash with a value date up to the last day of its invoice's discount.
func (s *settling) inDiscount(b *booking, body *Invoice) bool {
	return b.cash && body.DiscountUntil != 0 && s.facts[b.source].body.(*Payment).ValueDate <= body.DiscountUntil
}

// Settled are the settled invoices of the view's day, and those whose discount was taken, by (On, id). Factored ones without
// recourse are left out. Nobody changes the slice.
func (v *View) Settled() []Settled { return v.book.settled }

// isListed tells whether an invoice's figure is among the settled ones.
func (g *figure) isListed() bool {
	return g.traits&receivable != 0 && g.traits&(settled|discounted) != 0
}

// settledInvoices is the part of a settling that is about them.
type settledInvoices struct {
	settled []Settled // of its facts
	tallies []tally   // scratch: of facts, index by index
	then    []Settled // those of the book as of the settling's day
	today   []Settled // those of a book that is turned to that day
}

func (l *settledInvoices) clear() {
	clear(l.settled)
	clear(l.then)
	l.settled, l.then, l.today = l.settled[:0], l.then[:0], nil
}

// tally is what the bookings of a settled invoice come to.
type tally struct {
	booked, cash, early int64
	days                wide // Σ cash × days after the due date
	on                  Date // of the booking that settled it
}

// listSettled finds the settled invoices among the facts of a settling, in no order.
func (c *Customer) listSettled(s *settling) {
	if !slices.ContainsFunc(s.figures, func(g figure) bool { return g.isListed() }) {
		return
	}
	s.tallies = append(s.tallies[:0], make([]tally, len(s.facts))...)
	for i := range s.bookings {
		if b := &s.bookings[i]; b.amount > 0 && s.figures[b.invoice].isListed() {
			c.tally(s, b)
		}
	}
	for i, f := range s.facts {
		if body, ok := f.body.(*Invoice); ok && s.figures[i].isListed() {
			s.settled = append(s.settled, c.settledBy(&s.tallies[i], f, body, &s.figures[i]))
		}
	}
}

// tally counts a booking. Bookings come in the order in which they were booked.
func (c *Customer) tally(s *settling, b *booking) {
	t, body, g := &s.tallies[b.invoice], s.facts[b.invoice].body.(*Invoice), &s.figures[b.invoice]
	t.booked += b.amount
	if s.inDiscount(b, body) {
		t.early += b.amount
	}
	if t.on == 0 && (body.Total.Minor-t.booked <= tolerance(body.Total) || g.traits&discounted != 0 && tookDiscount(t.early, body)) {
		t.on = max(b.date, body.IssueDate)
	}
	if b.cash {
		t.cash += b.amount
		due := c.book.ledger.Calendar.Roll(g.due)
		t.days.addDays(b.amount, s.facts[b.source].body.(*Payment).ValueDate-due)
	}
}

// settledBy reads what the bookings come to. Where they do not settle the invoice its write-off has.
func (c *Customer) settledBy(t *tally, f *fact, body *Invoice, g *figure) Settled {
	out := Settled{fact: f, On: t.on}
	if out.On == 0 {
		out.On = c.writeOff(body).WriteOffDate
	}
	if t.cash > 0 {
		out.Late = int16(min(max(MulDiv(t.days.int64(), 1, t.cash), earliestLate), latestLate))
		if t.cash >= body.Total.Minor-t.cash {
			out.marks |= byCash
		}
	}
	if g.traits&settled != 0 {
		out.marks |= whole
	}
	if body.DiscountUntil != 0 {
		out.marks |= offered
	}
	if g.traits&discounted != 0 {
		out.marks |= took
	}
	return out
}

// addDays adds amount × days.
func (w *wide) addDays(amount int64, days Date) {
	if days < 0 {
		w.addProduct(-amount, int64(-days))
		return
	}
	w.addProduct(amount, int64(days))
}

// relist replaces the settled invoices of a settling's facts by those that they are now.
func (b *book) relist(s *settling) {
	if slices.ContainsFunc(s.facts, func(f *fact) bool { return f.isListed() }) {
		b.settled = slices.DeleteFunc(b.settled, func(one Settled) bool { return s.holds(one.fact) })
	}
	b.settled = insertSettled(b.settled, s.settled)
}

// listedThen are the settled invoices of a book as of the day of a settling, in the settling's memory.
func (b *book) listedThen(s *settling) []Settled {
	s.then = s.then[:0]
	for _, one := range b.settled {
		if !s.holds(one.fact) {
			s.then = append(s.then, one)
		}
	}
	s.then = insertSettled(s.then, s.settled)
	return s.then
}

// holds tells whether a fact is among those of a settling.
func (s *settling) holds(f *fact) bool { return int(f.slot) < len(s.facts) && s.facts[f.slot] == f }

// insertSettled inserts invoices into a sorted list.
func insertSettled(list, news []Settled) []Settled {
	for _, one := range news {
		at := len(list)
		for at > 0 && compareSettled(&list[at-1], &one) > 0 {
			at-- // hardly ever far: what is settled anew was settled lately
		}
		list = slices.Insert(list, at, one)
	}
	return list
}

func compareSettled(a, b *Settled) int {
	if a.On != b.On {
		return cmp.Compare(a.On, b.On)
	}
	return strings.Compare(a.fact.body.Key(), b.fact.body.Key())
}

// EachTested visits the due lines that tests on days past due read, in each currency by (Effective, Invoice, Due): something
// of them is left after disputes and virtual FIFO, and the invoice is neither settled nor are they the discount that was taken.
// Amounts are in the line's own currency: days need no exchange rate. It ends when visit returns false.
func (v *View) EachTested(visit func(*DueLine, Currency) bool) {
	for i := range v.book.balances {
		b := &v.book.balances[i]
		b.test()
		for j := range b.lines {
			if line := &b.lines[j]; line.Tested > 0 && !line.Settled && !line.Discounted && !visit(line, b.currency) {
				break
			}
		}
	}
}

// InvoiceOf is an invoice by its id, nil when none is known. Nobody changes it.
func (v *View) InvoiceOf(id string) *Invoice {
	if f := v.c.tables[KindInvoice].find(id); f != nil {
		return f.body.(*Invoice)
	}
	return nil
}
