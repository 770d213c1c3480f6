package state

import "slices"

// book is what follows from the facts as of a day: what is open on each document, and the sums over documents by
// currency.
//
// # Invariant
//
// The sums and lines of a book are those of the figures of all facts, each added once. A fact's figure is what settle
// gives for it on the book's day. Facts are settled a component at a time: the invoices, payments, credit notes and orders
// that name each other, directly or over others, since nothing else bears on them. When a fact changes, its component's figures
// are taken off and those of what its component then is are added. Sums of 128 bits make taking off exact; a property test
// holds every book against one that was derived from scratch.
//
// The day moves on without work as long as no date of any fact is crossed: that is what next is for.
type book struct {
	ledger   *Ledger
	day      Date
	next     Date      // first later day on which a figure changes by time alone; none: zero
	balances []balance // one per currency that some figure is in
	open     int       // unsettled invoices with something open, in all currencies
	extended int       // of those, how many are due later by now than they were originally
	touched  []*fact   // facts whose components are to be settled anew
	recent   []*fact   // at least all documents with a date after since, and those in crossings; others may be among them
	since    Date
	plans    map[*fact][]instalment // of invoices in kept plans; see plans.go
	settled  []Settled              // by (On, id); see settled.go
	past     bool                   // a book of an earlier day than the facts' figures are of
	turned   *settling              // as of whose day the book is for the while; nil: it stands on its own day
	today    Date                   // that day, while it is turned
	closing  Date                   // lower bound of the first day on which a document has been closed for long enough to shrink
}

// balance is the sums of one currency.
type balance struct {
	currency                                                                   Currency
	openOrders, deliveredNotInvoiced, receivables, bills, uncleared, unapplied wide
	cash, credit                                                               wide // of unapplied, what virtual FIFO may set against invoices
	lines                                                                      []DueLine
	reached                                                                    int      // lines before this one may have been reached by virtual FIFO
	tested                                                                     bool     // the lines' tested amounts are up to date
	unrated                                                                    [3]int32 // figures that want a rate: of receivables, unapplied, open orders
}

// figure is what the book derives for one document. Its parts mean different things by kind of document.
type figure struct {
	open   int64 // invoice: not settled; payment or credit note: not booked; order: not delivered
	held   int64 // payment: stands in bills or uncleared; order: delivered and not invoiced; invoice: disputed and shielded
	due    Date  // invoice: original due date
	latest Date  // last date on which the figure changes by time alone
	traits traits
	slot   int32 // scratch: the place in the settling that gathered the document last
}

// traits tell how a figure counts.
type traits uint16

const (
	counted    traits = 1 << iota // the figure is in the book's sums
	receivable                    // invoice: open is in receivables
	settled                       // invoice: within the settlement tolerance
	bill                          // payment: held is in bills
	uncleared                     // payment: held is in uncleared
	unapplied                     // payment, credit note: open is in unapplied
	free                          // payment, credit note: open may be set against invoices by virtual FIFO
	inPlan                        // invoice: part of it is due by the lines of a kept plan
	kept                          // plan: no line is missed
	done                          // nothing is open on the document, to the cent
	recent                        // the fact is in the book's list of recent ones
	shrinking                     // the fact is about to become a tombstone
	crossing                      // depends on the rates in force: see crossings
	unrated                       // wants a rate that is not there
	discounted                    // invoice: its discount for early payment was taken
)

// movesAfter tells whether a fact's figure as of a day may be another one than a later day's.
func (f *fact) movesAfter(day Date) bool { return f.latest > day || f.traits&crossing != 0 }

// bookOn is the book as of a day under a ledger.
func (c *Customer) bookOn(l *Ledger, day Date) *book {
	b := c.book
	switch {
	case b == nil || b.ledger != l:
		b = c.openBook(l, day)
	case day > b.day:
		c.advance(b, day)
	}
	c.settleTouched(b)
	if day < b.day {
		return c.pastBook(b, day)
	}
	return b
}

// openBook derives the book from scratch.
func (c *Customer) openBook(l *Ledger, day Date) *book {
	b := &book{ledger: l, day: day, since: day - recentDays}
	c.book, c.relations = b, relations{}
	c.eachDocument(func(f *fact) { f.figure, f.source, f.sources = figure{}, nil, nil })
	if c.conduct != nil {
		c.conduct.disputing, c.conduct.planning = nil, nil
	}
	for _, t := range c.tables {
		for _, f := range t.facts {
			c.arrive(f)
		}
	}
	c.eachConduct(c.arriveConduct)
	return b
}

// advance moves the book on to a later day.
func (c *Customer) advance(b *book, day Date) {
	if b.next != 0 && day >= b.next {
		b.next = 0
		for _, f := range b.recent {
			if f.movesAfter(b.day) {
				b.touched = append(b.touched, f)
			}
		}
	}
	b.day = day
}

// settleTouched settles the components of touched facts anew.
func (c *Customer) settleTouched(b *book) {
	if len(b.touched) == 0 {
		return
	}
	s := startSettling(b.day)
	defer s.release()
	for _, f := range b.touched {
		c.gather(s, f)
	}
	b.touched = b.touched[:0]
	c.settle(s)
	c.listSettled(s)
	b.relist(s)
	for i, f := range s.facts {
		b.retract(f)
		listed := f.traits & recent
		f.figure = s.figures[i]
		b.keepPlan(f, s.planOf(i))
		b.add(f, &f.figure, b.planOf(f), 1)
		f.traits |= counted | listed
		b.noteRecent(f)
		b.noteClosing(&f.figure)
	}
	b.next = earlier(b.next, s.next)
}

