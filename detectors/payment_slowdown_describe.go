package detectors

import (
	"slices"
	"strconv"
	"strings"

	"tocsin/state"
)

// Describe tells of the pace and the norm, of the three worst invoices, and of a year's lateness by month.
func (d *PaymentSlowdown) Describe(in *Input, v Verdict) Detail {
	p := payerOf(in, nil)
	day, level := in.View.Day, v.Level(in.Standing)
	pace, lost := d.pace(&p, day), d.discount(&p, day)
	reason := v.ReasonAt(level, in.Reason)
	out := Detail{MoneyAtRisk: exposureAtRisk(in.View)}
	if reason == discountLost {
		out.Facts = append(d.discountFacts(&lost), d.paceFacts(in, &p, &pace, level)...)
	} else {
		out.Facts = d.paceFacts(in, &p, &pace, level)
	}
	out.Facts = append(out.Facts, Fact{"late_days_by_month", lateByMonth(&p, day), ""})
	if level == None {
		return out
	}
	out.Actions = actions(paymentSlowdownSign.Signal, level, reason)
	if reason == discountLost {
		out.Evidence = d.notTaken(&p)
		out.ClearsIf = []Remedy{{Do: takeDiscount, To: None}}
		return out
	}
	for _, a := range d.affectedInvoices(&p, &pace) {
		out.Evidence = cite(out.Evidence, a.id)
	}
	out.ClearsIf = d.waysOut(in, &p, level)
	return out
}

// paceFacts are what was measured, against the thresholds of a level.
func (d *PaymentSlowdown) paceFacts(in *Input, p *payer, m *pace, level Level) []Fact {
	count := Fact{"recent_count", strconv.Itoa(m.count), strconv.Itoa(d.RecentCount)}
	if !m.known {
		return []Fact{count}
	}
	recent := Fact{"recent_median_days", halves(m.twice), ""}
	slowest, days, sigmas := d.ColdWarningDays, d.WarningDays, d.WarningSigma
	if level == Critical {
		slowest, days, sigmas = d.ColdCriticalDays, d.CriticalDays, d.CriticalSigma
	}
	var facts []Fact
	if m.cold {
		recent.Threshold = strconv.Itoa(slowest)
		facts = []Fact{recent}
	} else {
		facts = []Fact{{"days_slower", halves(m.slower()), strconv.Itoa(days)}, recent, {"baseline_median_days", halves(m.norm.twice), ""}}
		if z := d.sigmas(m); z != "" {
			facts = append(facts, Fact{"sigmas", z, state.RatioString(int64(sigmas), ratioUnit, 2)})
		}
		facts = append(facts, Fact{"baseline_deviation_days", quarters(m.norm.mad4), ""})
	}
	facts = append(facts,
		count, Fact{"recent_window_days", strconv.Itoa(m.window), ""},
		Fact{"baseline_count", strconv.Itoa(m.norm.count), strconv.Itoa(d.BaselineCount)})
	if amount, known := d.affectedAmount(in.View, p, m); known {
		if ar, known := receivables(in.View); known {
			currency := in.View.Currency()
			facts = append(facts, Fact{"affected_amount", money(amount, currency), money(in.Materiality.M(ar, currency), currency)})
		}
	}
	return append(facts, d.worst(in, p, m)...)
}

// worst tells of the three worst invoices of the affected amount.
func (d *PaymentSlowdown) worst(in *Input, p *payer, m *pace) (facts []Fact) {
	for i, a := range d.affectedInvoices(p, m) {
		if i == 3 {
			break
		}
		n := strconv.Itoa(i + 1)
		facts = append(facts,
			Fact{"worst_" + n + "_days_late", strconv.Itoa(a.late), ""},
			Fact{"worst_" + n + "_issue_date", in.View.InvoiceOf(a.id).IssueDate.String(), ""})
	}
	return facts
}

// sigmas is the difference in spreads of the baseline; empty where that is 0.
func (d *PaymentSlowdown) sigmas(m *pace) string {
	const quarters = 4 * 10_000 // in which the deviation times its scale is told
	slower, spread := int64(m.slower()), robustScale*int64(m.norm.mad4)
	if floor := int64(d.SigmaFloorDays); floor*quarters >= spread {
		return state.RatioString(slower, 2*floor, 2)
	}
	return state.RatioString(slower*quarters/2, spread, 2)
}

// halves is a number told twice as a decimal.
func halves(twice int) string { return state.RatioString(int64(twice), 2, 1) }

// quarters is a number told four times as a decimal.
func quarters(four int) string { return state.RatioString(int64(four), 4, 2) }

