package alerts

import (
	"encoding/json"
	"fmt"

	"tocsin/detectors"
	"tocsin/state"
)

// recordWire is the task record of the contract.
type recordWire struct {
	TaskID      string      `json:"task_id"`
	Seq         int64       `json:"seq"`
	Customer    string      `json:"customer_id"`
	State       string      `json:"state"`
	Snoozed     dateWire    `json:"snoozed_until"`
	Severity    levelWire   `json:"severity"`
	Owner       string      `json:"owner"`
	Acknowledge instantWire `json:"acknowledge_by"`
	Due         instantWire `json:"due"`
	Alerts      []string    `json:"alerts"`
	Recommended []string    `json:"recommended"`
	MoneyAtRisk moneyWire   `json:"money_at_risk"`
	Priority    moneyWire   `json:"priority"`
	Decision    string      `json:"decision"`
	ReasonCode  string      `json:"reason_code"`
	NextReview  dateWire    `json:"next_review_date"`
	By          string      `json:"by"`
	Escalated   bool        `json:"escalated"`
	EscalatedTo string      `json:"escalated_to"`
}

// ParseTaskRecord reads what [TaskChange.AppendJSON] wrote. How much worse wakes a task that is put off is not in it, nor is how often
// it was escalated; when the task changed is not read.
func ParseTaskRecord(body []byte) (*TaskChange, error) {
	var w recordWire
	if err := json.Unmarshal(body, &w); err != nil {
		return nil, fmt.Errorf("task record: %w", err)
	}
	if w.TaskID == "" || w.Seq < 1 {
		return nil, fmt.Errorf("task record: no task_id or seq: %w", errEncoding)
	}
	var late Escalation
	if w.Escalated {
		late = Escalation{Level: 1, To: w.EscalatedTo, Decision: w.Acknowledge == 0}
	}
	return &TaskChange{
		TaskID: w.TaskID, Seq: w.Seq, Customer: state.CustomerID(w.Customer), State: w.State, SnoozedUntil: state.Date(w.Snoozed),
		Severity: detectors.Level(w.Severity), Owner: w.Owner, Acknowledge: state.Instant(w.Acknowledge), Due: state.Instant(w.Due),
		Alerts: w.Alerts, Recommended: w.Recommended, MoneyAtRisk: state.Money(w.MoneyAtRisk), Priority: state.Money(w.Priority),
		Decision: w.Decision, ReasonCode: w.ReasonCode, NextReview: state.Date(w.NextReview), By: w.By, Escalation: late,
	}, nil
}

// Case is the task as a case's message tells of it.
func (t *TaskChange) Case() CaseTask {
	return CaseTask{
		TaskID: t.TaskID, State: t.State, Owner: t.Owner, Acknowledge: t.Acknowledge, Due: t.Due, By: t.By, Decision: t.Decision,
		ReasonCode: t.ReasonCode, NextReview: t.NextReview, SnoozedUntil: t.SnoozedUntil, Worse: t.Worse, Escalation: t.Escalation,
	}
}
