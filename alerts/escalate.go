package alerts

import (
	"strings"
	"time"

	"tocsin/alerts/worktime"
	"tocsin/detectors"
	"tocsin/state"
)

// To whom a task is escalated whose time is over: the codes of an [Escalate].
const (
	ToManager      = "manager"        // its owner's, when the time that was given is over
	ToHeadOfCredit = "head_of_credit" // when twice that time is
)

// Escalation is who was told that a task is late. The zero Escalation: nobody was. A step that was missing and is done ends it, and so
// does a snooze.
type Escalation struct {
	Level    uint8  // 1: [ToManager], 2: [ToHeadOfCredit]
	To       string // the person
	Decision bool   // it was not decided in time; else nobody had it in hand
	Among    bool   // so many were late at once that channels were told of them together
}

// Term is the time within which the next step with a task is to be taken, or is late once more. The zero Term: nobody waits for one.
type Term struct {
	From, Due state.Instant
	Shortest  time.Duration // of working time, of all that were given for it
}

// AmongMany is the reason of an escalation that channels are told of together with others.
const AmongMany = "among_many"

// EscalationOf is the decision by which a task that is late is escalated to a level, in the name of who keeps the time.
func EscalationOf(task string, level uint8, to, by string, among bool, at state.Instant) Decision {
	d := Decision{TaskID: task, Action: Escalate, By: by, Code: ToManager, To: to, At: at}
	if level > 1 {
		d.Code = ToHeadOfCredit
	}
	if among {
		d.ReasonCode = AmongMany
	}
	return d
}

// escalationLevel is the level of a code; 0 of none.
func escalationLevel(code string) uint8 {
	switch code {
	case ToManager:
		return 1
	case ToHeadOfCredit:
		return 2
	default:
		return 0
	}
}

// term is a step's time with the step.
type term struct {
	Term
	decision bool
	given    time.Duration
}

// before tells whether a term is the one to go by. Of two that were over before it was known that they had begun, it is the shorter one:
// where people are told late, their time begins then.
func (t *term) before(o *term, known state.Instant) bool {
	if t.Due <= known && o.Due <= known && t.given != o.given {
		return t.given < o.given
	}
	return t.Due < o.Due
}

// term is the time that is over first, of all that were given for the next step with a task, each so many times over; found is false
// where nobody waits for one: it is decided, or put off, or its signals have cleared.
func (w *work) term(v *caseView, times uint8) (first term, found bool) {
	if v.opened == 0 || v.stage >= stageDecided || v.snooze.until != 0 {
		return term{}, false
	}
	hours, core, shortest := w.hours(), w.view.Class() == state.ClassCore, time.Duration(0)
	give := func(from state.Instant, a worktime.Amount, decision bool) {
		given := time.Duration(times) * hours.Length(a)
		if shortest == 0 || given < shortest {
			shortest = given
		}
		t := term{Term{from, hours.Add(from, worktime.Amount{Time: given}), 0}, decision, given}
		if !found || t.before(&first, w.in.KnownAt) {
			first, found = t, true
		}
	}
	for i := range v.alerts {
		a := &v.alerts[i]
		for level := detectors.Warning; level <= a.level; level++ {
			if v.handling.saw(a, level) {
				continue
			}
			from, allowed := w.since(a, level), w.judge.sla.of(level, a.reason, core)
			if v.stage == stageOpen {
				give(from, allowed.Acknowledge, false)
			}
			give(from, allowed.Decide, true)
		}
		if w.holdsOrders(v, a) {
			give(w.since(a, a.level), w.judge.sla.HeldOrders, true)
		}
	}
	first.Shortest = shortest
	return first, found
}

// nextTerm is the time after which a task is escalated once more.
func (w *work) nextTerm(v *caseView) Term {
	if v.escalation.Level >= 2 {
		return Term{}
	}
	next, _ := w.term(v, v.escalation.Level+1)
	return next.Term
}

// escalates tells whether a task is late, and so late that it was not escalated for it yet.
func (d *Decision) escalates(t *inHand) error {
	level := escalationLevel(d.Code)
	switch {
	case level == 0:
		return refuse(RefusedCode, "escalate task %s: %q is neither %s nor %s", t.id, d.Code, ToManager, ToHeadOfCredit)
	case strings.TrimSpace(d.To) == "":
		return refuse(RefusedOwner, "escalate task %s: nobody is named: say to whom", t.id)
	case level <= t.escalation.Level:
		return refuse(RefusedState, "escalate task %s: it was escalated to %s before", t.id, t.escalation.To)
	}
	late, found := t.term(level)
	switch {
	case !found:
		return refuse(RefusedState, "escalate task %s: nobody waits for a step with it", t.id)
	case d.At < late.Due:
		return refuse(RefusedEarly, "escalate task %s to %s: it is not late before %s", t.id, d.Code, late.Due)
	}
	return nil
}

// escalate keeps who is told.
func (d *Decision) escalate(t *inHand) Escalation {
	level := escalationLevel(d.Code)
	late, _ := t.term(level)
	return Escalation{Level: level, To: d.To, Decision: late.decision, Among: d.ReasonCode == AmongMany}
}

// endsEscalation tells whether an action that was taken ends an escalation: it is the step that was missing, or puts it off.
func (d *Decision) endsEscalation(e *Escalation) bool {
	switch d.Action {
	case Acknowledge:
		return !e.Decision
	case Decide, Close, Snooze:
		return true
	default:
		return false
	}
}

// Late tells to which level a task is to be escalated at an instant, given the clock that the store keeps of it; 0: to none before again.
// People are told of nothing outside of working hours. What was withheld from them, or put off, has had no time before they were told of it.
func (j *Judge) Late(l *state.Ledger, c *state.Clock, now state.Instant) (level uint8, again state.Instant) {
	hours := j.sla.hours(l)
	if !hours.Include(now) {
		return 0, hours.Next(now)
	}
	first, second := j.terms(l, c)
	switch {
	case now < first:
		return 0, first
	case c.Level == 0 && now >= second:
		return 2, 0
	default:
		return c.Level + 1, 0
	}
}

// Twice is when the time of a clock that was over once is over for the second time.
func (j *Judge) Twice(l *state.Ledger, c *state.Clock) state.Instant {
	_, second := j.terms(l, c)
	return second
}

// terms are when the time of a clock is over, and when as much of it again is.
func (j *Judge) terms(l *state.Ledger, c *state.Clock) (first, second state.Instant) {
	hours := j.sla.hours(l)
	given, from := hours.Between(c.From, c.Due), max(c.From, c.Told)
	if first = c.Due; c.Told > c.From {
		if c.Shortest > 0 { // all that runs had begun by then
			given = c.Shortest
		}
		first = hours.Add(from, worktime.Amount{Time: given})
	}
	return first, hours.Add(from, worktime.Amount{Time: 2 * given})
}
