package state

// InvoiceState is where an invoice stands on a view's day.
type InvoiceState struct {
	*Invoice
	Due       Date  // original due date
	Open      int64 // by document, in minor units of its currency
	Sold      bool  // without recourse
	Cancelled bool
	Over      bool  // nobody asks for it any more: settled, paid less its discount, cancelled, written off, or sold without recourse
	Disputed  int64 // of what is open, that is disputed and out of overdue tests
	Shielded  bool  // that is all of it
}

// ToSettle is the least amount that settles an invoice which is not over.
func (s *InvoiceState) ToSettle() int64 { return max(s.Open-tolerance(s.Total), 1) }

// InvoiceState is where an invoice stands, false when none of that id is issued by the view's day.
func (v *View) InvoiceState(id string) (InvoiceState, bool) {
	f := v.c.tables[KindInvoice].find(id)
	if f == nil {
		return InvoiceState{}, false
	}
	body := f.body.(*Invoice)
	if body.IssueDate > v.Day {
		return InvoiceState{}, false
	}
	g := v.c.figureOn(v, f)
	return InvoiceState{
		Invoice: body, Due: g.due, Open: g.open,
		Sold:      body.Factored == FactoringWithoutRecourse,
		Cancelled: v.c.cancelled(id, v.Day),
		Over:      g.traits&(done|settled|discounted) != 0 || g.traits&receivable == 0,
		Disputed:  g.held, Shielded: g.open > 0 && g.held == g.open,
	}, true
}

// FellDue counts the invoices with a due date, rolled to a business day, in (since, until]: those that are issued by the view's
// day and not cancelled, paid or not. What is sold without recourse is left out.
func (v *View) FellDue(since, until Date) (count int) {
	for f, g := range v.figures(KindInvoice) {
		body := f.body.(*Invoice)
		if body.Factored == FactoringWithoutRecourse || g.due > until || !v.c.issued(body, v.Day) {
			continue
		}
		if due := v.Ledger.Calendar.Roll(g.due); due > since && due <= until {
			count++
		}
	}
	return count
}
