package alerts

import (
	"cmp"
	"slices"

	"tocsin/detectors"
	"tocsin/state"
)

// caseFile is what a record remembers of a customer's case: the day it opened and what people have done with its task.
// All else of case and task follows from the live episodes (caseView), so what flickers inside a day leaves no trace
// here. The zero file is no case.
//
// A case is open while a live alert stands at warning or above. Its file outlives that while a person has the task in
// hand: what rises then joins the same case, so that a customer never has two tasks.
//
// Encoding: day opened (0: no case, and nothing follows), stage; after an untouched one nothing; else by, code, reason
// code, review day and the alerts seen, each with signal, day raised and level. Before version 3 of the memory the day on which
// the task was due came after the review day. In version 4 an untouched one says as much, and what follows is who owns the task, how
// it is put off and what people say of its alerts. In version 5 the mutes follow, also where there is no case. In version 6 who
// was told that it is late comes before them. In version 7, in which its owner was reminded of it, that may be nobody.
type caseFile struct {
	opened state.Date
	handling

	owner    string     // to whom the task was handed; empty: to nobody, so that it is the credit manager's
	snooze   snooze     // of no effect on a task that is decided or closed
	feedback []feedback // by signal, on each alert the last

	escalation Escalation // of no effect on a task that is put off, decided or closed
	reminded   bool       // its owner was reminded of its deadline; the same holds

	mutes []mute // by signal; they outlive the case
}

// feedback is what a person says of an alert.
type feedback struct {
	signal string
	raised state.Date
	code   string // one of FeedbackCodes
}

// handling is what people did with a task, last action first to count.
type handling struct {
	stage  stage
	by     string
	code   string
	reason string
	review state.Date
	seen   []standing // the alerts that the person saw who decided or closed it last; nil: nobody has
}

// standing is one live alert at warning or above.
type standing struct {
	signal     string
	level      detectors.Level
	raised     state.Date
	levelSince state.Date
	reason     string
}

// nowOf and wasOf choose between the episode after a step and that before it.
func nowOf(e *entry) *episode { return &e.now }
func wasOf(e *entry) *episode { return &e.was }

// standing lists the live alerts at warning or above that are not muted, worst first, then by signal.
func (m *memory) standing(of func(*entry) *episode) []standing {
	var list []standing
	for i := range m.entries {
		e := &m.entries[i]
		if at := of(e); m.bothers(e, at) {
			list = append(list, standing{e.signal, at.level(), at.raised, at.levelSince, at.reason})
		}
	}
	slices.SortFunc(list, func(a, b standing) int {
		return cmp.Or(cmp.Compare(b.level, a.level), cmp.Compare(a.signal, b.signal))
	})
	return list
}

// bothers tells whether an episode of an entry is one of the customer's case.
func (m *memory) bothers(e *entry, at *episode) bool {
	return e.set == Live && at.level() >= detectors.Warning && !m.file.muted(e.signal, at)
}

// hasCase tells whether anything stands that makes a case.
func (m *memory) hasCase() bool {
	for i := range m.entries {
		if e := &m.entries[i]; m.bothers(e, &e.now) {
			return true
		}
	}
	return false
}

// caseView is a case and its task as they stand.
type caseView struct {
	opened   state.Date // zero: no case
	severity detectors.Level
	alerts   []standing
	stage    stage
	due      state.Instant // zero: nothing is due
	handling handling      // of an open task not more than who acted last
	snooze   snooze        // zero: the task is awake
	owner    string        // empty: the credit manager
	feedback []feedback

	escalation Escalation // zero: nobody was told that it is late
	reminded   bool       // its owner was reminded of its deadline
}

