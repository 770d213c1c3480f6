package detectors

import (
	"cmp"
	"slices"

	"tocsin/state"
)

// Describe tells of the orders, of the habit that they are held against, and of the stress beside them.
func (d *OrderPatternBreak) Describe(in *Input, v Verdict) Detail {
	r := d.reading(in)
	out := Detail{MoneyAtRisk: exposureAtRisk(in.View)}
	level := v.Level(in.Standing)
	if r.unknown || level == None {
		return out
	}
	f, reason := r.on(in.View.Day), v.ReasonAt(level, in.Reason)
	switch reason {
	case collapse:
		out.Facts = r.collapseFacts(f)
		out.ClearsIf = remedies(pay, in.View.Currency(), level, sumTested(in.View.DueLines()), func(paid int64) Level { return r.after(level, paid) })
	case lumpy, newOutsized:
		out.Facts = append(r.singleFacts(f), r.surgeFacts(f, level)...)
	case project:
		out.Facts = append(r.singleFacts(f), r.surgeFacts(r.find(in.View.Day, true), level)...)
	default:
		out.Facts = r.surgeFacts(f, level)
	}
	if stress := r.stress(in.View.Day); stress != "" && reason != collapse {
		out.Facts = append(out.Facts, Fact{"stress", stress, ""})
	}
	out.Actions = actions(orderPatternBreakSign.Signal, level, reason)
	out.Evidence = r.evidence(reason)
	return out
}

// surgeFacts are those of 30 days.
func (r *orderReading) surgeFacts(f orderFinding, level Level) []Fact {
	currency, threshold := r.in.View.Currency(), r.SurgeRatio
	if level == Critical {
		threshold = r.SurgeCriticalRatio
	}
	facts := []Fact{{"orders_30_days", money(f.sum, currency), ""}}
	n := r.freeze()
	if n.filled >= int64(r.MinBucketsCount) {
		facts = append(facts,
			Fact{"orders_median", money(n.median2/2, currency), ""},
			Fact{"orders_in_medians", state.RatioString(2*f.sum, n.median2, 2), state.RatioString(int64(threshold), ratioUnit, 2)},
		)
	}
	if delivered := r.delivered(); f.sum > 0 {
		facts = append(facts, Fact{"delivered_share", state.RatioString(delivered, f.sum, 3), ""})
	}
	return facts
}

// delivered is what of the orders of 30 days has been delivered.
func (r *orderReading) delivered() (sum int64) {
	for _, o := range r.window(r.in.View.Day) {
		worth, _ := r.in.View.Worth(o.Order().Delivered)
		sum = state.Sum(sum, min(worth, o.Minor))
	}
	return sum
}

// singleFacts are those of the largest order that breaks the pattern.
func (r *orderReading) singleFacts(f orderFinding) []Fact {
	if f.single == nil {
		return nil
	}
	currency := r.in.View.Currency()
	facts := []Fact{{"order_amount", money(f.single.Minor, currency), ""}}
	if f.single2 > 0 {
		facts = append(facts,
			Fact{"order_median", money(f.single2/2, currency), ""},
			Fact{"order_in_medians", state.RatioString(2*f.single.Minor, f.single2, 2), state.RatioString(int64(r.LumpyRatio), ratioUnit, 2)},
		)
	}
	if r.limited && r.limit > 0 {
		facts = append(facts, Fact{"order_of_limit", state.RatioString(f.single.Minor, r.limit, 3), ""})
	}
	return facts
}

// collapseFacts are those of 60 days.
func (r *orderReading) collapseFacts(f orderFinding) []Fact {
	currency, n := r.in.View.Currency(), r.freeze()
	facts := []Fact{
		{"orders_60_days", money(f.long, currency), ""},
		{"orders_60_median", money(n.long2/2, currency), ""},
	}
	if n.long2 > 0 {
		facts = append(facts, Fact{"orders_60_in_medians", state.RatioString(2*f.long, n.long2, 2), state.RatioString(int64(r.CollapseRatio), ratioUnit, 2)})
	}
	return facts
}

// evidence are the orders, largest first, or of a collapse the invoices past due.
func (r *orderReading) evidence(reason string) (ids []string) {
	if reason == collapse {
		for _, line := range r.in.View.DueLines() {
			if line.Effective < r.in.View.Day && !line.Settled && line.Tested > 0 {
				ids = cite(ids, line.Invoice)
			}
		}
		return ids
	}
	orders := slices.Clone(r.window(r.in.View.Day))
	slices.SortStableFunc(orders, func(a, b state.Placed) int { return cmp.Compare(b.Minor, a.Minor) })
	for _, o := range orders {
		ids = cite(ids, o.Order().OrderID)
	}
	return ids
}

// after is the level once an amount is paid on account today.
func (r *orderReading) after(present Level, paid int64) Level {
	then := *r
	then.paid = paid
	f := then.on(r.in.View.Day)
	if level, _ := then.level(&f); level > None || f.calm {
		return level
	}
	return present
}
