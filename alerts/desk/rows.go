package desk

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// pageOf is a part of a list as it is told.
func pageOf(name string, records []json.RawMessage, next *string) (answer, error) {
	return encoded(map[string]any{name: append([]json.RawMessage{}, records...), "next": next})
}

// changes is a page of the changes of a customer's alerts.
func (a *API) changes(r *request) (answer, error) {
	id, problem := customerIn(r.PathValue("id"))
	if problem != nil {
		return answer{}, problem
	}
	limit, after, problem := r.page(3)
	if problem != nil {
		return answer{}, problem
	}
	key := state.AlertKey{}
	if after != nil {
		seq, err := strconv.ParseInt(after[2], 10, 64)
		if key, problem = alertKey(after); problem != nil || err != nil {
			return answer{}, noCursor()
		}
		key.Seq = seq
	}
	rows, err := a.Rows.AlertChanges(r.Context(), id, key, limit+1)
	if err != nil {
		return answer{}, err
	}
	if len(rows) == 0 && after == nil { // nothing was ever said of him, or there is nobody
		if _, err := a.Customers.Customer(r.Context(), id); err != nil {
			return answer{}, err
		}
	}
	records, last := cut(rows, limit, func(row *state.AlertRow) []byte { return row.Body })
	if last == nil {
		return pageOf("alerts", records, nil)
	}
	return pageOf("alerts", records, cursorOf(append(alertWords(last), strconv.FormatInt(last.Seq, 10))))
}

// cut are the records of a page, and its last row if there are further ones: one more was asked for.
func cut[T any](rows []T, limit int, body func(*T) []byte) (records []json.RawMessage, last *T) {
	if len(rows) > limit {
		rows, last = rows[:limit], &rows[limit-1]
	}
	for i := range rows {
		records = append(records, body(&rows[i]))
	}
	return records, last
}

// alertWords is where an alert stands, in a cursor; alertKey reads it.
func alertWords(row *state.AlertRow) []string {
	return []string{strconv.FormatInt(int64(row.KnownAt), 10), row.ID}
}

func alertKey(words []string) (state.AlertKey, *Problem) {
	at, err := strconv.ParseInt(words[0], 10, 64)
	if err != nil {
		return state.AlertKey{}, noCursor()
	}
	return state.AlertKey{KnownAt: state.Instant(at), ID: words[1]}, nil
}

// alerts is a page of alerts as they stand.
func (a *API) alerts(r *request) (answer, error) {
	q := state.AlertQuery{Customer: state.CustomerID(r.text("customer")), Signal: r.text("signal")}
	var problem *Problem
	switch open := r.text("open"); {
	case open == "true":
		q.Open = true
	case open == "false":
		q.Level = new(uint8)
	case r.has("open"):
		return answer{}, Refused("open", fmt.Sprintf("%q is neither true nor false", clip(open)))
	}
	if r.has("level") {
		level := slices.Index(levels, r.text("level"))
		if level < 0 {
			return answer{}, Refused("level", fmt.Sprintf("%q is not one of %q", clip(r.text("level")), levels))
		}
		if q.Level != nil && level > 0 {
			return answer{}, Refused("level", "what is not open has the level none")
		}
		q.Level = new(uint8(level)) //nolint:gosec // there are few levels
	}
	if q.Since, problem = r.instant("since"); problem != nil {
		return answer{}, problem
	}
	for _, name := range []string{"customer", "signal"} {
		if r.has(name) && r.text(name) == "" {
			return answer{}, Refused(name, "it is empty")
		}
	}
	limit, after, problem := r.page(2)
	if problem != nil {
		return answer{}, problem
	}
	q.Limit = limit + 1
	if after != nil {
		key, problem := alertKey(after)
		if problem != nil {
			return answer{}, problem
		}
		q.After = &key
	}
	rows, err := a.Rows.AlertPage(r.Context(), &q)
	if err != nil {
		return answer{}, err
	}
	records, last := cut(rows, limit, func(row *state.AlertRow) []byte { return row.Body })
	if last == nil {
		return pageOf("alerts", records, nil)
	}
	return pageOf("alerts", records, cursorOf(alertWords(last)))
}

