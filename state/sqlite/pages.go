package sqlite

import (
	"context"
	"encoding/json"
	"strings"

	"tocsin/state"
)

// where are the conditions of a page, and what they ask for.
type where struct {
	conditions []string
	args       []any
}

func (w *where) and(condition string, args ...any) {
	w.conditions, w.args = append(w.conditions, condition), append(w.args, args...)
}

func (w *where) text() string {
	if len(w.conditions) == 0 {
		return ""
	}
	return ` WHERE ` + strings.Join(w.conditions, " AND ")
}

// of is the query for the first rows of a table that are newest there. The cross join keeps the order in which they are looked for.
func (w *where) of(table, columns, order string, limit int) (query string, args []any) {
	alias := columns[:1]
	return `SELECT ` + columns + ` FROM ` + table + `_now AS n CROSS JOIN ` + table + ` AS ` + alias + ` ON ` + alias + `.id = n.id AND ` + alias + `.seq = n.seq` +
		w.text() + ` ORDER BY n.` + strings.ReplaceAll(order, ", ", ", n.") + ` LIMIT ?`, append(w.args, limit)
}

// customersAfter leaps from one customer to the next as the view customer does, and no further than it has to.
const customersAfter = `WITH RECURSIVE leap (id, n) AS (
		SELECT min(customer), 1 FROM journal WHERE customer > ?1
		UNION ALL
		SELECT (SELECT min(customer) FROM journal WHERE customer > id), n + 1 FROM leap WHERE id IS NOT NULL AND n < ?2
	)
	SELECT id FROM (SELECT id FROM leap WHERE id IS NOT NULL
		UNION SELECT customer FROM (SELECT DISTINCT customer FROM snapshot WHERE customer > ?1 ORDER BY customer LIMIT ?2)) ORDER BY id LIMIT ?2`

// CustomersAfter lists customers by id.
func (s *Store) CustomersAfter(ctx context.Context, after state.CustomerID, limit int) ([]state.CustomerID, error) {
	return collect(ctx, s.readers, scanCustomer, customersAfter, after, limit)
}

// Task is the newest row of a task.
func (s *Store) Task(ctx context.Context, id string) (row state.TaskRow, found bool, err error) {
	rows, err := collect(ctx, s.readers, scanTask, `SELECT `+taskColumns+` FROM task AS t WHERE t.id = ? ORDER BY t.seq DESC LIMIT 1`, id)
	if err != nil || len(rows) == 0 {
		return row, false, err
	}
	return rows[0], true, nil
}

// TaskPage lists tasks by key.
func (s *Store) TaskPage(ctx context.Context, q *state.TaskQuery) ([]state.TaskRow, error) {
	query, args := taskPage(q)
	return collect(ctx, s.readers, scanTask, query, args...)
}

func taskPage(q *state.TaskQuery) (query string, args []any) {
	var w where
	if q.Customer != "" {
		w.and(`n.customer = ?`, q.Customer)
	}
	w.and(`n.closed = ?`, q.State == state.TaskClosed)
	if q.State != "" && q.State != state.TaskClosed {
		w.and(`n.state = ?`, q.State)
	}
	if q.Owner != nil {
		w.and(`n.owner = ?`, *q.Owner)
	}
	if q.Severity != "" {
		w.and(`n.severity = ?`, q.Severity)
	}
	if bound, is := q.Bound(); is {
		w.and(`n.due < ?`, bound)
	}
	if q.After != nil {
		w.and(`(n.due, n.rank, n.id) > (?, ?, ?)`, q.After.Due, q.After.Rank, q.After.ID)
	}
	return w.of("task", taskColumns, "due, rank, id", q.Limit)
}

// AlertPage lists the newest changes of alerts by when they were known.
func (s *Store) AlertPage(ctx context.Context, q *state.AlertQuery) ([]state.AlertRow, error) {
	query, args := alertPage(q)
	return collect(ctx, s.readers, scanAlert, query, args...)
}

