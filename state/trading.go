package state

import (
	"iter"
	"slices"
)

// Month is a calendar month of trade with a customer, in minor units of the customer's currency.
type Month struct {
	First Date  // its first day
	Days  int   // how many it has; of the view's own month up to the view's day
	Sales int64 // invoices and debit notes issued in it but for cancelled ones, less the credit notes dated in it; may be negative
	Open  int64 // what is open of the invoices issued in it: their part of the receivables
}

// Trading is a customer's history by month, as far as it is known: the oldest month with a document first, then every one
// up to the view's own. Documents that have shrunk are in the sales; nothing of them is open.
type Trading struct {
	Months []Month
	Oldest int  // index of the month of the oldest open invoice that is not settled; that of the view's month where there is none
	Known  bool // false: no currency, or an amount needs an exchange rate that is not there
}

// SellingMonths counts the months with sales above zero.
func (t *Trading) SellingMonths() int {
	n := 0
	for i := range t.Months {
		if t.Months[i].Sales > 0 {
			n++
		}
	}
	return n
}

// Trading looks at every document of the customer. Sales (DOMAIN.md 2.6) keep an invoice that was sold to a factor; credit
// notes reduce the sales of their own month, whatever they are for.
func (v *View) Trading() Trading {
	sums := monthSums{}
	for _, m := range v.c.shrunk.sales() {
		if m.month <= monthOf(v.Day) {
			sums.of(m.month, m.sold.Currency).sales.add(m.sold.Minor)
		}
	}
	oldest := monthOf(v.Day)
	for f, g := range v.figures(KindInvoice, KindInvoiceCredited) {
		date, sold := v.c.sold(f, v.Day)
		if date == 0 {
			continue
		}
		sum := sums.of(monthOf(date), sold.Currency)
		sum.sales.add(sold.Minor)
		if g.traits&receivable != 0 && g.open > 0 {
			sum.open.add(g.open)
			if g.traits&settled == 0 {
				oldest = min(oldest, monthOf(date))
			}
		}
	}
	return v.tradingOf(sums, oldest)
}

// sold is what an invoice adds to sales as of a day, or a credit note takes off them (a negative amount), and its date;
// zero for what does not count.
func (c *Customer) sold(f *fact, day Date) (Date, Money) {
	switch body := f.body.(type) {
	case *Invoice:
		if c.issued(body, day) {
			return body.IssueDate, body.Total
		}
	case *CreditNote:
		if body.CreditDate <= day && body.Cancelled != FlagTrue {
			return body.CreditDate, Money{-body.Amount.Minor, body.Amount.Currency}
		}
	}
	return 0, Money{}
}

// tradingOf brings sums of all currencies into the customer's, each sum once.
func (v *View) tradingOf(sums monthSums, oldest int) Trading {
	last := monthOf(v.Day)
	first := last
	for key := range sums {
		first = min(first, key.month)
	}
	t := Trading{Known: v.currency != 0, Months: make([]Month, last-first+1), Oldest: oldest - first}
	for i := range t.Months {
		m := &t.Months[i]
		m.First = firstOf(first + i)
		m.Days = int(min(m.First.EndOfMonth(), v.Day) - m.First + 1)
	}
	for key, sum := range sums { // sums of int64 do not depend on the order
		m := &t.Months[key.month-first]
		sales, known := v.worth(sum.sales, key.currency, v.currency)
		open, alsoKnown := v.worth(sum.open, key.currency, v.currency)
		m.Sales, m.Open = add(m.Sales, sales), add(m.Open, open)
		t.Known = t.Known && known && alsoKnown
	}
	return t
}

// figures are the documents of some kinds, each with its figure on the view's day.
func (v *View) figures(kinds ...Kind) iter.Seq2[*fact, *figure] {
	if v.book.past {
		return v.pastFigures(kinds)
	}
	return func(yield func(*fact, *figure) bool) {
		for _, kind := range kinds {
			for _, f := range v.c.tables[kind].facts {
				if !yield(f, &f.figure) {
					return
				}
			}
		}
	}
}

// pastFigures derives the figures of an earlier day than that of which facts keep theirs.
func (v *View) pastFigures(kinds []Kind) iter.Seq2[*fact, *figure] {
	return func(yield func(*fact, *figure) bool) {
		s := startSettling(v.Day)
		defer s.release()
		for _, kind := range kinds {
			for _, f := range v.c.tables[kind].facts {
				v.c.gather(s, f)
			}
		}
		v.c.settle(s)
		for i, f := range s.facts {
			if slices.Contains(kinds, kindOf(f.body)) && !yield(f, &s.figures[i]) {
				return
			}
		}
	}
}

// issued tells whether an invoice exists on a day: it is issued by then and not cancelled.
func (c *Customer) issued(body *Invoice, day Date) bool {
	return body.IssueDate <= day && !c.cancelled(body.InvoiceID, day)
}

// monthSums are sums by month and currency.
type monthSums map[monthKey]*monthSum

type monthKey struct {
	month    int
	currency Currency
}

type monthSum struct{ sales, open wide }

func (sums monthSums) of(month int, currency Currency) *monthSum {
	key := monthKey{month, currency}
	sum := sums[key]
	if sum == nil {
		sum = new(monthSum)
		sums[key] = sum
	}
	return sum
}

// monthOf is the number of a date's month: months since the year 0.
func monthOf(d Date) int {
	year, month, _ := d.Civil()
	return year*12 + month - 1
}

// firstOf is the first day of a month by its number.
func firstOf(month int) Date { return DateOf(floorDiv(month, 12), month-floorDiv(month, 12)*12+1, 1) }
