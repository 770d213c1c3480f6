package kafka

import (
	"fmt"
	"math"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"tocsin/consumer"
	"tocsin/state"
)

// hand appends the records of one fetched partition and moves its cursor past them. Offsets may leave gaps, where
// compaction or an aborted transaction has taken records out, but never go back: a log that does was cut and written
// anew, and that halts the partition.
func (c *cursors) hand(records []consumer.Record, fetched kgo.FetchTopicPartition, faults *[]fault) []consumer.Record {
	if len(fetched.Records) == 0 {
		return records
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	part := consumer.Partition{Topic: fetched.Topic, Number: fetched.Partition}
	cur := c.own[part]
	if cur == nil || cur.halted {
		return records // revoked: the next owner reads them; behind a gap: the position stays before it
	}
	unlike, partitions := 0, c.partitions[fetched.Topic]
	for _, record := range fetched.Records {
		if record.Offset < cur.next {
			*faults = append(*faults, fault{
				part: part, from: record.Offset, to: cur.next,
				reason: fmt.Sprintf("the log went back to offset %d after %d had been read", record.Offset, cur.next-1),
			})
			cur.halted = true
			break
		}
		one := recordOf(part, record)
		if one.Elsewhere = elsewhere(record, partitions); one.Elsewhere {
			unlike++
		}
		records = append(records, one)
		cur.next = record.Offset + 1
	}
	c.metrics.elsewhere(fetched.Topic, unlike)
	return records
}

// recordOf is a record as the runner sees it. Key, value and headers are not reused by later polls.
func recordOf(part consumer.Partition, r *kgo.Record) consumer.Record {
	record := consumer.Record{
		Partition:   part,
		Offset:      r.Offset,
		Timestamp:   instantOf(r.Timestamp),
		Key:         r.Key,
		Value:       r.Value,
		Control:     r.Attrs.IsControl(),
		LeaderEpoch: r.LeaderEpoch,
	}
	if len(r.Headers) > 0 {
		record.Headers = make([]state.Header, len(r.Headers))
		for i, h := range r.Headers {
			record.Headers[i] = state.Header(h)
		}
	}
	return record
}

// instantOf is a record's timestamp: zero where the record has none, and the last instant there is where a publisher has
// written one far beyond it.
func instantOf(t time.Time) state.Instant {
	ms := t.UnixMilli()
	switch {
	case ms < 0:
		return 0
	case ms > math.MaxInt64/int64(time.Millisecond):
		return math.MaxInt64
	}
	return state.Instant(ms * int64(time.Millisecond))
}
