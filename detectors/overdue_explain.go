package detectors

import "tocsin/state"

// Explain takes the worst material line apart; where there is none, the line that is nearest to being one.
func (d *Overdue) Explain(in *Input) []Condition {
	ar, known := receivables(in.View)
	out := []Condition{flag(None, hasRates, known, true)}
	if !known {
		return out
	}
	line := worstLine(in, ar)
	if line == nil {
		line = largestTested(in.View.DueLines())
	}
	if line == nil {
		line = new(state.DueLine)
	}
	m := in.Materiality.M(ar, in.View.Currency())
	for l := Info; l <= Critical; l++ {
		if line.Invoice != "" {
			out = append(out, Condition{
				Level: l, What: "days_past_due", About: line.Invoice, Unit: UnitDays,
				Value: int64(in.View.Day - line.Effective), Is: MoreThan, Threshold: int64(d.limit(l)),
			})
		}
		out = append(out, Condition{Level: l, What: "open_amount", About: line.Invoice, Unit: UnitMoney, Value: line.Tested, Is: AtLeast, Threshold: m})
	}
	return out
}

// hasRates is the condition that no exchange rate is missing.
const hasRates = "exchange_rates"

// largestTested is the unsettled line of which the most is tested, the oldest of several; nil where nothing is.
func largestTested(lines []state.DueLine) *state.DueLine {
	var found *state.DueLine
	for i := range lines {
		if l := &lines[i]; !l.Settled && l.Tested > 0 && (found == nil || l.Tested > found.Tested) {
			found = l
		}
	}
	return found
}

// Explain holds what is past due against both its tests.
func (d *OverdueRatio) Explain(in *Input) []Condition {
	ar, known := receivables(in.View)
	enough := Condition{
		Level: None, What: "open_invoices", Unit: UnitCount,
		Value: int64(in.View.OpenInvoices()), Is: AtLeast, Threshold: int64(d.MinInvoices),
	}
	out := []Condition{enough, flag(None, hasRates, known, true)}
	if !known {
		return out
	}
	overdue, _ := pastDue(in.View)
	m := in.Materiality.M(ar, in.View.Currency())
	for _, l := range []Level{Warning, Critical} {
		out = append(out,
			Condition{Level: l, What: "overdue", Unit: UnitMoney, Value: overdue, Is: AtLeast, Threshold: m},
			Condition{Level: l, What: "overdue_of_receivables", Unit: UnitMoney, Value: overdue, Is: AtLeast, Threshold: d.threshold(l).atLeast(ar)})
	}
	return out
}
