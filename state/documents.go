package state

import (
	"cmp"
	"iter"
	"slices"
	"strings"
)

// Document is an order, invoice, payment or credit note with what it puts into the exposure, in minor units of its own
// currency. The documents of one currency add up to the book's sums in it.
type Document struct {
	Kind  Kind
	ID    string
	Date  Date // order_date, issue_date, value_date or credit_date
	Due   Date // requested delivery, original due date or maturity; zero: none
	Whole Money

	OpenOrders, DeliveredNotInvoiced, Receivables, Bills, Uncleared, Unapplied int64

	Settled bool // an invoice of which only residue is left
}

// Part is what the document puts into one component.
func (d *Document) Part(of Components) int64 {
	switch of {
	case OpenOrders:
		return d.OpenOrders
	case DeliveredNotInvoiced:
		return d.DeliveredNotInvoiced
	case Receivables:
		return d.Receivables
	case Bills:
		return d.Bills
	case Uncleared:
		return d.Uncleared
	case Unapplied:
		return d.Unapplied
	}
	return 0
}

// Documents are those that have a part in any component, by date and id. It looks at every document of the customer.
func (v *View) Documents() []Document {
	var all []Document
	for f, g := range v.figures(KindOrder, KindInvoice, KindInvoiceCredited, KindPayment) {
		if g.open == 0 && g.held == 0 {
			continue
		}
		d := documentWith(f, g)
		if d.OpenOrders != 0 || d.DeliveredNotInvoiced != 0 || d.Receivables != 0 || d.Bills != 0 || d.Uncleared != 0 || d.Unapplied != 0 {
			all = append(all, d)
		}
	}
	slices.SortFunc(all, func(a, b Document) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), strings.Compare(a.ID, b.ID), cmp.Compare(a.Kind, b.Kind))
	})
	return all
}

// documentWith is a document with its figure, as [book.add] counts it.
func documentWith(f *fact, g *figure) Document {
	d := Document{Kind: kindOf(f.body), ID: f.body.Key()}
	if g.traits&unapplied != 0 {
		d.Unapplied = g.open
	}
	switch body := f.body.(type) {
	case *Order:
		d.Date, d.Due, d.Whole = body.OrderDate, body.RequestedDelivery, body.Gross
		d.OpenOrders, d.DeliveredNotInvoiced = g.open, g.held
	case *Invoice:
		d.Date, d.Due, d.Whole = body.IssueDate, g.due, body.Total
		if g.traits&receivable != 0 {
			d.Receivables, d.Settled = g.open, g.traits&settled != 0
		}
	case *CreditNote:
		d.Date, d.Whole = body.CreditDate, body.Amount
	case *Payment:
		d.Date, d.Due, d.Whole = body.ValueDate, body.MaturityDate, body.Amount
		switch {
		case g.traits&bill != 0:
			d.Bills = g.held
		case g.traits&uncleared != 0:
			d.Uncleared = g.held
		}
	}
	return d
}

// OpenLines are the lines of all invoices of which something is open by document, in every currency, each with its own; by
// currency, then as in DueLines.
func (v *View) OpenLines() iter.Seq2[Currency, DueLine] {
	return func(yield func(Currency, DueLine) bool) {
		balances := slices.Clone(v.book.balances)
		slices.SortFunc(balances, func(a, b balance) int { return cmp.Compare(a.currency, b.currency) })
		for i := range balances {
			for _, line := range balances[i].lines {
				if line.Open != 0 && !yield(balances[i].currency, line) {
					return
				}
			}
		}
	}
}

// Worth is an amount in the customer's currency, rounded half away from zero; false where that needs an exchange rate that is
// not there.
func (v *View) Worth(m Money) (int64, bool) {
	var sum wide
	sum.add(m.Minor)
	return v.worth(sum, m.Currency, v.currency)
}
