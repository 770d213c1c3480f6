package detectors

import (
	"strconv"

	"tocsin/state"
)

// OverdueRatio raises when much of what a customer owes is past due, be it in many small amounts.
//
// It divides what is at least one day past due, without what a dispute shields, by the lines of instalment plans that are
// kept, and after cash and credit that are not yet applied have been set against the oldest lines, by the receivables. There
// is no grace: a day late is late.
//
// It is not evaluable for customers with fewer than MinInvoices unsettled invoices, of which one late one would already be
// a large share, and where the receivables cannot be summed up for want of an exchange rate. It stays silent while the
// overdue amount is below the materiality test, and holds a level until its condition has been gone for the hold days.
type OverdueRatio struct {
	WarningRatio  Ratio
	CriticalRatio Ratio
	MinInvoices   int
}

var overdueRatioSign = Sign{
	Signal:        "overdue_ratio",
	Title:         "Large share overdue",
	Inputs:        moneyInputs,
	ClearedBy:     state.InputReceivables,
	ClearHoldDays: 14,
}

// NewOverdueRatio has the default thresholds.
func NewOverdueRatio() *OverdueRatio { return withDefaults(&OverdueRatio{}) }

// Sign is the same for all configurations.
func (d *OverdueRatio) Sign() *Sign { return &overdueRatioSign }

// Params are the thresholds.
func (d *OverdueRatio) Params() []Param {
	return []Param{
		ratio(&d.WarningRatio, "warning_ratio", "0.25", "0", "1", "Raises a warning from this share of the receivables on."),
		ratio(&d.CriticalRatio, "critical_ratio", "0.50", "0", "1", "Raises critical from this share of the receivables on."),
		whole(&d.MinInvoices, "min_invoices_count", "3", "1", "100", "Unsettled invoices below which the share is not judged."),
	}
}

// Check keeps the ladder in order.
func (d *OverdueRatio) Check() error { return ascendingNamed(d, "warning_ratio", "critical_ratio") }

// Evaluate sums the lines that are past due, which stand first.
func (d *OverdueRatio) Evaluate(in *Input) Verdict {
	v := Verdict{Next: in.View.NextChange()}
	if in.View.OpenInvoices() < d.MinInvoices { // a count needs no exchange rate
		v.NotEvaluable, v.Clear = true, AllRungs
		return v
	}
	ar, known := receivables(in.View)
	if !known {
		v.NotEvaluable = true
		return v
	}
	overdue, nextDue := pastDue(in.View)
	v.Raise = d.level(overdue, ar, in.Materiality.M(ar, in.View.Currency()))
	v.Clear = above(v.Raise)
	v.Next = sooner(v.Next, nextDue)
	return v
}

// pastDue is what is past due, and the day on which the next line will be.
func pastDue(view *state.View) (sum int64, next state.Date) {
	for _, l := range view.DueLines() {
		if l.Settled || l.Tested == 0 {
			continue
		}
		if l.Effective >= view.Day {
			return sum, l.Effective + 1
		}
		sum = state.Sum(sum, l.Tested)
	}
	return sum, 0
}

// level is the rung of an overdue amount. m is the smallest material one.
func (d *OverdueRatio) level(overdue, ar, m int64) Level {
	switch {
	case overdue < m:
		return None
	case d.CriticalRatio.compare(overdue, ar) >= 0:
		return Critical
	case d.WarningRatio.compare(overdue, ar) >= 0:
		return Warning
	default:
		return None
	}
}

// threshold is the ratio at which a level begins.
func (d *OverdueRatio) threshold(l Level) Ratio {
	if l == Critical {
		return d.CriticalRatio
	}
	return d.WarningRatio
}

// Describe tells of the share and the lines past due, largest share first in time.
func (d *OverdueRatio) Describe(in *Input, v Verdict) Detail {
	view, currency := in.View, in.View.Currency()
	ar, _ := receivables(view)
	m := in.Materiality.M(ar, currency)
	level := v.Level(in.Standing)
	overdue, _ := pastDue(view)
	out := Detail{
		Facts: []Fact{
			{"overdue_ratio", state.RatioString(overdue, ar, 3), state.RatioString(int64(d.threshold(level)), ratioUnit, 3)},
			{"overdue", money(overdue, currency), money(m, currency)},
			{"receivables", money(ar, currency), ""},
			{"open_invoices", strconv.Itoa(view.Ageing().OpenCount), strconv.Itoa(d.MinInvoices)},
		},
		MoneyAtRisk: state.Money{Minor: overdue, Currency: currency},
	}
	if level == None {
		return out
	}
	out.Actions = actions(overdueRatioSign.Signal, level, "")
	for _, l := range view.DueLines() {
		if !l.Settled && l.Tested > 0 && l.Effective < view.Day {
			out.Evidence = cite(out.Evidence, l.Invoice)
		}
	}
	out.ClearsIf = remedies(pay, currency, level, sumTested(view.DueLines()), func(paid int64) Level {
		return d.level(pastDueAfter(view, paid), ar, m)
	})
	return out
}

// pastDueAfter is what is past due once an amount is paid on account today: it is set against the oldest lines.
func pastDueAfter(view *state.View, paid int64) int64 {
	sum := int64(0)
	for _, l := range view.DueLines() {
		left := max(0, l.Tested-paid)
		paid -= l.Tested - left
		if !l.Settled && l.Effective < view.Day {
			sum = state.Sum(sum, left)
		}
	}
	return sum
}

// PastDue is what of a customer's receivables is past due and tested, in minor units of the customer's currency: the overdue of the ratio.
func PastDue(view *state.View) int64 {
	sum, _ := pastDue(view)
	return sum
}
