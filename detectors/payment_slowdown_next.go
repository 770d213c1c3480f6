package detectors

import "tocsin/state"

// lookAhead is how many days are judged ahead where a change may be near. What it bounds is cost: a verdict is asked for again
// after that many days, and judging them costs less than a step of the customer.
const lookAhead = 14

// farAhead is how far ahead it is looked where nothing is near.
const farAhead = 365

// next is a day up to which time alone changes nothing, the first one after it.
func (d *PaymentSlowdown) next(in *Input, p *payer, v Verdict) state.Date {
	day := in.View.Day
	next := in.View.NextChange()
	if next == day+1 || v.Baseline != nil { // the day's own baseline is another one tomorrow
		return day + 1
	}
	if in.Standing == None && !p.frozen && v.Raise == None {
		if quiet := d.quiet(p, day, v.NotEvaluable); quiet >= day+lookAhead {
			return sooner(next, quiet+1)
		}
	}
	for later := day + 1; later <= day+lookAhead && later != next; later++ {
		if w := d.judge(in, p, later); !w.same(&v) {
			return later
		}
	}
	return sooner(next, day+lookAhead+1)
}

// same tells whether two verdicts say the same but for the day on which the next change may come.
func (v *Verdict) same(w *Verdict) bool {
	return v.NotEvaluable == w.NotEvaluable && v.Raise == w.Raise && v.Clear == w.Clear && v.AtOnce == w.AtOnce && v.Reason == w.Reason &&
		v.Reasons == w.Reasons && string(v.Baseline) == string(w.Baseline)
}

// quiet is the last day through which a customer of whom nothing stands goes on to raise nothing and to be evaluable or not; it
// is not later than that day, and may be earlier.
func (d *PaymentSlowdown) quiet(p *payer, day state.Date, unknown bool) state.Date {
	end := day + farAhead
	recent := p.since(day - state.Date(d.LongestDays))
	short := d.RecentCount - inCash(recent)
	switch {
	case unknown != (short > 0): // it is its open lines or a rate that decide
		return day
	case !unknown:
		end = min(end, newest(recent, d.RecentCount)+state.Date(d.LongestDays)-1)
	case short <= len(p.lines): // as many open lines would make it evaluable
		end = min(end, p.lines[max(short, 1)-1].effective)
	}
	if first := d.nextDiscount(p, day); first != 0 {
		end = min(end, first-1)
	}
	for _, until := range [...]state.Date{end, d.nearest(p, day), day + lookAhead} {
		if until <= end && until >= day+lookAhead && !d.possible(p, day, until) {
			return until
		}
	}
	return day
}

// newest is when the n-th newest invoice of a list was settled that was paid in cash.
func newest(list []state.Settled, n int) state.Date {
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].ByCash() {
			if n--; n == 0 {
				return list[i].On
			}
		}
	}
	return 0
}

// nearest is a day before which the open lines alone hardly ever raise anything: that on which half of the payments needed would
// be late.
func (d *PaymentSlowdown) nearest(p *payer, day state.Date) state.Date {
	if half := (d.RecentCount + 1) / 2; half <= len(p.lines) {
		return p.lines[half-1].effective + state.Date(d.WarningDays) - 1
	}
	return day
}

// possible tells whether a warning is possible up to a day. For that half of the recent payments must be as late as the least
// threshold that any baseline of that time gives. Invoices only leave what is recent, and lines only get later.
func (d *PaymentSlowdown) possible(p *payer, day, until state.Date) bool {
	for _, window := range [...]int{d.RecentDays, d.LongerDays, d.LongestDays} {
		least, late, others := d.least(p, day-state.Date(window), until-day), 0, 0
		recent := p.since(day - state.Date(window))
		for i := range recent {
			switch s := &recent[i]; {
			case !s.ByCash():
			case int(s.Late) >= least:
				late++
			case s.On > until-state.Date(window):
				others++
			}
		}
		for _, line := range p.lines {
			if int(until-line.effective) >= max(least, 1) {
				late++
			}
		}
		if late >= max(others, (d.RecentCount+1)/2) {
			return true
		}
	}
	return false
}

// least is the least median that can raise a warning while a window that ends on a day moves on by some days. Each payment that
// enters or leaves the baseline meanwhile moves the median by half a place at most.
func (d *PaymentSlowdown) least(p *payer, end, days state.Date) int {
	s := d.baseline(p, end)
	entering := inCash(p.between(end, end+days))
	from := end - state.Date(d.BaselineDays)
	leaving := inCash(p.between(from, min(from+days, end)))
	least := d.ColdWarningDays
	if s.n+entering >= d.BaselineCount {
		median := leastLate
		if place := s.n - 1 - entering - leaving; place >= 0 {
			median = s.at(place / 2)
		}
		if s.n-leaving >= d.BaselineCount {
			return median + d.WarningDays
		}
		least = min(least, median+d.WarningDays)
	}
	return least
}
