package detectors

import "tocsin/state"

// next is a day up to which time alone changes nothing, the first one after it. Windows move on from day to day, but what is sold
// and owed in them is another only on days on which something leaves one for the next: only these are judged.
func (d *TurnoverSwing) next(in *Input, t *turnoverTrade, v *Verdict) state.Date {
	day, next := in.View.Day, in.View.NextChange()
	if next == day+1 || v.Baseline != nil || t.isForeign() || t.isHuge() { // the day's own base, or a rate, is another one tomorrow
		return day + 1
	}
	last := day + lookAhead
	if next != 0 && next <= last {
		last = next - 1
	}
	alone := v.Raise+in.Standing == None && !t.frozen && !v.NotEvaluable
	turns := t.turns(d)
	for later := day + 1; later <= last; later++ {
		if t.asks {
			turns |= dueTurns(in.View)
		}
		if !t.moveOn(later) && !turns.has(later-day) || alone && t.isCalm(d) {
			continue
		}
		if w := d.judge(in, t); !w.same(v) {
			return later
		}
	}
	return sooner(next, last+1)
}

// daysOn is a set of days that are so many days ahead, up to lookAhead.
type daysOn uint32

func (s daysOn) has(ahead state.Date) bool { return s>>ahead&1 != 0 }

func (s *daysOn) add(ahead state.Date) {
	if ahead > 0 && ahead <= lookAhead {
		*s |= 1 << ahead
	}
}

// turns are the days on which there are windows enough to tell of the present, and of the past.
func (t *turnoverTrade) turns(d *TurnoverSwing) (set daysOn) {
	set.add(t.first + state.Date(d.WindowDays) + 1 - t.view.Day)
	set.add(t.first + d.windows() + 1 - t.view.Day)
	return set
}

// dueTurns are the days on which something is past due that was not the day before.
func dueTurns(view *state.View) (set daysOn) {
	for _, l := range view.DueLines() {
		set.add(l.Effective + 1 - view.Day)
	}
	return set
}

// turnoverLinks are the moves that leave a window on each of the next days, as lists.
type turnoverLinks struct {
	first [lookAhead + 1]int32 // by days ahead: 1 + index of a move; 0: none
	next  []int32              // by move
}

func (l *turnoverLinks) add(ahead, move int) {
	l.next[move], l.first[ahead] = l.first[ahead], int32(move)+1
}

// moveOn moves the windows on by a day, on which nothing happens. It tells whether anything in them is another than the day before.
func (t *turnoverTrade) moveOn(day state.Date) bool {
	t.day = day
	at := t.links.first[day-t.view.Day]
	for i := at; i != 0; i = t.links.next[i-1] {
		m := &t.moves[i-1]
		window := int(day-m.On)/t.days - 1
		t.own.add(window, -m.Owed, -m.Sold)
		if window+1 < turnoverWindows {
			t.own.add(window+1, m.Owed, m.Sold)
		}
	}
	return at != 0
}
