package kafkatest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Record is a record as whoever reads only what is committed finds it.
type Record struct {
	Topic      string
	Partition  int32
	Offset     int64
	Timestamp  time.Time
	Key, Value []byte
	Headers    map[string]string
}

// Read is all that topics hold now, each partition in order.
func (c *Cluster) Read(tb testing.TB, topics ...string) (records []Record) {
	tb.Helper()
	c.ask(tb, func(ctx context.Context, admin *kadm.Client) error {
		ends, err := admin.ListCommittedOffsets(ctx, topics...)
		if err == nil {
			err = ends.Error()
		}
		if err != nil {
			return fmt.Errorf("ask for the ends: %w", err)
		}
		records, err = c.upTo(ctx, ends)
		return err
	})
	return records
}

// upTo reads each partition from its start to its end. The last of a partition may be the marker of a transaction.
func (c *Cluster) upTo(ctx context.Context, ends kadm.ListedOffsets) (records []Record, err error) {
	starts, left := make(map[string]map[int32]kgo.Offset), make(map[string]map[int32]int64)
	ends.Each(func(end kadm.ListedOffset) {
		if end.Offset == 0 {
			return
		}
		if starts[end.Topic] == nil {
			starts[end.Topic], left[end.Topic] = make(map[int32]kgo.Offset), make(map[int32]int64)
		}
		starts[end.Topic][end.Partition] = kgo.NewOffset().AtStart()
		left[end.Topic][end.Partition] = end.Offset
	})
	reader, err := kgo.NewClient(kgo.SeedBrokers(c.addresses...), kgo.ConsumePartitions(starts), kgo.KeepControlRecords(),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.FetchMaxWait(100*time.Millisecond))
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	for open := len(starts); open > 0; {
		fetches := reader.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			return nil, fmt.Errorf("read %d topics: %w", len(starts), err)
		}
		fetches.EachRecord(func(r *kgo.Record) {
			if r.Offset >= left[r.Topic][r.Partition] {
				return // came after the question
			}
			if !r.Attrs.IsControl() {
				records = append(records, recordOf(r))
			}
			if r.Offset == left[r.Topic][r.Partition]-1 {
				if delete(left[r.Topic], r.Partition); len(left[r.Topic]) == 0 {
					open--
				}
			}
		})
	}
	return records, nil
}

func recordOf(r *kgo.Record) Record {
	record := Record{
		Topic: r.Topic, Partition: r.Partition, Offset: r.Offset, Timestamp: r.Timestamp, Key: r.Key, Value: r.Value, Headers: make(map[string]string),
	}
	for _, h := range r.Headers {
		record.Headers[h.Key] = string(h.Value)
	}
	return record
}

// Place is a partition of a topic.
type Place struct {
	Topic     string
	Partition int32
}

// Committed is what a group has committed, as lag tools see it: the next offset of each partition.
func (c *Cluster) Committed(tb testing.TB, group string) (next map[Place]int64) {
	tb.Helper()
	next = make(map[Place]int64)
	c.ask(tb, func(ctx context.Context, admin *kadm.Client) error {
		offsets, err := admin.FetchOffsets(ctx, group)
		if err == nil {
			err = offsets.Error()
		}
		if err != nil {
			return fmt.Errorf("ask for the offsets of group %s: %w", group, err)
		}
		offsets.Each(func(o kadm.OffsetResponse) { next[Place{o.Topic, o.Partition}] = o.At })
		return nil
	})
	return next
}
