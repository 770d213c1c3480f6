package alerts

import (
	"cmp"
	"slices"

	"tocsin/detectors"
	"tocsin/state"
)

// News is what has become of a case since people were told last: one entry in the thread of its message. It names nobody but who has the
// task, so that nothing of it has to be taken back when a customer is erased.
type News struct {
	CaseID   string
	Seq      int64  // of the state that it tells of
	State    string // of the case
	Severity detectors.Level
	At       state.Date
	KnownAt  state.Instant
	Changes  []Change  // of alerts at warning or above, by signal
	Task     *CaseTask // nil: it is as it was
	Late     bool      // the task was escalated
	Remind   bool      // its owner is reminded of its deadline
	Aloud    bool      // for the whole channel, and not only for who follows the thread
}

// Since is what a case has to tell to whoever knows an earlier state of it; nil: nothing. States in between that nobody was told of
// are in it.
func (m *CaseMessage) Since(told *CaseMessage) *News {
	n := &News{CaseID: m.CaseID, Seq: m.Seq, State: m.State, Severity: m.Severity, At: m.At, KnownAt: m.KnownAt}
	for i := range m.Alerts {
		a := &m.Alerts[i]
		if from := told.levelOf(a.Signal); from != a.Level {
			n.Changes = append(n.Changes, m.change(a, from, a.Level))
		}
	}
	for i := range told.Alerts {
		if a := &told.Alerts[i]; m.levelOf(a.Signal) == detectors.None {
			n.Changes = append(n.Changes, m.change(a, a.Level, detectors.None))
		}
	}
	slices.SortFunc(n.Changes, func(a, b Change) int { return cmp.Compare(a.Signal, b.Signal) })
	if t, old := &m.Task, &told.Task; t.State != old.State || t.Decision != old.Decision || t.SnoozedUntil != old.SnoozedUntil || t.Owner != old.Owner || t.Deputy != old.Deputy ||
		t.Escalation.Level > 0 && t.Escalation != old.Escalation || t.Reminded && !old.Reminded {
		n.Task, n.Late, n.Remind = t, t.Escalation.Level > 0 && t.Escalation != old.Escalation, t.Reminded && !old.Reminded
	}
	if len(n.Changes) == 0 && n.Task == nil {
		return nil
	}
	return n
}

// Grave tells whether a register has news of the gravest kind, in which deliveries may be lost within hours.
func (n *News) Grave() bool {
	return slices.ContainsFunc(n.Changes, func(c Change) bool { return c.To > c.From && (c.Reason == classA || c.Reason == classB1) })
}

// Grave tells whether a register's news of the gravest kind stands in a case.
func (m *CaseMessage) Grave() bool {
	return slices.ContainsFunc(m.Alerts, func(a CaseAlert) bool { return a.Reason == classA || a.Reason == classB1 })
}

// Insolvent tells whether an insolvency stands in a case: beside it nothing else that is told of the customer is news.
func (m *CaseMessage) Insolvent() bool {
	return slices.ContainsFunc(m.Alerts, func(a CaseAlert) bool { return a.Reason == classA })
}

// levelOf is the level at which a signal stands in a case; None where it does not stand at warning or above.
func (m *CaseMessage) levelOf(signal string) detectors.Level {
	for i := range m.Alerts {
		if m.Alerts[i].Signal == signal {
			return m.Alerts[i].Level
		}
	}
	return detectors.None
}

// change is a change of an alert. Of one that the last step has made it is known what kind that was, and what is left of the level.
func (m *CaseMessage) change(a *CaseAlert, from, to detectors.Level) Change {
	for _, c := range m.Changes {
		if c.Signal == a.Signal && c.From == from && (c.To == to || to == detectors.None && c.To < detectors.Warning) {
			return c
		}
	}
	kind := Cleared
	switch {
	case from == detectors.None:
		kind = Raised
	case to > from:
		kind = Escalated
	case to > detectors.None:
		kind = Deescalated
	}
	return Change{AlertID: a.AlertID, Signal: a.Signal, Reason: a.Reason, From: from, To: to, Kind: kind}
}
