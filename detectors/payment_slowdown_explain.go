package detectors

import (
	"strconv"

	"tocsin/state"
)

// Explain holds the pace against the norm, and tells how much slower it would have to be; all in half days, of which medians are
// made.
func (d *PaymentSlowdown) Explain(in *Input) []Condition {
	p := payerOf(in, nil)
	pace, lost := d.pace(&p, in.View.Day), d.discount(&p, in.View.Day)
	out := d.explainDiscount(&lost)
	if !lost.raised {
		count := pace.count
		if !pace.known {
			count = d.recentAtLongest(&p, in.View.Day)
		}
		out = append(out, Condition{Level: None, What: "recent_count", Unit: UnitCount, Value: int64(count), Is: AtLeast, Threshold: int64(d.RecentCount)})
	}
	if !pace.known {
		return out
	}
	amount, rated := d.affectedAmount(in.View, &p, &pace)
	ar, known := receivables(in.View)
	rated = rated && known
	if d.level(&pace) > None && !lost.raised {
		out = append(out, flag(None, hasRates, rated, true))
	}
	for _, l := range []Level{Warning, Critical} {
		out = append(out, d.explainPace(&pace, l)...)
		affected := flag(l, hasRates, rated, true)
		if rated {
			affected = Condition{
				Level: l, What: "affected_amount", Unit: UnitMoney, Value: amount, Is: AtLeast, Threshold: in.Materiality.M(ar, in.View.Currency()),
			}
		}
		out = append(out, affected)
	}
	return out
}

// recentAtLongest counts the recent payments of the longest window, for a day on which no window has enough.
func (d *PaymentSlowdown) recentAtLongest(p *payer, day state.Date) int {
	from := day - state.Date(d.LongestDays)
	longest, count := pace{day: day}, inCash(p.since(from))
	longest.norm, longest.cold = d.normOf(p, from)
	for i := range p.lines {
		if late := int(day - p.lines[i].effective); late > 0 && longest.later(late) {
			count++
		}
	}
	return count
}

// explainPace is what a level needs of the pace.
func (d *PaymentSlowdown) explainPace(p *pace, l Level) []Condition {
	days, sigmas, cold := d.WarningDays, d.WarningSigma, d.ColdWarningDays
	if l == Critical {
		days, sigmas, cold = d.CriticalDays, d.CriticalSigma, d.ColdCriticalDays
	}
	if p.cold {
		return []Condition{{Level: l, What: "recent_median_days", Unit: UnitHalfDays, Value: int64(p.twice), Is: AtLeast, Threshold: int64(2 * cold)}}
	}
	slower := Condition{Level: l, What: "days_slower", Unit: UnitHalfDays, Value: int64(p.slower()), Is: AtLeast, Threshold: int64(2 * days)}
	bySpread := slower
	bySpread.What = "days_slower_by_spread"
	bySpread.Threshold = least(1<<20, func(n int64) bool {
		than := *p
		than.twice = than.norm.twice + int(n)
		return d.beyond(&than, sigmas)
	})
	return []Condition{slower, bySpread}
}

// explainDiscount is what a lost habit of taking discounts needs.
func (d *PaymentSlowdown) explainDiscount(lost *lostDiscount) []Condition {
	share := int64(0)
	if lost.before > 0 {
		share = wholeShare(int64(lost.taken), int64(lost.before))
	}
	return []Condition{
		flag(Info, "discounts_missed", lost.stands, true),
		{Level: Info, What: "discounts_offered", Unit: UnitCount, Value: int64(lost.before), Is: AtLeast, Threshold: int64(d.DiscountCount)},
		{Level: Info, What: "discounts_taken_ratio", Unit: UnitRatio, Value: share, Is: AtLeast, Threshold: int64(d.DiscountRatio)},
	}
}

// TellBaseline is the frozen norm.
func (d *PaymentSlowdown) TellBaseline(baseline []byte) []Fact {
	n, ok := decodeNorm(baseline)
	if !ok {
		return nil
	}
	return []Fact{
		{Name: "baseline_median_days", Value: halves(n.twice)}, {Name: "baseline_deviation_days", Value: quarters(n.mad4)},
		{Name: "baseline_count", Value: strconv.Itoa(n.count)},
	}
}
