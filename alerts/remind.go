package alerts

import (
	"tocsin/alerts/worktime"
	"tocsin/detectors"
	"tocsin/state"
)

// ReminderOf is the decision by which a task's owner is reminded of its deadline, in the name of who keeps the time.
func ReminderOf(task, by string, at state.Instant) Decision {
	return Decision{TaskID: task, Action: Remind, By: by, At: at}
}

// reminder is when the owner of a task is to be reminded that it is due to be decided, and when it is; zero: not at all, for nobody is to
// decide anything, or so little time was given for it that it is as long before as what was just told.
func (w *work) reminder(v *caseView) (at, due state.Instant) {
	hours := w.hours()
	before := hours.Length(w.judge.sla.RemindBefore)
	if before == 0 || v.opened == 0 || v.stage >= stageDecided || v.snooze.until != 0 {
		return 0, 0
	}
	give := func(from state.Instant, a worktime.Amount) {
		given := hours.Length(a)
		over := hours.Add(from, worktime.Amount{Time: given})
		if due != 0 && over >= due {
			return
		}
		if at, due = 0, over; given > before {
			at = hours.Add(from, worktime.Amount{Time: given - before})
		}
	}
	core := w.view.Class() == state.ClassCore
	for i := range v.alerts {
		a := &v.alerts[i]
		for level := detectors.Warning; level <= a.level; level++ {
			if !v.handling.saw(a, level) {
				give(w.since(a, level), w.judge.sla.of(level, a.reason, core).Decide)
			}
		}
		if w.holdsOrders(v, a) {
			give(w.since(a, a.level), w.judge.sla.HeldOrders)
		}
	}
	return at, due
}

// reminds tells whether the time has come to remind a task's owner, and has not gone.
func (d *Decision) reminds(t *inHand) error {
	if t.reminded {
		return refuse(RefusedState, "remind of task %s: that was done before", t.id)
	}
	switch at, due := t.reminder(); {
	case at == 0:
		return refuse(RefusedState, "remind of task %s: nobody is to decide it, or just heard by when", t.id)
	case d.At < at:
		return refuse(RefusedEarly, "remind of task %s: not before %s", t.id, at)
	case d.At >= due:
		return refuse(RefusedState, "remind of task %s: it was due at %s", t.id, due)
	}
	return nil
}

// endsReminder tells whether an action sets an end to what somebody was reminded of, so that he is reminded of what comes after it.
func (d *Decision) endsReminder() bool {
	return d.Action == Decide || d.Action == Close || d.Action == Snooze
}

// Reminds tells whether a task's owner is to be reminded of it at an instant, given the clock that the store keeps of it. Nobody is outside
// of working hours.
func (j *Judge) Reminds(l *state.Ledger, c *state.Clock, now state.Instant) bool {
	return c.Remind != 0 && now >= c.Remind && j.sla.hours(l).Include(now)
}
