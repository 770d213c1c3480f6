package state

import "slices"

// Move is what a day changed in one currency.
type Move struct {
	On       Date
	Currency Currency
	Owed     int64 // on invoices: what was owed when that day closed less what was when the day before did
	Sold     int64 // by invoices and debit notes issued on it, less credit notes dated on it; see [View.Trading]
}

// Moves appends what has moved in the customer's trade after a day, up to the view's, in no order; several moves may be of one day.
// From what is owed on the view's day they lead back to what was owed on any day between, by the facts known now. False where an
// amount needs an exchange rate that is not there.
//
// # Why not by settling the book anew for each day
//
// A signal that looks back over several windows would settle every document for each of them. Most invoices are paid by what goes
// to them in full: their bookings tell each day's amount. Only the others are settled, on the days on which they change.
func (v *View) Moves(since Date, moves []Move) ([]Move, bool) {
	c, known := v.c, true
	for _, f := range c.tables[KindInvoice].facts {
		if f.restsSince(since) {
			continue
		}
		body := f.body.(*Invoice)
		if body.IssueDate > v.Day {
			continue
		}
		if body.Factored != FactoringWithoutRecourse {
			var plain, rated bool
			if moves, plain = v.plainMoves(f, body, since, moves); plain {
				continue
			}
			moves, rated = v.settledMoves(f, body, since, moves)
			known = known && rated
		}
		if body.IssueDate > since && !c.cancelled(body.InvoiceID, v.Day) {
			moves = append(moves, Move{body.IssueDate, body.Total.Currency, 0, body.Total.Minor})
		}
	}
	for _, f := range c.tables[KindInvoiceCredited].facts {
		if date, sold := c.sold(f, v.Day); date > since {
			moves = append(moves, Move{date, sold.Currency, 0, sold.Minor})
		}
	}
	return moves, known
}

// restsSince tells whether nothing has changed on an invoice after a day, as one sees without looking at it: at most one payment or
// credit note names it, which names no other.
func (f *fact) restsSince(day Date) bool {
	return f.latest <= day && f.sources == nil && (f.source == nil || f.source.source == f && f.source.latest <= day)
}

// plainMoves reads what is sold by an invoice, and owed on it, off the payments and credit notes that go to it; false, and nothing,
// where that does not tell it: something may have taken less than it says, or gone elsewhere before.
func (v *View) plainMoves(f *fact, body *Invoice, since Date, moves []Move) ([]Move, bool) {
	c, from, left := v.c, len(moves), body.Total.Minor
	if c.cancelDate(body.InvoiceID) != 0 || c.writeOff(body) != nil {
		return moves, false
	}
	if body.IssueDate > since {
		moves = append(moves, Move{body.IssueDate, body.Total.Currency, left, left})
	}
	for at, source := 0, f.source; source != nil; at++ {
		of, plain := v.plainSource(source)
		for i := range of.allocations {
			a := &of.allocations[i]
			if source.source != f && a.InvoiceID != body.InvoiceID { // else it names no other
				continue
			}
			if left -= a.Amount.Minor; a.Amount.Currency != body.Total.Currency || left < 0 {
				plain = false
			}
			moves = of.move(moves, a.Amount, body.IssueDate, since)
		}
		if !plain {
			return moves[:from], false
		}
		if source = nil; f.sources != nil && at < len(*f.sources) {
			source = (*f.sources)[at]
		}
	}
	return moves, true
}

// plainBooking is what a payment or credit note books on invoices while it does: none of it while it is dated ahead.
type plainBooking struct {
	from, back  Date // back: the day on which all of it was taken back; zero: none was
	allocations []Allocation
}

// move appends what a booking on an invoice moves after a day.
func (b *plainBooking) move(moves []Move, amount Money, issued, since Date) []Move {
	on := max(b.from, issued)
	if b.back != 0 && b.back <= on {
		return moves
	}
	if on > since {
		moves = append(moves, Move{on, amount.Currency, -amount.Minor, 0})
	}
	if b.back > since {
		moves = append(moves, Move{b.back, amount.Currency, amount.Minor, 0})
	}
	return moves
}

