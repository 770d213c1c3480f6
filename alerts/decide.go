package alerts

import (
	"cmp"
	"slices"
	"strings"

	"tocsin/state"
)

// inHand is a task as a decision finds it.
type inHand struct {
	*caseView
	customer state.CustomerID
	id       string
	day      state.Date  // the open one
	atRisk   state.Money // asked only for a decision that says how much more is too much
	figure   func(*standing) string
	term     func(times uint8) (term, bool) // see [work.term]
	since    state.Instant                  // before which no time runs; zero: nothing says so
	reminder func() (at, due state.Instant) // see [work.reminder]
}

// decide takes a person's decision into the file, given the task as it stands. The file is unchanged after an error,
// which is a *Refusal.
func (f *caseFile) decide(d *Decision, t *inHand) error {
	if err := d.fits(t); err != nil {
		return err
	}
	if err := d.sound(t); err != nil {
		return err
	}
	if d.Action == Escalate {
		f.escalation = d.escalate(t)
		return nil // who acted last is a person
	}
	if d.Action == Remind {
		f.reminded = true
		return nil
	}
	if d.Action == Recount {
		return nil // counters keep since when the time runs
	}
	if d.endsReminder() {
		f.reminded = false
	}
	if d.endsEscalation(&f.escalation) {
		f.escalation = Escalation{}
	}
	switch d.Action {
	case Snooze:
		f.snooze = d.snooze(t)
	case Wake:
		f.snooze = snooze{}
	case Reassign:
		f.owner = d.To
	case Feedback:
		f.feedback = f.with(d.feedback(t))
	default:
		if d.Action == Close && t.handling.code == noAction {
			f.renew(t.day, t.handling.seen)
		}
		f.handling, f.snooze = d.handle(t), snooze{} // whoever works on a task wakes it
		if d.Action == Decide && d.Code == noAction {
			f.silence(t.day, t.alerts, t.figure)
		}
	}
	f.by = d.By
	return nil
}

// handle is the task one step further in its life.
func (d *Decision) handle(t *inHand) handling {
	h := t.handling
	switch d.Action {
	case Acknowledge:
		h.stage = stageAcknowledged
	case Review:
		h.stage = stageInReview
	case Decide:
		h.stage, h.code, h.reason, h.review, h.seen = stageDecided, d.Code, d.ReasonCode, d.NextReview, t.alerts
	case Close:
		h.stage, h.seen = stageClosed, t.alerts
	}
	return h
}

// fits tells whether the action is one for this task in its present state.
func (d *Decision) fits(t *inHand) error {
	switch {
	case t.opened == 0:
		return refuse(RefusedNoTask, "the customer has no review task: there is nothing to %s", d.Action)
	case d.TaskID != t.id:
		return refuse(RefusedOtherTask, "task %s is not the customer's task: that is %s", d.TaskID, t.id)
	case strings.TrimSpace(d.By) == "":
		return refuse(RefusedNobody, "%s task %s: nobody is named: say who acts", d.Action, t.id)
	case d.Action == Feedback:
		return nil
	case t.stage == stageClosed:
		return refuse(RefusedState, "task %s is closed: a new alert opens another", t.id)
	}
	switch d.Action {
	case Acknowledge:
		return d.from(t, "acknowledge it only once", stageOpen)
	case Review:
		return d.from(t, "acknowledge it first", stageAcknowledged)
	case Decide:
		return d.from(t, "acknowledge it first; decide it once", stageAcknowledged, stageInReview)
	case Close:
		if t.stage != stageDecided && len(t.alerts) > 0 {
			return refuse(RefusedOpenSignals, "close task %s: it is %s and its signals stand: decide it first", t.id, t.stage)
		}
		return nil
	case Snooze:
		return d.from(t, "it is back on the day of its next review", stageOpen, stageAcknowledged, stageInReview)
	case Wake:
		if t.snooze.until == 0 {
			return refuse(RefusedAwake, "wake task %s: it is not snoozed", t.id)
		}
		return nil
	case Reassign, Escalate, Remind, Recount:
		return nil
	default:
		return refuse(RefusedUnknownAction, "task %s: %s is not one of acknowledge, review, decide, close, snooze, wake, reassign, feedback", t.id, d.Action)
	}
}

func (d *Decision) from(t *inHand, hint string, stages ...stage) error {
	if slices.Contains(stages, t.stage) {
		return nil
	}
	by := ""
	if t.stage != stageOpen && t.handling.by != "" {
		by = " by " + t.handling.by
	}
	return refuse(RefusedState, "%s task %s: it is %s%s: %s", d.Action, t.id, t.stage, by, hint)
}

