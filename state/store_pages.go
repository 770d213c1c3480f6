package state

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Pages are parts of what a store holds, each after the last row of the one before. A page reads about as many rows as it gives, however
// many there are. What stays as it is while somebody turns pages comes exactly once.
type Pages interface {
	// CustomersAfter are up to limit customers with a history whose ids come after one, sorted.
	CustomersAfter(ctx context.Context, after CustomerID, limit int) ([]CustomerID, error)
	// Task is the newest row of a task; found is false where there is none of that id.
	Task(ctx context.Context, id string) (row TaskRow, found bool, err error)
	// TaskPage are up to [TaskQuery.Limit] newest rows of tasks, by [TaskKey.Compare].
	TaskPage(ctx context.Context, q *TaskQuery) ([]TaskRow, error)
	// AlertPage are the newest changes of up to [AlertQuery.Limit] alerts, by when they were known and id.
	AlertPage(ctx context.Context, q *AlertQuery) ([]AlertRow, error)
	// AlertChanges are up to limit changes of a customer's alerts after a key, by [AlertKey.Compare].
	AlertChanges(ctx context.Context, customer CustomerID, after AlertKey, limit int) ([]AlertRow, error)
	// Case is the newest message about a case, delivered or not; found is false where there is none of that id.
	Case(ctx context.Context, id string) (newest Message, found bool, err error)
	// CasesOf are the newest messages about the cases of customers, by customer and case. Summaries are of nobody, and none of them.
	CasesOf(ctx context.Context, customers []CustomerID) ([]Message, error)
	// CasePage are the newest messages about up to limit cases after a key, by [CaseKey.Compare].
	CasePage(ctx context.Context, after CaseKey, limit int) ([]Message, error)
	// CaseHistory are the newest messages about a case, up to limit, delivered or not, by seq: the last one is what Case is.
	CaseHistory(ctx context.Context, id string, limit int) ([]Message, error)
}

// CaseKey is where a case stands among all: by customer, then by id.
type CaseKey struct {
	Customer CustomerID
	Case     string
}

// Compare orders keys.
func (k CaseKey) Compare(l CaseKey) int {
	return cmp.Or(cmp.Compare(k.Customer, l.Customer), strings.Compare(k.Case, l.Case))
}

// TaskClosed is the state of a task that is over.
const TaskClosed = "closed"

// TaskQuery asks for tasks. What is empty does not matter, but that closed tasks come only where State asks for them.
type TaskQuery struct {
	Customer  CustomerID
	State     string
	Owner     *string // empty: of nobody
	Severity  string  // the level's name, as records have it
	DueBefore Instant
	After     *TaskKey
	Limit     int
}

// Bound is before which due key tasks have to be; false: it does not matter.
func (q *TaskQuery) Bound() (key string, is bool) {
	if q.DueBefore == 0 {
		return "", false
	}
	return q.DueBefore.Time().Format(keyTime), true
}

// Takes tells whether a task's row comes into the pages of q, and after its key. It is for stores that have no better way to look.
func (q *TaskQuery) Takes(row *TaskRow) bool {
	told := toldOf(row.Body)
	key := told.key(row.ID)
	bound, bounded := q.Bound()
	switch {
	case q.State != "" && row.State != q.State, q.State == "" && row.State == TaskClosed:
	case q.Customer != "" && row.Customer != q.Customer:
	case q.Owner != nil && told.Owner != *q.Owner:
	case q.Severity != "" && told.Severity != q.Severity:
	case bounded && key.Due >= bound:
	default:
		return q.After == nil || key.Compare(*q.After) > 0
	}
	return false
}

// mostPage is how many rows are read at once where all are wanted.
const mostPage = 500

