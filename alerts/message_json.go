package alerts

import (
	"encoding/json"
	"fmt"
	"strings"

	"tocsin/detectors"
	"tocsin/state"
)

// Digest tells two states of a case apart as far as people have to be told: open or closed, its alerts with their levels and what was
// said of them, the state of its task, how that is put off and whose it is, and its deadlines where those are what is new. A message whose digest is that of the last one delivered has nothing to say: the case is
// back where it was.
func (m *CaseMessage) Digest() string {
	var b strings.Builder
	if len(m.MovedTo) > 0 { // all else is told there
		return fmt.Sprintf("moved=%q", m.MovedTo)
	}
	b.WriteString(m.State)
	for i := range m.Alerts {
		fmt.Fprintf(&b, " %s=%s", m.Alerts[i].Signal, m.Alerts[i].Level)
		if said := m.Alerts[i].Feedback; said != "" {
			fmt.Fprintf(&b, "/%s", said)
		}
	}
	fmt.Fprintf(&b, " task=%s", m.Task.State)
	if m.Task.Decision != "" {
		fmt.Fprintf(&b, " decision=%s", m.Task.Decision)
	}
	if m.Task.SnoozedUntil != 0 {
		fmt.Fprintf(&b, " snoozed=%s/%d/%s", m.Task.SnoozedUntil, m.Task.Worse, m.Task.ReasonCode)
	}
	if e := &m.Task.Escalation; e.Level > 0 {
		fmt.Fprintf(&b, " escalated=%d/%q", e.Level, e.To)
	}
	if m.Task.Reminded {
		b.WriteString(" reminded")
	}
	if m.Recounted {
		fmt.Fprintf(&b, " due=%d/%d", m.Task.Acknowledge, m.Task.Due)
	}
	fmt.Fprintf(&b, " owner=%q", m.Task.Owner)
	if m.Task.Deputy != "" {
		fmt.Fprintf(&b, " deputy=%q", m.Task.Deputy)
	}
	if g := m.Group; g != nil {
		fmt.Fprintf(&b, " group=%d/%s", g.Tasks, g.Severity)
	}
	return b.String()
}

// AppendJSON appends the message as the outbox keeps it.
func (m *CaseMessage) AppendJSON(b []byte) []byte {
	b = appendStringMember(append(b, '{'), "case_id", m.CaseID)
	b = appendNumberMember(b, "seq", m.Seq)
	b = appendStringMember(b, "customer_id", string(m.Customer))
	b = appendStringMember(b, "name", m.Name)
	if m.Segment != "" {
		b = appendStringMember(b, "segment", m.Segment)
	}
	b = appendStringMember(b, "state", m.State)
	b = appendLevelMember(b, "severity", m.Severity)
	b = appendLevelMember(b, "before", m.Before)
	b = appendDateMember(b, "opened", m.Opened)
	b = appendDateMember(b, "at", m.At)
	b = appendNumberMember(b, "known_at_ns", int64(m.KnownAt))
	b = m.Headline.append(appendMember(b, "headline"))
	b = appendMoneyMember(b, "money_at_risk", m.MoneyAtRisk)
	b = appendList(appendMember(b, "alerts"), m.Alerts, appendCaseAlert)
	b = appendList(appendMember(b, "changes"), m.Changes, appendChange)
	b = m.Task.append(appendMember(b, "task"))
	if m.Group != nil {
		b = m.Group.append(appendMember(b, "group"))
	}
	b = appendFlag(appendFlag(b, "recounted", m.Recounted), "unposted", m.Unposted)
	if len(m.MovedTo) > 0 {
		b = appendTextsMember(b, "moved_to", m.MovedTo)
	}
	return append(b, '}')
}

func (g *CaseGroup) append(b []byte) []byte {
	b = appendNumberMember(append(b, '{'), "tasks", int64(g.Tasks))
	b = appendSums(appendMember(appendLevelMember(b, "severity", g.Severity), "at_risk"), g.AtRisk)
	return append(b, '}')
}

func (h *Headline) append(b []byte) []byte {
	b = appendMoneyMember(append(b, '{'), "exposure", h.Exposure)
	b = appendMoneyMember(b, "limit", h.Limit)
	b = appendOptional(b, "utilisation", h.Utilisation)
	b = appendMoneyMember(b, "overdue", h.Overdue)
	b = appendNumberMember(b, "days_past_due", int64(h.DaysPastDue))
	if h.Grade == 0 {
		return append(b, '}')
	}
	b = appendStringMember(appendNumberMember(b, "score", int64(h.Score)), "grade", h.Grade.String())
	b = appendStringMember(appendNumberMember(b, "score_30_days_ago", int64(h.Before.Score)), "grade_30_days_ago", h.Before.Grade.String())
	return append(appendDateMember(b, "watch_list_since", h.Watched), '}')
}

