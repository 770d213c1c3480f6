package kafka

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"tocsin/consumer"
	"tocsin/state"
)

// cursor is where the client stands in a partition that is its own.
type cursor struct {
	acquired state.Position
	next     int64 // after the last record handed to the caller; -1: none yet, and the store knows of none
	halted   bool  // behind a gap: nothing of it is handed out any more
	told     bool  // the caller knows of the gap
	foreign  bool  // the gap is that the topic or the cluster is not the position's
}

// cursors are the partitions of this member. The group's goroutine acquires and revokes them beside the caller's polls.
type cursors struct {
	store   state.Positions
	layout  func(context.Context) (layout, error)
	notices *notices
	metrics *Metrics
	ready   sync.Mutex // held while the client is being made: layout needs it

	mu         sync.Mutex
	own        map[consumer.Partition]*cursor
	partitions map[string]int   // of each topic, as last heard
	assigned   []state.Position // not told to the caller yet, as are the next two
	revoked    []consumer.Partition
	foreign    []fault
	interrupt  context.CancelFunc // ends the poll that waits
}

func newCursors(store state.Positions, layout func(context.Context) (layout, error), notices *notices, metrics *Metrics) *cursors {
	return &cursors{
		store: store, layout: layout, notices: notices, metrics: metrics, own: make(map[consumer.Partition]*cursor), partitions: make(map[string]int),
	}
}

// hear keeps how many partitions the topics have.
func (c *cursors) hear(seen layout) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for name, topic := range seen.topics {
		c.partitions[name] = len(topic.partitions)
	}
}

// acquire makes the partitions that the group has assigned ours and says where to fetch from. It tries until the group
// begins to revoke: without an answer of the store nothing may be read.
func (c *cursors) acquire(ctx context.Context, committed map[string]map[int32]kgo.Offset) (map[string]map[int32]kgo.Offset, error) {
	c.ready.Lock()
	c.ready.Unlock() //nolint:staticcheck // a gate, not a section: the client exists from here on
	const first, most = 100 * time.Millisecond, 5 * time.Second
	for pause := first; ; pause = min(2*pause, most) {
		positions, seen, err := c.ask(ctx, committed)
		if err == nil {
			c.notices.over("acquire")
			c.hear(seen)
			return c.adopt(positions, seen, committed), nil
		}
		c.notices.say("acquire", fmt.Sprintf("waiting to read: %v", err))
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("acquire partitions: %w", err)
		case <-time.After(pause):
		}
	}
}

// ask learns what the cluster says of the topics and acquires the partitions under that identity.
func (c *cursors) ask(ctx context.Context, offsets map[string]map[int32]kgo.Offset) ([]state.Position, layout, error) {
	seen, err := c.layout(ctx)
	if err != nil {
		return nil, layout{}, err
	}
	var wanted []state.Position
	for topic, partitions := range offsets {
		for number := range partitions {
			wanted = append(wanted, state.Position{
				Topic: topic, Partition: number, Cluster: seen.cluster, TopicID: seen.topics[topic].id,
			})
		}
	}
	slices.SortFunc(wanted, func(a, b state.Position) int {
		return cmp.Or(cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Partition, b.Partition))
	})
	positions, err := c.store.Acquire(ctx, wanted)
	if err != nil {
		return nil, layout{}, fmt.Errorf("acquire positions: %w", err)
	}
	if len(positions) != len(wanted) {
		return nil, layout{}, fmt.Errorf("acquire positions: %d answers to %d partitions", len(positions), len(wanted))
	}
	return positions, seen, nil
}

