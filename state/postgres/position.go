package postgres

import (
	"cmp"
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

const positionColumns = `topic, partition, next, epoch, cluster, topic_id, CASE WHEN front_next = next AND front_epoch = epoch THEN front ELSE 0 END`

func scanPosition(row pgx.CollectableRow) (p state.Position, err error) {
	err = row.Scan(&p.Topic, &p.Partition, &p.Next, &p.Epoch, &p.Cluster, &p.TopicID, &p.Front)
	return p, err
}

func comparePositions(p, q state.Position) int {
	return cmp.Or(cmp.Compare(p.Topic, q.Topic), cmp.Compare(p.Partition, q.Partition))
}

// Acquire makes the caller the owner of the partitions. An identity that is known is kept, whatever the caller tells. The rows are
// locked in the order of a commit's positions.
func (s *Store) Acquire(ctx context.Context, partitions []state.Position) ([]state.Position, error) {
	rows := sorted(partitions, comparePositions)
	var acquired []state.Position
	err := s.write(ctx, func(ctx context.Context, tx pgx.Tx) (err error) {
		acquired, err = collect(ctx, tx, scanPosition, `
			INSERT INTO position AS p (topic, partition, next, epoch, cluster, topic_id)
			SELECT topic, partition, -1, 1, cluster, topic_id FROM unnest($1::text[], $2::integer[], $3::text[], $4::text[])
				AS w (topic, partition, cluster, topic_id)
			ON CONFLICT (topic, partition) DO UPDATE SET epoch = p.epoch + 1,
				cluster = coalesce(nullif(p.cluster, ''), excluded.cluster),
				topic_id = coalesce(nullif(p.topic_id, ''), excluded.topic_id)
			RETURNING `+positionColumns,
			column(rows, func(p *state.Position) string { return p.Topic }), column(rows, func(p *state.Position) int32 { return p.Partition }),
			column(rows, func(p *state.Position) string { return p.Cluster }), column(rows, func(p *state.Position) string { return p.TopicID }))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("acquire %d partitions: %w", len(partitions), err)
	}
	type partition struct {
		topic  string
		number int32
	}
	known := make(map[partition]state.Position, len(acquired))
	for _, p := range acquired {
		known[partition{p.Topic, p.Partition}] = p
	}
	asked := make([]state.Position, len(partitions))
	for i, p := range partitions {
		asked[i] = known[partition{p.Topic, p.Partition}]
	}
	return asked, nil
}

// AllPositions lists every partition the store knows.
func (s *Store) AllPositions(ctx context.Context) ([]state.Position, error) {
	return list(ctx, s, scanPosition, `SELECT `+positionColumns+` FROM position ORDER BY topic, partition`)
}

// KeepFronts keeps what partitions of the caller's stand before. The rows are locked in the order of a commit's positions, and
// the row of one that has moved is left.
func (s *Store) KeepFronts(ctx context.Context, partitions []state.Position) error {
	rows := sorted(partitions, comparePositions)
	err := s.write(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE position AS p SET front = w.front, front_next = w.next, front_epoch = w.epoch
			FROM (SELECT w.* FROM unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[], $5::integer[]) AS w (topic, partition, next, epoch, front)
				JOIN position AS p ON p.topic = w.topic AND p.partition = w.partition AND p.next = w.next AND p.epoch = w.epoch
				ORDER BY p.topic, p.partition FOR NO KEY UPDATE OF p) AS w
			WHERE p.topic = w.topic AND p.partition = w.partition`,
			column(rows, func(p *state.Position) string { return p.Topic }), column(rows, func(p *state.Position) int32 { return p.Partition }),
			column(rows, func(p *state.Position) int64 { return p.Next }), column(rows, func(p *state.Position) int64 { return p.Epoch }),
			column(rows, func(p *state.Position) int32 { return int32(p.Front) }))
		return err
	})
	if err != nil {
		return fmt.Errorf("what %d partitions stand before: %w", len(partitions), err)
	}
	return nil
}
