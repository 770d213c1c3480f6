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
// the task was due came after the review day.
type caseFile struct {
	opened state.Date
	handling
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

// standing lists the live alerts at warning or above, worst first, then by signal.
func (m *memory) standing(of func(*entry) *episode) []standing {
	var list []standing
	for i := range m.entries {
		e := &m.entries[i]
		if at := of(e); e.set == Live && at.level() >= detectors.Warning {
			list = append(list, standing{e.signal, at.level(), at.raised, at.levelSince, at.reason})
		}
	}
	slices.SortFunc(list, func(a, b standing) int {
		return cmp.Or(cmp.Compare(b.level, a.level), cmp.Compare(a.signal, b.signal))
	})
	return list
}

// hasCase tells whether any live alert stands at warning or above.
func (m *memory) hasCase() bool {
	for i := range m.entries {
		if e := &m.entries[i]; e.set == Live && e.now.level() >= detectors.Warning {
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
	handling handling      // zero while nobody has the task in hand
}

// view is the case given the live alerts that stand. What was decided or closed is open to question again while more
// stands than the person saw. When the task is due is not looked at.
func (f *caseFile) view(alerts []standing) caseView {
	v := caseView{opened: f.opened, alerts: alerts, stage: f.stage, handling: f.handling}
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
	return v
}

// leave closes the case of a customer who is gone, whoever has its task in hand: nobody can decide anything about him any
// more. The file stays as it is, for a merge may be taken back.
func (v *caseView) leave(gone string) {
	if gone == "" || v.opened == 0 {
		return
	}
	v.stage = stageClosed
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
	return v.opened == o.opened && v.severity == o.severity && v.stage == o.stage && v.due == o.due &&
		v.handling.equal(&o.handling) && slices.EqualFunc(v.alerts, o.alerts, same)
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
	if f.opened == day && len(alerts) == 0 && f.stage == stageOpen {
		*f = caseFile{}
	}
}

// promote forgets a case that is over at a close. It tells whether it did.
func (f *caseFile) promote(stands bool) bool {
	if f.opened == 0 || stands || f.stage != stageOpen && f.stage != stageClosed {
		return false
	}
	*f = caseFile{}
	return true
}

func (f *caseFile) append(b []byte) []byte {
	b = appendDate(b, 0, f.opened)
	if f.opened == 0 {
		return b
	}
	b = append(b, byte(f.stage))
	if f.stage == stageOpen {
		return b
	}
	b = appendString(appendString(appendString(b, f.by), f.code), f.reason)
	b = appendDate(b, 0, f.review)
	b = appendUint(b, uint64(len(f.seen)))
	for i := range f.seen {
		s := &f.seen[i]
		b = append(appendDate(appendString(b, s.signal), 0, s.raised), byte(s.level))
	}
	return b
}

func (f *caseFile) read(r *reader) {
	if f.opened = r.date(0); f.opened == 0 {
		return
	}
	if f.stage = stage(r.uint(uint64(stageClosed))); f.stage == stageOpen {
		return
	}
	f.by, f.code, f.reason = r.string(), r.string(), r.string()
	f.review = r.date(0)
	if r.version < 3 {
		r.date(0)
	}
	for range r.uint(uint64(len(r.bytes))) {
		if r.bad {
			return
		}
		f.seen = append(f.seen, standing{signal: r.string(), raised: r.date(0), level: detectors.Level(r.uint(uint64(detectors.Critical)))})
	}
}
