package state

import "math/big"

// SellingMonths is how many months with sales a customer must have before days of sales outstanding say anything.
const SellingMonths = 3

// averageMonths is how many months the period average looks at.
const averageMonths = 3

// DSO is days sales outstanding by the three methods of DOMAIN.md 2.6, with what explains them. A method that cannot be
// computed is nil: all are where fewer than three months have sales, or an amount needs an exchange rate.
//
// AR is the receivables, months are calendar months of which the view's own counts up to its day, oldest is the month of the
// oldest open invoice.
//
//	Average    AR / Σ sales × Σ days, over the view's month and the two before; nil where the sales are not above zero
//	CountBack  whole months backwards while AR ≥ their sales, then rest / sales × days of the next; 0 where AR is
//	Ageing     Σ open of the month's invoices / sales × days, back to oldest; nil where such a month has no sales
//	ADD        average − AR that is current / Σ sales × Σ days: overdue / Σ sales × Σ days
type DSO struct {
	Average, CountBack, Ageing, ADD *big.Rat
	Exhausted                       bool // the count-back ran out of months at oldest: it is the days covered

	Months  []Month    // from oldest, or the first that Average looks at if that is earlier, to the view's
	Period  []Month    // those of Average, the last of Months
	Counted []*big.Rat // days that the count-back takes of each of Months
	Aged    []*big.Rat // days that Ageing takes of each of Months
}

// DSO computes days sales outstanding. It looks at every document of the customer.
func (v *View) DSO() DSO {
	trading, ageing, receivables := v.Trading(), v.Ageing(), v.exposure.Receivables
	if !trading.Known || !ageing.Known || trading.SellingMonths() < SellingMonths {
		return DSO{}
	}
	period := max(0, len(trading.Months)-averageMonths)
	from := min(trading.Oldest, period)
	d := DSO{Months: trading.Months[from:], Period: trading.Months[period:]}
	d.Average, d.ADD = periodAverage(receivables, d.Period), periodAverage(ageing.Overdue, d.Period)
	d.countBack(receivables, trading.Oldest-from)
	d.age()
	return d
}

// periodAverage is amount / Σ sales × Σ days; nil where the sales are not above zero.
func periodAverage(amount int64, months []Month) *big.Rat {
	var sales wide
	days := 0
	for i := range months {
		sales.add(months[i].Sales)
		days += months[i].Days
	}
	if sales.int64() <= 0 {
		return nil
	}
	return daysOf(amount, sales.int64(), days)
}

// daysOf is amount / sales × days.
func daysOf(amount, sales int64, days int) *big.Rat {
	share := big.NewRat(amount, sales)
	return share.Mul(share, big.NewRat(int64(days), 1))
}

// countBack takes months off the receivables, from the view's back to the oldest one.
func (d *DSO) countBack(left int64, oldest int) {
	d.CountBack, d.Counted = new(big.Rat), make([]*big.Rat, len(d.Months))
	for i := len(d.Months) - 1; i >= oldest && left > 0; i-- {
		m := &d.Months[i]
		if left < m.Sales {
			d.Counted[i] = daysOf(left, m.Sales, m.Days)
			left = 0
		} else {
			d.Counted[i] = big.NewRat(int64(m.Days), 1)
			left = add(left, -m.Sales)
		}
		d.CountBack.Add(d.CountBack, d.Counted[i])
	}
	d.Exhausted = left > 0
}

// age weighs what is open of each month's invoices by the month's own sales.
func (d *DSO) age() {
	total, aged := new(big.Rat), make([]*big.Rat, len(d.Months))
	for i := range d.Months {
		m := &d.Months[i]
		if m.Open == 0 {
			continue
		}
		if m.Sales <= 0 {
			return
		}
		aged[i] = daysOf(m.Open, m.Sales, m.Days)
		total.Add(total, aged[i])
	}
	d.Ageing, d.Aged = total, aged
}
