package alerts

import (
	"time"

	"tocsin/alerts/worktime"
	"tocsin/detectors"
	"tocsin/state"
)

// SLA is how much working time a decision may take, counted from when people were told of an alert's level (DOMAIN.md 4). A level that
// is reached keeps its deadline when a higher one is: the earliest of them counts.
type SLA struct {
	From, To worktime.Minute // working hours on the ledger's business days, by the clocks of its zone

	ClassA   worktime.Amount // deliveries may be lost within hours
	Critical worktime.Amount
	Warning  worktime.Amount
}

// classA is the reason of the gravest news of a register.
const classA = "CLASS_A"

// DefaultSLA is what holds where nobody says otherwise.
func DefaultSLA() SLA {
	return SLA{
		From: 9 * 60, To: 17 * 60,
		ClassA: worktime.Amount{Time: 4 * time.Hour}, Critical: worktime.Amount{Days: 1}, Warning: worktime.Amount{Days: 3},
	}
}

// of is the amount for a level. A core customer's is that of the level above.
func (s *SLA) of(level detectors.Level, reason string, core bool) worktime.Amount {
	switch {
	case level == detectors.Critical && (core || reason == classA):
		return s.ClassA
	case level == detectors.Critical || core:
		return s.Critical
	default:
		return s.Warning
	}
}

// deadline is when something is due: the earliest of the alerts' deadlines while nothing is decided, then the end of work on the day of
// the next review. A task whose signals have cleared is due when it was told to be.
func (w *work) deadline(v *caseView) state.Instant {
	hours := worktime.Hours{Zone: w.in.Ledger.Zone, Days: w.in.Ledger.Calendar, From: w.judge.sla.From, To: w.judge.sla.To}
	switch {
	case v.stage == stageClosed:
		return 0
	case v.stage == stageDecided:
		return hours.Add(v.handling.review.Start(hours.Zone), worktime.Amount{Days: 1})
	case len(v.alerts) == 0:
		return w.counters().due
	}
	core, first := w.view.Class() == state.ClassCore, state.Instant(0)
	for i := range v.alerts {
		a := &v.alerts[i]
		warning, critical := w.since(a)
		due := hours.Add(warning, w.judge.sla.of(detectors.Warning, a.reason, core))
		if a.level == detectors.Critical {
			due = min(due, hours.Add(critical, w.judge.sla.of(detectors.Critical, a.reason, core)))
		}
		if first == 0 || due < first {
			first = due
		}
	}
	return first
}

// since is when people were told of a live alert as a warning, and as critical. A program before version 2 of the counters kept no
// time: there it is the beginning of the day of the level.
func (w *work) since(a *standing) (warning, critical state.Instant) {
	if c := w.counters().of(Live, a.signal); c != nil && c.warning != 0 {
		return c.warning, c.critical
	}
	day := a.levelSince.Start(w.in.Ledger.Zone)
	return day, day
}
