package detectors

import (
	"tocsin/state"
)

// TermsRequest raises when a customer asks for more time or more credit than was agreed.
//
// Each request of the last WindowDays has points: a moratorium or a composition MoratoriumPoints, an instalment plan PlanPoints,
// a later due date ExtensionPoints, or ExtensionOverduePoints if anything was overdue when he asked, longer terms for good
// TermsPoints, or TermsSlowPoints if payment_slowdown had ground then. A higher limit, or the release of held orders, has
// LimitPoints if something undisputed was overdue when he asked; a higher limit also within OwnerDays after a change of
// owners. There is a silent version: due dates of SilentCount open invoices, together SilentRatio of the receivables, were
// moved by SilentMoveDays or more within SilentDays, which has SilentPoints, be it that the seller's own people did it.
//
// The sum makes the level: an instalment plan and one point more are critical. A level is left when the points have been below
// it for the hold days. While an agreed plan of which something named is open is accepted, a warning stays; while a line of it is
// missed, critical stays too.
//
// It stays silent on what the seller offers unasked, on a higher limit asked for by a customer who owes nothing overdue, and on
// due dates that were moved by a few days or for little. What was asked counts by the books of the day on which it was asked,
// as they are known now.
type TermsRequest struct {
	WindowDays             int
	InfoPoints             int
	WarningPoints          int
	CriticalPoints         int
	MoratoriumPoints       int
	PlanPoints             int
	ExtensionPoints        int
	ExtensionOverduePoints int
	TermsPoints            int
	TermsSlowPoints        int
	LimitPoints            int
	OwnerDays              int
	SilentPoints           int
	SilentDays             int
	SilentMoveDays         int
	SilentCount            int
	SilentRatio            Ratio

	slowdown Detector // the customer's rule for slower payment; nil: none
}

const (
	requested       = "REQUEST"
	silentExtension = "SILENT_EXTENSION"
)

var termsRequestSign = Sign{
	Signal:        "terms_request",
	Title:         "Asks for other terms",
	Reasons:       []string{requested, silentExtension},
	Inputs:        moneyInputs | state.InputConduct | state.InputRegistry,
	ClearedBy:     state.InputReceivables,
	ClearHoldDays: 14,
}

// NewTermsRequest has the default thresholds.
func NewTermsRequest() *TermsRequest { return withDefaults(&TermsRequest{}) }

// Sign is the same for all configurations.
func (d *TermsRequest) Sign() *Sign { return &termsRequestSign }

// Params are the thresholds.
func (d *TermsRequest) Params() []Param {
	return []Param{
		whole(&d.WindowDays, "window_days", "90", "1", "365", "Days for which a request counts."),
		whole(&d.InfoPoints, "info_points", "1", "1", "100", "Raises info from this sum of points on."),
		whole(&d.WarningPoints, "warning_points", "2", "1", "100", "Raises a warning from this sum of points on."),
		whole(&d.CriticalPoints, "critical_points", "4", "1", "100", "Raises critical from this sum of points on."),
		whole(&d.MoratoriumPoints, "moratorium_points", "4", "0", "100", "Points of a moratorium or a composition."),
		whole(&d.PlanPoints, "plan_points", "3", "0", "100", "Points of an instalment plan."),
		whole(&d.ExtensionPoints, "extension_points", "1", "0", "100", "Points of a later due date."),
		whole(&d.ExtensionOverduePoints, "extension_overdue_points", "2", "0", "100", "Points of a later due date when something was overdue."),
		whole(&d.TermsPoints, "longer_terms_points", "1", "0", "100", "Points of longer terms for good."),
		whole(&d.TermsSlowPoints, "longer_terms_slow_points", "2", "0", "100", "Points of longer terms for good when payment had slowed down."),
		whole(&d.LimitPoints, "limit_points", "2", "0", "100", "Points of a higher limit, or of the release of held orders, when something undisputed was overdue."),
		whole(&d.OwnerDays, "owner_change_days", "90", "0", "365", "Days after a change of owners within which a higher limit has its points too."),
		whole(&d.SilentPoints, "silent_points", "2", "0", "100", "Points of due dates that were moved."),
		whole(&d.SilentDays, "silent_days", "60", "1", "365", "Days within which due dates were moved."),
		whole(&d.SilentMoveDays, "silent_move_days", "7", "1", "365", "Days by which a due date must have been moved."),
		whole(&d.SilentCount, "silent_count", "2", "1", "1000", "Invoices of which the due dates must have been moved."),
		ratio(&d.SilentRatio, "silent_ratio", "0.20", "0", "1", "Share of the receivables that they must have together."),
	}
}

func (d *TermsRequest) consult(rules []Rule) { d.slowdown = findLive(rules, "payment_slowdown") }

// Check keeps the ladder in order.
func (d *TermsRequest) Check() error {
	return ascendingNamed(d, "info_points", "warning_points", "critical_points")
}

// Evaluate adds up the points.
func (d *TermsRequest) Evaluate(in *Input) Verdict {
	if len(in.View.Requests()) == 0 && len(in.View.Extensions()) == 0 {
		return Verdict{Clear: AllRungs, Next: in.View.NextChange()}
	}
	r := d.reading(in)
	v := Verdict{Next: sooner(in.View.NextChange(), r.next)}
	asked := r.points()
	if r.unknown {
		v.Raise, v.Reason = d.level(asked), requested
		v.NotEvaluable = v.Raise == None
		return v
	}
	v.Raise = d.level(asked + r.silent)
	v.Clear = above(v.Raise) &^ r.kept
	if v.Raise > None {
		v.Reason = requested
		if d.level(r.silent) == v.Raise && d.level(asked) < v.Raise {
			v.Reason = silentExtension
		}
	}
	return v
}

func (d *TermsRequest) level(points int) Level {
	switch {
	case points >= d.CriticalPoints:
		return Critical
	case points >= d.WarningPoints:
		return Warning
	case points >= d.InfoPoints:
		return Info
	}
	return None
}

// threshold is the sum of points at which a level begins.
func (d *TermsRequest) threshold(l Level) int {
	return [...]int{None: d.InfoPoints, Info: d.InfoPoints, Warning: d.WarningPoints, Critical: d.CriticalPoints}[l]
}
