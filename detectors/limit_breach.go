package detectors

import "tocsin/state"

// LimitBreach raises when a customer's exposure comes near its credit limit, and when it is over it.
//
// Exposure is what is ordered and soon to be delivered, delivered, invoiced, held in bills or received but not yet final,
// less cash and credit that are not yet applied. The limit is the base limit with the temporary increases in force.
//
// It is a ladder whose rungs are left at lower values than they are reached, so that an exposure that wavers around a
// threshold is one episode. NEAR and HIGH are shares of the limit. A breach is an exposure that exceeds the limit by more
// than a tolerance: the larger of a share of the limit and an amount, but never more than ToleranceMaxRatio of the limit.
// Under a hard limit NEAR is info, HIGH a warning and the breach critical; under a soft limit HIGH is info, the breach a
// warning, and critical is what exceeds SoftCriticalRatio. A limit of 0 means prepayment only: any exposure is a breach. By the policy of
// limit_review_due a limit whose review is overdue may count as 0.
//
// A breach tells what caused it: of what changed since the last close of the day, the largest part.
//
// It stays silent at an exposure of 0. It is not evaluable, and an open alert clears, while no base limit is on file
// (limit_missing tells of that); it is not evaluable either where exposure or limit need an exchange rate that is not
// known, and an open alert then stays as it is.
type LimitBreach struct {
	NearRatio         Ratio
	NearClearRatio    Ratio
	HighRatio         Ratio
	HighClearRatio    Ratio
	ClearRatio        Ratio
	ToleranceRatio    Ratio
	ToleranceAmount   int64 // major units
	ToleranceMaxRatio Ratio
	SoftCriticalRatio Ratio
}

var limitBreachSign = Sign{
	Signal:    "limit_breach",
	Title:     "Credit limit",
	Reasons:   []string{limitReduced, tempExpired, paymentReturned, byOrder, byDelivery, byFX, byOther, high, near},
	Inputs:    moneyInputs,
	ClearedBy: exposureInputs,
	Lasting:   true,
}

// NewLimitBreach has the default thresholds.
func NewLimitBreach() *LimitBreach { return withDefaults(&LimitBreach{}) }

// Sign is the same for all configurations.
func (d *LimitBreach) Sign() *Sign { return &limitBreachSign }

// Params are the thresholds.
func (d *LimitBreach) Params() []Param {
	return []Param{
		ratio(&d.NearRatio, "near_ratio", "0.80", "0", "2", "NEAR is raised from this share of the limit on."),
		ratio(&d.NearClearRatio, "near_clear_ratio", "0.75", "0", "2", "NEAR is left below this share of the limit."),
		ratio(&d.HighRatio, "high_ratio", "0.90", "0", "2", "HIGH is raised from this share of the limit on."),
		ratio(&d.HighClearRatio, "high_clear_ratio", "0.85", "0", "2", "HIGH is left below this share of the limit."),
		ratio(&d.ClearRatio, "clear_ratio", "0.95", "0", "1", "A breach is left at this share of the limit or less."),
		ratio(&d.ToleranceRatio, "tolerance_ratio", "0.01", "0", "1", "Share of the limit by which it may be exceeded without a breach."),
		whole(&d.ToleranceAmount, "tolerance_amount", "500", "0", mostMajor, "Amount in major units by which a limit may be exceeded without a breach if that is more than tolerance_ratio; materiality.amount_by_currency stands in for it."),
		ratio(&d.ToleranceMaxRatio, "tolerance_max_ratio", "0.05", "0", "1", "Share of the limit that the tolerance never exceeds."),
		ratio(&d.SoftCriticalRatio, "soft_critical_ratio", "1.10", "1", "10", "Under a soft limit, critical above this share of it."),
	}
}

// Check keeps the ladder in order and each rung's way out below its way in.
func (d *LimitBreach) Check() error {
	for _, pair := range [][]string{
		{"near_clear_ratio", "near_ratio", "high_ratio"},
		{"high_clear_ratio", "high_ratio"},
	} {
		if err := ascendingNamed(d, pair...); err != nil {
			return err
		}
	}
	return nil
}

