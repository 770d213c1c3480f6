package detectors

import (
	"tocsin/state"
)

// OrderPatternBreak raises when a customer's orders break with its own habit: by a surge, an outsized order, or a collapse.
//
// A surge: the orders of 30 days are SurgeRatio of the median of the twelve 30-day buckets before, SurgeDeviations robust
// standard deviations above it, SeasonRatio of the most that 30 days had a year ago, and above the median by SurgeLimitRatio of
// the limit; and one order is SurgeOrderRatio of the median order, or there are far more orders than usual, for two normal
// orders fall into some windows of a customer who orders by the month. It needs orders in MinBucketsCount of the buckets; those
// before his first order do not count. With
// fewer, a single order is judged: one of LumpyRatio of the median of those before it and LumpyLimitRatio of the limit, or one
// of OutsizedLimitRatio of the limit within OutsizedDays of the customer's beginning. A collapse: the orders of 60 days are
// CollapseRatio of the median of the six 60-day buckets before, and CollapseSeasonRatio of those a year ago, while something
// material is overdue and not disputed.
//
// Each is a warning; a season that is muted in the configuration makes it an info. A surge alone may be good news. At
// SurgeCriticalRatio, or LumpyCriticalRatio for a single order, it is critical under stress: something material is more than
// StressDays overdue, slower payment, a broken promise or a returned payment stands at a warning, or StressLimitRatio of the
// limit is used. Habits are those of the day on which it was raised. It is left when the orders have been back below
// SurgeClearRatio of the habit, no such single order is left, and those of 60 days are above CollapseClearRatio or nothing
// material is overdue, for the hold days.
//
// It stays silent on a season that returns every year, on cancelled orders, and on orders of a project, which are no habit:
// these alone are an info. With too short a history, or without an exchange rate that it needs, it is not evaluable.
type OrderPatternBreak struct {
	SurgeRatio          Ratio
	SurgeCriticalRatio  Ratio
	SurgeDeviations     Ratio
	SurgeFloorRatio     Ratio
	SurgeLimitRatio     Ratio
	SurgeOrderRatio     Ratio
	SurgeOrders         int
	SurgeClearRatio     Ratio
	SeasonRatio         Ratio
	MinBucketsCount     int
	LumpyRatio          Ratio
	LumpyCriticalRatio  Ratio
	LumpyLimitRatio     Ratio
	LumpyOrders         int
	OutsizedLimitRatio  Ratio
	OutsizedDays        int
	CollapseRatio       Ratio
	CollapseSeasonRatio Ratio
	CollapseClearRatio  Ratio
	CollapseBuckets     int
	StressDays          int
	StressLimitRatio    Ratio

	mutes []Mute
}

const (
	surge       = "SURGE"
	lumpy       = "LUMPY"
	newOutsized = "NEW_OUTSIZED"
	collapse    = "COLLAPSE"
	project     = "PROJECT"
)

// stressSigns are the signals that tell of stress beside a surge: D01, D02, D04.
var stressSigns = []string{"payment_slowdown", "broken_promise", "payment_returned"}

var orderPatternBreakSign = Sign{
	Signal:        "order_pattern_break",
	Title:         "Orders break the pattern",
	Reasons:       []string{surge, lumpy, newOutsized, collapse, project},
	Inputs:        moneyInputs,
	ClearedBy:     state.InputOrders | state.InputReceivables,
	ClearHoldDays: 14,
	Reads:         stressSigns,
}

// NewOrderPatternBreak has the default thresholds.
func NewOrderPatternBreak() *OrderPatternBreak { return withDefaults(&OrderPatternBreak{}) }

// Sign is the same for all configurations.
func (d *OrderPatternBreak) Sign() *Sign { return &orderPatternBreakSign }