// adopt takes the positions as cursors. One that belongs to another cluster or topic is left out of the answer, so that
// it is not fetched.
func (c *cursors) adopt(positions []state.Position, seen layout, committed map[string]map[int32]kgo.Offset) map[string]map[int32]kgo.Offset {
	start := make(map[string]map[int32]kgo.Offset)
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, at := range positions {
		part := consumer.Partition{Topic: at.Topic, Number: at.Partition}
		cur := &cursor{acquired: at, next: at.Next}
		c.own[part] = cur
		c.assigned = append(c.assigned, at)
		if why := stranger(at, seen); why != "" {
			cur.halted = true
			c.foreign = append(c.foreign, fault{part: part, from: at.Next, to: -1, foreign: true, reason: why})
			continue
		}
		c.witness(at, committed[at.Topic][at.Partition])
		offset := kgo.NewOffset().AtStart()
		if at.Next >= 0 {
			offset = kgo.NewOffset().At(at.Next).WithEpoch(-1)
		}
		if start[at.Topic] == nil {
			start[at.Topic] = make(map[int32]kgo.Offset)
		}
		start[at.Topic][at.Partition] = offset
	}
	c.wake()
	return start
}

// stranger says why a position is not one of this cluster's topic; empty if it is. An identity that one side does not
// know proves nothing.
func stranger(at state.Position, seen layout) string {
	differ := func(stored, found string) bool { return stored != "" && found != "" && stored != found }
	id := seen.topics[at.Topic].id
	switch {
	case differ(at.Cluster, seen.cluster):
		return fmt.Sprintf("the store's position is of cluster %s, this is cluster %s", at.Cluster, seen.cluster)
	case differ(at.TopicID, id):
		return fmt.Sprintf("the topic was created anew: the store's position is of topic id %s, this is %s", at.TopicID, id)
	}
	return ""
}

// witness warns when the group has gone further than the store: a store that was set back forgets messages it has sent.
func (c *cursors) witness(at state.Position, committed kgo.Offset) {
	if ahead := committed.EpochOffset().Offset; ahead > max(at.Next, 0) {
		c.notices.log.Warn("the group's offset is ahead of the store's position: was the store set back?",
			"topic", at.Topic, "partition", at.Partition, "store", at.Next, "group", ahead)
	}
}

// revoke forgets partitions. The group calls it only while the caller polls, so no batch of theirs is in flight; what the
// caller has kept of them is dropped when he reads Revoked.
func (c *cursors) revoke(_ context.Context, _ *kgo.Client, lost map[string][]int32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for topic, numbers := range lost {
		for _, number := range numbers {
			part := consumer.Partition{Topic: topic, Number: number}
			if c.own[part] == nil {
				continue
			}
			delete(c.own, part)
			c.revoked = append(c.revoked, part)
			c.assigned = slices.DeleteFunc(c.assigned, func(p state.Position) bool {
				return p.Topic == topic && p.Partition == number
			})
			c.foreign = slices.DeleteFunc(c.foreign, func(f fault) bool { return f.part == part })
		}
	}
	slices.SortFunc(c.revoked, comparePartitions)
	c.wake()
}

// arm lets news end the poll that is about to wait; true means that there are some already.
func (c *cursors) arm(interrupt context.CancelFunc) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.interrupt = interrupt
	return len(c.assigned)+len(c.revoked)+len(c.foreign) > 0
}

// wake ends a poll that waits. The caller holds mu.
func (c *cursors) wake() {
	if c.interrupt != nil {
		c.interrupt()
	}
}

// take returns the news and forgets them.
func (c *cursors) take() (consumer.Polled, []fault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	polled := consumer.Polled{Assigned: c.assigned, Revoked: c.revoked}
	faults := c.foreign
	c.assigned, c.revoked, c.foreign, c.interrupt = nil, nil, nil, nil
	return polled, faults
}

// running leaves out the partitions that are not ours or behind a gap.
func (c *cursors) running(parts []consumer.Partition) []consumer.Partition {
	c.mu.Lock()
	defer c.mu.Unlock()
	var run []consumer.Partition
	for _, part := range parts {
		if cur := c.own[part]; cur != nil && !cur.halted {
			run = append(run, part)
		}
	}
	return run
}

func comparePartitions(a, b consumer.Partition) int {
	return cmp.Or(cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Number, b.Number))
}