// Evaluate places the exposure on the ladder.
func (d *LimitBreach) Evaluate(in *Input) Verdict {
	p, v := d.stand(in)
	if v.NotEvaluable {
		return v
	}
	v.Raise, v.Clear = d.judge(p)
	d.turn(in, p, &v)
	if v.Raise > None || in.Standing > None {
		v.Reasons = d.reasons(in, p, v.Raise)
		v.Reason = v.Reasons[v.Raise]
	}
	return v
}

// turn takes the rungs of a standing episode along when its limit has turned hard or soft: what was HIGH is only info under
// a soft limit, and what was a breach under a soft limit is one under a hard one until its own way out is open.
func (d *LimitBreach) turn(in *Input, p standing, v *Verdict) {
	switch {
	case in.Standing != Warning || p.exposure == 0 || p.limit == 0:
	case !p.hard && in.Reason == high && v.Raise < Warning:
		v.Clear |= Rung(Warning)
	case p.hard && isBreach(in.Reason) && !d.left(p, Critical):
		v.Raise = Critical
	}
}

// standing is an exposure before a limit.
type standing struct {
	exposure, limit int64
	tolerance       int64 // the configured amount in minor units
	hard            bool
}

// stand reads exposure and limit. The verdict says whether they can be judged.
func (d *LimitBreach) stand(in *Input) (standing, Verdict) {
	v := Verdict{Next: in.View.NextChange()}
	limit := in.View.Limit()
	if !limit.OnFile {
		v.NotEvaluable, v.Clear = true, AllRungs
		return standing{}, v
	}
	exposure := in.View.Exposure()
	v.NotEvaluable = !limit.Known || !exposure.Known
	return standing{
		exposure: exposure.Gross, limit: limit.Effective(), hard: limit.Hard,
		tolerance: in.Materiality.minor(d.ToleranceAmount, in.View.Currency()),
	}, v
}

// judge is the ladder: the highest rung reached, and those whose way out is open.
func (d *LimitBreach) judge(p standing) (raise Level, clear Rungs) {
	e, l := p.exposure, p.limit
	if e == 0 {
		return None, AllRungs
	}
	if l == 0 {
		return Critical, 0
	}
	for level := Info; level <= Critical; level++ {
		if d.reached(p, level) {
			raise = level
		}
		if d.left(p, level) {
			clear |= Rung(level)
		}
	}
	return raise, clear
}

// reached tells whether a level's raise condition holds, for a limit above 0.
func (d *LimitBreach) reached(p standing, level Level) bool {
	switch {
	case level == Info:
		return d.NearRatio.compare(p.exposure, p.limit) >= 0
	case level == Critical && !p.hard:
		return d.SoftCriticalRatio.compare(p.exposure, p.limit) > 0
	case level == Warning && p.hard:
		return d.HighRatio.compare(p.exposure, p.limit) >= 0
	default:
		return p.exposure > p.limit && p.exposure > d.breachAbove(p)
	}
}

// left tells whether a level's clear condition holds, for a limit above 0.
func (d *LimitBreach) left(p standing, level Level) bool {
	switch {
	case level == Info:
		return d.NearClearRatio.compare(p.exposure, p.limit) < 0
	case level == Critical && !p.hard:
		return d.SoftCriticalRatio.compare(p.exposure, p.limit) <= 0
	case level == Warning && p.hard:
		return d.HighClearRatio.compare(p.exposure, p.limit) < 0
	default:
		return d.ClearRatio.compare(p.exposure, p.limit) <= 0
	}
}

// breachAbove is the limit with its tolerance, rounded down: amounts have no smaller unit, so what is above the one is
// above the other.
func (d *LimitBreach) breachAbove(p standing) int64 {
	tolerance := min(max(d.ToleranceRatio.of(p.limit), p.tolerance), d.ToleranceMaxRatio.of(p.limit))
	return state.Sum(p.limit, tolerance)
}

// breachLevel is the level of a breach.
func (p standing) breachLevel() Level {
	if p.hard {
		return Critical
	}
	return Warning
}