// AllTasks are the newest rows of all tasks that q asks for, whatever its limit is, read in pages.
func AllTasks(ctx context.Context, store Pages, q TaskQuery) iter.Seq2[TaskRow, error] {
	return func(yield func(TaskRow, error) bool) {
		q.Limit = mostPage
		for {
			rows, err := store.TaskPage(ctx, &q)
			if err != nil {
				yield(TaskRow{}, err)
				return
			}
			for i := range rows {
				if !yield(rows[i], nil) {
					return
				}
			}
			if len(rows) < q.Limit {
				return
			}
			key := KeyOf(&rows[len(rows)-1])
			q.After = &key
		}
	}
}

// TaskKey is where a task stands among all: those first that are due first, of these those that press most, then by id.
type TaskKey struct {
	Due  string // sorts as the instants do; "~": nothing is due
	Rank int64  // the negative of the priority in whole units of its currency; 1: there is none
	ID   string
}

// Compare orders keys.
func (k TaskKey) Compare(l TaskKey) int {
	return cmp.Or(strings.Compare(k.Due, l.Due), cmp.Compare(k.Rank, l.Rank), strings.Compare(k.ID, l.ID))
}

const (
	keyTime  = "2006-01-02T15:04:05.000000000"
	keyNever = "~"
)

// taskTold is what a task's record tells of what tasks are sorted and asked by.
type taskTold struct {
	Owner    string `json:"owner"`
	Severity string `json:"severity"`
	Due      string `json:"due"` // an instant in UTC; an earlier program told the day alone
	Priority struct {
		Amount string `json:"amount"`
	} `json:"priority"`
}

// toldOf reads a record. One that cannot be read tells nothing.
func toldOf(body []byte) *taskTold {
	var told taskTold
	if json.Unmarshal(body, &told) != nil {
		return &taskTold{}
	}
	return &told
}

var wholeAmount = regexp.MustCompile(`^([0-9]{1,18})(\.[0-9]+)?$`)

func (t *taskTold) key(id string) TaskKey {
	k := TaskKey{Due: cmp.Or(t.Due, keyNever), Rank: 1, ID: id}
	if at, err := time.Parse(time.RFC3339Nano, t.Due); err == nil && strings.HasSuffix(t.Due, "Z") {
		k.Due = at.Format(keyTime)
	}
	if whole := wholeAmount.FindStringSubmatch(t.Priority.Amount); whole != nil {
		n, _ := strconv.ParseInt(whole[1], 10, 64) // 18 digits fit
		k.Rank = -n
	}
	return k
}

// KeyOf is a task's key.
func KeyOf(row *TaskRow) TaskKey { return toldOf(row.Body).key(row.ID) }

// AlertQuery asks for alerts as their newest changes leave them. What is empty does not matter.
type AlertQuery struct {
	Customer CustomerID
	Signal   string
	Open     bool   // those that stand
	Level    *uint8 // 0: those that have cleared
	Since    Instant
	After    *AlertKey // Seq is not asked
	Limit    int
}

// Takes tells whether an alert's newest row comes into the pages of q, and after its key.
func (q *AlertQuery) Takes(row *AlertRow) bool {
	switch {
	case q.Customer != "" && row.Customer != q.Customer:
	case q.Signal != "" && row.Signal != q.Signal:
	case q.Open && row.To == 0:
	case q.Level != nil && row.To != *q.Level:
	case row.KnownAt < q.Since:
	case q.After != nil && cmp.Or(cmp.Compare(row.KnownAt, q.After.KnownAt), strings.Compare(row.ID, q.After.ID)) <= 0:
	default:
		return true
	}
	return false
}

// AlertKey is where a change stands among all: as they were known, then by alert.
type AlertKey struct {
	KnownAt Instant
	ID      string
	Seq     int64
}

// Compare orders keys.
func (k AlertKey) Compare(l AlertKey) int {
	return cmp.Or(cmp.Compare(k.KnownAt, l.KnownAt), strings.Compare(k.ID, l.ID), cmp.Compare(k.Seq, l.Seq))
}

// KeyOfAlert is a change's key.
func KeyOfAlert(row *AlertRow) AlertKey { return AlertKey{row.KnownAt, row.ID, row.Seq} }
