package alerts

import (
	"time"

	"tocsin/alerts/worktime"
	"tocsin/detectors"
	"tocsin/state"
)

// SLA is how much working time a review task may take, counted from when people were told of an alert's level (DOMAIN.md 4). A level
// that is reached keeps its deadline when a higher one is: the earliest of them counts.
type SLA struct {
	From, To worktime.Minute // working hours on the ledger's business days, by the clocks of its zone

	ClassA   Allowed // deliveries may be lost within hours
	Critical Allowed
	Warning  Allowed

	HeldOrders worktime.Amount // until a breach of the limit is decided while orders are open: they wait for it

	RemindBefore worktime.Amount // a task is decided at the latest, its owner is reminded of it; zero: nobody is
}

// Allowed is how much working time may pass until somebody has a task in hand, and until it is decided.
type Allowed struct{ Acknowledge, Decide worktime.Amount }

// limitBreach is the signal of which a critical alert asks to hold orders, or to let them go.
const limitBreach = "limit_breach"

// Reasons of the gravest news of a register.
const (
	classA  = "CLASS_A"
	classB1 = "B1"
)

// DefaultSLA is what holds where nobody says otherwise.
func DefaultSLA() SLA {
	hours, days := func(n int) worktime.Amount { return worktime.Amount{Time: time.Duration(n) * time.Hour} }, func(n int) worktime.Amount { return worktime.Amount{Days: n} }
	return SLA{
		From: 9 * 60, To: 17 * 60,
		ClassA: Allowed{hours(1), hours(4)}, Critical: Allowed{hours(4), days(1)}, Warning: Allowed{days(1), days(3)},
		HeldOrders: hours(4), RemindBefore: hours(2),
	}
}

// of is what is allowed for a level. A core customer's is that of the level above.
func (s *SLA) of(level detectors.Level, reason string, core bool) *Allowed {
	switch {
	case level == detectors.Critical && (core || reason == classA):
		return &s.ClassA
	case level == detectors.Critical || core:
		return &s.Critical
	default:
		return &s.Warning
	}
}

// deadline is when something is due: the earliest of the alerts' deadlines while nothing is decided, then the end of work on the day of
// the next review. A task whose signals have cleared, or of which nothing is left that was not decided before, is due when it was told
// to be.
func (w *work) deadline(v *caseView) state.Instant {
	switch v.stage {
	case stageClosed:
		return 0
	case stageDecided:
		hours := w.hours()
		return hours.Add(v.handling.review.Start(hours.Zone), worktime.Amount{Days: 1})
	}
	if due, found := w.earliest(v, func(a *Allowed) worktime.Amount { return a.Decide }); found {
		return w.held(v, due)
	}
	return w.counters().due
}

// held is a deadline, or that of a breach for which open orders wait, whichever is earlier.
func (w *work) held(v *caseView, due state.Instant) state.Instant {
	for i := range v.alerts {
		a := &v.alerts[i]
		if w.holdsOrders(v, a) {
			due = min(due, w.hours().Add(w.since(a, a.level), w.judge.sla.HeldOrders))
		}
	}
	return due
}

// holdsOrders tells whether open orders wait for a decision about an alert.
func (w *work) holdsOrders(v *caseView, a *standing) bool {
	return a.signal == limitBreach && a.level == detectors.Critical && !v.handling.saw(a, a.level) && w.view.Exposure().OpenOrders != 0
}

// acknowledgeBy is by when somebody is to have the task in hand; zero: somebody has, or nobody needs to.
func (w *work) acknowledgeBy(v *caseView) state.Instant {
	if v.stage != stageOpen {
		return 0
	}
	by, _ := w.earliest(v, func(a *Allowed) worktime.Amount { return a.Acknowledge })
	return by
}

// earliest is the earliest deadline of the alerts of a case, for each level that they have reached but those that were decided before,
// and whether there is one.
func (w *work) earliest(v *caseView, of func(*Allowed) worktime.Amount) (first state.Instant, found bool) {
	hours, core := w.hours(), w.view.Class() == state.ClassCore
	for i := range v.alerts {
		a := &v.alerts[i]
		for level := detectors.Warning; level <= a.level; level++ {
			if v.handling.saw(a, level) {
				continue
			}
			due := hours.Add(w.since(a, level), of(w.judge.sla.of(level, a.reason, core)))
			if !found || due < first {
				first, found = due, true
			}
		}
	}
	return first, found
}

// hours are those in which people work.
func (w *work) hours() *worktime.Hours {
	return w.judge.sla.hours(w.in.Ledger)
}

func (s *SLA) hours(l *state.Ledger) *worktime.Hours {
	return &worktime.Hours{Zone: l.Zone, Days: l.Calendar, From: s.From, To: s.To}
}

// since is when the time of a live alert at a level or above began: when it was known, or when the task came back that was put off, or
// when people were told of it after that (see [RecountOf]). A program before version 2 of the counters kept no time: there it is
// the beginning of the day of the level that the alert has.
func (w *work) since(a *standing, level detectors.Level) state.Instant {
	c := w.counters().of(Live, a.signal)
	switch back := w.counters().back; {
	case c == nil || c.warning == 0:
		return max(back, a.levelSince.Start(w.in.Ledger.Zone))
	case level == detectors.Critical:
		return max(back, c.critical)
	default:
		return max(back, c.warning)
	}
}
