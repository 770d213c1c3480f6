package state

import (
	"cmp"
	"slices"
	"strings"
)

// Extension is an open invoice that is to be paid later than it first was to be: its current due date lies behind the original
// one, by which everything else is measured.
type Extension struct {
	Invoice  string
	Original Date
	Current  Date
	Changed  Date // when the highest revision was made: its changed_date, else the ledger date of its time; may lie ahead
	Open     Money
}

// Extensions are the extended invoices of which something is open that is not settled, by (Changed, invoice).
func (v *View) Extensions() []Extension {
	if v.book.extended == 0 {
		return nil
	}
	var list []Extension
	for f, g := range v.figures(KindInvoice) {
		body := f.body.(*Invoice)
		if !g.extends(body) || g.open == 0 || g.traits&(receivable|settled) != receivable {
			continue
		}
		changed := body.ChangedDate
		if changed == 0 {
			changed = f.time.Date(v.Ledger.Zone)
		}
		list = append(list, Extension{body.InvoiceID, g.due, body.DueDate, changed, Money{g.open, body.Total.Currency}})
	}
	slices.SortFunc(list, func(a, b Extension) int {
		return cmp.Or(cmp.Compare(a.Changed, b.Changed), strings.Compare(a.Invoice, b.Invoice))
	})
	return list
}

// extends tells whether an invoice is due later by now than it was originally.
func (g *figure) extends(body *Invoice) bool { return body.DueDate > g.due }

// Overdue tells whether anything is past due, as overdue tests see it, in whatever currency: disputed or not, and not disputed.
// It needs no exchange rate.
func (v *View) Overdue() (either, undisputed bool) {
	for i := range v.book.balances {
		b := &v.book.balances[i]
		b.test()
		for _, line := range b.lines {
			if line.Effective >= v.Day {
				break
			}
			if !line.Settled && !line.Discounted {
				either = either || line.Disputed > 0
				undisputed = undisputed || line.Tested > 0
			}
		}
	}
	return either || undisputed, undisputed
}

// Total is what amounts are worth together in the customer's currency: the sum of each currency is converted once. False where
// that needs an exchange rate that is not there.
func (v *View) Total(amounts []Money) (minor int64, known bool) {
	sums := map[Currency]wide{}
	for _, m := range amounts {
		sum := sums[m.Currency]
		sum.add(m.Minor)
		sums[m.Currency] = sum
	}
	known = true
	for currency, sum := range sums { // sums of int64 do not depend on the order
		worth, rated := v.worth(sum, currency, v.currency)
		minor, known = add(minor, worth), known && rated
	}
	return minor, known
}
