package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

const (
	alertColumns      = `a.id, a.seq, a.customer, a.rule_set, a.signal, a.day, a.known_at, a.from_level, a.to_level, a.body`
	taskColumns       = `t.id, t.seq, t.customer, t.state, t.body`
	wishColumns       = `p.customer, p.wish`
	deadLetterColumns = `d.topic, d.partition, d."offset", d.timestamp, d.key, d.value, d.header_keys, d.header_values, d.code, d.detail`
)

// alertFields and taskFields are where the columns of a row go.
func alertFields(a *state.AlertRow) []any {
	return []any{&a.ID, &a.Seq, &a.Customer, &a.RuleSet, &a.Signal, &a.Day, &a.KnownAt, &a.From, &a.To, &a.Body}
}

func taskFields(t *state.TaskRow) []any {
	return []any{&t.ID, &t.Seq, &t.Customer, &t.State, &t.Body}
}

func scanDeadLetterInto(d *state.DeadLetter, scan func(fields ...any) error) error {
	var keys, values [][]byte
	err := scan(&d.Topic, &d.Partition, &d.Offset, &d.Timestamp, &d.Key, &d.Value, &keys, &values, &d.Code, &d.Detail)
	for i := range keys {
		d.Headers = append(d.Headers, state.Header{Key: string(keys[i]), Value: values[i]})
	}
	return err
}

func scanAlert(row pgx.CollectableRow) (a state.AlertRow, err error) {
	err = row.Scan(alertFields(&a)...)
	return a, err
}

// Alerts lists the transitions of a customer, or of all, by (known_at, customer, signal).
func (s *Store) Alerts(ctx context.Context, customer state.CustomerID) ([]state.AlertRow, error) {
	if customer == "" {
		return list(ctx, s, scanAlert, `SELECT `+alertColumns+` FROM alert AS a`+alertOrder)
	}
	return list(ctx, s, scanAlert, `SELECT `+alertColumns+` FROM alert AS a WHERE a.customer = $1`+alertOrder, customer)
}

const alertOrder = ` ORDER BY a.known_at, a.customer, a.signal, a.id, a.seq`

// AlertsMoved lists the transitions of those of whose alerts one has changed.
func (s *Store) AlertsMoved(ctx context.Context, first, last state.Date) ([]state.AlertRow, error) {
	return list(ctx, s, scanAlert, `SELECT `+alertColumns+` FROM alert AS a
		WHERE a.customer IN (SELECT customer FROM alert WHERE day BETWEEN $1 AND $2)`+alertOrder, first, last)
}

// Tasks lists the newest row of each task, by customer.
func (s *Store) Tasks(ctx context.Context) ([]state.TaskRow, error) {
	return list(ctx, s, func(row pgx.CollectableRow) (t state.TaskRow, err error) {
		err = row.Scan(taskFields(&t)...)
		return t, err
	}, `SELECT `+taskColumns+` FROM (SELECT DISTINCT ON (id) * FROM task ORDER BY id, seq DESC) AS t ORDER BY t.customer, t.id`)
}

// DeadLetterCount is how many records were refused.
func (s *Store) DeadLetterCount(ctx context.Context) (n int, err error) {
	err = s.read(ctx, func(ctx context.Context, db querier) error {
		return db.QueryRow(ctx, `SELECT count(*) FROM dead_letter`).Scan(&n)
	})
	return n, err
}

// DeadLetters lists the first refused records, as they were committed.
func (s *Store) DeadLetters(ctx context.Context, limit int) ([]state.DeadLetter, error) {
	return list(ctx, s, func(row pgx.CollectableRow) (d state.DeadLetter, err error) {
		err = scanDeadLetterInto(&d, row.Scan)
		return d, err
	}, `SELECT `+deadLetterColumns+` FROM dead_letter AS d ORDER BY d.row LIMIT $1`, limit)
}
