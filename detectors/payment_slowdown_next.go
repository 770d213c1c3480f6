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
	last := day + lookAhead
	calm := day // through which nothing is raised or lost
	for later := day + 1; later <= last && later != next; later++ {
		if later <= calm {
			continue
		}
		if calm = d.calmFrom(in, p, v, later, last); later <= calm {
			continue
		}
		if w := d.judge(in, p, later); !w.same(&v) {
			return later
		}
	}
	return sooner(next, last+1)
}

// calmFrom is the last day of some in a row, at most up to last, on which a verdict that raises nothing goes on; the day before
// where that is not seen without judging them.
func (d *PaymentSlowdown) calmFrom(in *Input, p *payer, v Verdict, day, last state.Date) state.Date {
	if in.Standing == None && !p.frozen && v.Raise == None {
		end := min(last, d.steady(p, day, v.NotEvaluable))
		for _, until := range [...]state.Date{end, day + lookAhead/2, day} {
			if until >= day && until <= end && !d.possible(p, day, until) {
				return until
			}
		}
	}
	return day - 1
}

// same tells whether two verdicts say the same but for the day on which the next change may come.
func (v *Verdict) same(w *Verdict) bool {
	return v.NotEvaluable == w.NotEvaluable && v.Raise == w.Raise && v.Clear == w.Clear && v.AtOnce == w.AtOnce && v.Reason == w.Reason &&
		v.Reasons == w.Reasons && string(v.Baseline) == string(w.Baseline)
}

// asEver is the verdict on a customer of whom nothing stands and who pays as ever, which is true of most: for all days up to the
// next one no warning is possible. False where that is not so, or not seen at a glance.
func (d *PaymentSlowdown) asEver(in *Input, p *payer) (v Verdict, calm bool) {
	if in.Standing != None || p.frozen {
		return v, false
	}
	day, next := in.View.Day, in.View.NextChange()
	unknown := d.RecentCount > inCash(p.since(day-state.Date(d.LongestDays)))
	end := d.steady(p, day, unknown)
	near := day + lookAhead
	if next != 0 {
		near = min(near, next-1)
	}
	for _, until := range [...]state.Date{min(end, d.nearest(p, day)), near} {
		if until >= near && until <= end && !d.possible(p, day, until) {
			v = Verdict{NotEvaluable: unknown, Clear: AllRungs, Next: sooner(next, until+1)}
			v.Reasons[Info] = discountLost
			return v, true
		}
	}
	return v, false
}

// steady is the last day through which a customer goes on to have enough payments to be judged, or too few, and has not given up
// a habit of taking discounts; the day before where that is not so today.
func (d *PaymentSlowdown) steady(p *payer, day state.Date, unknown bool) state.Date {
	end := day + farAhead
	recent := p.since(day - state.Date(d.LongestDays))
	short := d.RecentCount - inCash(recent)
	switch {
	case unknown != (short > 0): // it is its open lines or a rate that decide
		return day - 1
	case !unknown:
		end = min(end, newest(recent, d.RecentCount)+state.Date(d.LongestDays)-1)
	case short <= len(p.lines): // as many open lines would make it evaluable
		end = min(end, p.lines[max(short, 1)-1].effective)
	}
	switch lost := d.discount(p, day); {
	case lost.raised:
		return day - 1
	case lost.stands:
		if first := d.nextDiscount(p, day); first != 0 {
			end = min(end, first-1)
		}
	}
	return max(end, day-1)
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

// nearest is a day up to which the open lines alone hardly ever raise anything: then half of the payments needed would be late.
func (d *PaymentSlowdown) nearest(p *payer, day state.Date) state.Date {
	if half := d.half(); half <= len(p.lines) {
		return p.lines[half-1].effective + state.Date(d.WarningDays) - 1
	}
	return day + farAhead
}

// half is how many late payments can make a median that is late.
func (d *PaymentSlowdown) half() int { return (d.RecentCount + 1) / 2 }