func alertPage(q *state.AlertQuery) (query string, args []any) {
	var w where
	if q.Customer != "" {
		w.and(`n.customer = ?`, q.Customer)
	}
	if q.Open {
		w.and(`n.open = 1`)
	}
	if q.Signal != "" {
		w.and(`n.signal = ?`, q.Signal)
	}
	if q.Level != nil {
		w.and(`n.level = ?`, *q.Level)
	}
	if q.Since != 0 {
		w.and(`n.known_at >= ?`, q.Since)
	}
	if q.After != nil {
		w.and(`(n.known_at, n.id) > (?, ?)`, q.After.KnownAt, q.After.ID)
	}
	return w.of("alert", alertColumns, "known_at, id", q.Limit)
}

// AlertChanges lists the changes of a customer's alerts.
func (s *Store) AlertChanges(ctx context.Context, customer state.CustomerID, after state.AlertKey, limit int) ([]state.AlertRow, error) {
	return collect(ctx, s.readers, scanAlert, `SELECT `+alertColumns+` FROM alert AS a WHERE a.customer = ? AND (a.known_at, a.id, a.seq) > (?, ?, ?)
		ORDER BY a.known_at, a.id, a.seq LIMIT ?`, customer, after.KnownAt, after.ID, after.Seq, limit)
}

const caseColumns = `m.id, m.case_id, m.seq, m.customer, m.due_at, m.held, m.body`

func scanCase(row func(dest ...any) error) (m state.Message, err error) {
	err = row(&m.ID, &m.Case, &m.Seq, &m.Customer, &m.DueAt, &m.Held, &m.Body)
	return m, err
}

// Case is the newest message about a case.
func (s *Store) Case(ctx context.Context, id string) (newest state.Message, found bool, err error) {
	rows, err := collect(ctx, s.readers, scanCase, `SELECT `+caseColumns+` FROM message AS m WHERE m.case_id = ? AND m.customer <> '' ORDER BY m.seq DESC LIMIT 1`, id)
	if err != nil || len(rows) == 0 {
		return newest, false, err
	}
	return rows[0], true, nil
}

// CasesOf lists the newest messages about the cases of customers.
func (s *Store) CasesOf(ctx context.Context, customers []state.CustomerID) ([]state.Message, error) {
	ids, err := json.Marshal(customers)
	if err != nil {
		return nil, err
	}
	return collect(ctx, s.readers, scanCase, `SELECT `+caseColumns+` FROM (SELECT case_id, max(seq) AS seq FROM message
			WHERE customer IN (SELECT value FROM json_each(?)) AND customer <> '' GROUP BY customer, case_id) AS n
		CROSS JOIN message AS m ON m.case_id = n.case_id AND m.seq = n.seq ORDER BY m.customer, m.case_id`, string(ids))
}

// casePage leaps from one case to the next, and reads of each the newest message alone.
const casePage = `WITH RECURSIVE leap (customer, case_id, n) AS (
		SELECT customer, case_id, 1 FROM (SELECT customer, case_id FROM message
			WHERE (customer, case_id) > (?1, ?2) AND customer > '' ORDER BY customer, case_id LIMIT 1)
		UNION ALL
		SELECT o.customer, o.case_id, n + 1 FROM leap CROSS JOIN message AS o ON o.rowid = coalesce(
			(SELECT rowid FROM message AS r WHERE r.customer = leap.customer AND r.case_id > leap.case_id ORDER BY r.case_id LIMIT 1),
			(SELECT rowid FROM message AS r WHERE r.customer > leap.customer ORDER BY r.customer, r.case_id LIMIT 1)) WHERE n < ?3
	)
	SELECT ` + caseColumns + ` FROM leap CROSS JOIN message AS m ON m.case_id = leap.case_id AND m.seq = (SELECT max(seq) FROM message AS r
		WHERE r.customer = leap.customer AND r.case_id = leap.case_id) ORDER BY leap.customer, leap.case_id`

// CasePage lists the newest messages about cases by customer and case.
func (s *Store) CasePage(ctx context.Context, after state.CaseKey, limit int) ([]state.Message, error) {
	return collect(ctx, s.readers, scanCase, casePage, after.Customer, after.Case, limit)
}

// CaseHistory lists the newest messages about a case by seq.
func (s *Store) CaseHistory(ctx context.Context, id string, limit int) ([]state.Message, error) {
	return collect(ctx, s.readers, scanCase, `SELECT `+caseColumns+` FROM (SELECT * FROM message WHERE case_id = ? AND customer <> ''
		ORDER BY seq DESC LIMIT ?) AS m ORDER BY m.seq`, id, limit)
}
