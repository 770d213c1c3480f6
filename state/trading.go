package state

import (
	"cmp"
	"encoding/binary"
	"iter"
	"math"
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

// monthSales are the sales of a month in one currency.
type monthSales struct {
	month int
	sold  Money
}

// pastTrade is what stays of invoices and credit notes that have shrunk, for the figures that look at the whole history.
type pastTrade struct {
	first   Date // issue date of the earliest invoice; zero: none
	settled int  // how many invoices were settled
	sales   []monthSales
}

// sales are those of documents that have shrunk, by month and currency.
func (s *shrunk) sales() []monthSales {
	if s.trade == nil {
		return nil
	}
	return s.trade.sales
}

// keepTrade keeps what a document that shrinks has to say of the customer's trade. All its dates are long past.
func (c *Customer) keepTrade(f *fact) {
	date, sold := c.sold(f, MaxDate)
	if date == 0 {
		return
	}
	if c.shrunk.trade == nil {
		c.shrunk.trade = &pastTrade{}
	}
	t := c.shrunk.trade
	t.add(monthOf(date), sold)
	if kindOf(f.body) != KindInvoice {
		return
	}
	t.first = earlier(t.first, date)
	if f.traits&(settled|receivable) == settled|receivable {
		t.settled++
	}
}

func (t *pastTrade) add(month int, m Money) {
	at, found := slices.BinarySearchFunc(t.sales, monthSales{month, m}, compareMonthSales)
	if !found {
		t.sales = slices.Insert(t.sales, at, monthSales{month, Money{Currency: m.Currency}})
	}
	t.sales[at].sold.Minor = add(t.sales[at].sold.Minor, m.Minor)
}

func compareMonthSales(a, b monthSales) int {
	return cmp.Or(cmp.Compare(a.month, b.month), cmp.Compare(a.sold.Currency, b.sold.Currency))
}

// append appends what stays: the months by number and currency.
func (t *pastTrade) append(buf []byte) []byte {
	if t == nil {
		return append(buf, 0)
	}
	buf = appendDate(append(buf, 1), t.first)
	buf = binary.AppendUvarint(buf, uint64(t.settled))
	buf = binary.AppendUvarint(buf, uint64(len(t.sales)))
	for _, m := range t.sales {
		buf = appendMoney(binary.AppendUvarint(buf, uint64(m.month)), m.sold)
	}
	return buf
}

func readPastTrade(r *reader) *pastTrade {
	if !r.bool() {
		return nil
	}
	t := &pastTrade{first: r.date(), settled: r.small()}
	for range r.count(3) {
		m := monthSales{r.small(), Money{Currency: r.currency(), Minor: r.varint()}}
		if n := len(t.sales); n > 0 && compareMonthSales(t.sales[n-1], m) >= 0 {
			r.fail()
		}
		t.sales = append(t.sales, m)
	}
	if len(t.sales) == 0 {
		r.fail() // every document that shrinks is in the sales
	}
	return t
}

// small reads a number of things.
func (r *reader) small() int {
	n := r.uvarint()
	if n > math.MaxInt32 {
		r.fail()
		return 0
	}
	return int(n)
}