// view is the case given the live alerts that stand. What was decided or closed is open to question again while more
// stands than the person saw. When the task is due is not looked at.
func (f *caseFile) view(alerts []standing) caseView {
	v := caseView{opened: f.opened, alerts: alerts, stage: f.stage, handling: f.handling, owner: f.owner, feedback: f.feedback}
	if len(alerts) > 0 {
		v.severity = alerts[0].level
	}
	switch {
	case f.stage == stageOpen && len(alerts) == 0:
		v.stage = stageClosed // nobody had acknowledged it
	case f.stage == stageClosed && f.overtaken(alerts):
		v.stage, v.handling = stageOpen, handling{seen: f.seen}
	case f.stage == stageDecided && f.overtaken(alerts):
		v.stage, v.handling = stageInReview, handling{stage: stageInReview, by: f.by, seen: f.seen}
	}
	if v.stage < stageDecided && !f.snooze.broken(alerts) {
		v.snooze = f.snooze
	}
	if v.stage < stageDecided && v.snooze.until == 0 {
		v.escalation, v.reminded = f.escalation, f.reminded
	}
	return v
}

// leave closes the case of a customer who is gone, whoever has its task in hand: nobody can decide anything about him any
// more. The file stays as it is, for a merge may be taken back.
func (v *caseView) leave(gone string) {
	if gone == "" || v.opened == 0 {
		return
	}
	v.stage, v.snooze, v.escalation, v.reminded = stageClosed, snooze{}, Escalation{}, false
	v.handling.stage, v.handling.reason = stageClosed, gone
}

// overtaken tells whether more stands than the person saw who decided or closed the task: a new alert, or one grown
// worse.
func (f *caseFile) overtaken(alerts []standing) bool {
	return slices.ContainsFunc(alerts, func(a standing) bool { return !f.saw(&a, a.level) })
}

// saw tells whether the person who decided or closed a task last saw an alert at a level or above.
func (h *handling) saw(a *standing, level detectors.Level) bool {
	return slices.ContainsFunc(h.seen, func(s standing) bool {
		return s.signal == a.signal && s.raised == a.raised && s.level >= level
	})
}

// equal tells whether nobody needs to be told of a change.
func (v *caseView) equal(o *caseView) bool {
	same := func(a, b standing) bool { return a.signal == b.signal && a.raised == b.raised && a.level == b.level }
	return v.opened == o.opened && v.severity == o.severity && v.stage == o.stage && v.due == o.due && v.escalation == o.escalation && v.reminded == o.reminded &&
		v.handling.equal(&o.handling) && v.snooze.same(&o.snooze) && v.owner == o.owner && slices.Equal(v.feedback, o.feedback) && slices.EqualFunc(v.alerts, o.alerts, same)
}

func (h *handling) equal(o *handling) bool {
	return h.stage == o.stage && h.by == o.by && h.code == o.code && h.reason == o.reason && h.review == o.review
}

// open opens a case when the first alert stands.
func (f *caseFile) open(day state.Date, alerts []standing) {
	if f.opened == 0 && len(alerts) > 0 {
		f.opened = day
	}
}

// dismiss forgets a case that opened today, has no alert any more and was in nobody's hands: it will not stand at the
// close. An older one waits for the close, because it goes on if something rises again today.
func (f *caseFile) dismiss(day state.Date, alerts []standing) {
	if f.opened == day && len(alerts) == 0 && f.stage == stageOpen && !f.isHandedOn() {
		*f = caseFile{mutes: f.mutes}
	}
}

// settle takes what stands at a close for good: a snooze that is broken is over, and of alerts that are gone nobody says anything any
// more. It tells whether that changed anything.
func (f *caseFile) settle(alerts []standing) bool {
	before := len(f.feedback)
	f.feedback = slices.DeleteFunc(f.feedback, func(o feedback) bool {
		return !slices.ContainsFunc(alerts, func(a standing) bool { return a.signal == o.signal && a.raised == o.raised })
	})
	if f.snooze.until != 0 && f.snooze.broken(alerts) {
		f.snooze = snooze{}
		return true
	}
	return len(f.feedback) < before
}

// promote forgets a case that is over at a close. It tells whether it did.
func (f *caseFile) promote(stands bool) bool {
	if f.opened == 0 || stands || f.stage != stageOpen && f.stage != stageClosed {
		return false
	}
	*f = caseFile{mutes: f.mutes}
	return true
}
