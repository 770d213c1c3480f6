package sqlite

import (
	"context"
	"database/sql"

	"tocsin/state"
)

// Refused lists refused records behind a row, with what has become of them.
func (s *Store) Refused(ctx context.Context, after int64, limit int) ([]state.Refused, error) {
	return collect(ctx, s.readers, scanRefused, `SELECT d.id, d.at, r.at, r.by, r.outcome, `+deadLetterColumns+`
		FROM dead_letter AS d LEFT JOIN redrive AS r ON r.topic = d.topic AND r.partition = d.partition AND r.offset = d.offset
		WHERE d.id > ? ORDER BY d.id LIMIT ?`, after, limit)
}

func scanRefused(row func(dest ...any) error) (r state.Refused, err error) {
	var at sql.NullInt64
	var by, outcome sql.NullString
	r.DeadLetter, err = scanDeadLetter(func(dest ...any) error {
		return row(append([]any{&r.Row, &r.At, &at, &by, &outcome}, dest...)...)
	})
	if at.Valid {
		r.Redrive = &state.Redrive{Topic: r.Topic, Partition: r.Partition, Offset: r.Offset, At: state.Instant(at.Int64), By: by.String, Outcome: outcome.String}
	}
	return r, err
}

// claimRedrive notes that a refused record is accepted after all; a second note of it is refused.
func claimRedrive(tx *tx, r *state.Redrive) error {
	n, err := tx.exec(`INSERT INTO redrive (topic, partition, offset, at, by, outcome) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		r.Topic, r.Partition, r.Offset, r.At, r.By, r.Outcome)
	return unlessOne(n, err, state.ErrRepeated, "refused record %s/%d@%d", r.Topic, r.Partition, r.Offset)
}
