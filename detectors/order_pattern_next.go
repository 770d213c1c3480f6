package detectors

import (
	"math/bits"
	"slices"

	"tocsin/state"
)

// Mute is a season in which a warning of order_pattern_break is only an info. Both days belong to it.
type Mute struct{ From, To state.Date }

func (r *orderReading) isMuted(day state.Date) bool {
	return slices.ContainsFunc(r.mutes, func(m Mute) bool { return m.From <= day && day <= m.To })
}

const (
	daysAhead  = 30  // for which a customer of whom nothing is raised is looked ahead at
	mostLooks  = 160 // orders looked at on the way, beyond which it is better to look again when the day has come
	turnsAhead = 63  // days ahead on which turns are known
)

// next is a later day up to which time alone changes nothing: orders move from bucket to bucket, invoices fall due, and a season
// is another one each day.
func (r *orderReading) next(raised Level, today *orderFinding) state.Date {
	day := r.in.View.Day
	switch {
	case r.foreign || today.seasonal: // another rate may be in force then, or the season another one
		return day + 1
	case raised > None || r.in.Standing > None:
		turns := r.turns()
		return day + 1 + state.Date(bits.TrailingZeros64(turns|1<<(turnsAhead-1)))
	}
	return r.look(day+1, today.judged)
}

// look looks ahead at a customer of whom nothing is raised, from a day on: the first day that it returns is the first one on which
// something is, or up to which it has looked; zero: none ever is.
func (r *orderReading) look(from state.Date, judged bool) state.Date {
	day := r.in.View.Day
	turns, known := uint64(0), false
	for looks := 0; from <= day+daysAhead && looks < mostLooks; from += quietDays {
		if next, idle := r.idleUntil(from, judged); idle {
			return next
		}
		looks += len(r.orders)
		if r.isAlone() {
			if quiet, still := r.quiet(from, quietDays); quiet && still == judged {
				continue
			}
		}
		if !known {
			turns, known = r.turns(), true
		}
		for later := from; later < from+quietDays; later++ {
			if turns&(1<<(later-day-1)) == 0 {
				continue
			}
			if looks += len(r.orders); looks >= mostLooks {
				return later
			}
			if r.isAlone() {
				if quiet, still := r.quiet(later, 1); quiet && still == judged {
					continue
				}
			}
			if f := r.on(later); f.reason != "" || f.seasonal || f.judged != judged {
				return later
			}
		}
	}
	return from
}

// idleUntil is up to when nothing is raised of a customer who has ordered nothing in the 30 days up to one, and goes on to be judged or
// not; zero: for ever. All that can be raised of him by time alone is a collapse. False where he is no such customer.
func (r *orderReading) idleUntil(from state.Date, judged bool) (next state.Date, idle bool) {
	n := len(r.orders)
	if !r.isAlone() || n == 0 || from < r.orders[n-1].Date+bucketDays {
		return 0, false
	}
	switch {
	case judged && r.hasPriors(from):
		next = r.orders[n-r.LumpyOrders].Date + memoryDays
	case !judged && n < min(r.LumpyOrders, r.MinBucketsCount, r.CollapseBuckets) && from >= r.until+bucketDays:
	default:
		return 0, false
	}
	if n >= r.CollapseBuckets {
		next = sooner(next, r.materialFrom())
	}
	return next, next == 0 || next > from
}

// turns are the later days on which an order changes its bucket, something falls due or is overdue for long, or a season that is
// muted begins or ends: bit 0 is tomorrow.
func (r *orderReading) turns() (days uint64) {
	today := r.in.View.Day
	note := func(day state.Date) {
		if day > today && day <= today+turnsAhead {
			days |= 1 << (day - today - 1)
		}
	}
	for i := len(r.orders) - 1; i >= 0; i-- {
		age := int(today - r.orders[i].Date)
		if age >= bucketDays*(buckets+2) {
			note(r.orders[i].Date + memoryDays)
			continue
		}
		for turn := bucketDays - age%bucketDays; turn <= turnsAhead; turn += bucketDays {
			note(today + state.Date(turn))
		}
	}
	if i := len(r.orders) - r.LumpyOrders; i >= 0 {
		note(r.orders[i].Date + memoryDays)
	}
	for _, line := range r.in.View.DueLines() {
		note(line.Effective + 1)
		note(line.Effective + state.Date(r.StressDays) + 1)
	}
	for _, m := range r.mutes {
		note(m.From)
		note(m.To + 1)
	}
	if r.until != 0 {
		note(r.until + bucketDays)
	}
	return days
}
