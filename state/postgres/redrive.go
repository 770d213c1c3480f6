package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

// Refused lists refused records behind a row, with what has become of them. A commit that is under way while others land may be behind
// rows that are listed already; the next list has it.
func (s *Store) Refused(ctx context.Context, after int64, limit int) ([]state.Refused, error) {
	return list(ctx, s, scanRefused, `SELECT d.row, d.at, r.at, r.by, r.outcome, `+deadLetterColumns+`
		FROM dead_letter AS d LEFT JOIN redrive AS r ON r.topic = d.topic AND r.partition = d.partition AND r."offset" = d."offset"
		WHERE d.row > $1 ORDER BY d.row LIMIT $2`, after, limit)
}

func scanRefused(row pgx.CollectableRow) (r state.Refused, err error) {
	var at *state.Instant
	var by, outcome *string
	err = scanDeadLetterInto(&r.DeadLetter, func(fields ...any) error {
		return row.Scan(append([]any{&r.Row, &r.At, &at, &by, &outcome}, fields...)...)
	})
	if err == nil && at != nil {
		r.Redrive = &state.Redrive{Topic: r.Topic, Partition: r.Partition, Offset: r.Offset, At: *at, By: *by, Outcome: *outcome}
	}
	return r, err
}

// claimRedrives notes that refused records are accepted after all; a second note of one is refused.
func claimRedrives(b *batch, rows []state.Redrive) {
	for i := range rows {
		r := &rows[i]
		b.add(all(1, state.ErrRepeated, "refused record %s/%d@%d", r.Topic, r.Partition, r.Offset),
			`INSERT INTO redrive (topic, partition, "offset", at, by, outcome) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
			r.Topic, r.Partition, r.Offset, r.At, storable(r.By), r.Outcome)
	}
}