// lateByMonth are the medians of the last twelve months of 30 days, oldest first, a dash for one in which nothing was paid.
func lateByMonth(p *payer, day state.Date) string {
	const months, length = 12, 30
	words := make([]string, months)
	for i := range words {
		until := day - state.Date((months-1-i)*length)
		var values []int
		for _, s := range p.between(until-length, until) {
			if s.ByCash() {
				values = append(values, int(s.Late))
			}
		}
		if words[i] = "-"; len(values) > 0 {
			words[i] = halves(twiceMedian(values))
		}
	}
	return strings.Join(words, " ")
}

func (d *PaymentSlowdown) discountFacts(lost *lostDiscount) []Fact {
	return []Fact{
		{"discounts_taken_ratio", state.RatioString(int64(lost.taken), int64(max(lost.before, 1)), 3), state.RatioString(int64(d.DiscountRatio), ratioUnit, 3)},
		{"discounts_offered", strconv.Itoa(lost.before), strconv.Itoa(d.DiscountCount)},
		{"discounts_missed", strconv.Itoa(d.DiscountLastCount), strconv.Itoa(d.DiscountLastCount)},
	}
}

// notTaken are the last invoices of which the discount was not taken, newest first.
func (d *PaymentSlowdown) notTaken(p *payer) (ids []string) {
	for i := len(p.settled) - 1; i >= 0 && len(ids) < d.DiscountLastCount; i-- {
		if s := &p.settled[i]; s.Offered() && s.ByCash() {
			ids = cite(ids, s.Invoice().InvoiceID)
			if len(ids) == 10 {
				break
			}
		}
	}
	return ids
}

// waysOut are payments on account, which go to the oldest lines, and what always helps: to pay as before.
func (d *PaymentSlowdown) waysOut(in *Input, p *payer, level Level) (ways []Remedy) {
	asked := *in
	asked.Standing = level
	left, paid, best := d.stood(p, in.View.Day), state.Money{Currency: in.View.Currency()}, level
	for _, line := range in.View.DueLines() {
		if line.Settled || line.Tested == 0 || in.View.InvoiceOf(line.Invoice).Total.Currency != paid.Currency {
			continue
		}
		paid.Minor = state.Sum(paid.Minor, line.Tested)
		left.pay(line.Invoice, line.Effective)
		if to := d.staysAt(&asked, &left, best); to < best {
			ways, best = append(ways, Remedy{pay, paid, to}), to
		}
	}
	if best > None {
		ways = append(ways, Remedy{Do: payAsBefore, To: None})
	}
	return ways
}

// stood is the payer of an alert that stood when the day closed: the day's norm is frozen. What is not yet due is left out: it will be
// paid in time.
func (d *PaymentSlowdown) stood(p *payer, day state.Date) payer {
	after := *p
	if pace := d.pace(p, day); pace.known && !pace.cold {
		after.norm, after.frozen = pace.norm, true
	}
	after.lines = slices.DeleteFunc(slices.Clone(p.lines), func(l lateLine) bool { return l.effective >= day })
	return after
}

// staysAt is the highest level of the days of the hold, on which what is late gets later, given that an alert stands; most if it is not
// below that, or not for long.
func (d *PaymentSlowdown) staysAt(in *Input, p *payer, most Level) (highest Level) {
	for day := in.View.Day; day <= in.View.Day+state.Date(in.HoldDays); day++ {
		v := d.judge(in, p, day)
		if highest = max(highest, v.Level(in.Standing)); highest >= most || d.soonLate(p, day) {
			return most
		}
	}
	return highest
}

// soonLate tells whether too few payments are recent to be judged, but so many of them late that the next ones, however prompt, make
// the customer a slow one.
func (d *PaymentSlowdown) soonLate(p *payer, day state.Date) bool {
	pace := d.pace(p, day)
	if pace.known {
		return false
	}
	least, late := 2*d.ColdWarningDays, 0
	if !pace.cold {
		least = pace.norm.twice + 2*d.ClearDays
	}
	recent := p.since(day - state.Date(d.LongestDays))
	for i := range recent {
		if s := &recent[i]; s.ByCash() && 2*int(s.Late) >= least {
			late++
		}
	}
	return 2*late > d.RecentCount
}

// pay takes a line out.
func (p *payer) pay(invoice string, effective state.Date) {
	for i, line := range p.lines {
		if line.invoice == invoice && line.effective == effective {
			p.lines = append(p.lines[:i], p.lines[i+1:]...)
			return
		}
	}
}
