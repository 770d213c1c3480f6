package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

// KeepGap notes a gap: the open one of its partition is replaced, or goes on.
func (s *Store) KeepGap(ctx context.Context, g state.Gap) error {
	err := s.write(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO gap AS g (topic, partition, stands, from_offset, to_offset, is_foreign, reason, since)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (topic, partition) WHERE accepted_at IS NULL DO UPDATE SET
				since = CASE WHEN g.stands = excluded.stands THEN g.since ELSE excluded.since END, stands = excluded.stands,
				from_offset = excluded.from_offset, to_offset = excluded.to_offset, is_foreign = excluded.is_foreign, reason = excluded.reason`,
			g.Topic, g.Partition, g.Stands, g.From, g.To, g.Foreign, storable(g.Reason), g.Since)
		return err
	})
	if err != nil {
		return fmt.Errorf("gap of %s/%d: %w", g.Topic, g.Partition, err)
	}
	return nil
}

// Gaps lists all gaps, by topic, partition and the order in which they were met.
func (s *Store) Gaps(ctx context.Context) ([]state.Gap, error) {
	return list(ctx, s, func(row pgx.CollectableRow) (g state.Gap, err error) {
		err = row.Scan(&g.Topic, &g.Partition, &g.Stands, &g.From, &g.To, &g.Foreign, &g.Reason, &g.Since,
			&g.Accepted.To, &g.Accepted.At, &g.Accepted.By, &g.Accepted.Why)
		return g, err
	}, `SELECT topic, partition, stands, from_offset, to_offset, is_foreign, reason, since, coalesce(accepted_to, 0), coalesce(accepted_at, 0),
		coalesce(accepted_by, ''), coalesce(accepted_why, '') FROM gap ORDER BY topic, partition, id`)
}

// AcceptGap closes the open gap of a partition and moves its position on. Of two at a time the second waits for the first, and then
// finds none open.
func (s *Store) AcceptGap(ctx context.Context, topic string, partition int32, a state.Acceptance, audit ...state.AuditRow) error {
	err := s.write(ctx, func(ctx context.Context, tx pgx.Tx) error {
		var stands int64
		var foreign bool
		err := tx.QueryRow(ctx, `UPDATE gap SET accepted_at = $3, accepted_to = $4, accepted_by = $5, accepted_why = $6
			WHERE topic = $1 AND partition = $2 AND accepted_at IS NULL RETURNING stands, is_foreign`,
			topic, partition, a.At, a.To, storable(a.By), storable(a.Why)).Scan(&stands, &foreign)
		if errors.Is(err, pgx.ErrNoRows) {
			return state.ErrNoGap
		}
		if err != nil {
			return err
		}
		moved, err := tx.Exec(ctx, `UPDATE position SET next = $4, front = 0, cluster = CASE WHEN $5 THEN '' ELSE cluster END,
			topic_id = CASE WHEN $5 THEN '' ELSE topic_id END WHERE topic = $1 AND partition = $2 AND next = $3`,
			topic, partition, stands, a.To, foreign)
		if err == nil && moved.RowsAffected() == 0 {
			err = fmt.Errorf("it does not stand at %d: %w", stands, state.ErrFenced)
		}
		if err != nil {
			return err
		}
		if g := (state.Gap{Stands: stands, Foreign: foreign}); g.Back(&a) {
			err = setAside(ctx, tx, topic, partition, &a)
		}
		if err == nil {
			err = chain(ctx, tx, audit)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("gap of %s/%d: %w", topic, partition, err)
	}
	return nil
}

// setAside keeps refused records of a log that is gone under its former name.
func setAside(ctx context.Context, tx pgx.Tx, topic string, partition int32, a *state.Acceptance) error {
	for _, table := range []string{"dead_letter", "redrive"} {
		if _, err := tx.Exec(ctx, `UPDATE `+table+` SET topic = $1 WHERE topic = $2 AND partition = $3 AND "offset" >= $4`,
			state.Former(topic, a), topic, partition, a.To); err != nil {
			return err
		}
	}
	return nil
}
