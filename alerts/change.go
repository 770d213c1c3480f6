package alerts

import (
	"cmp"
	"slices"

	"tocsin/detectors"
	"tocsin/state"
)

// transitions tells of every episode whose level is not what the step found.
func (w *work) transitions() []Transition {
	var list []Transition
	for i := range w.memory.entries {
		if e := &w.memory.entries[i]; e.was.level() != e.now.level() {
			list = append(list, w.transition(e))
		}
	}
	slices.SortFunc(list, func(a, b Transition) int {
		return cmp.Or(cmp.Compare(a.Signal, b.Signal), cmp.Compare(w.place(a.RuleSet), w.place(b.RuleSet)), cmp.Compare(a.RuleSet, b.RuleSet))
	})
	return list
}

// place is where a rule set comes among the transitions of one signal; one that is not judged any more comes last.
func (w *work) place(set string) int {
	if at := slices.Index(w.judge.order, set); at >= 0 {
		return at
	}
	return len(w.judge.order)
}

func (w *work) transition(e *entry) Transition {
	counter := w.counters().next(e.set, e.signal)
	if e.set == Live {
		counter.tell(e.was.level(), e.now.level(), max(w.in.KnownAt, w.in.Day.Start(w.in.Ledger.Zone)))
	}
	t := Transition{
		AlertID: e.alertID(w.in.Record.Customer.ID), Seq: int64(counter.seq),
		At: w.in.Day, KnownAt: w.in.KnownAt, Customer: w.in.Record.Customer.ID,
		RuleSet: e.set, Signal: e.signal, Reason: e.now.reason,
		From: e.was.level(), To: e.now.level(), Kind: e.kind(), Config: w.judge.config,
	}
	if w.in.Tell < TellChanges {
		t.Detail, t.Graded = w.describe(e), w.graded()
	}
	if !e.now.stands() {
		t.Reason = e.was.reason
	}
	return t
}

// alertID names the entry's alert: the one that stands, or the one that the step ended.
func (e *entry) alertID(customer state.CustomerID) string {
	at := &e.now
	if !at.stands() {
		at = &e.was
	}
	return alertID(e.set, customer, e.signal, at.raised)
}

// kind is what happened to an episode whose level changed.
func (e *entry) kind() string {
	from, to := e.was.level(), e.now.level()
	switch {
	case from == detectors.None:
		return Raised
	case to > from:
		return Escalated
	case to > detectors.None:
		return Deescalated
	case e.closed.stands() && e.never == e.closed.set:
		return Retracted
	default:
		return Cleared
	}
}

// describe is what the entry's detector tells of today. It is asked only when somebody is told, and is given the level
// and reason that stand now.
func (w *work) describe(e *entry) detectors.Detail {
	if e.rule == nil {
		return detectors.Detail{}
	}
	if e.described {
		return e.detail
	}
	if !e.asked {
		e.verdict, e.asked = w.ask(e.rule, e.source, &e.closed), true
	}
	e.detail, e.described = e.rule.Detector.Describe(w.pose(e.source, e.rule, &e.now), e.verdict), true
	return e.detail
}

// counters are the record's, read when first needed.
func (w *work) counters() *told {
	if !w.told.read {
		w.told.mustDecode(w.in.Record.Told)
	}
	return &w.told
}

// caseChange carries the step's transitions, and a person's decision, into case and task. A step that has no such cause can only be
// the end of a snooze or of a mute.
func (w *work) caseChange(result *Result, caused bool) {
	file := &w.memory.file
	before := file.view(w.memory.standing(wasOf))
	before.leave(w.in.WasGone)
	before.due = w.counters().due
	w.hush()
	now := w.memory.standing(nowOf)
	file.open(w.in.Day, now)
	w.putOff(now)
	after := file.view(now)
	after.leave(w.in.Gone)
	changedAt := w.in.KnownAt
	if w.in.Decision != nil {
		var at state.Instant
		if at, result.Refused = w.decide(&after, result); result.Refused == nil {
			w.putOff(now)
			after, changedAt = file.view(now), at
			after.leave(w.in.Gone)
		}
	}
	joined := w.join(before.alerts, now)
	if before.snooze.until != 0 && after.snooze.until == 0 && after.stage < stageDecided {
		w.counters().back = inSeconds(max(changedAt, w.in.Day.Start(w.in.Ledger.Zone)))
	}
	if after.due = before.due; caused || joined || !after.snooze.same(&before.snooze) {
		after.due = w.deadline(&after)
	}
	if w.recount != nil || !after.equal(&before) {
		w.counters().nextCase(after.due)
		if w.in.Tell == TellAll {
			w.tellCase(&before, &after, changedAt, result)
		}
	}
	file.dismiss(w.in.Day, now)
}

