package detectors

// Explain counts the invoices disputed late, against what fell due and what was usual, and what of the overdue they block.
func (d *DisputeStall) Explain(in *Input) []Condition {
	view, currency := in.View, in.View.Currency()
	list := d.lateDisputes(view)
	ar, known := receivables(view)
	s := d.share(view, list)
	stand := len(list) > 0 && stillStand(list)
	judged := known || !stand || s.recent < d.CriticalCount
	least := func(l Level, what string, unit Unit, value, threshold int64) Condition {
		return Condition{Level: l, What: what, Unit: unit, Value: value, Is: AtLeast, Threshold: threshold}
	}
	out := []Condition{
		flag(None, hasRates, judged, true),
		flag(Warning, "disputes_stand", stand, true),
		least(Warning, "late_disputes", UnitCount, int64(s.recent), int64(d.WarningCount)),
		least(Warning, "invoices_fallen_due", UnitCount, int64(s.due), int64(d.MinDueCount)),
		least(Warning, "late_dispute_ratio", UnitRatio, wholeShare(int64(s.recent), int64(s.due)), int64(d.MultipleCount)*int64(d.FloorRatio)),
		least(Warning, "unusual_disputes", UnitCount, int64(s.recent), d.unusualFrom(s)),
		flag(Critical, "disputes_stand", stand, true),
		least(Critical, "late_disputes", UnitCount, int64(s.recent), int64(d.CriticalCount)),
	}
	if !known {
		return out
	}
	blocked, overdue := d.blocked(view, list)
	return append(out,
		least(Critical, "blocked_amount", UnitMoney, blocked, in.Materiality.M(ar, currency)),
		least(Critical, "blocked_ratio", UnitRatio, wholeShare(blocked, overdue), int64(d.DisputedRatio)))
}

// unusualFrom is how many invoices disputed late are a multiple of what was usual.
func (d *DisputeStall) unusualFrom(s disputeShare) int64 {
	if s.dueBefore < d.MinDueCount {
		return 0
	}
	usual := d.MultipleCount * s.before * s.due
	return int64((usual + s.dueBefore - 1) / s.dueBefore)
}