// Params are the thresholds.
func (d *OrderPatternBreak) Params() []Param {
	return []Param{
		ratio(&d.SurgeRatio, "surge_ratio", "2", "1", "13", "Orders of 30 days, in medians of the buckets, from which on they may be a surge."),
		ratio(&d.SurgeCriticalRatio, "surge_critical_ratio", "3", "1", "13", "The same for critical, under stress."),
		ratio(&d.SurgeDeviations, "surge_deviation_ratio", "3", "0", "13", "Robust standard deviations that they must lie above the median."),
		ratio(&d.SurgeFloorRatio, "surge_floor_ratio", "0.10", "0.01", "1", "Least standard deviation, in medians."),
		ratio(&d.SurgeLimitRatio, "surge_limit_ratio", "0.10", "0", "10", "Share of the limit that they must lie above the median."),
		ratio(&d.SurgeOrderRatio, "surge_order_ratio", "1.50", "1", "13", "Median orders that one of them must be worth, unless there are many more."),
		whole(&d.SurgeOrders, "surge_more_count", "2", "1", "1000", "Least number of orders more than usual that are many more."),
		ratio(&d.SurgeClearRatio, "surge_clear_ratio", "1.50", "1", "13", "Medians at or below which the surge is over."),
		ratio(&d.SeasonRatio, "season_ratio", "1.50", "0", "13", "What 30 days a year ago had at most must be exceeded by this."),
		whole(&d.MinBucketsCount, "min_buckets_count", "6", "1", "12", "Buckets with orders, of twelve, below which single orders are judged."),
		ratio(&d.LumpyRatio, "lumpy_ratio", "3", "1", "13", "Medians of the orders before it that a single order must be worth."),
		ratio(&d.LumpyCriticalRatio, "lumpy_critical_ratio", "5", "1", "13", "The same for critical, under stress."),
		ratio(&d.LumpyLimitRatio, "lumpy_limit_ratio", "0.25", "0", "10", "Share of the limit that it must be worth."),
		whole(&d.LumpyOrders, "lumpy_orders_count", "3", "1", "1000", "Orders that there must have been before it."),
		ratio(&d.OutsizedLimitRatio, "outsized_limit_ratio", "0.50", "0", "10", "Share of the limit from which on an order of a new customer is outsized."),
		whole(&d.OutsizedDays, "outsized_days", "90", "1", "365", "Days from customer_since_date for which a customer is new."),
		ratio(&d.CollapseRatio, "collapse_ratio", "0.30", "0", "1", "Orders of 60 days, in medians of the buckets, up to which they have collapsed."),
		ratio(&d.CollapseSeasonRatio, "collapse_season_ratio", "0.50", "0", "1", "The same, in orders of the same 60 days a year ago."),
		ratio(&d.CollapseClearRatio, "collapse_clear_ratio", "0.50", "0", "1", "Medians from which on the collapse is over."),
		whole(&d.CollapseBuckets, "collapse_buckets_count", "4", "1", "6", "Buckets with orders, of six, below which a collapse is not judged."),
		whole(&d.StressDays, "stress_days", "15", "0", "365", "More than this many days past due something material is stress."),
		ratio(&d.StressLimitRatio, "stress_limit_ratio", "0.80", "0", "10", "Share of the limit from which on its use is stress."),
	}
}

// Check keeps the ladders in order.
func (d *OrderPatternBreak) Check() error {
	for _, ladder := range [][]string{
		{"surge_clear_ratio", "surge_ratio", "surge_critical_ratio"}, {"lumpy_ratio", "lumpy_critical_ratio"}, {"collapse_ratio", "collapse_clear_ratio"},
	} {
		if err := ascendingNamed(d, ladder...); err != nil {
			return err
		}
	}
	return nil
}

// Evaluate looks for a break of the pattern, and for stress beside it.
func (d *OrderPatternBreak) Evaluate(in *Input) Verdict {
	v := Verdict{Next: in.View.NextChange()}
	r := d.reading(in)
	switch {
	case len(in.Baseline) == 0 && len(r.orders) == 0:
		until := r.until + bucketDays
		if v.NotEvaluable, v.Clear = in.View.Day >= until, AllRungs; !v.NotEvaluable {
			v.Next = sooner(v.Next, until)
		}
		return v
	case r.unknown:
		v.NotEvaluable = true
		return v
	case r.isAlone():
		if quiet, judged := r.quiet(in.View.Day, quietDays); quiet {
			v.NotEvaluable, v.Clear = !judged, AllRungs
			if !in.LevelOnly {
				v.Next = sooner(v.Next, r.look(in.View.Day+quietDays, judged))
			}
			return v
		}
	}
	today := r.on(in.View.Day)
	if v.Raise, v.Reason = r.level(&today); v.Raise == None && !today.judged {
		v.NotEvaluable, v.Clear = true, AllRungs
	}
	if v.Clear = above(v.Raise); in.Standing > None && !v.NotEvaluable && !today.calm {
		v.Clear &= Rung(Critical)
	}
	if in.LevelOnly {
		return v
	}
	if v.Raise > None {
		v.Baseline = r.freeze().encode(in.View.Currency())
	}
	v.Next = sooner(v.Next, r.next(v.Raise, &today))
	return v
}
