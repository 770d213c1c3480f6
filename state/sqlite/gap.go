package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"tocsin/state"
)

// KeepGap notes a gap: the open one of its partition is replaced, or goes on.
func (s *Store) KeepGap(ctx context.Context, g state.Gap) error {
	return s.write(ctx, func(tx *tx) error {
		_, err := tx.exec(`INSERT INTO gap (topic, partition, stands, from_offset, to_offset, is_foreign, reason, since)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (topic, partition) WHERE accepted_at IS NULL DO UPDATE SET
				since = iif(stands = excluded.stands, since, excluded.since), stands = excluded.stands,
				from_offset = excluded.from_offset, to_offset = excluded.to_offset, is_foreign = excluded.is_foreign, reason = excluded.reason`,
			g.Topic, g.Partition, g.Stands, g.From, g.To, g.Foreign, g.Reason, g.Since)
		if err != nil {
			return fmt.Errorf("gap of %s/%d: %w", g.Topic, g.Partition, err)
		}
		return nil
	})
}

// Gaps lists all gaps, by topic, partition and the order in which they were met.
func (s *Store) Gaps(ctx context.Context) ([]state.Gap, error) {
	return collect(ctx, s.readers, scanGap, `SELECT topic, partition, stands, from_offset, to_offset, is_foreign, reason, since,
		accepted_to, accepted_at, accepted_by, accepted_why FROM gap ORDER BY topic, partition, id`)
}

func scanGap(row func(dest ...any) error) (g state.Gap, err error) {
	var to, at sql.NullInt64
	var by, why sql.NullString
	err = row(&g.Topic, &g.Partition, &g.Stands, &g.From, &g.To, &g.Foreign, &g.Reason, &g.Since, &to, &at, &by, &why)
	g.Accepted = state.Acceptance{To: to.Int64, At: state.Instant(at.Int64), By: by.String, Why: why.String}
	return g, err
}

// AcceptGap closes the open gap of a partition and moves its position on.
func (s *Store) AcceptGap(ctx context.Context, topic string, partition int32, a state.Acceptance, audit ...state.AuditRow) error {
	return s.write(ctx, func(tx *tx) error {
		var id, stands int64
		var foreign bool
		found, err := tx.get(`SELECT id, stands, is_foreign FROM gap WHERE topic = ? AND partition = ? AND accepted_at IS NULL`,
			[]any{topic, partition}, &id, &stands, &foreign)
		if err == nil && !found {
			err = state.ErrNoGap
		}
		if err != nil {
			return fmt.Errorf("gap of %s/%d: %w", topic, partition, err)
		}
		if _, err := tx.exec(`UPDATE gap SET accepted_at = ?, accepted_to = ?, accepted_by = ?, accepted_why = ? WHERE id = ?`,
			a.At, a.To, a.By, a.Why, id); err != nil {
			return fmt.Errorf("gap of %s/%d: %w", topic, partition, err)
		}
		n, err := tx.exec(`UPDATE position SET next = ?, front = 0, cluster = iif(?, '', cluster), topic_id = iif(?, '', topic_id)
			WHERE topic = ? AND partition = ? AND next = ?`, a.To, foreign, foreign, topic, partition, stands)
		if err := unlessOne(n, err, state.ErrFenced, "position %s/%d from %d", topic, partition, stands); err != nil {
			return err
		}
		if g := (state.Gap{Stands: stands, Foreign: foreign}); g.Back(&a) {
			if err := setAside(tx, topic, partition, &a); err != nil {
				return err
			}
		}
		return chain(tx, audit)
	})
}

// setAside keeps refused records of a log that is gone under its former name.
func setAside(tx *tx, topic string, partition int32, a *state.Acceptance) error {
	for _, table := range []string{"dead_letter", "redrive"} {
		if _, err := tx.exec(`UPDATE `+table+` SET topic = ? WHERE topic = ? AND partition = ? AND offset >= ?`,
			state.Former(topic, a), topic, partition, a.To); err != nil {
			return fmt.Errorf("refused records of %s/%d: %w", topic, partition, err)
		}
	}
	return nil
}
