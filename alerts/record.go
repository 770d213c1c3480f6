package alerts

// AppendJSON appends the alert record of the contract, without a line end.
func (t *Transition) AppendJSON(b []byte) []byte {
	b = appendStringMember(append(b, '{'), "alert_id", t.AlertID)
	b = appendNumberMember(b, "seq", t.Seq)
	b = appendDateMember(b, "at", t.At)
	b = appendStringMember(b, "known_at", t.KnownAt.String())
	b = appendStringMember(b, "customer_id", string(t.Customer))
	b = appendStringMember(b, "signal", t.Signal)
	b = appendStringMember(b, "reason", t.Reason)
	b = appendLevelMember(b, "from", t.From)
	b = appendLevelMember(b, "to", t.To)
	b = appendStringMember(b, "transition", t.Kind)
	b = appendStringMember(b, "rule_set", t.RuleSet)
	b = appendGrounds(b, &t.Detail)
	b = t.Graded.append(b)
	return append(appendStringMember(b, "config", t.Config), '}')
}

// AppendJSON appends the task record of the contract, without a line end. A severity of none says that its signals have
// cleared.
func (t *TaskChange) AppendJSON(b []byte) []byte {
	b = appendStringMember(append(b, '{'), "task_id", t.TaskID)
	b = appendNumberMember(b, "seq", t.Seq)
	b = appendStringMember(b, "customer_id", string(t.Customer))
	b = appendStringMember(b, "state", t.State)
	b = appendDateMember(b, "snoozed_until", t.SnoozedUntil)
	if e := &t.Escalation; e.Level > 0 {
		b = appendStringMember(append(b, `,"escalated":true`...), "escalated_to", e.To)
	} else {
		b = append(b, `,"escalated":false`...)
	}
	b = appendLevelMember(b, "severity", t.Severity)
	b = appendOptional(b, "owner", t.Owner)
	b = appendInstantMember(b, "acknowledge_by", t.Acknowledge)
	b = appendInstantMember(b, "due", t.Due)
	b = appendTextsMember(b, "alerts", t.Alerts)
	b = appendTextsMember(b, "recommended", t.Recommended)
	b = appendMoneyMember(b, "money_at_risk", t.MoneyAtRisk)
	b = appendMoneyMember(b, "priority", t.Priority)
	b = appendOptional(b, "decision", t.Decision)
	b = appendOptional(b, "reason_code", t.ReasonCode)
	b = appendDateMember(b, "next_review_date", t.NextReview)
	b = appendOptional(b, "by", t.By)
	return append(appendStringMember(b, "changed_at", t.ChangedAt.String()), '}')
}
