package detectors

import "tocsin/state"

// PaymentSlowdown raises when a customer pays later than it used to.
//
// It compares the median lateness of the last RecentDays (of LongerDays, then of LongestDays, where there are fewer than
// RecentCount) with that of the BaselineDays before. Recent are the invoices settled in that time, at least half in cash, and
// with as many days as they are past due the lines that are open, undisputed and later than the baseline's median: who stops
// paying has nothing settled lately. Cash and credit that are not yet applied have been set against the oldest lines before.
//
// It raises when the difference is at least WarningDays and WarningSigma times the spread of the baseline, and what was or is
// AffectedDays later than the baseline's median is material; critical likewise. The spread is 1.4826 times the median absolute
// deviation, at least SigmaFloorDays. The baseline is frozen when the day of the alert closes, or a slow payer would become
// his own norm. It clears when the difference has been below ClearDays for the hold days, and nothing so late is open.
//
// Where the baseline has fewer than BaselineCount invoices, the median itself is judged (COLD_START), until it has them. Info
// (DISCOUNT_LOST) is for a customer who took the discount for early payment on DiscountRatio of at least DiscountCount
// invoices, and on none of the last DiscountLastCount; it clears when one is taken.
//
// It stays silent on customers who have always paid late, on other terms, since days count from each invoice's own due date,
// and on a single late invoice however large. With fewer than RecentCount recent payments it is not evaluable.
type PaymentSlowdown struct {
	WarningDays, CriticalDays         int
	WarningSigma, CriticalSigma       Ratio
	ClearDays                         int
	SigmaFloorDays                    int
	AffectedDays                      int
	ColdWarningDays, ColdCriticalDays int

	RecentDays, LongerDays, LongestDays int
	RecentCount                         int
	BaselineDays, BaselineCount         int

	DiscountRatio                    Ratio
	DiscountCount, DiscountLastCount int
}

const (
	coldStart    = "COLD_START"
	discountLost = "DISCOUNT_LOST"
)

var paymentSlowdownSign = Sign{
	Signal:        "payment_slowdown",
	Title:         "Pays later than before",
	Reasons:       []string{coldStart, discountLost},
	Plain:         true,
	Inputs:        moneyInputs,
	ClearedBy:     state.InputReceivables,
	ClearHoldDays: 14,
}

// NewPaymentSlowdown has the default thresholds.
func NewPaymentSlowdown() *PaymentSlowdown { return withDefaults(&PaymentSlowdown{}) }

// Sign is the same for all configurations.
func (d *PaymentSlowdown) Sign() *Sign { return &paymentSlowdownSign }

// Params are the thresholds. The longest window and the baseline before it fit into the days for which closed documents are
// kept whole.
func (d *PaymentSlowdown) Params() []Param {
	return []Param{
		whole(&d.WarningDays, "warning_days", "10", "1", "180", "Raises a warning from this many days later than the baseline on."),
		whole(&d.CriticalDays, "critical_days", "20", "1", "180", "Raises critical from this many days later than the baseline on."),
		ratio(&d.WarningSigma, "warning_sigma_ratio", "2", "0", "10", "Raises a warning only where the difference is this many times the spread of the baseline."),
		ratio(&d.CriticalSigma, "critical_sigma_ratio", "3", "0", "10", "Raises critical only where the difference is this many times the spread of the baseline."),
		whole(&d.ClearDays, "clear_days", "5", "0", "180", "Clears below this many days later than the baseline."),
		whole(&d.SigmaFloorDays, "sigma_floor_days", "3", "0", "60", "Least spread of a baseline: payments as regular as clockwork may still vary this much."),
		whole(&d.AffectedDays, "affected_days", "10", "0", "180", "Invoices this many days later than the baseline's median count into the affected amount."),
		whole(&d.ColdWarningDays, "cold_warning_days", "15", "1", "180", "Without a baseline: raises a warning from this median of days late on, and clears below it."),
		whole(&d.ColdCriticalDays, "cold_critical_days", "30", "1", "180", "Without a baseline: raises critical from this median of days late on."),
		whole(&d.RecentDays, "recent_days", "60", "1", "185", "Days that count as recent."),
		whole(&d.LongerDays, "longer_days", "90", "1", "185", "Days that count as recent where recent_days have too few payments."),
		whole(&d.LongestDays, "longest_days", "120", "1", "185", "Days that count as recent where longer_days have too few payments."),
		whole(&d.RecentCount, "recent_count", "3", "1", "100", "Recent payments below which nothing is judged."),
		whole(&d.BaselineDays, "baseline_days", "365", "30", "365", "Days of the baseline, before those that count as recent."),
		whole(&d.BaselineCount, "baseline_count", "6", "1", "100", "Payments below which there is no baseline."),
		ratio(&d.DiscountRatio, "discount_ratio", "0.60", "0", "1", "Info when a discount that was taken on this share of the invoices that offered one is taken no more."),
		whole(&d.DiscountCount, "discount_count", "6", "1", "100", "Invoices with a discount below which a habit of taking it is none."),
		whole(&d.DiscountLastCount, "discount_last_count", "3", "1", "100", "Latest invoices with a discount on none of which it was taken."),
	}
}

