package kafka

import (
	"context"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"tocsin/consumer"
	"tocsin/state"
)

// closeLimit bounds what leaving the group may cost when no broker answers.
const closeLimit = 5 * time.Second

// Client is a member of the consumer group. It implements [consumer.Source]; one goroutine calls its methods.
type Client struct {
	kafka   *kgo.Client
	cursors *cursors
	topics  []string
	now     func() state.Instant
	notices *notices
	enter   *Security

	records []consumer.Record // reused by each poll
	known   int               // partitions at the last Ends
	mirror  mirror
}

var _ consumer.Source = (*Client)(nil)

// Open joins the group. It does not wait for a broker: one that cannot be reached is logged and waited for. The clock
// stamps the answers of Ends.
func Open(config Config, store state.Positions, now func() state.Instant) (*Client, error) {
	if err := config.validate(); err != nil {
		return nil, err
	}
	config = config.withDefaults()
	c := &Client{topics: config.Topics, now: now, notices: newNotices(config.Log), enter: config.Security}
	c.cursors = newCursors(store, c.layout, c.notices, config.Metrics)
	options := append(config.options(),
		kgo.AdjustFetchOffsetsFn(c.cursors.acquire),
		kgo.OnPartitionsRevoked(c.cursors.revoke),
		kgo.OnPartitionsLost(c.cursors.revoke),
		kgo.WithHooks(append(config.Metrics.hooks("source"), c.notices)...),
		kgo.WithLogger(ear{c.enter, c.notices}),
	)
	// The callbacks run only once the group is joined, which NewClient starts; they ask the cluster through c.kafka.
	c.cursors.ready.Lock()
	defer c.cursors.ready.Unlock()
	client, err := kgo.NewClient(options...)
	if err != nil {
		return nil, fmt.Errorf("kafka: %w", err)
	}
	c.kafka = client
	return c, nil
}

// Poll gives way to a waiting rebalance, then waits until ctx ends or records, news of the assignment or a gap have
// arrived. With limit 0 it waits for nothing and returns news alone.
//
// The caller applies what is returned in this order: Revoked, Assigned, Gaps, Records. A partition that is newly assigned
// is not paused. The end of ctx is no error. An error is final: close the client.
func (c *Client) Poll(ctx context.Context, limit int) (consumer.Polled, error) {
	c.kafka.AllowRebalance()
	wait, stop := context.WithCancel(ctx)
	defer stop()
	if c.cursors.arm(stop) || limit <= 0 {
		stop()
	}
	fetches := c.kafka.PollRecords(wait, limit)

	if err := c.enter.barred(time.Now()); err != nil {
		return consumer.Polled{}, fmt.Errorf("kafka: %w", err)
	}
	polled, faults := c.cursors.take()
	c.restart(polled.Assigned)
	for _, failed := range fetches.Errors() {
		if err := c.judge(failed, &faults); err != nil {
			return consumer.Polled{}, err
		}
	}
	c.records = c.records[:0]
	fetches.EachPartition(func(p kgo.FetchTopicPartition) {
		c.records = c.cursors.hand(c.records, p, &faults)
	})
	polled.Records = c.records
	polled.Gaps = c.stop(ctx, faults)
	return polled, nil
}

// restart undoes the pauses that an earlier assignment has left in the client.
func (c *Client) restart(assigned []state.Position) {
	if len(assigned) == 0 {
		return
	}
	parts := make(map[string][]int32)
	for _, p := range assigned {
		parts[p.Topic] = append(parts[p.Topic], p.Partition)
	}
	c.kafka.ResumeFetchPartitions(parts)
}

// Pause stops fetching of partitions. What was polled of them stays with the caller.
func (c *Client) Pause(parts []consumer.Partition) {
	c.kafka.PauseFetchPartitions(byTopic(parts))
}

// Resume restarts fetching of partitions, but not of those behind a gap.
func (c *Client) Resume(parts []consumer.Partition) {
	c.kafka.ResumeFetchPartitions(byTopic(c.cursors.running(parts)))
}

// Close mirrors the last positions and leaves the group. It returns when every goroutine of the client has ended.
func (c *Client) Close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, closeLimit)
	defer cancel()
	c.mirror.flush(ctx, c.kafka, c.cursors)
	c.kafka.AllowRebalance()
	err := c.kafka.LeaveGroupContext(ctx)
	c.kafka.CloseAllowingRebalance()
	if err != nil {
		return fmt.Errorf("kafka: leave the group: %w", err)
	}
	return nil
}

func byTopic(parts []consumer.Partition) map[string][]int32 {
	topics := make(map[string][]int32)
	for _, p := range parts {
		topics[p.Topic] = append(topics[p.Topic], p.Number)
	}
	return topics
}
