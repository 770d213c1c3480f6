package consumer

import (
	"context"

	"tocsin/state"
)

// Source gives the records of partitions in order and answers for their ends. One goroutine calls its methods.
type Source interface {
	// Poll waits until ctx ends or something has arrived and returns at most limit records. The slices are valid until
	// the next Poll. Control records are returned with Control set: they move the position and carry nothing.
	Poll(ctx context.Context, limit int) (Polled, error)
	// Pause stops fetching of partitions. What was polled of them stays with the caller, who must not drop it: the fetch
	// position has moved on.
	Pause(parts []Partition)
	// Resume restarts fetching of partitions.
	Resume(parts []Partition)
	// Restart goes on with a partition of ours at an offset, since a person has accepted the gap that it stopped at: its next record is
	// the first one from there on. It tells false where that takes a source that is opened anew.
	Restart(part Partition, next int64) bool
	// Owns tells whether records with this key come to us where they are partitioned as Kafka's own client does it, as far as is
	// known. It is a guess that saves work: nothing rests on it.
	Owns(key string) bool
	// Ends asks the brokers for the end of every partition of every configured topic, owned or not.
	Ends(ctx context.Context) (Ends, error)
	// Mirror commits positions to the consumer group, for lag tools; best effort.
	Mirror(ctx context.Context, next map[Partition]int64)
	// Close leaves the group.
	Close(ctx context.Context) error
}

// Partition is one partition of a topic.
type Partition struct {
	Topic  string
	Number int32
}

// Record is one Kafka record.
type Record struct {
	Partition
	Offset      int64
	Timestamp   state.Instant
	Key, Value  []byte
	Headers     []state.Header
	Control     bool
	Elsewhere   bool // its key lies on another partition than the Java client chooses
	LeaderEpoch int32
}

// Polled is what happened since the last poll.
type Polled struct {
	Records  []Record
	Assigned []state.Position // newly assigned, as acquired from the store
	Revoked  []Partition
	Gaps     []Gap
}

// Gap is a range of offsets that can no longer be read. The partition stays paused until a person accepts the gap.
type Gap struct {
	Partition
	Stands   int64 // the next record of the partition has at least this offset; -1: none was handed out yet
	From, To int64 // offsets From and up to To, without To, are gone; -1: not known
	Foreign  bool  // the topic, or the cluster, is another one than that of the position
	Reason   string
}

// Ends is the brokers' answer.
type Ends struct {
	// At is the store's clock before the question was sent: what was appended earlier lies below Next. The moment of the
	// answer would claim too much, for a record may come in between the broker's look and the answer's arrival.
	At      state.Instant
	Next    map[Partition]int64 // the offset of what will be appended next; a transaction that is open lies before it
	Start   map[Partition]int64 // the first offset that can be read; equal to Next when the partition is empty
	Unknown []Partition         // partitions that exist and whose end no broker told: each holds the day
	Missing []string            // configured topics that do not exist: they hold nothing
}
