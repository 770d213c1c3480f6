package detectors

import "tocsin/state"

// possible tells whether a warning is possible on any day from one to another. For that half of the recent payments must be as late
// as the least threshold that any baseline of that time gives. Invoices only leave what is recent, and lines only get later.
//
// One threshold for all windows, which is at most that of each, lets nearly all customers out; the others are looked at closely.
func (d *PaymentSlowdown) possible(p *payer, day, until state.Date) bool {
	low := d.leastOfAll(p, day, until)
	if n := p.later(day-state.Date(d.LongestDays), until, low); n < d.half() {
		return false
	}
	for _, window := range [...]int{d.RecentDays, d.LongerDays, d.LongestDays} {
		if d.reached(p, day, until, window, low) && d.reached(p, day, until, window, d.least(p, day-state.Date(window), until-day)) {
			return true
		}
	}
	return false
}

// reached tells whether half of the payments that are recent by a window may be so late.
func (d *PaymentSlowdown) reached(p *payer, day, until state.Date, window, least int) bool {
	late, staying := p.later(day-state.Date(window), until, least), 0
	recent := p.since(until - state.Date(window))
	for i := range recent {
		if s := &recent[i]; s.ByCash() && int(s.Late) < least {
			staying++
		}
	}
	return late >= max(staying, d.half())
}

// later counts what was settled after a day so late, with what is open and will be by another day.
func (p *payer) later(after, until state.Date, least int) (n int) {
	recent := p.since(after)
	for i := range recent {
		if s := &recent[i]; s.ByCash() && int(s.Late) >= least {
			n++
		}
	}
	for i := range p.lines {
		if int(until-p.lines[i].effective) < max(least, 1) {
			break // they come by their days
		}
		n++
	}
	return n
}

// leastOfAll is at most the least median that can raise a warning by any window on any day from one to another. Every baseline of
// theirs has at least the payments that are in all of them, and none that is in none.
func (d *PaymentSlowdown) leastOfAll(p *payer, day, until state.Date) int {
	from, to := day-state.Date(d.LongestDays), until-state.Date(d.RecentDays)
	common := inCash(p.between(to-state.Date(d.BaselineDays), from))
	least := mostLate + d.WarningDays
	if common < d.BaselineCount {
		least, common = d.ColdWarningDays, d.BaselineCount
	}
	var all spread
	all.take(p.between(from-state.Date(d.BaselineDays), to))
	if all.n < d.BaselineCount {
		return least
	}
	return min(least, all.at((common-1)/2)+d.WarningDays)
}

// least is the least median that can raise a warning while a window that ends on a day moves on by some days. Each payment that
// enters or leaves the baseline meanwhile moves the median by half a place at most.
func (d *PaymentSlowdown) least(p *payer, end, days state.Date) int {
	var s spread
	s.take(d.baseline(p, end))
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
