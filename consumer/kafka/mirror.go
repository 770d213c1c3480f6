package kafka

import (
	"context"
	"sync"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"tocsin/consumer"
)

// mirror copies positions to the consumer group's own offsets, one commit at a time: what comes while one is on its way
// goes with the next.
type mirror struct {
	mu   sync.Mutex
	next map[consumer.Partition]int64 // not committed yet
	busy bool
}

// Mirror commits positions to the consumer group, for lag tools. It does not wait, and a commit that is refused is
// repeated by the next one: nothing but a lag display depends on it.
func (c *Client) Mirror(ctx context.Context, next map[consumer.Partition]int64) {
	m := &c.mirror
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.next == nil {
		m.next = make(map[consumer.Partition]int64)
	}
	for part, offset := range next {
		m.next[part] = offset
	}
	if m.busy {
		return
	}
	due := m.due(c.cursors)
	if len(due) == 0 {
		return
	}
	m.busy = true
	c.kafka.CommitOffsets(context.WithoutCancel(ctx), due, func(_ *kgo.Client, _ *kmsg.OffsetCommitRequest, _ *kmsg.OffsetCommitResponse, err error) {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.busy = false
		if err != nil {
			c.notices.log.Debug("kafka: the group's offsets could not be mirrored", "error", err)
		}
	})
}

// due takes what is to be committed: partitions that are still ours, for the next owner's mirror is ahead of ours.
func (m *mirror) due(cursors *cursors) map[string]map[int32]kgo.EpochOffset {
	offsets := make(map[string]map[int32]kgo.EpochOffset)
	for part, next := range m.next {
		if next < 0 || cursors.next(part) < 0 {
			continue
		}
		if offsets[part.Topic] == nil {
			offsets[part.Topic] = make(map[int32]kgo.EpochOffset)
		}
		offsets[part.Topic][part.Number] = kgo.EpochOffset{Epoch: -1, Offset: next}
	}
	clear(m.next)
	return offsets
}

// flush commits the rest and waits for it.
func (m *mirror) flush(ctx context.Context, client *kgo.Client, cursors *cursors) {
	m.mu.Lock()
	due := m.due(cursors)
	m.mu.Unlock()
	client.CommitOffsetsSync(ctx, due, nil)
}
