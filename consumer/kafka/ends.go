package kafka

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"tocsin/consumer"
)

// What ListOffsets can be asked for.
const (
	latest   = -1
	earliest = -2
)

// layout is what the cluster says of the configured topics.
type layout struct {
	cluster string
	topics  map[string]topicLayout
	missing []string // sorted
}

type topicLayout struct {
	id         string // as Kafka's own tools write it; empty on brokers before 2.8
	partitions []int32
}

// layout asks a broker, not the client's memory: a partition that was added a moment ago may hold the payment in question.
func (c *Client) layout(ctx context.Context) (layout, error) {
	request := kmsg.NewPtrMetadataRequest()
	for _, topic := range c.topics {
		t := kmsg.NewMetadataRequestTopic()
		t.Topic = kmsg.StringPtr(topic)
		request.Topics = append(request.Topics, t)
	}
	response, err := request.RequestWith(ctx, c.kafka)
	if err != nil {
		return layout{}, fmt.Errorf("ask for the topics: %w", err)
	}
	seen := layout{topics: make(map[string]topicLayout, len(c.topics))}
	if response.ClusterID != nil {
		seen.cluster = *response.ClusterID
	}
	for _, t := range response.Topics {
		switch err := kerr.ErrorForCode(t.ErrorCode); {
		case t.Topic == nil:
		case errors.Is(err, kerr.UnknownTopicOrPartition):
			seen.missing = append(seen.missing, *t.Topic)
		case err != nil:
			return layout{}, fmt.Errorf("ask for topic %s: %w", *t.Topic, err)
		default:
			seen.topics[*t.Topic] = layoutOf(t)
		}
	}
	slices.Sort(seen.missing)
	return seen, nil
}

func layoutOf(t kmsg.MetadataResponseTopic) topicLayout {
	var topic topicLayout
	if t.TopicID != [16]byte{} {
		topic.id = base64.RawURLEncoding.EncodeToString(t.TopicID[:])
	}
	for _, p := range t.Partitions {
		topic.partitions = append(topic.partitions, p.Partition)
	}
	return topic
}

// partitions are all of them, sorted.
func (l layout) partitions() []consumer.Partition {
	var parts []consumer.Partition
	for name, topic := range l.topics {
		for _, number := range topic.partitions {
			parts = append(parts, consumer.Partition{Topic: name, Number: number})
		}
	}
	slices.SortFunc(parts, comparePartitions)
	return parts
}

// Ends asks the brokers for the end of every partition of every configured topic, owned or not. A partition whose leader
// did not answer, that is behind a gap, or that belongs to a topic created anew is listed as Unknown.
func (c *Client) Ends(ctx context.Context) (consumer.Ends, error) {
	at := c.now()
	seen, err := c.layout(ctx)
	if err != nil {
		return consumer.Ends{}, fmt.Errorf("kafka: %w", err)
	}
	c.cursors.hear(seen)
	parts := seen.partitions()
	if len(parts) > c.known {
		c.kafka.ForceMetadataRefresh() // let the group hand out what is new
	}
	c.known = len(parts)
	ends := consumer.Ends{
		At:      at,
		Next:    c.offsets(ctx, parts, latest),
		Start:   c.offsets(ctx, parts, earliest),
		Missing: seen.missing,
	}
	if err := ctx.Err(); err != nil {
		return consumer.Ends{}, fmt.Errorf("kafka: ask for the ends: %w", err)
	}
	for _, part := range parts {
		_, haveNext := ends.Next[part]
		_, haveStart := ends.Start[part]
		if haveNext && haveStart && c.cursors.trust(part, seen) {
			continue
		}
		delete(ends.Next, part)
		delete(ends.Start, part)
		ends.Unknown = append(ends.Unknown, part)
	}
	return ends, nil
}

// trust tells whether the brokers' answer can be held against the position of a partition. A topic that was created anew
// since it was assigned is found out here, before a fetch stumbles over it, and told by the next poll.
func (c *cursors) trust(part consumer.Partition, seen layout) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	cur := c.own[part]
	switch {
	case cur == nil:
		return true
	case cur.halted:
		return false
	}
	why := stranger(cur.acquired, seen)
	if why != "" {
		cur.halted = true
		c.foreign = append(c.foreign, fault{part: part, from: cur.next, to: -1, foreign: true, reason: why})
	}
	return why == ""
}

// offsets asks the partitions' leaders for one of their offsets. A partition without an answer is not in the result.
//
// It asks as a reader of everything does, not as one of committed records: the end is behind a transaction that is open, too. What
// lies in it may be the payment in question, and a publisher who has been told that his transaction is committed has been told so
// before its marker is in the partition. So an open transaction holds the day until it ends, which brokers see to.
func (c *Client) offsets(ctx context.Context, parts []consumer.Partition, which int64) map[consumer.Partition]int64 {
	request := kmsg.NewPtrListOffsetsRequest()
	for topic, numbers := range byTopic(parts) {
		t := kmsg.NewListOffsetsRequestTopic()
		t.Topic = topic
		for _, number := range numbers {
			p := kmsg.NewListOffsetsRequestTopicPartition()
			p.Partition, p.Timestamp = number, which
			t.Partitions = append(t.Partitions, p)
		}
		request.Topics = append(request.Topics, t)
	}
	answers := make(map[consumer.Partition]int64, len(parts))
	for _, shard := range c.kafka.RequestSharded(ctx, request) {
		response, ok := shard.Resp.(*kmsg.ListOffsetsResponse)
		if shard.Err != nil || !ok {
			continue
		}
		for _, t := range response.Topics {
			for _, p := range t.Partitions {
				if p.ErrorCode == 0 && p.Offset >= 0 {
					answers[consumer.Partition{Topic: t.Topic, Number: p.Partition}] = p.Offset
				}
			}
		}
	}
	return answers
}