// pastBook is the book as of an earlier day: this one, but for the components of which a date lies after that day.
func (c *Customer) pastBook(now *book, day Date) *book {
	b := &book{ledger: now.ledger, day: day, balances: slices.Clone(now.balances), open: now.open, extended: now.extended, plans: now.plans, past: true}
	for i := range b.balances {
		b.balances[i].lines = slices.Clone(b.balances[i].lines)
	}
	s := startSettling(day)
	defer s.release()
	b.settled = now.settled
	c.gatherLater(s, now)
	b.turn(s, day)
	b.settled = slices.Clone(b.settled) // the settling's memory is used again
	return b
}

// gatherLater gathers the components of which a date lies after the settling's day, and settles them as of that day.
func (c *Customer) gatherLater(s *settling, now *book) {
	later := func(f *fact) {
		if f.movesAfter(s.day) {
			c.gather(s, f)
		}
	}
	if s.day >= now.since {
		for _, f := range now.recent {
			later(f)
		}
	} else {
		c.eachDocument(later)
	}
	c.settle(s)
	c.listSettled(s)
}

// turn turns the book to another day: the components of a settling as of that day count with its figures and not with
// the facts' own.
func (b *book) turn(s *settling, day Date) {
	for i, f := range s.facts {
		b.add(f, &f.figure, b.planOf(f), -1)
		b.add(f, &s.figures[i], s.planOf(i), 1)
	}
	b.past, b.day = true, day
	b.settled, s.today = b.listedThen(s), b.settled
	b.next, s.next = s.next, b.next
}

// turnBack undoes turn. The sums are exact and the lines have one order, so nothing remains of it.
func (b *book) turnBack(s *settling, today Date) {
	for i, f := range s.facts {
		b.add(f, &s.figures[i], s.planOf(i), -1)
		b.add(f, &f.figure, b.planOf(f), 1)
	}
	b.past, b.day = false, today
	b.settled = s.today
	b.next, s.next = s.next, b.next
}

// recentDays is for how long documents count as recent. Corrections are judged by days that are hardly ever further back.
const recentDays = 32

// noteRecent keeps the list of recent documents, which forgets others whenever it has grown to its memory's end.
func (b *book) noteRecent(f *fact) {
	if !f.movesAfter(b.since) || f.traits&recent != 0 {
		return
	}
	if len(b.recent) == cap(b.recent) {
		b.since = b.day - recentDays
		b.recent = slices.DeleteFunc(b.recent, func(f *fact) bool {
			old := !f.movesAfter(b.since)
			if old {
				f.traits &^= recent
			}
			return old
		})
	}
	b.recent = append(b.recent, f)
	f.traits |= recent
}

// eachDocument calls do with every fact that has a figure: documents, and conduct, of which the figure tells its dates.
func (c *Customer) eachDocument(do func(*fact)) {
	for _, kind := range [...]Kind{KindOrder, KindInvoice, KindInvoiceCredited, KindPayment} {
		for _, f := range c.tables[kind].facts {
			do(f)
		}
	}
	c.eachConduct(do)
}

// retract takes a fact's figure off the sums.
func (b *book) retract(f *fact) {
	if f.traits&counted != 0 {
		b.add(f, &f.figure, b.planOf(f), -1)
		f.traits &^= counted
	}
}

// add adds a figure of a fact to the sums, or takes it off. A plan is the invoice's part in a kept one.
func (b *book) add(f *fact, g *figure, plan []instalment, sign int64) {
	if g.traits&unrated != 0 {
		b.addUnrated(f.body, int32(sign))
	}
	switch body := f.body.(type) {
	case *Invoice:
		b.addInvoice(body, g, plan, sign)
	case *Payment:
		b.addSource(body.Amount.Currency, g, sign, false)
	case *CreditNote:
		b.addSource(body.Amount.Currency, g, sign, true)
	case *Order:
		if g.open != 0 || g.held != 0 {
			balance := b.balance(body.Gross.Currency)
			balance.openOrders.add(sign * g.open)
			balance.deliveredNotInvoiced.add(sign * g.held)
		}
	}
}

func (b *book) addInvoice(body *Invoice, g *figure, plan []instalment, sign int64) {
	if g.traits&receivable == 0 || g.open == 0 {
		return
	}
	balance := b.balance(body.Total.Currency)
	balance.receivables.add(sign * g.open)
	if g.traits&settled == 0 {
		b.open += int(sign)
		if g.extends(body) {
			b.extended += int(sign)
		}
	}
	var buf [4]DueLine
	for _, line := range dueLines(buf[:0], body, g, plan, b.ledger.Calendar) {
		if sign > 0 {
			balance.insertLine(line)
		} else {
			balance.removeLine(line)
		}
	}
}

func (b *book) addSource(currency Currency, g *figure, sign int64, isCredit bool) {
	if g.open == 0 && g.held == 0 {
		return
	}
	balance := b.balance(currency)
	if g.traits&unapplied != 0 {
		balance.unapplied.add(sign * g.open)
	}
	if g.traits&free != 0 {
		balance.tested = false
		if isCredit {
			balance.credit.add(sign * g.open)
		} else {
			balance.cash.add(sign * g.open)
		}
	}
	switch {
	case g.traits&bill != 0:
		balance.bills.add(sign * g.held)
	case g.traits&uncleared != 0:
		balance.uncleared.add(sign * g.held)
	}
}

// balance is the sums of a currency, made if there are none yet.
func (b *book) balance(currency Currency) *balance {
	if known := b.in(currency); known != nil {
		return known
	}
	b.balances = append(b.balances, balance{currency: currency})
	return &b.balances[len(b.balances)-1]
}

// earlier is the earlier of two dates of which zero is "never".
func earlier(a, b Date) Date {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}
