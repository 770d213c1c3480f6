package kafka

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/twmb/franz-go/pkg/kerr"
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
	c.kafka.CommitOffsets(context.WithoutCancel(ctx), due, func(_ *kgo.Client, _ *kmsg.OffsetCommitRequest, answer *kmsg.OffsetCommitResponse, err error) {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.busy = false
		if err == nil {
			err = refusedCommit(answer)
		}
		c.toldOfMirror(err)
	})
}

// refusedCommit is a refusal among the answers to a commit. Members come and go, so what this one lost meanwhile is none.
func refusedCommit(answer *kmsg.OffsetCommitResponse) error {
	for _, t := range answer.Topics {
		for _, p := range t.Partitions {
			switch err := kerr.ErrorForCode(p.ErrorCode); {
			case err == nil, errors.Is(err, kerr.UnknownMemberID), errors.Is(err, kerr.IllegalGeneration), kerr.IsRetriable(err):
			default:
				return fmt.Errorf("%s: %w", place(consumer.Partition{Topic: t.Topic, Number: p.Partition}), err)
			}
		}
	}
	return nil
}

// toldOfMirror warns once of brokers that take no commits from us. Nothing else comes of it.
func (c *Client) toldOfMirror(err error) {
	switch {
	case err == nil:
		c.notices.over("mirror")
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, kgo.ErrClientClosed):
	default:
		c.notices.say("mirror", fmt.Sprintf("showing lag tools old offsets, for the group's cannot be committed: %v", err))
	}
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
