package sqlite

import (
	"context"
	"fmt"

	"tocsin/state"
)

const selectPosition = `SELECT topic, partition, next, epoch, cluster, topic_id, iif(front_next = next AND front_epoch = epoch, front, 0) FROM position`

func scanPosition(row func(dest ...any) error) (p state.Position, err error) {
	err = row(&p.Topic, &p.Partition, &p.Next, &p.Epoch, &p.Cluster, &p.TopicID, &p.Front)
	return p, err
}

// Acquire makes the caller the owner of the partitions. An identity that is known is kept, whatever the caller tells.
func (s *Store) Acquire(ctx context.Context, partitions []state.Position) ([]state.Position, error) {
	acquired := make([]state.Position, len(partitions))
	err := s.write(ctx, func(tx *tx) error {
		for i, p := range partitions {
			_, err := tx.exec(`INSERT INTO position (topic, partition, next, epoch, cluster, topic_id) VALUES (?, ?, -1, 1, ?, ?)
				ON CONFLICT DO UPDATE SET epoch = epoch + 1,
					cluster = iif(cluster = '', excluded.cluster, cluster),
					topic_id = iif(topic_id = '', excluded.topic_id, topic_id)`,
				p.Topic, p.Partition, p.Cluster, p.TopicID)
			if err != nil {
				return fmt.Errorf("acquire %s/%d: %w", p.Topic, p.Partition, err)
			}
			a := &acquired[i]
			_, err = tx.get(selectPosition+` WHERE topic = ? AND partition = ?`, []any{p.Topic, p.Partition},
				&a.Topic, &a.Partition, &a.Next, &a.Epoch, &a.Cluster, &a.TopicID, &a.Front)
			if err != nil {
				return fmt.Errorf("acquire %s/%d: %w", p.Topic, p.Partition, err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return acquired, nil
}

// AllPositions lists every partition the store knows.
func (s *Store) AllPositions(ctx context.Context) ([]state.Position, error) {
	return collect(ctx, s.readers, scanPosition, selectPosition+` ORDER BY topic, partition`)
}

// KeepFronts keeps what partitions of the caller's stand before.
func (s *Store) KeepFronts(ctx context.Context, partitions []state.Position) error {
	return s.write(ctx, func(tx *tx) error {
		for _, p := range partitions {
			_, err := tx.exec(`UPDATE position SET front = ?, front_next = next, front_epoch = epoch
				WHERE topic = ? AND partition = ? AND next = ? AND epoch = ?`, p.Front, p.Topic, p.Partition, p.Next, p.Epoch)
			if err != nil {
				return fmt.Errorf("what %s/%d stands before: %w", p.Topic, p.Partition, err)
			}
		}
		return nil
	})
}

// standsAt is ErrFenced where a partition is elsewhere than at From. One that the store does not know stands at -1.
func standsAt(tx *tx, p state.Advance) error {
	next := int64(-1)
	_, err := tx.get(`SELECT next FROM position WHERE topic = ? AND partition = ?`, []any{p.Topic, p.Partition}, &next)
	if err != nil {
		return err
	}
	if next != p.From {
		return fmt.Errorf("position %s/%d is %d, not %d: %w", p.Topic, p.Partition, next, p.From, state.ErrFenced)
	}
	return nil
}
