package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

// where are the conditions of a page, and what they ask for.
type where struct {
	conditions []string
	args       []any
}

// and adds a condition, in which each ? is the next argument.
func (w *where) and(condition string, args ...any) {
	for _, arg := range args {
		w.args = append(w.args, arg)
		condition = strings.Replace(condition, "?", fmt.Sprint("$", len(w.args)), 1)
	}
	w.conditions = append(w.conditions, condition)
}

func (w *where) text() string {
	if len(w.conditions) == 0 {
		return ""
	}
	return ` WHERE ` + strings.Join(w.conditions, " AND ")
}

// of is the query for the first rows of a table that are newest there. Which they are is found first, by index alone.
func (w *where) of(table, columns, order string, limit int) (query string, args []any) {
	ordered := ` ORDER BY n.` + strings.ReplaceAll(order, ", ", ", n.")
	args = append(w.args, limit)
	return fmt.Sprintf(`SELECT %[1]s FROM (SELECT n.* FROM %[2]s_now AS n%[3]s%[4]s LIMIT $%[5]d) AS n
		CROSS JOIN LATERAL (SELECT * FROM %[2]s AS r WHERE r.id = n.id AND r.seq = n.seq OFFSET 0) AS %[6]s%[4]s`,
		columns, table, w.text(), ordered, len(args), columns[:1]), args
}

// customersAfter leaps from one customer to the next as the view customer does, and no further than it has to.
const customersAfter = `WITH RECURSIVE leap (id, n) AS (
		(SELECT customer, 1 FROM journal WHERE customer > $1 ORDER BY customer LIMIT 1)
		UNION ALL
		SELECT (SELECT customer FROM journal WHERE customer > leap.id ORDER BY customer LIMIT 1), n + 1 FROM leap WHERE leap.id IS NOT NULL AND n < $2
	)
	SELECT id FROM (SELECT id FROM leap WHERE id IS NOT NULL
		UNION (SELECT DISTINCT customer FROM snapshot WHERE customer > $1 ORDER BY customer LIMIT $2)) AS c ORDER BY id LIMIT $2`

// CustomersAfter lists customers by id.
func (s *Store) CustomersAfter(ctx context.Context, after state.CustomerID, limit int) ([]state.CustomerID, error) {
	return list(ctx, s, pgx.RowTo[state.CustomerID], customersAfter, after, limit)
}

func scanTask(row pgx.CollectableRow) (t state.TaskRow, err error) {
	err = row.Scan(taskFields(&t)...)
	return t, err
}

// Task is the newest row of a task.
func (s *Store) Task(ctx context.Context, id string) (row state.TaskRow, found bool, err error) {
	rows, err := list(ctx, s, scanTask, `SELECT `+taskColumns+` FROM task AS t WHERE t.id = $1 ORDER BY t.seq DESC LIMIT 1`, id)
	if err != nil || len(rows) == 0 {
		return row, false, err
	}
	return rows[0], true, nil
}

// TaskPage lists tasks by key.
func (s *Store) TaskPage(ctx context.Context, q *state.TaskQuery) ([]state.TaskRow, error) {
	query, args := taskPage(q)
	return list(ctx, s, scanTask, query, args...)
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
	return list(ctx, s, scanAlert, query, args...)
}

func alertPage(q *state.AlertQuery) (query string, args []any) {
	var w where
	if q.Customer != "" {
		w.and(`n.customer = ?`, q.Customer)
	}
	if q.Open {
		w.and(`n.open`)
	}
	if q.Signal != "" {
		w.and(`n.signal = ?`, q.Signal)
	}
	if q.Level != nil {
		w.and(`n.level = ?`, int16(*q.Level))
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
	return list(ctx, s, scanAlert, `SELECT `+alertColumns+` FROM alert AS a WHERE a.customer = $1 AND (a.known_at, a.id, a.seq) > ($2, $3, $4)
		ORDER BY a.known_at, a.id, a.seq LIMIT $5`, customer, after.KnownAt, after.ID, after.Seq, limit)
}

const caseColumns = `m.id, m.case_id, m.seq, m.customer, m.due_at, m.held, m.body`

func scanCase(row pgx.CollectableRow) (m state.Message, err error) {
	err = row.Scan(&m.ID, &m.Case, &m.Seq, &m.Customer, &m.DueAt, &m.Held, &m.Body)
	return m, err
}

// Case is the newest message about a case.
func (s *Store) Case(ctx context.Context, id string) (newest state.Message, found bool, err error) {
	rows, err := list(ctx, s, scanCase, `SELECT `+caseColumns+` FROM message AS m WHERE m.case_id = $1 AND m.customer <> '' ORDER BY m.seq DESC LIMIT 1`, id)
	if err != nil || len(rows) == 0 {
		return newest, false, err
	}
	return rows[0], true, nil
}

// CasesOf lists the newest messages about the cases of customers.
func (s *Store) CasesOf(ctx context.Context, customers []state.CustomerID) ([]state.Message, error) {
	return list(ctx, s, scanCase, `SELECT `+caseColumns+` FROM (SELECT case_id, max(seq) AS seq FROM message WHERE customer = ANY ($1::text[]) AND customer <> ''
		GROUP BY customer, case_id) AS n JOIN message AS m ON m.case_id = n.case_id AND m.seq = n.seq ORDER BY m.customer, m.case_id`,
		column(customers, func(id *state.CustomerID) string { return string(*id) }))
}

// casePage leaps from one case to the next, and reads of each the newest message alone.
const casePage = `WITH RECURSIVE leap (customer, case_id, n) AS (
		(SELECT customer, case_id, 1 FROM message WHERE (customer, case_id) > ($1, $2) AND customer <> '' ORDER BY customer, case_id LIMIT 1)
		UNION ALL
		SELECT o.customer, o.case_id, n + 1 FROM leap CROSS JOIN LATERAL (SELECT customer, case_id FROM message
			WHERE (customer, case_id) > (leap.customer, leap.case_id) ORDER BY customer, case_id LIMIT 1) AS o WHERE n < $3
	)
	SELECT ` + caseColumns + ` FROM leap CROSS JOIN LATERAL (SELECT * FROM message AS r
		WHERE r.customer = leap.customer AND r.case_id = leap.case_id ORDER BY r.seq DESC LIMIT 1) AS m ORDER BY m.customer, m.case_id`

// CasePage lists the newest messages about cases by customer and case.
func (s *Store) CasePage(ctx context.Context, after state.CaseKey, limit int) ([]state.Message, error) {
	return list(ctx, s, scanCase, casePage, string(after.Customer), after.Case, limit)
}

// CaseHistory lists the newest messages about a case by seq.
func (s *Store) CaseHistory(ctx context.Context, id string, limit int) ([]state.Message, error) {
	return list(ctx, s, scanCase, `SELECT `+caseColumns+` FROM (SELECT * FROM message WHERE case_id = $1 AND customer <> ''
		ORDER BY seq DESC LIMIT $2) AS m ORDER BY m.seq`, id, limit)
}
