package slack

import (
	"fmt"
	"slices"
	"strconv"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// headline is the customer in numbers, each with its threshold, and who has to act until when.
func (w words) headline(msg *alerts.CaseMessage) []string {
	h := msg.Headline
	field := func(title alerts.Phrase, value string) string { return label(w.Phrase(title), value) }
	out := []string{field(alerts.PhraseCustomer, code(string(msg.Customer), idChars))}
	if h.Exposure.Told() {
		out = append(out, field(alerts.PhraseExposure, w.exposure(&h)))
	}
	if h.Overdue.Told() {
		out = append(out, field(alerts.PhraseOverdue, w.overdue(msg)))
	}
	if msg.MoneyAtRisk.Told() && msg.State != alerts.CaseClosed {
		out = append(out, field(alerts.PhraseAtRisk, w.Amount(msg.MoneyAtRisk)))
	}
	if h.Grade != 0 {
		out = append(out, field(alerts.PhraseScore, w.standing(&h)))
	}
	out = append(out, field(alerts.PhraseTask, w.task(msg.Task, msg.KnownAt)), field(alerts.PhraseOwner, w.owner(msg.Task)))
	if msg.Group != nil {
		out = append(out, field(alerts.PhraseGroup, w.group(msg)))
	}
	return out
}

// group is the work item of a customer's group in short, and where its members are named.
func (w words) group(msg *alerts.CaseMessage) string {
	g, see := msg.Group, "tocsin tasks groups"
	if w.taken {
		see = command + " " + string(msg.Customer)
	}
	return w.Phrase(alerts.PhraseGroupTasks, "count", strconv.Itoa(g.Tasks), "severity", w.Level(g.Severity),
		"sums", w.sums(&alerts.Summary{AtRisk: g.AtRisk}), "command", code(see, nameChars))
}

// exposure is what the customer owes or may come to owe, against the limit.
func (w words) exposure(h *alerts.Headline) string {
	phrase := alerts.PhraseNoLimit
	switch {
	case h.Utilisation != "":
		phrase = alerts.PhraseUsed
	case h.Limit.Told():
		phrase = alerts.PhraseOfLimit
	}
	return w.Phrase(phrase, "exposure", w.Amount(h.Exposure), "limit", w.Amount(h.Limit), "share", w.Percent(h.Utilisation))
}

// overdue is what is past due, and how long the worst document is. That may be one which no alert counts.
func (w words) overdue(msg *alerts.CaseMessage) string {
	worst := msg.Headline.DaysPastDue
	overdue := w.Amount(msg.Headline.Overdue)
	if worst <= 0 {
		return overdue
	}
	phrase := alerts.PhraseWorst
	if slices.ContainsFunc(msg.Alerts, func(a alerts.CaseAlert) bool { return differs(a, "days_past_due", worst) }) {
		phrase = alerts.PhraseWorstOfAll
	}
	return w.Phrase(phrase, "overdue", overdue, "days", strconv.Itoa(worst))
}

// differs tells whether an alert has a fact of that name whose value is another number.
func differs(a alerts.CaseAlert, name string, than int) bool {
	return slices.ContainsFunc(a.Facts, func(f detectors.Fact) bool { return f.Name == name && f.Value != strconv.Itoa(than) })
}

// standing is the customer's score and grade now and 30 days ago.
func (w words) standing(h *alerts.Headline) string {
	text := w.Phrase(alerts.PhraseStanding, "score", strconv.Itoa(h.Score), "grade", w.Grade(h.Grade),
		"score before", strconv.Itoa(h.Before.Score), "grade before", w.Grade(h.Before.Grade))
	if h.Watched != 0 {
		text += w.Phrase(alerts.PhraseWatched, "date", w.Date(h.Watched))
	}
	return text
}

// task is where the review task stands, and when something is due, or was when it was told of.
func (w words) task(t alerts.CaseTask, told state.Instant) string {
	return w.taskOf(t, told, code(t.Escalation.To, idChars))
}

// taskOf is a task with the person who is told that it is late, as those who read it call him.
func (w words) taskOf(t alerts.CaseTask, told state.Instant, late string) string {
	if t.TaskID == "" {
		return w.Phrase(alerts.PhraseNoTask)
	}
	text := w.Task(t.State)
	if t.Decision != "" {
		text = w.Phrase(alerts.PhraseDecided, "task", text, "decision", w.Decision(t.Decision))
		if t.ReasonCode != "" {
			text += w.Phrase(alerts.PhraseBecause, "reason", w.ReasonCode(t.ReasonCode))
		}
	}
	if t.SnoozedUntil != 0 {
		text += w.snoozed(t)
	}
	if t.By != "" && (t.State != alerts.TaskOpen || t.SnoozedUntil != 0) { // or nobody has it in hand
		text += w.Phrase(alerts.PhraseBy, "who", code(t.By, idChars))
	}
	if e := &t.Escalation; e.Level > 0 {
		why := alerts.PhraseLateHand
		if e.Decision {
			why = alerts.PhraseLateDecision
		}
		text += w.Phrase(why, "who", late)
	}
	if t.Acknowledge != 0 {
		by := alerts.PhraseAcknowledge
		if t.Acknowledge < told {
			by = alerts.PhraseWasAcknowledge
		}
		text += w.Phrase(by, "due", w.moment(t.Acknowledge))
	}
	if t.Due != 0 && t.State != alerts.TaskClosed {
		due := alerts.PhraseDue
		if t.Due < told {
			due = alerts.PhraseWasDue
		}
		text += w.Phrase(due, "due", w.moment(t.Due))
	}
	if t.NextReview != 0 {
		text += w.Phrase(alerts.PhraseNextReview, "date", w.Date(t.NextReview))
	}
	return text
}

// snoozed is until when the task is put off, and why.
func (w words) snoozed(t alerts.CaseTask) string {
	phrase := alerts.PhraseSnoozed
	if t.Worse != 0 {
		phrase = alerts.PhraseSnoozedWorse
	}
	text := w.Phrase(phrase, "date", w.Date(t.SnoozedUntil), "share", w.Percent(fmt.Sprintf("%d.%02d0", t.Worse/100, t.Worse%100)))
	return text + w.Phrase(alerts.PhraseBecause, "reason", w.ReasonCode(t.ReasonCode))
}

func (w words) owner(t alerts.CaseTask) string {
	if t.Owner == "" {
		return w.Phrase(alerts.PhraseNobody)
	}
	owner := code(t.Owner, idChars)
	if t.Deputy != "" {
		return w.Phrase(alerts.PhraseDeputy, "owner", owner, "deputy", code(t.Deputy, idChars))
	}
	return owner
}

// moment is an instant on the clocks, and in the language, of whoever reads it.
func (w words) moment(at state.Instant) string {
	return fmt.Sprintf("<!date^%d^{date_short_pretty} {time}|%s>", at/1e9, w.Instant(at))
}