// sound tells whether a decision says all that it must.
func (d *Decision) sound(t *inHand) error {
	switch d.Action {
	case Decide:
		return d.decides(t.day)
	case Snooze:
		return d.snoozes(t)
	case Reassign:
		if strings.TrimSpace(d.To) == "" {
			return refuse(RefusedOwner, "reassign task %s: nobody is named: say whose it is to be", t.id)
		}
	case Feedback:
		return d.tells(t)
	case Escalate:
		return d.escalates(t)
	case Remind:
		return d.reminds(t)
	case Recount:
		return d.recounts(t)
	}
	return nil
}

func (d *Decision) decides(day state.Date) error {
	switch {
	case !slices.Contains(DecisionCodes(), d.Code):
		return refuse(RefusedCode, "decision %q is not one of %s", d.Code, strings.Join(DecisionCodes(), ", "))
	case d.ReasonCode == "" && d.Code == noAction:
		return refuse(RefusedReason, "%s needs a reason: one of %s", noAction, strings.Join(ReasonCodes(), ", "))
	case d.ReasonCode != "" && !slices.Contains(ReasonCodes(), d.ReasonCode):
		return refuse(RefusedReason, "reason %q is not one of %s", d.ReasonCode, strings.Join(ReasonCodes(), ", "))
	case d.NextReview <= day:
		return refuse(RefusedReview, "the next review must be on a day after %s", day)
	}
	return nil
}

func (d *Decision) snoozes(t *inHand) error {
	until := cmp.Or(d.Until, t.day+mostSnooze)
	switch {
	case d.Until == 0 && d.Worse == 0:
		return refuse(RefusedUntil, "snooze task %s: it needs an end: a day after %s and at the latest %s, or by how much more at risk", t.id, t.day, t.day+mostSnooze)
	case until <= t.day || until > t.day+mostSnooze:
		return refuse(RefusedUntil, "snooze task %s until %s: it must be back on a day after %s and at the latest %s, %d days ahead", t.id, until, t.day, t.day+mostSnooze, mostSnooze)
	case d.ReasonCode == "":
		return refuse(RefusedReason, "snooze needs a reason: one of %s", strings.Join(ReasonCodes(), ", "))
	case !slices.Contains(ReasonCodes(), d.ReasonCode):
		return refuse(RefusedReason, "reason %q is not one of %s", d.ReasonCode, strings.Join(ReasonCodes(), ", "))
	case d.Worse > mostPercent:
		return refuse(RefusedWorse, "snooze task %s until %d %% more is at risk: at most %d %%", t.id, d.Worse, mostPercent)
	case d.Worse > 0 && t.atRisk.Minor <= 0:
		return refuse(RefusedWorse, "snooze task %s until %d %% more is at risk: no money is known to be at risk: name a day alone", t.id, d.Worse)
	}
	return nil
}

// snooze is what a decision puts off.
func (d *Decision) snooze(t *inHand) snooze {
	s := snooze{until: cmp.Or(d.Until, t.day+mostSnooze), on: t.day, reason: d.ReasonCode, severity: t.severity, grave: gravest(t.alerts), percent: d.Worse}
	if d.Worse > 0 {
		s.atRisk = t.atRisk
	}
	return s
}

func (d *Decision) tells(t *inHand) error {
	switch {
	case d.about(t) == nil:
		return refuse(RefusedAlert, "feedback on alert %q: no such alert stands in the customer's case", d.Alert)
	case !slices.Contains(FeedbackCodes(), d.Code):
		return refuse(RefusedFeedback, "feedback %q is not one of %s", d.Code, strings.Join(FeedbackCodes(), ", "))
	}
	return nil
}

// about is the alert that a decision speaks of; nil: it does not stand.
func (d *Decision) about(t *inHand) *standing {
	at := slices.IndexFunc(t.alerts, func(a standing) bool { return alertID(Live, t.customer, a.signal, a.raised) == d.Alert })
	if at < 0 {
		return nil
	}
	return &t.alerts[at]
}

func (d *Decision) feedback(t *inHand) feedback {
	a := d.about(t)
	return feedback{a.signal, a.raised, d.Code}
}

// with is what people say of alerts, and this.
func (f *caseFile) with(said feedback) []feedback {
	list := slices.DeleteFunc(slices.Clone(f.feedback), func(o feedback) bool { return o.signal == said.signal })
	list = append(list, said)
	slices.SortFunc(list, func(a, b feedback) int { return cmp.Compare(a.signal, b.signal) })
	return list
}

// said is what people say of an alert; empty: nobody did.
func (f *caseFile) said(a *standing) string {
	for _, o := range f.feedback {
		if o.signal == a.signal && o.raised == a.raised {
			return o.code
		}
	}
	return ""
}
