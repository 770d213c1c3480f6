package detectors

import (
	"strconv"

	"tocsin/state"
)

// LimitReviewDue raises a warning when the review date of the base limit in force has passed, and critical when the review
// is more than CriticalDays late.
//
// It clears when a limit with a later review date, or none, is in force.
//
// What a limit is worth whose review is overdue is for Policy to say. By `warn` it counts on as it is. By `zero` it lapses, its
// temporary increases with it, until a limit with a later review date, or none, is in force: then limit_breach and the
// customer's record have a limit of 0, which is prepayment only.
//
// It stays silent where no base limit is on file and where the limit carries no review date. The policy is in force only where
// the signal is live.
type LimitReviewDue struct {
	CriticalDays int          // more than this many days after the review date
	Policy       ReviewPolicy // what becomes of the limit meanwhile
}

// ReviewPolicy says what a limit is worth whose review is overdue.
type ReviewPolicy uint8

const (
	ReviewWarn ReviewPolicy = iota // as much as ever
	ReviewZero                     // nothing
)

var limitReviewDueSign = Sign{
	Signal:    "limit_review_due",
	Title:     "Limit review due",
	Inputs:    moneyInputs,
	ClearedBy: state.InputLimits,
	Lasting:   true,
}

// NewLimitReviewDue has the default thresholds.
func NewLimitReviewDue() *LimitReviewDue { return withDefaults(&LimitReviewDue{}) }

// Sign is the same for all configurations.
func (d *LimitReviewDue) Sign() *Sign { return &limitReviewDueSign }

// Params are the thresholds.
func (d *LimitReviewDue) Params() []Param {
	return []Param{
		whole(&d.CriticalDays, "critical_days", "30", "0", "730", "Raises critical when the review is more than this many days late."),
		oneOf(&d.Policy, "policy", "What a limit is worth whose review is overdue. warn: as much as ever. zero: nothing, so that any exposure is a breach; increases lapse with it.", "warn", "zero"),
	}
}

// Evaluate counts the days since the review date.
func (d *LimitReviewDue) Evaluate(in *Input) Verdict {
	v := Verdict{Clear: AllRungs, Next: in.View.NextChange()}
	limit, day := in.View.Limit(), in.View.Day
	if !limit.OnFile || limit.Review == 0 {
		return v
	}
	warning, critical := limit.Review+1, limit.Review+1+state.Date(d.CriticalDays)
	switch {
	case day >= critical:
		v.Raise = Critical
	case day >= warning:
		v.Raise, v.Next = Warning, sooner(v.Next, critical)
	default:
		v.Next = sooner(v.Next, warning)
	}
	v.Clear = above(v.Raise)
	return v
}

// Describe tells how late the review is.
func (d *LimitReviewDue) Describe(in *Input, v Verdict) Detail {
	limit := in.View.Limit()
	out := Detail{MoneyAtRisk: exposureAtRisk(in.View)}
	if !limit.OnFile || limit.Review == 0 {
		return out
	}
	level, allowed := v.Level(in.Standing), 0
	if level == Critical {
		allowed = d.CriticalDays
	}
	late := max(0, int(in.View.Day-limit.Review))
	out.Facts = []Fact{
		{"days_late", strconv.Itoa(late), strconv.Itoa(allowed)},
		{"review_date", limit.Review.String(), ""},
	}
	if limit.Known {
		out.Facts = append(out.Facts, Fact{"limit", money(limit.Agreed(), in.View.Currency()), ""})
	}
	if level == None {
		return out
	}
	out.Actions = actions(limitReviewDueSign.Signal, level, "")
	out.Evidence = cite(nil, limit.ID)
	out.ClearsIf = []Remedy{{Do: reviewLimit, To: None}}
	return out
}