// Check keeps the ladders and the windows in order.
func (d *PaymentSlowdown) Check() error {
	for _, ladder := range [][]string{
		{"clear_days", "warning_days", "critical_days"}, {"warning_sigma_ratio", "critical_sigma_ratio"},
		{"cold_warning_days", "cold_critical_days"}, {"recent_days", "longer_days", "longest_days"},
	} {
		if err := ascendingNamed(d, ladder...); err != nil {
			return err
		}
	}
	return nil
}

// Evaluate holds the pace of the view's day against the baseline: the frozen one, else the day's own.
func (d *PaymentSlowdown) Evaluate(in *Input) Verdict {
	var room [16]lateLine
	p := payerOf(in, room[:0])
	if v, calm := d.asEver(in, &p); calm {
		return v
	}
	v := d.judge(in, &p, in.View.Day)
	if !in.LevelOnly {
		v.Next = d.next(in, &p, v)
	}
	return v
}

// judge is the verdict of the view's day, or of a later one on which nothing has happened since.
func (d *PaymentSlowdown) judge(in *Input, p *payer, day state.Date) Verdict {
	pace, lost := d.pace(p, day), d.discount(p, day)
	v := Verdict{Raise: d.level(&pace)}
	known := pace.known
	if v.Raise > None {
		var material bool
		if material, known = d.material(in, p, &pace); !material {
			v.Raise = None
		}
	}
	if v.Raise > None && pace.cold {
		v.Reason = coldStart
	}
	if v.Raise == None && lost.raised {
		v.Raise, v.Reason = Info, discountLost
	}
	v.Reasons[Info] = discountLost // of the rungs it is the only one that stands without a warning
	v.NotEvaluable = !known && v.Raise == None
	v.Clear = d.clear(in, p, &pace, known, lost.stands) & above(v.Raise)
	if v.Raise+in.Standing > None && pace.known && !pace.cold && !p.frozen {
		v.Baseline = pace.norm.encode()
	}
	return v
}

// level is the rung of a pace, whatever the amounts.
func (d *PaymentSlowdown) level(p *pace) Level {
	switch {
	case !p.known:
		return None
	case p.cold && p.twice >= 2*d.ColdCriticalDays:
		return Critical
	case p.cold && p.twice >= 2*d.ColdWarningDays:
		return Warning
	case p.cold:
		return None
	case p.slower() >= 2*d.CriticalDays && d.beyond(p, d.CriticalSigma):
		return Critical
	case p.slower() >= 2*d.WarningDays && d.beyond(p, d.WarningSigma):
		return Warning
	}
	return None
}

// clear are the rungs that may be left. Where nothing stands they all are.
func (d *PaymentSlowdown) clear(in *Input, p *payer, pace *pace, known, lost bool) Rungs {
	if in.Standing == None {
		return AllRungs
	}
	calm := !d.lateOpen(p, pace)
	switch {
	case !pace.known:
	case !known:
		calm = false
	case pace.cold:
		calm = pace.twice < 2*d.ColdWarningDays
	default:
		calm = calm && pace.slower() < 2*d.ClearDays
	}
	set := Rungs(0)
	if known {
		set |= Rung(Critical)
	}
	if calm {
		set |= Rung(Warning) | Rung(Critical)
	}
	if calm && !lost {
		set |= Rung(Info)
	}
	return set
}