// join begins the time of alerts that come into a case and were told of before they did, since their signals were muted. It tells whether
// there are any.
func (w *work) join(before, now []standing) (any bool) {
	for i := range now {
		a := &now[i]
		if slices.ContainsFunc(before, func(b standing) bool { return b.signal == a.signal }) {
			continue
		}
		at, _ := w.memory.find(Live, a.signal)
		if c := w.counters().of(Live, a.signal); c != nil && w.memory.entries[at].was.level() == a.level {
			c.tell(detectors.None, a.level, max(w.in.KnownAt, w.in.Day.Start(w.in.Ledger.Zone)))
			any = true
		}
	}
	return any
}

// tellCase tells of a case, and its task, that is not what it was.
func (w *work) tellCase(before, after *caseView, at state.Instant, result *Result) {
	alerts := w.caseAlerts(after.alerts)
	change := w.taskChange(w.in.Record.Customer.ID, after, alerts, at)
	result.Tasks = []TaskChange{change}
	result.Case = w.message(before, after, alerts, &change, result.Transitions)
}

// decide takes the step's decision into the file, and what it wishes into the result. It returns when the person decided.
func (w *work) decide(v *caseView, result *Result) (state.Instant, error) {
	d, err := DecodeDecision(w.in.Decision)
	if err != nil {
		return 0, refuse(RefusedUnreadable, "%v", err)
	}
	if d.Action == Unwatch {
		return d.At, w.unwatch(&d)
	}
	at := inHand{customer: w.in.Record.Customer.ID, id: taskID(w.in.Record.Customer.ID, v.opened), day: w.in.Day, caseView: v, figure: w.figure}
	at.term = func(times uint8) (term, bool) { return w.term(v, times) }
	at.since = w.counters().back
	at.reminder = func() (state.Instant, state.Instant) { return w.reminder(v) }
	if d.Worse != 0 {
		at.atRisk = w.atRisk(v.alerts)
	}
	if err := w.memory.file.decide(&d, &at); err != nil {
		return 0, err
	}
	if d.Action == Recount {
		w.counters().back, w.recount = d.At, &d
	}
	result.Wishes = w.wishes(&d, &at)
	return d.At, nil
}

// caseAlerts are the alerts of a case with their grounds. Among those of a level what sums up the others comes after them.
func (w *work) caseAlerts(all []standing) []CaseAlert {
	entryOf := func(s standing) *entry {
		at, _ := w.memory.find(Live, s.signal)
		return &w.memory.entries[at]
	}
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b standing) int {
		switch sums := entryOf(a).rule.Sign.ReadsAll; {
		case a.level != b.level || sums == entryOf(b).rule.Sign.ReadsAll:
			return cmp.Compare(b.level, a.level)
		case sums:
			return 1
		default:
			return -1
		}
	})
	list := make([]CaseAlert, 0, len(all))
	for _, s := range all {
		e := entryOf(s)
		a := CaseAlert{
			AlertID: e.alertID(w.in.Record.Customer.ID), Signal: s.signal, Level: s.level, Reason: s.reason,
			Since: s.raised, LevelSince: s.levelSince, HoldDays: e.rule.HoldDays, Feedback: w.memory.file.said(&s), Detail: w.describe(e),
		}
		a.Footing, a.Ends = e.footing()
		list = append(list, a)
	}
	return list
}