// states are those that a task can have, levels the names of those that alerts can have, by number.
var (
	states = []string{alerts.TaskOpen, alerts.TaskAcknowledged, alerts.TaskInReview, alerts.TaskDecided, alerts.TaskClosed}
	levels = []string{detectors.None.String(), detectors.Info.String(), detectors.Warning.String(), detectors.Critical.String()}
)

// tasks is a page of review tasks, those first that are due first.
func (a *API) tasks(r *request) (answer, error) {
	q := state.TaskQuery{State: r.text("state"), Severity: r.text("severity"), Customer: state.CustomerID(r.text("customer"))}
	if r.has("state") && !slices.Contains(states, q.State) {
		return answer{}, Refused("state", fmt.Sprintf("%q is not one of %q", clip(q.State), states))
	}
	if r.has("severity") && !slices.Contains(levels, q.Severity) {
		return answer{}, Refused("severity", fmt.Sprintf("%q is not one of %q", clip(q.Severity), levels))
	}
	if r.has("customer") && q.Customer == "" {
		return answer{}, Refused("customer", "it is empty")
	}
	if r.has("owner") {
		q.Owner = new(r.text("owner"))
	}
	var problem *Problem
	if q.DueBefore, problem = r.instant("due_before"); problem != nil {
		return answer{}, problem
	}
	rows, next, err := a.taskPage(r, &q)
	if err != nil {
		return answer{}, err
	}
	return pageOf("tasks", taskBodies(rows), next)
}

// taskPage is the page of tasks that a request asks for.
func (a *API) taskPage(r *request, q *state.TaskQuery) (rows []state.TaskRow, next *string, err error) {
	limit, after, problem := r.page(3)
	if problem != nil {
		return nil, nil, problem
	}
	if after != nil {
		rank, err := strconv.ParseInt(after[1], 10, 64)
		if err != nil {
			return nil, nil, noCursor()
		}
		q.After = &state.TaskKey{Due: after[0], Rank: rank, ID: after[2]}
	}
	q.Limit = limit + 1
	if rows, err = a.Rows.TaskPage(r.Context(), q); err != nil || len(rows) <= limit {
		return rows, nil, err
	}
	rows = rows[:limit]
	key := state.KeyOf(&rows[limit-1])
	return rows, cursorOf([]string{key.Due, strconv.FormatInt(key.Rank, 10), key.ID}), nil
}

func taskBodies(rows []state.TaskRow) (records []json.RawMessage) {
	for i := range rows {
		records = append(records, rows[i].Body)
	}
	return records
}

// queue is a page of the tasks that wait for a person: those that are neither decided nor put off.
func (a *API) queue(r *request) (answer, error) {
	owner := r.who.Name
	if r.has("owner") {
		owner = r.text("owner")
	}
	rows, next, err := a.taskPage(r, &state.TaskQuery{Owner: &owner})
	if err != nil {
		return answer{}, err
	}
	waiting := rows[:0]
	for i := range rows {
		t, err := alerts.ParseTaskRecord(rows[i].Body)
		if err != nil {
			return answer{}, fmt.Errorf("task %s: %w", rows[i].ID, err)
		}
		if t.State != alerts.TaskDecided && t.SnoozedUntil == 0 {
			waiting = append(waiting, rows[i])
		}
	}
	return encoded(struct {
		Owner string            `json:"owner"`
		Tasks []json.RawMessage `json:"tasks"`
		Next  *string           `json:"next"`
	}{owner, append([]json.RawMessage{}, taskBodies(waiting)...), next})
}

// task is one task with its seq as the entity tag.
func (a *API) task(r *request) (answer, error) {
	row, err := a.findTask(r)
	if err != nil {
		return answer{}, err
	}
	return answer{body: row.Body, etag: tagOf(row.Seq)}, nil
}

// findTask is the row of the task that a path names.
func (a *API) findTask(r *request) (state.TaskRow, error) {
	row, found, err := a.Rows.Task(r.Context(), r.PathValue("id"))
	if err == nil && !found {
		err = NewProblem(NotFound, "no task has this id")
	}
	return row, err
}

func tagOf(seq int64) string { return `"` + strconv.FormatInt(seq, 10) + `"` }
