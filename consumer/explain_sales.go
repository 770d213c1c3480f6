package consumer

import (
	"cmp"
	"fmt"
	"math/big"

	"tocsin/state"
)

// salesFigures weigh what is owed by what is sold.
func salesFigures() []explained {
	return []explained{
		{"dso.average", "receivables over the sales of this month and the two before, times the days of these months", explainAverage},
		{"dso.count_back", "months backwards whose sales the receivables use up", explainCountBack},
		{"dso.ageing", "what is open of each month's invoices over the sales of the month, times its days", explainAgeing},
		{"add", "average days delinquent: the overdue part of the average", explainADD},
		{"ecl", "expected lifetime loss: each class of the ageing by its rate", explainECL},
	}
}

// dso is days sales outstanding, and why there are none.
func (x *explainer) dso() state.DSO {
	trading := x.view.Trading()
	switch {
	case !trading.Known || !x.ageing().Known:
		x.unknown(noRate)
	case trading.SellingMonths() < state.SellingMonths:
		x.unknown("fewer than %d months have sales", state.SellingMonths)
	}
	return x.view.DSO()
}

// monthName is a month as YYYY-MM.
func monthName(m *state.Month) string { return m.First.String()[:len("2006-01")] }

// overPeriod divides the parts' sum by the sales of the period, and multiplies it by its days.
func (x *explainer) overPeriod(d *state.DSO) {
	sales, days := int64(0), 0
	for i := range d.Period {
		m := &d.Period[i]
		sales, days = state.Sum(sales, m.Sales), days+m.Days
		x.out.Months = append(x.out.Months, SalesMonth{monthName(m), m.Days, x.say(m.Sales)})
	}
	if sales <= 0 {
		x.unknown("the sales of these months are not above 0")
	}
	x.quotient(days, sales, 2)
}

func explainAverage(x *explainer) {
	d := x.dso()
	x.component(state.Receivables)
	x.overPeriod(&d)
}

func explainADD(x *explainer) {
	d := x.dso()
	x.overdue()
	x.overPeriod(&d)
}

func explainCountBack(x *explainer) {
	d, left := x.dso(), x.view.Exposure().Receivables
	for i := len(d.Months) - 1; i >= 0 && d.Counted[i] != nil; i-- {
		m := &d.Months[i]
		r := Row{Kind: "month", ID: monthName(m)}
		if m.Sales != 0 {
			r.Amount, r.Over, r.Times = x.say(min(left, m.Sales)), x.say(m.Sales), fmt.Sprint(m.Days)
		}
		x.part(r, d.Counted[i], 2)
		left -= min(left, m.Sales)
	}
	if d.Exhausted {
		x.out.Rows = append(x.out.Rows, Row{Kind: "exhausted"})
	}
	x.number(2)
}

func explainAgeing(x *explainer) {
	d := x.dso()
	for i := range d.Months {
		m := &d.Months[i]
		r := Row{Kind: "month", ID: monthName(m), Amount: x.say(m.Open), Over: x.say(m.Sales), Times: fmt.Sprint(m.Days)}
		switch {
		case m.Open == 0:
		case m.Sales <= 0:
			x.unknown("what is sold in %s is not above 0, and something is open of it", monthName(m))
			x.out.Rows = append(x.out.Rows, r)
		default:
			x.part(r, new(big.Rat).Mul(big.NewRat(m.Open, m.Sales), big.NewRat(int64(m.Days), 1)), 2)
		}
	}
	x.number(2)
}

// payFigures are those that the customer record does not have.
func payFigures() []explained {
	return []explained{
		{"tocsin_pay", "an index of how promptly invoices were paid in the last 365 days: 80 to the day, 50 a month late", explainPay},
	}
}

func explainPay(x *explainer) {
	_, experiences := x.view.TocsinPay()
	settled := int64(0)
	for _, e := range experiences {
		settled = state.Sum(settled, e.Settled)
		part := new(big.Rat).SetInt64(e.Settled)
		x.total.Add(x.total, part.Mul(part, e.Index))
		x.out.Rows = append(x.out.Rows, Row{
			Kind: "selling_entity", ID: cmp.Or(e.Entity, "-"), Late: e.Late.FloatString(2), Amount: x.say(e.Settled), Times: e.Index.FloatString(2),
			Part: part.Quo(part, x.unit()).FloatString(2),
		})
	}
	if settled == 0 {
		x.unknown("no invoice was settled in cash in the last 365 days, or an amount needs an exchange rate")
		return
	}
	x.quotient(1, settled, 2)
}