// plainSource is what a payment or credit note books. False where it may not have booked that on each day since.
func (v *View) plainSource(source *fact) (of plainBooking, plain bool) {
	var amount Money
	switch body := source.body.(type) {
	case *Payment:
		of, amount = plainBooking{from: body.ValueDate, allocations: body.Allocations}, body.Amount
		if application := v.c.application(body.PaymentID); application != nil {
			if len(of.allocations) > 0 {
				return of, false
			}
			of.from, of.allocations = max(of.from, application.AppliedDate), application.Allocations
		}
		if back := v.c.returned(body); back != nil && back.ReturnDate <= v.Day {
			of.back = back.ReturnDate
			if len(back.Allocations) > 0 {
				return of, false
			}
		}
	case *CreditNote:
		of, amount = plainBooking{from: body.CreditDate, allocations: body.Allocations}, body.Amount
		if body.Cancelled == FlagTrue {
			of.allocations = nil
		}
	}
	if of.from > v.Day {
		of.allocations = nil
	}
	for i := range of.allocations {
		if amount.Minor -= of.allocations[i].Amount.Minor; of.allocations[i].Amount.Currency != amount.Currency || amount.Minor < 0 {
			return of, false
		}
	}
	return of, true
}

// settledMoves settles an invoice on every day on which its component may have changed.
func (v *View) settledMoves(f *fact, body *Invoice, since Date, moves []Move) ([]Move, bool) {
	s := startSettling(v.Day)
	v.c.gather(s, f)
	dates := []Date{}
	for _, member := range s.facts {
		for _, date := range v.c.datesOf(member) {
			if date > since && date <= v.Day {
				dates = append(dates, date)
			}
		}
	}
	s.release()
	slices.Sort(dates)
	owed, known := v.c.owedOn(f, since)
	for _, date := range slices.Compact(dates) {
		then, rated := v.c.owedOn(f, date)
		if then != owed {
			moves = append(moves, Move{date, body.Total.Currency, then - owed, 0})
		}
		owed, known = then, known && rated
	}
	return moves, known
}

// datesOf are the days on which a document may change what is owed; zero: none.
func (c *Customer) datesOf(f *fact) (dates [3]Date) {
	switch body := f.body.(type) {
	case *Invoice:
		dates = [3]Date{body.IssueDate, c.cancelDate(body.InvoiceID)}
		if w := c.writeOff(body); w != nil {
			dates[2] = w.WriteOffDate
		}
	case *CreditNote:
		dates[0] = body.CreditDate
	case *Payment:
		dates[0] = body.ValueDate
		if application := c.application(body.PaymentID); application != nil {
			dates[1] = application.AppliedDate
		}
		if back := c.returned(body); back != nil {
			dates[2] = back.ReturnDate
		}
	}
	return dates
}

// owedOn is what is owed on an invoice when a day closes; false where that needs an exchange rate that is not there.
func (c *Customer) owedOn(f *fact, day Date) (int64, bool) {
	s := startSettling(day)
	defer s.release()
	c.gather(s, f)
	c.settle(s)
	g := &s.figures[f.slot]
	if g.traits&receivable == 0 {
		return 0, true
	}
	return g.open, g.traits&unrated == 0
}

// EachOwed visits what is owed on invoices on the view's day, by currency.
func (v *View) EachOwed(visit func(Currency, int64)) {
	for i := range v.book.balances {
		visit(v.book.balances[i].currency, v.book.balances[i].receivables.int64())
	}
}

// Owed is what is owed on invoices in a currency on the view's day.
func (v *View) Owed(in Currency) int64 {
	if b := v.book.in(in); b != nil {
		return b.receivables.int64()
	}
	return 0
}

// NoDocumentBefore is a day before which there is no document, be it dated ahead of the view's day; zero: there is none at all.
// It costs nothing.
func (v *View) NoDocumentBefore() Date { return v.c.earliestDocument().date }

// FirstInvoice is the issue date of the first invoice that is not cancelled by the view's day; zero: none is known. The look ends
// at one that is issued before a day.
func (v *View) FirstInvoice(before Date) (first Date) {
	if t := v.c.shrunk.trade; t != nil {
		first = t.first
	}
	for _, f := range v.c.tables[KindInvoice].facts {
		if first != 0 && first < before {
			break
		}
		if body := f.body.(*Invoice); (first == 0 || body.IssueDate < first) && v.c.issued(body, v.Day) {
			first = body.IssueDate
		}
	}
	return first
}
