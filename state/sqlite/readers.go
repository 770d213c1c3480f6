package sqlite

import (
	"context"

	"tocsin/state"
)

const (
	alertColumns      = `a.id, a.seq, a.customer, a.rule_set, a.signal, a.day, a.known_at, a.from_level, a.to_level, a.body`
	taskColumns       = `t.id, t.seq, t.customer, t.state, t.body`
	wishColumns       = `p.customer, p.wish`
	deadLetterColumns = `d.topic, d.partition, d.offset, d.timestamp, d.record, d.code, d.detail`
)

func scanCustomer(row func(dest ...any) error) (id state.CustomerID, err error) {
	err = row(&id)
	return id, err
}

func scanAlert(row func(dest ...any) error) (a state.AlertRow, err error) {
	err = row(&a.ID, &a.Seq, &a.Customer, &a.RuleSet, &a.Signal, &a.Day, &a.KnownAt, &a.From, &a.To, &a.Body)
	return a, err
}

func scanTask(row func(dest ...any) error) (t state.TaskRow, err error) {
	err = row(&t.ID, &t.Seq, &t.Customer, &t.State, &t.Body)
	return t, err
}

func scanDeadLetter(row func(dest ...any) error) (d state.DeadLetter, err error) {
	var record []byte
	if err := row(&d.Topic, &d.Partition, &d.Offset, &d.Timestamp, &record, &d.Code, &d.Detail); err != nil {
		return d, err
	}
	err = decodeRecord(record, &d)
	return d, err
}

// Alerts lists the transitions of a customer, or of all, by (known_at, customer, signal).
func (s *Store) Alerts(ctx context.Context, customer state.CustomerID) ([]state.AlertRow, error) {
	if customer == "" {
		return collect(ctx, s.readers, scanAlert, `SELECT `+alertColumns+` FROM alert AS a`+alertOrder)
	}
	return collect(ctx, s.readers, scanAlert, `SELECT `+alertColumns+` FROM alert AS a WHERE a.customer = ?`+alertOrder, customer)
}

const alertOrder = ` ORDER BY a.known_at, a.customer, a.signal, a.id, a.seq`

// AlertsMoved lists the transitions of those of whose alerts one has changed.
func (s *Store) AlertsMoved(ctx context.Context, first, last state.Date) ([]state.AlertRow, error) {
	return collect(ctx, s.readers, scanAlert, `SELECT `+alertColumns+` FROM alert AS a
		WHERE a.customer IN (SELECT customer FROM alert WHERE day BETWEEN ? AND ?)`+alertOrder, first, last)
}

// Tasks lists the newest row of each task, by customer.
func (s *Store) Tasks(ctx context.Context) ([]state.TaskRow, error) {
	return collect(ctx, s.readers, scanTask, `SELECT `+taskColumns+` FROM task AS t
		WHERE t.seq = (SELECT max(seq) FROM task WHERE id = t.id) ORDER BY t.customer, t.id`)
}

// DeadLetterCount is how many records were refused.
func (s *Store) DeadLetterCount(ctx context.Context) (n int, err error) {
	err = s.readers.QueryRowContext(ctx, `SELECT count(*) FROM dead_letter`).Scan(&n)
	return n, err
}

// DeadLetters lists the first refused records, as they were committed.
func (s *Store) DeadLetters(ctx context.Context, limit int) ([]state.DeadLetter, error) {
	return collect(ctx, s.readers, scanDeadLetter,
		`SELECT `+deadLetterColumns+` FROM dead_letter AS d ORDER BY d.id LIMIT ?`, limit)
}
