package detectors

import (
	"strconv"

	"tocsin/state"
)

// LimitTemporaryExpiry raises a warning when a temporary increase of the limit is about to end and the exposure would then
// be above what is left of the limit.
//
// It looks at each increase in force that ends within WarningDays, and at the limit as it will stand on the day after;
// no tolerance is added, and where no base limit will be on file, nothing is left.
//
// It clears when the increase is renewed, the exposure falls to what will be left, or the increase is over: what is then
// over the limit is limit_breach's to tell.
//
// It stays silent where no base limit is on file, since increases alone are no limit. It is not evaluable where exposure
// or limit need an exchange rate that is not known.
type LimitTemporaryExpiry struct {
	WarningDays int // days before the last day of an increase
}

var limitTemporaryExpirySign = Sign{
	Signal:    "limit_temporary_expiry",
	Title:     "Temporary limit ends",
	Inputs:    moneyInputs,
	ClearedBy: exposureInputs,
	Lasting:   true,
}

// NewLimitTemporaryExpiry has the default thresholds.
func NewLimitTemporaryExpiry() *LimitTemporaryExpiry { return withDefaults(&LimitTemporaryExpiry{}) }

// Sign is the same for all configurations.
func (d *LimitTemporaryExpiry) Sign() *Sign { return &limitTemporaryExpirySign }

// Params are the thresholds.
func (d *LimitTemporaryExpiry) Params() []Param {
	return []Param{
		whole(&d.WarningDays, "warning_days", "7", "0", "90", "Warns when an increase that is needed ends within this many days."),
	}
}

// Evaluate looks past the end of each increase that ends soon.
func (d *LimitTemporaryExpiry) Evaluate(in *Input) Verdict {
	v := Verdict{Clear: AllRungs, Next: in.View.NextChange()}
	limit := in.View.Limit()
	if !limit.OnFile || len(limit.Increases) == 0 {
		return v
	}
	exposure := in.View.Exposure()
	if !limit.Known || !exposure.Known {
		return Verdict{NotEvaluable: true, Next: v.Next}
	}
	for _, increase := range limit.Increases {
		switch {
		case increase.To == 0:
		case !d.endsSoon(increase, in.View.Day):
			v.Next = sooner(v.Next, increase.To-state.Date(d.WarningDays))
		default:
			v.Next = sooner(v.Next, increase.To+1)
			if exposure.Gross > remaining(in.View, increase) {
				v.Raise, v.Clear = Warning, above(Warning)
			}
		}
	}
	return v
}

func (d *LimitTemporaryExpiry) endsSoon(increase state.TemporaryLimit, day state.Date) bool {
	return increase.To != 0 && increase.To-day <= state.Date(d.WarningDays)
}

// remaining is the limit on the day after an increase has ended.
func remaining(view *state.View, increase state.TemporaryLimit) int64 {
	after := view.LimitOn(increase.To + 1)
	if !after.OnFile {
		return 0
	}
	return after.Effective()
}

// Describe tells of the end that leaves least.
func (d *LimitTemporaryExpiry) Describe(in *Input, v Verdict) Detail {
	view, currency := in.View, in.View.Currency()
	exposure := view.Exposure().Gross
	out := Detail{MoneyAtRisk: exposureAtRisk(view)}
	limit, level := view.Limit(), v.Level(in.Standing)
	tightest := d.tightest(view, limit)
	if tightest == nil {
		return out
	}
	remains := remaining(view, *tightest)
	out.Facts = []Fact{
		{"days_left", strconv.Itoa(int(tightest.To - view.Day)), strconv.Itoa(d.WarningDays)},
		{"exposure", money(exposure, currency), money(remains, currency)},
		{"valid_to_date", tightest.To.String(), ""},
	}
	if level == None {
		return out
	}
	out.Actions = actions(limitTemporaryExpirySign.Signal, level, "")
	out.Evidence = cite(cite(nil, tightest.ID), limit.ID)
	if exposure > remains {
		out.ClearsIf = append(out.ClearsIf, Remedy{pay, state.Money{Minor: exposure - remains, Currency: currency}, None})
		if d.sameBase(view, limit) {
			raised := state.Sum(limit.Base, exposure-remains)
			out.ClearsIf = append(out.ClearsIf, Remedy{raiseLimit, state.Money{Minor: raised, Currency: currency}, None})
		}
	}
	return out
}

// tightest is the increase in force that ends soon and leaves the lowest limit, nil when there is none.
func (d *LimitTemporaryExpiry) tightest(view *state.View, limit state.Limit) *state.TemporaryLimit {
	var found *state.TemporaryLimit
	for i := range limit.Increases {
		increase := &limit.Increases[i]
		if d.endsSoon(*increase, view.Day) && (found == nil || remaining(view, *increase) < remaining(view, *found)) {
			found = increase
		}
	}
	return found
}

// sameBase tells whether today's base limit is still the one in force after every end that is near: only then does raising
// it help. One that has lapsed by then is reviewed, not raised.
func (d *LimitTemporaryExpiry) sameBase(view *state.View, limit state.Limit) bool {
	for _, increase := range limit.Increases {
		if after := view.LimitOn(increase.To + 1); d.endsSoon(increase, view.Day) && (after.Lapsed || after.ID != limit.ID || after.Base != limit.Base) {
			return false
		}
	}
	return true
}