func (w *work) taskChange(customer state.CustomerID, v *caseView, alerts []CaseAlert, at state.Instant) TaskChange {
	change := TaskChange{
		TaskID: taskID(customer, v.opened), Seq: int64(w.told.taskSeq), Customer: customer,
		State: v.stage.String(), Severity: v.severity, Acknowledge: w.acknowledgeBy(v), Due: v.due,
		Decision: v.handling.code, ReasonCode: v.handling.reason, NextReview: v.handling.review, By: v.handling.by,
		ChangedAt: at, SnoozedUntil: v.snooze.until, Owner: v.owner, Escalation: v.escalation, Term: w.nextTerm(v),
	}
	change.Reminded = v.reminded
	if !v.reminded {
		change.Remind, _ = w.reminder(v)
	}
	if v.snooze.until != 0 {
		change.ReasonCode, change.Worse = v.snooze.reason, v.snooze.percent
	}
	if p := w.view.Profile(); p != nil && change.Owner == "" {
		change.Owner = p.CreditManager
	}
	change.Priority = w.priority()
	for i := range alerts {
		a := &alerts[i]
		change.Alerts = append(change.Alerts, a.AlertID)
		change.MoneyAtRisk = larger(change.MoneyAtRisk, a.MoneyAtRisk)
		for _, action := range a.Actions {
			if !slices.Contains(change.Recommended, action) {
				change.Recommended = append(change.Recommended, action)
			}
		}
	}
	return change
}

// message is the case for a sender.
func (w *work) message(before, after *caseView, alerts []CaseAlert, task *TaskChange, transitions []Transition) *CaseMessage {
	m := &CaseMessage{
		CaseID: caseID(task.Customer, after.opened), Seq: int64(w.told.caseSeq), Customer: task.Customer, State: CaseOpen,
		Severity: after.severity, Before: before.severity, Opened: after.opened, At: w.in.Day, KnownAt: w.in.KnownAt,
		Headline: w.headline(), MoneyAtRisk: task.MoneyAtRisk, Alerts: alerts,
		Task: CaseTask{
			TaskID: task.TaskID, State: task.State, Owner: task.Owner, Acknowledge: task.Acknowledge, Due: task.Due, By: task.By,
			Decision: task.Decision, ReasonCode: task.ReasonCode, NextReview: task.NextReview, SnoozedUntil: task.SnoozedUntil, Worse: task.Worse, Escalation: task.Escalation, Reminded: task.Reminded,
		},
	}
	if after.severity == detectors.None {
		m.State = CaseClosed
	}
	if w.recount != nil {
		m.Recounted, m.Unposted = true, w.recount.Code == Unposted
	}
	if p := w.view.Profile(); p != nil {
		m.Name, m.Segment = p.Name, p.Segment
	}
	for i := range transitions {
		if t := &transitions[i]; t.RuleSet == Live && max(t.From, t.To) >= detectors.Warning {
			m.Changes = append(m.Changes, Change{t.AlertID, t.Signal, t.Reason, t.From, t.To, t.Kind})
		}
	}
	return m
}

// headline is the customer in a line, as far as it can be computed.
func (w *work) headline() Headline {
	v, g := w.judge.View(w.view), w.graded()
	h := Headline{Score: g.Score, Grade: g.Grade, Before: g.Before, Watched: g.Watched}
	h.Before.On = 0 // a message tells how he stood 30 days ago, not since when
	currency := v.Currency()
	exposure, limit, ageing := v.Exposure(), v.Limit(), v.Ageing()
	if exposure.Known {
		h.Exposure = state.Money{Minor: exposure.Gross, Currency: currency}
	}
	if limit.OnFile && limit.Known {
		h.Limit = state.Money{Minor: limit.Effective(), Currency: currency}
		if exposure.Known {
			h.Utilisation = state.RatioString(exposure.Gross, limit.Effective(), 3)
		}
	}
	if ageing.Known {
		h.Overdue = state.Money{Minor: ageing.Overdue, Currency: currency}
		h.DaysPastDue = ageing.MaxDaysPastDue
	}
	return h
}
