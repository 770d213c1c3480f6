package desk

import (
	"encoding/json"
	"fmt"

	"tocsin/alerts"
	"tocsin/state"
)

// told is what the newest message about a case tells of it, as far as it is told here.
type told struct {
	CaseID      string          `json:"case_id"`
	Seq         int64           `json:"seq"`
	Customer    string          `json:"customer_id"`
	Name        string          `json:"name"`
	State       string          `json:"state"`
	Severity    string          `json:"severity"`
	Opened      string          `json:"opened"`
	MoneyAtRisk json.RawMessage `json:"money_at_risk"`
	Alerts      json.RawMessage `json:"alerts"`
	Task        struct {
		TaskID string `json:"task_id"`
	} `json:"task"`
}

// caseRecord is a case with all that belongs to it.
type caseRecord struct {
	CaseID      string          `json:"case_id"`
	Seq         int64           `json:"seq"`
	Customer    string          `json:"customer_id"`
	Name        string          `json:"name"`
	State       string          `json:"state"`
	Severity    string          `json:"severity"`
	Opened      string          `json:"opened"`
	MoneyAtRisk json.RawMessage `json:"money_at_risk"` // null: none
	Alerts      json.RawMessage `json:"alerts"`
	Task        json.RawMessage `json:"task"` // null: there is no row of it
	Messages    []place         `json:"messages"`
}

// place is where a message about a case stands.
type place struct {
	Channel   string  `json:"channel"`
	Timestamp *string `json:"timestamp"` // nil: nothing was posted yet
	Seq       int64   `json:"seq"`       // up to which it tells of the case
}

// oneCase is a case by its id, or the case of a customer: the one that is not closed, or else that which opened last.
func (a *API) oneCase(r *request) (answer, error) {
	id := r.PathValue("id")
	customer, problem := customerIn(id)
	if problem != nil {
		return answer{}, problem
	}
	newest, found, err := a.Rows.Case(r.Context(), id)
	if err != nil {
		return answer{}, err
	}
	all := []state.Message{newest}
	if !found {
		if all, err = a.Rows.CasesOf(r.Context(), []state.CustomerID{customer}); err != nil {
			return answer{}, err
		}
	}
	var last *told
	for i := range all {
		var t told
		if err := json.Unmarshal(all[i].Body, &t); err != nil {
			return answer{}, fmt.Errorf("case %s: %w", all[i].Case, err)
		}
		if last == nil || t.goesBefore(last) {
			last = &t
		}
	}
	if last == nil {
		return answer{}, NewProblem(NotFound, "neither a case nor a customer with one has this id")
	}
	return a.recordOf(r, last)
}

// goesBefore tells whether a customer's case is to be told rather than another one.
func (t *told) goesBefore(o *told) bool {
	if open := t.State != alerts.CaseClosed; open != (o.State != alerts.TaskClosed) {
		return open
	}
	return t.Opened > o.Opened
}

func (a *API) recordOf(r *request, t *told) (answer, error) {
	out := caseRecord{t.CaseID, t.Seq, t.Customer, t.Name, t.State, t.Severity, t.Opened, orNull(t.MoneyAtRisk), t.Alerts, orNull(nil), []place{}}
	if out.Alerts == nil {
		out.Alerts = json.RawMessage("[]")
	}
	row, found, err := a.Rows.Task(r.Context(), t.Task.TaskID)
	if err != nil {
		return answer{}, err
	}
	if found {
		out.Task = row.Body
	}
	receipts, err := a.Rows.Receipts(r.Context(), t.CaseID)
	if err != nil {
		return answer{}, err
	}
	for i := range receipts {
		p := place{Channel: receipts[i].Channel, Seq: receipts[i].Seq}
		if receipts[i].Timestamp != "" {
			p.Timestamp = &receipts[i].Timestamp
		}
		out.Messages = append(out.Messages, p)
	}
	return encoded(out)
}

func orNull(raw json.RawMessage) json.RawMessage {
	if raw == nil {
		return json.RawMessage("null")
	}
	return raw
}
