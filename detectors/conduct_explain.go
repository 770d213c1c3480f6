package detectors

import "tocsin/state"

// Explain counts the run of promises not kept.
func (d *BrokenPromise) Explain(in *Input) []Condition {
	var run []*pledge
	unknown, known, days := false, true, Condition{What: "days_past_due", Unit: UnitDays}
	if b := d.promises(in); b != nil {
		var ar int64
		ar, known = receivables(in.View)
		run, unknown = b.run(d.WindowDays)
		if worst := worstLine(in, ar); known && worst != nil {
			days.About, days.Value = worst.Invoice, int64(in.View.Day-worst.Effective)
		}
	}
	out := []Condition{flag(None, hasRates, known && !unknown, true)}
	for l := Info; l <= Critical; l++ {
		out = append(out, d.atLeast(l, d.count(l), run))
	}
	days.Level, days.Way, days.Is, days.Threshold = Critical, 1, MoreThan, int64(d.CriticalDays)
	byDays := d.atLeast(Critical, d.WarningCount, run)
	byDays.Way = 1
	return append(out, byDays, days)
}

// atLeast is the condition that a run weighs as much as so many broken promises.
func (d *BrokenPromise) atLeast(l Level, count int, run []*pledge) Condition {
	return Condition{Level: l, What: "promise_run", Unit: UnitPoints, Value: d.weight(run), Is: AtLeast, Threshold: int64(count) * ratioUnit}
}

// Explain counts the debits that came back; each that is not replaced is a way of its own.
func (d *PaymentReturned) Explain(in *Input) []Condition {
	r := d.reading(in, in.View.ReturnedPayments(in.View.Day-state.Date(d.WindowDays)))
	hard := int64(0)
	for i := range r.debits {
		if r.debits[i].hard {
			hard++
		}
	}
	returned := Condition{Level: Warning, What: "returned_payments", Unit: UnitCount, Value: int64(len(r.debits)), Is: AtLeast, Threshold: int64(d.WarningCount)}
	again := returned
	again.Level, again.Threshold = Critical, int64(d.CriticalCount)
	out := []Condition{
		flag(None, hasRates, !r.unknown || r.level() == Critical, true), returned, again,
		{Level: Critical, Way: 1, What: "hard_returns", Unit: UnitCount, Value: hard, Is: AtLeast, Threshold: 1},
	}
	for i := range r.debits {
		debit := &r.debits[i]
		about := debit.returns[0].PaymentID
		out = append(out,
			Condition{
				Level: Critical, Way: i + 2, What: "days_after_deadline", About: about, Unit: UnitDays,
				Value: int64(in.View.Day - debit.deadline), Is: MoreThan,
			},
			Condition{
				Level: Critical, Way: i + 2, What: "replaced_share", About: about, Unit: UnitRatio,
				Value: wholeShare(debit.replaced, debit.amount.Minor), Is: LessThan, Threshold: int64(d.ReplacedRatio),
			})
	}
	return out
}

// wholeShare is part/of in ten-thousandths, rounded down, so that it reaches a ratio when the share does.
func wholeShare(part, of int64) int64 {
	if of == 0 {
		return ratioUnit
	}
	n := state.MulDiv(part, ratioUnit, of)
	if state.CompareProducts(n, of, part, ratioUnit) > 0 {
		n--
	}
	return n
}

// Explain adds up the points of what was asked for, and of due dates that were moved.
func (d *TermsRequest) Explain(in *Input) []Condition {
	r := d.reading(in)
	points := r.points()
	out := []Condition{flag(None, hasRates, !r.unknown || d.level(points) > None, true)}
	if !r.unknown {
		points += r.silent
	}
	for l := Info; l <= Critical; l++ {
		out = append(out, Condition{Level: l, What: "points", Unit: UnitCount, Value: int64(points), Is: AtLeast, Threshold: int64(d.threshold(l))})
	}
	return out
}

// Explain counts the facts of each class that stand.
func (d *AdverseRegistry) Explain(in *Input) []Condition {
	w := d.reading(in.View, in.View.RegistryFacts(), in.View.Notes()).weigh()
	least := func(l Level, way int, what string, value, threshold int) Condition {
		return Condition{Level: l, Way: way, What: what, Unit: UnitCount, Value: int64(value), Is: AtLeast, Threshold: int64(threshold)}
	}
	trouble := flag(Warning, "trouble", d.corroborator(in) != "", true)
	trouble.Way = 2
	return []Condition{
		least(Info, 0, "soft_kinds", len(w.kinds), 1),
		least(Warning, 0, "serious_facts", len(w.serious), 1),
		least(Warning, 1, "soft_kinds", len(w.kinds), d.SoftCount),
		least(Warning, 2, "soft_kinds", len(w.kinds), 1), trouble,
		least(Critical, 0, "terminal_facts", len(w.terminal), 1),
		least(Critical, 1, "severe_facts", len(w.severe), 1),
		least(Critical, 2, "serious_events", w.together, d.PairCount),
	}
}

// Explain weighs the attempts since the customer was last heard of, and what is past due.
func (d *ContactLost) Explain(in *Input) []Condition {
	view, t := in.View, attemptTally{}
	ar, known := receivables(view)
	overdue := Condition{What: "overdue", Unit: UnitMoney, Is: AtLeast}
	contacts := view.Contacts()
	rated := known || len(contacts) == 0
	if known {
		overdue.Value, _ = pastDue(view)
	}
	overdue.Threshold = in.Materiality.M(ar, view.Currency())
	if known && len(contacts) > 0 {
		s := d.silence(in, contacts)
		t = s.tally(s.since(0), view.Day)
		rated = !s.unknown || !overdue.Holds()
	}
	out := []Condition{flag(None, hasRates, rated, true)}
	way := func(l Level, n int, conditions ...Condition) {
		for _, c := range append(conditions, overdue) {
			c.Level, c.Way = l, n
			out = append(out, c)
		}
	}
	least := func(what string, unit Unit, value, threshold int) Condition {
		return Condition{What: what, Unit: unit, Value: int64(value), Is: AtLeast, Threshold: int64(threshold)}
	}
	way(Warning, 0, least("attempt_weight", UnitCount, t.weight, d.WarningCount),
		least("attempt_days", UnitDays, t.days, d.WarningAttemptDays), least("attempt_span_days", UnitDays, t.span, d.WarningSpanDays))
	way(Critical, 0, least("attempt_weight", UnitCount, t.weight, d.CriticalCount),
		least("attempt_channels", UnitCount, t.channels, d.CriticalChannelsCount), least("attempt_span_days", UnitDays, t.span, d.CriticalSpanDays))
	way(Critical, 1, least("undeliverable_channels", UnitCount, t.undeliverable, d.UndeliverableCount))
	return out
}