func appendCaseAlert(b []byte, a *CaseAlert) []byte {
	b = appendStringMember(append(b, '{'), "alert_id", a.AlertID)
	b = appendStringMember(b, "signal", a.Signal)
	b = appendLevelMember(b, "level", a.Level)
	b = appendStringMember(b, "reason", a.Reason)
	b = appendDateMember(b, "since", a.Since)
	b = appendDateMember(b, "level_since", a.LevelSince)
	if a.Footing != OnFacts {
		b = appendStringMember(b, "footing", string(a.Footing))
		b = appendDateMember(b, "ends", a.Ends)
	}
	if a.HoldDays != 0 {
		b = appendNumberMember(b, "hold_days", int64(a.HoldDays))
	}
	if a.Feedback != "" {
		b = appendStringMember(b, "feedback", a.Feedback)
	}
	b = appendGrounds(b, &a.Detail)
	if a.Wording != "" {
		b = appendStringMember(b, "wording", a.Wording)
	}
	return append(b, '}')
}

func appendChange(b []byte, c *Change) []byte {
	b = appendStringMember(append(b, '{'), "alert_id", c.AlertID)
	b = appendStringMember(b, "signal", c.Signal)
	b = appendStringMember(b, "reason", c.Reason)
	b = appendLevelMember(b, "from", c.From)
	b = appendLevelMember(b, "to", c.To)
	return append(appendStringMember(b, "transition", c.Kind), '}')
}

func (t *CaseTask) append(b []byte) []byte {
	b = appendStringMember(append(b, '{'), "task_id", t.TaskID)
	b = appendStringMember(b, "state", t.State)
	b = appendOptional(b, "owner", t.Owner)
	if t.Deputy != "" {
		b = appendStringMember(b, "deputy", t.Deputy)
	}
	b = appendInstantMember(b, "acknowledge_by", t.Acknowledge)
	b = appendInstantMember(b, "due", t.Due)
	b = appendOptional(b, "by", t.By)
	b = appendOptional(b, "decision", t.Decision)
	b = appendOptional(b, "reason_code", t.ReasonCode)
	b = appendDateMember(b, "next_review_date", t.NextReview)
	if t.SnoozedUntil != 0 {
		b = appendNumberMember(appendDateMember(b, "snoozed_until", t.SnoozedUntil), "worse_percent", int64(t.Worse))
	}
	if e := &t.Escalation; e.Level > 0 {
		b = appendStringMember(appendNumberMember(b, "escalated", int64(e.Level)), "escalated_to", e.To)
		b = appendFlag(appendFlag(b, "late_decision", e.Decision), "late_among_many", e.Among)
	}
	return append(appendFlag(b, "reminded", t.Reminded), '}')
}

// appendFlag appends a member that is true, or none.
func appendFlag(b []byte, name string, is bool) []byte {
	if !is {
		return b
	}
	return append(appendMember(b, name), "true"...)
}

// ParseCaseMessage reads what AppendJSON wrote.
func ParseCaseMessage(body []byte) (*CaseMessage, error) {
	var w caseWire
	if err := json.Unmarshal(body, &w); err != nil {
		return nil, fmt.Errorf("case message: %w", err)
	}
	if w.CaseID == "" || w.Seq < 1 {
		return nil, fmt.Errorf("case message: no case_id or seq: %w", errEncoding)
	}
	if (w.Headline.Grade == 0) != (w.Headline.GradeBefore == 0) {
		return nil, fmt.Errorf("case message: grade and grade_30_days_ago come together or not at all: %w", errEncoding)
	}
	m := &CaseMessage{
		CaseID: w.CaseID, Seq: w.Seq, Customer: state.CustomerID(w.Customer), Name: w.Name, Segment: w.Segment, State: w.State,
		Severity: detectors.Level(w.Severity), Before: detectors.Level(w.Before),
		Opened: state.Date(w.Opened), At: state.Date(w.At), KnownAt: state.Instant(w.KnownAt),
		Headline:    w.Headline.headline(),
		MoneyAtRisk: state.Money(w.MoneyAtRisk),
		Task: CaseTask{
			TaskID: w.Task.TaskID, State: w.Task.State, Owner: w.Task.Owner, Deputy: w.Task.Deputy, Acknowledge: state.Instant(w.Task.Acknowledge), Due: state.Instant(w.Task.Due), By: w.Task.By,
			Decision: w.Task.Decision, ReasonCode: w.Task.ReasonCode, NextReview: state.Date(w.Task.NextReview),
			SnoozedUntil: state.Date(w.Task.SnoozedUntil), Worse: w.Task.Worse,
			Escalation: Escalation{w.Task.Escalated, w.Task.EscalatedTo, w.Task.Late, w.Task.Among}, Reminded: w.Task.Reminded,
		},
	}
	if g := w.Group; g != nil {
		m.Group = &CaseGroup{Tasks: g.Tasks, Severity: detectors.Level(g.Severity)}
		for _, sum := range g.AtRisk {
			m.Group.AtRisk = append(m.Group.AtRisk, state.Money(sum))
		}
	}
	m.Recounted, m.Unposted, m.MovedTo = w.Recounted, w.Unposted, filled(w.MovedTo)
	for i := range w.Alerts {
		m.Alerts = append(m.Alerts, w.Alerts[i].alert())
	}
	for _, c := range w.Changes {
		m.Changes = append(m.Changes, Change{c.AlertID, c.Signal, c.Reason, detectors.Level(c.From), detectors.Level(c.To), c.Kind})
	}
	return m, nil
}
