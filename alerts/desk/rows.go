package desk

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"tocsin/alerts"
	"tocsin/state"
)

// keyed is a stored record with the key by which its list is sorted.
type keyed struct {
	key  []string
	body json.RawMessage
}

// page is the part of a list that a request asks for, sorted.
func (r *request) page(list []keyed) (records []json.RawMessage, next *string, problem *Problem) {
	limit, problem := r.limit()
	if problem != nil {
		return nil, nil, problem
	}
	after, problem := r.cursor(keyWords)
	if problem != nil {
		return nil, nil, problem
	}
	slices.SortFunc(list, func(a, b keyed) int { return slices.Compare(a.key, b.key) })
	records = []json.RawMessage{}
	for i := range list {
		if after != nil && slices.Compare(list[i].key, after) <= 0 {
			continue
		}
		if len(records) == limit {
			return records, cursorOf(list[i-1].key), nil
		}
		records = append(records, list[i].body)
	}
	return records, nil, nil
}

// keyWords is of how many words a key is: when, and which.
const keyWords = 2

// Forms of a key's words, so that texts sort as what they are of.
const (
	numbered = "%020d"
	timed    = "2006-01-02T15:04:05.000000000"
	never    = "~" // after every date
)

// alerts is a page of the changes of a customer's alerts.
func (a *API) alerts(r *request) (answer, error) {
	id, problem := customerIn(r.PathValue("id"))
	if problem != nil {
		return answer{}, problem
	}
	rows, err := a.Rows.Alerts(r.Context(), id)
	if err != nil {
		return answer{}, err
	}
	if len(rows) == 0 { // nothing was ever said of him, or there is nobody
		if _, err := a.Customers.Customer(r.Context(), id); err != nil {
			return answer{}, err
		}
	}
	list := make([]keyed, len(rows))
	for i, row := range rows {
		list[i] = keyed{[]string{fmt.Sprintf(numbered, row.KnownAt), row.ID + " " + fmt.Sprintf(numbered, row.Seq)}, row.Body}
	}
	records, next, problem := r.page(list)
	if problem != nil {
		return answer{}, problem
	}
	return encoded(struct {
		Alerts []json.RawMessage `json:"alerts"`
		Next   *string           `json:"next"`
	}{records, next})
}

// states are those that a task can have.
var states = []string{alerts.TaskOpen, alerts.TaskAcknowledged, alerts.TaskInReview, alerts.TaskDecided, alerts.TaskClosed}

// tasks is a page of review tasks, those first that are due first.
func (a *API) tasks(r *request) (answer, error) {
	stage, owner := r.text("state"), r.text("owner")
	if r.has("state") && !slices.Contains(states, stage) {
		return answer{}, Refused("state", fmt.Sprintf("%q is not one of %q", clip(stage), states))
	}
	rows, err := a.Rows.Tasks(r.Context())
	if err != nil {
		return answer{}, err
	}
	var list []keyed
	for _, row := range rows {
		if r.has("state") && row.State != stage || !r.has("state") && row.State == alerts.TaskClosed {
			continue
		}
		var record struct {
			Owner string `json:"owner"` // empty where nobody is
			Due   string `json:"due"`
		}
		if err := json.Unmarshal(row.Body, &record); err != nil {
			return answer{}, fmt.Errorf("task %s: %w", row.ID, err)
		}
		if r.has("owner") && record.Owner != owner {
			continue
		}
		list = append(list, keyed{[]string{dueKey(record.Due), row.ID}, row.Body})
	}
	records, next, problem := r.page(list)
	if problem != nil {
		return answer{}, problem
	}
	return encoded(struct {
		Tasks []json.RawMessage `json:"tasks"`
		Next  *string           `json:"next"`
	}{records, next})
}

// dueKey sorts tasks by when they are due. An earlier program told the day alone.
func dueKey(due string) string {
	at, err := time.Parse(time.RFC3339Nano, due)
	if err != nil {
		return cmp.Or(due, never)
	}
	return at.UTC().Format(timed)
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
	rows, err := a.Rows.Tasks(r.Context())
	if err != nil {
		return state.TaskRow{}, err
	}
	for _, row := range rows {
		if row.ID == r.PathValue("id") {
			return row, nil
		}
	}
	return state.TaskRow{}, NewProblem(NotFound, "no task has this id")
}

func tagOf(seq int64) string { return `"` + strconv.FormatInt(seq, 10) + `"` }
