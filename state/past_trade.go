package state

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
)

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
