package detectors

// LimitMissing raises a warning when a customer owes something, or is about to, and no base limit is on file.
//
// A limit that ended or was withdrawn is not on file, and temporary increases alone are no limit. A limit of 0 is one.
//
// It clears at once when a limit is set, and when the exposure has been 0 for the hold days.
//
// It stays silent until the day after the ledger's first limit is known: a ledger without limits is not told of each of
// its customers. It is not evaluable where the exposure needs an exchange rate that is not known.
type LimitMissing struct{}

var limitMissingSign = Sign{
	Signal:        "limit_missing",
	Title:         "No credit limit",
	Inputs:        moneyInputs,
	ClearedBy:     exposureInputs,
	ClearHoldDays: 14,
	Lasting:       true,
}

// NewLimitMissing has no thresholds.
func NewLimitMissing() *LimitMissing { return &LimitMissing{} }

// Sign is the same for all configurations.
func (d *LimitMissing) Sign() *Sign { return &limitMissingSign }

// Params are none.
func (d *LimitMissing) Params() []Param { return nil }

// Evaluate asks for a limit only where there is something to limit.
func (d *LimitMissing) Evaluate(in *Input) Verdict {
	v := Verdict{Clear: AllRungs, Next: in.View.NextChange()}
	if !in.LimitsKnown || in.View.Limit().OnFile {
		v.AtOnce = true
		return v
	}
	exposure := in.View.Exposure()
	switch {
	case !exposure.Known:
		v.NotEvaluable, v.Clear = true, 0
	case exposure.Gross > 0:
		v.Raise, v.Clear = Warning, above(Warning)
	}
	return v
}

// Describe tells of the exposure that no limit bounds.
func (d *LimitMissing) Describe(in *Input, v Verdict) Detail {
	atRisk := exposureAtRisk(in.View)
	if !atRisk.Told() {
		return Detail{}
	}
	out := Detail{Facts: []Fact{{"exposure", atRisk.String(), money(0, atRisk.Currency)}}, MoneyAtRisk: atRisk}
	level := v.Level(in.Standing)
	if level == None {
		return out
	}
	out.Actions = actions(limitMissingSign.Signal, level, "")
	for _, id := range append(head(in.View.OpenOrderIDs(), 5), head(in.View.OpenInvoiceIDs(), 5)...) {
		out.Evidence = cite(out.Evidence, id)
	}
	out.ClearsIf = []Remedy{{Do: setLimit, To: None}, {pay, atRisk, None}}
	return out
}
