package alerts

import (
	"slices"

	"tocsin/detectors"
	"tocsin/state"
)

// snooze is a review task put off: until a day, and no longer than the case is no worse than the person saw it. The zero snooze is
// none.
//
// It ends by itself on its day, and breaks when the case reaches a higher level, when a register tells something as grave as class
// B1 that the person did not know, and, where he said so, when so much more money is at risk. Within a day that is provisional, as
// levels are: what breaks it and does not stand at the close leaves it as it was.
//
// # Why a day
//
// The end is a day and not an instant, so that the customer's own alarm of that day ends it: it is in the journal, and a replay
// comes to the same end. How much is at risk may change by time alone, so a customer whose task is put off on account of it is
// looked at each day.
type snooze struct {
	until  state.Date // the day on which the task is back; zero: it is not put off
	on     state.Date // the day on which it was
	reason string     // one of ReasonCodes

	severity detectors.Level // of the case, as the person saw it
	grave    int             // the gravest news of a register, see gravity
	percent  uint            // so many per cent more at risk break it; 0: however much there is
	atRisk   state.Money     // as the person saw it; of no meaning where percent is 0
	worse    bool            // by the last step so much more is at risk
}

// How long and how lenient a snooze may be.
const (
	mostSnooze  = 14   // days
	mostPercent = 1000 // more money at risk
)

// gravity ranks the news of a register that are too grave to be slept through: 2 of class A, 1 of class B1, 0 any others.
func gravity(reason string) int {
	switch reason {
	case classA:
		return 2
	case classB1:
		return 1
	default:
		return 0
	}
}

func gravest(alerts []standing) int {
	worst := 0
	for i := range alerts {
		worst = max(worst, gravity(alerts[i].reason))
	}
	return worst
}

// broken tells whether the case is worse than the person saw it.
func (s *snooze) broken(alerts []standing) bool {
	if s.worse || len(alerts) > 0 && alerts[0].level > s.severity {
		return true
	}
	return slices.ContainsFunc(alerts, func(a standing) bool {
		rank := gravity(a.reason)
		return rank > s.grave || rank > 0 && a.raised > s.on
	})
}

// exceeds tells whether so much is at risk that the task is to come back. What cannot be compared is.
func (s *snooze) exceeds(atRisk state.Money) bool {
	if !atRisk.Told() || atRisk.Currency != s.atRisk.Currency {
		return true
	}
	return state.CompareProducts(atRisk.Minor, 100, s.atRisk.Minor, int64(100+s.percent)) >= 0
}

// same tells whether people see no difference.
func (s *snooze) same(o *snooze) bool {
	return s.until == o.until && s.reason == o.reason && s.percent == o.percent
}

// putOff brings a snooze up to date, given the live alerts that stand now: on its day it is over.
func (w *work) putOff(alerts []standing) {
	s := &w.memory.file.snooze
	switch {
	case s.until == 0:
		return
	case w.in.Day >= s.until:
		*s = snooze{}
		return
	}
	w.foresee(s.until)
	if s.percent > 0 {
		s.worse = len(alerts) > 0 && s.exceeds(w.atRisk(alerts))
		w.foresee(w.in.Day + 1)
	}
}

// atRisk is the largest money at risk of a case's alerts; no currency: none is known.
func (w *work) atRisk(alerts []standing) (most state.Money) {
	for i := range alerts {
		at, _ := w.memory.find(Live, alerts[i].signal)
		most = larger(most, w.describe(&w.memory.entries[at]).MoneyAtRisk)
	}
	return most
}

// larger is the larger of two optional amounts of one customer.
func larger(a, b state.Money) state.Money {
	if b.Told() && (b.Minor > a.Minor || !a.Told()) {
		return b
	}
	return a
}
