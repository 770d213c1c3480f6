package state

// crossings are the places of a settling at which one currency meets another: a payment or credit note booked on an invoice
// in another currency, a deposit for an order in another one. The allocation is in the invoice's currency; of the payment it
// uses what that is worth at the newest rate in force with a date up to the payment's value date (DOMAIN.md 0.7).
//
// Where no such rate is there, nothing is booked, and the sums that the component's documents are in want a rate; of a deposit
// only what its order has open wants it. Rates become known from day to day, so these components are settled anew on each day.
type crossings struct {
	factors []factor // from the currency of the invoice to that of the payment; a booking's rate is 1 + index, 0 is none
	spans   []span   // components with a crossing
	span             // the component in hand
}

// span is a component: facts from one index to another.
type span struct {
	from, to int
	crossed  bool
	unrated  bool // a rate is wanting
}

// open begins a component, close ends it.
func (x *crossings) open(from int) { x.span = span{from: from} }

func (x *crossings) close(to int) {
	if x.crossed {
		x.to = to
		x.spans = append(x.spans, x.span)
	}
}

func (x *crossings) clear() {
	clear(x.factors)
	x.factors, x.spans = x.factors[:0], x.spans[:0]
}

// cross notes that a booking on an invoice draws on a source in another currency. It returns the booking's rate, 0 where
// nothing is booked.
func (c *Customer) cross(s *settling, invoice *Invoice, source Body) int32 {
	if invoice.IssueDate > s.day || c.cancelled(invoice.InvoiceID, s.day) {
		return 0 // nothing is open on it, whatever the rate
	}
	s.crossed = true
	f, date := c.exchange(c.book.ledger, s.day).rate(invoice.Total.Currency, amountOf(source).Currency, valueDate(source))
	if date == 0 {
		s.unrated = true
		return 0
	}
	s.factors = append(s.factors, f)
	return int32(len(s.factors))
}

// valueDate is the date by whose rate a payment or credit note is booked.
func valueDate(source Body) Date {
	switch b := source.(type) {
	case *Payment:
		return b.ValueDate
	case *CreditNote:
		return b.CreditDate
	}
	return 0
}

// crossDeposit notes a deposit in another currency than its order.
func (s *settling) crossDeposit(order *Order, deposit *Payment) {
	s.crossed = s.crossed || deposit.Amount.Currency != order.Gross.Currency && deposit.ValueDate <= s.day
}

// inOrder is an amount of a deposit in the currency of its order; false where there is no rate.
func (c *Customer) inOrder(order *Order, deposit *Payment, amount int64, day Date) (int64, bool) {
	if deposit.Amount.Currency == order.Gross.Currency {
		return amount, true
	}
	f, date := c.exchange(c.book.ledger, day).rate(deposit.Amount.Currency, order.Gross.Currency, deposit.ValueDate)
	if date == 0 {
		return 0, false
	}
	return f.of(amount), true
}

// take caps a booking by what is left of its source and its invoice, and returns what it takes of the source.
func (x *crossings) take(b *booking, source, invoice int64) int64 {
	if b.rate == 0 {
		b.amount = min(b.amount, source, invoice)
		return b.amount
	}
	f := x.factors[b.rate-1]
	b.amount = min(b.amount, invoice)
	taken := f.of(b.amount)
	if taken > source { // all that is left of it, for what that is worth
		b.amount = min(b.amount, f.inverse().of(source))
		taken = source
	}
	if b.amount == 0 {
		return 0
	}
	return taken
}

// inSource is an amount of a booking's invoice in the currency of its source.
func (x *crossings) inSource(b *booking, amount int64) int64 {
	if b.rate == 0 {
		return amount
	}
	return x.factors[b.rate-1].of(amount)
}

// markCrossings marks the figures that depend on rates: they are to be derived anew tomorrow.
func (s *settling) markCrossings() {
	for _, component := range s.spans {
		marks := crossing
		if component.unrated {
			marks |= unrated
		}
		for i := component.from; i < component.to; i++ {
			s.figures[i].traits |= marks
		}
		s.next = earlier(s.next, s.day+1)
	}
}

// The kinds of figures that may want a rate.
const (
	unratedReceivables = iota
	unratedUnapplied
	unratedOrders
)

// addUnrated counts a document that wants a rate, or takes it off.
func (b *book) addUnrated(body Body, sign int32) {
	switch body := body.(type) {
	case *Invoice:
		b.balance(body.Total.Currency).unrated[unratedReceivables] += sign
	case *Payment:
		b.balance(body.Amount.Currency).unrated[unratedUnapplied] += sign
	case *CreditNote:
		b.balance(body.Amount.Currency).unrated[unratedUnapplied] += sign
	case *Order:
		b.balance(body.Gross.Currency).unrated[unratedOrders] += sign
	}
}

// wanting are the components of a balance that want a rate inside.
func (b *balance) wanting() Components {
	set := Components(0)
	for i, component := range [...]Components{Receivables, Unapplied, OpenOrders} {
		if b.unrated[i] != 0 {
			set |= component
		}
	}
	return set
}
