package consumer

import (
	"cmp"
	"math"
	"math/big"
	"slices"
	"strconv"

	"tocsin/state"
)

// lineFigures go by days past due: sums over the open lines of invoices and over the classes of the ageing.
func lineFigures() []explained {
	within := func(class span) func(*explainer) {
		return func(x *explainer) {
			x.ageing()
			x.amounts(x.lines(class))
			x.sum()
		}
	}
	return []explained{
		{"ageing.current", "what is open and not past due", explainCurrent},
		{"ageing.1_30", "what is open and 1 to 30 days past due", within(overdueClasses[3])},
		{"ageing.31_60", "what is open and 31 to 60 days past due", within(overdueClasses[2])},
		{"ageing.61_90", "what is open and 61 to 90 days past due", within(overdueClasses[1])},
		{"ageing.91_plus", "what is open and more than 90 days past due", within(overdueClasses[0])},
		{"overdue", "what is open and past due", explainOverdue},
		{"max_days_past_due", "the most days that an invoice is past due of which more than residue is open", explainMaxDays},
		{"open_count", "invoices of which more than residue is open", explainOpenCount},
		{"weighted_days_late", "days past due, weighted by what is overdue", explainWeightedDays},
		{"dbt", "days beyond terms: the days that each class of the ageing stands for, weighted by its amount", explainDBT},
	}
}

// span is a range of days past due.
type span struct{ from, to int }

var (
	notOverdue = span{0, 0}
	anyOverdue = span{1, math.MaxInt}
	// overdueClasses are those of the ageing, the oldest first. Amounts in another currency are converted class by class.
	overdueClasses = [...]span{{91, math.MaxInt}, {61, 90}, {31, 60}, {1, 30}}
)

// ageing is the ageing; where an amount in it has no rate it is not known.
func (x *explainer) ageing() state.Ageing {
	ageing := x.view.Ageing()
	if !ageing.Known {
		x.unknown(noRate)
	}
	return ageing
}

// lines are the open lines that are so many days past due.
func (x *explainer) lines(of span) []amount {
	var list []amount
	for currency, line := range x.view.OpenLines() {
		if days := line.DaysPastDue(x.view.Day); days >= of.from && days <= of.to {
			list = append(list, amount{row: lineRow(line, days), minor: line.Open, currency: currency})
		}
	}
	return list
}

func lineRow(line state.DueLine, days int) Row {
	return Row{Kind: "invoice", ID: line.Invoice, Due: line.Due.String(), Days: &days}
}

// explainCurrent adds up what is not past due. Where other currencies are converted it takes what their rounding leaves to the
// receivables.
func explainCurrent(x *explainer) {
	ageing := x.ageing()
	x.amounts(x.lines(notOverdue))
	if left := ageing.Current - x.minor(); left != 0 && ageing.Known {
		x.row(Row{Kind: "rounding"}, left)
	}
	x.sum()
}

func explainOverdue(x *explainer) {
	x.ageing()
	x.overdue()
	x.sum()
}

func (x *explainer) overdue() {
	for _, class := range overdueClasses {
		x.amounts(x.lines(class))
	}
}

func explainMaxDays(x *explainer) {
	x.out.Largest = true
	worst := 0
	for currency, line := range x.view.OpenLines() {
		days := line.DaysPastDue(x.view.Day)
		if days == 0 || line.Settled {
			continue
		}
		worst = max(worst, days)
		r := lineRow(line, days)
		r.Amount, r.Currency = state.FormatMinor(line.Open, currency.Scale()), x.foreign(currency)
		x.part(r, big.NewRat(int64(days), 1), 0)
	}
	slices.SortStableFunc(x.out.Rows, func(a, b Row) int { return cmp.Compare(*b.Days, *a.Days) })
	x.total.SetInt64(int64(worst))
	x.number(0)
}

// foreign names a currency that is not the customer's.
func (x *explainer) foreign(currency state.Currency) string {
	if currency == x.currency {
		return ""
	}
	return currency.String()
}

func explainOpenCount(x *explainer) {
	for _, d := range x.view.Documents() {
		if d.Receivables == 0 || d.Settled {
			continue
		}
		r := documentRow(&d)
		r.Amount, r.Currency = state.FormatMinor(d.Receivables, d.Whole.Currency.Scale()), x.foreign(d.Whole.Currency)
		x.part(r, big.NewRat(1, 1), 0)
	}
	x.number(0)
}

func explainWeightedDays(x *explainer) {
	ageing := x.ageing()
	var foreign []amount // amount × days
	for _, a := range x.lines(anyOverdue) {
		if a.currency == x.currency {
			x.weighted(a.row, a.minor, big.NewRat(int64(*a.row.Days), 1))
			continue
		}
		a.row.Times, a.weight = strconv.Itoa(*a.row.Days), int64(*a.row.Days)
		foreign = append(foreign, a)
	}
	x.amounts(foreign)
	if ageing.Overdue == 0 {
		x.unknown("nothing is overdue")
	}
	x.quotient(1, ageing.Overdue, 2)
}

func explainDBT(x *explainer) {
	ageing := x.ageing()
	for _, b := range ageing.Buckets() {
		x.weighted(Row{Kind: "class", ID: b.Name}, b.Amount, big.NewRat(b.Days, 1))
	}
	receivables := ageing.Current + ageing.Overdue
	if receivables == 0 {
		x.unknown("there are no receivables")
	}
	x.quotient(1, receivables, 1)
}

func explainECL(x *explainer) {
	ageing := x.ageing()
	for _, b := range ageing.Buckets() {
		x.weighted(Row{Kind: "class", ID: b.Name}, b.Amount, big.NewRat(b.PerMile, 1000))
	}
	x.sum()
}
