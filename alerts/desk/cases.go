package desk

import (
	"encoding/json"
	"fmt"
	"slices"

	"tocsin/alerts"
	"tocsin/state"
)

// caseHead is what is told of a case wherever it is told.
type caseHead struct {
	CaseID      string          `json:"case_id"`
	Seq         int64           `json:"seq"`
	Customer    string          `json:"customer_id"`
	Name        string          `json:"name"`
	State       string          `json:"state"`
	Severity    string          `json:"severity"`
	Opened      string          `json:"opened"`
	MoneyAtRisk json.RawMessage `json:"money_at_risk"` // null: none
	Alerts      json.RawMessage `json:"alerts"`
}

// told is what the newest message about a case tells of it, as far as it is told here.
type told struct {
	caseHead
	Task struct {
		TaskID string `json:"task_id"`
		Owner  string `json:"owner"`
	} `json:"task"`
}

// head is the head with null for no money, and an empty list for no alerts.
func (t *told) head() caseHead {
	h := t.caseHead
	h.MoneyAtRisk, h.Alerts = orNull(h.MoneyAtRisk), orNone(h.Alerts)
	return h
}

// caseLine is a case in a list.
type caseLine struct {
	caseHead
	TaskID string `json:"task_id"`
	Owner  string `json:"owner"` // of the task; empty: nobody
}

// caseRecord is a case with all that belongs to it.
type caseRecord struct {
	caseHead
	Task     json.RawMessage `json:"task"` // null: there is no row of it
	Messages []place         `json:"messages"`
	History  []entryOf       `json:"history"` // what has become of it, the newest last
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
	history, err := a.history(r, t.CaseID)
	if err != nil {
		return answer{}, err
	}
	out := caseRecord{t.head(), orNull(nil), []place{}, history}
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

func orNone(list json.RawMessage) json.RawMessage {
	if list == nil {
		return json.RawMessage("[]")
	}
	return list
}

// Bounds of reading cases.
const (
	casesAtOnce = 200
	mostCases   = 1000 // that are looked at for one page
)

// cases is a page of cases as their newest messages tell of them, by customer.
func (a *API) cases(r *request) (answer, error) {
	for name, known := range map[string][]string{"state": {alerts.CaseOpen, alerts.CaseClosed}, "severity": levels} {
		if r.has(name) && !slices.Contains(known, r.text(name)) {
			return answer{}, Refused(name, fmt.Sprintf("%q is not one of %q", clip(r.text(name)), known))
		}
	}
	if r.has("customer") && r.text("customer") == "" {
		return answer{}, Refused("customer", "it is empty")
	}
	limit, words, problem := r.page(2)
	if problem != nil {
		return answer{}, problem
	}
	var after state.CaseKey
	if words != nil {
		after = state.CaseKey{Customer: state.CustomerID(words[0]), Case: words[1]}
	}
	lines, more := []json.RawMessage{}, true
	for looked := 0; more && looked < mostCases && len(lines) < limit; {
		rows, err := a.caseRows(r, after)
		if err != nil {
			return answer{}, err
		}
		more = len(rows) == casesAtOnce
		for i := range rows {
			looked, after = looked+1, state.CaseKey{Customer: rows[i].Customer, Case: rows[i].Case}
			line, err := r.caseLine(&rows[i])
			if err != nil {
				return answer{}, err
			}
			if line != nil {
				lines = append(lines, line)
			}
			if len(lines) == limit {
				more = more || i < len(rows)-1
				break
			}
		}
	}
	if !more {
		return pageOf("cases", lines, nil)
	}
	return pageOf("cases", lines, cursorOf([]string{string(after.Customer), after.Case}))
}

// caseRows are those after a key, of the customer that is asked for or of all.
func (a *API) caseRows(r *request, after state.CaseKey) ([]state.Message, error) {
	if !r.has("customer") {
		return a.Rows.CasePage(r.Context(), after, casesAtOnce)
	}
	all, err := a.Rows.CasesOf(r.Context(), []state.CustomerID{state.CustomerID(r.text("customer"))})
	all = slices.DeleteFunc(all, func(m state.Message) bool {
		return (state.CaseKey{Customer: m.Customer, Case: m.Case}).Compare(after) <= 0
	})
	return all[:min(len(all), casesAtOnce)], err
}

// caseLine is a case as the list has it; nil: it is not asked for.
func (r *request) caseLine(m *state.Message) (json.RawMessage, error) {
	var t told
	if err := json.Unmarshal(m.Body, &t); err != nil {
		return nil, fmt.Errorf("case %s: %w", m.Case, err)
	}
	for name, is := range map[string]string{"state": t.State, "severity": t.Severity, "owner": t.Task.Owner} {
		if r.has(name) && r.text(name) != is {
			return nil, nil
		}
	}
	out, err := encoded(caseLine{t.head(), t.Task.TaskID, t.Task.Owner})
	return out.body, err
}
