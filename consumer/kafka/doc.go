// Package kafka reads the input topics as a member of a consumer group, answers for their ends, and publishes what was
// committed. It is the one place that speaks Kafka.
//
// # Who owns what
//
// The store owns the positions, the group only says who reads which partition. When the group assigns a partition, the
// client acquires it from the store, which counts its epoch up and says where it stands; Kafka's own committed offsets
// are a mirror for lag tools and are never read back, but for a warning when they are ahead of the store. Whether a batch
// counts is decided by the store's compare-and-set on position and epoch alone: a member that was thrown out of the group
// and does not know it yet can do no harm.
//
// Three goroutines touch a [Client]: the caller's, which calls every method; the group's, which acquires and revokes; and
// that of a commit's answer. They share the cursors under one mutex. A revoke waits until the caller is inside Poll, so
// between two polls the caller's partitions stay his, and a poll reports what was revoked before what was assigned.
//
// # No batch of a kept partition is lost
//
// The fetch position is past whatever Poll has returned: a record that the caller drops is not fetched again while the
// partition stays his. So the caller keeps what he cannot apply yet, pauses the partition and goes on polling (with limit
// 0 if he wants nothing but news of the assignment). What Kafka has buffered of a paused partition and Poll has not
// returned is fetched again after Resume. Only a revoke ends the duty; whoever gets the partition next starts where the
// store stands.
//
// # What stops a partition
//
// A record that can no longer be read is a [consumer.Gap]: retention was faster, the log was cut back, a batch cannot be
// decoded, or the topic or the whole cluster is not the one that the store knows. The partition stays paused until a
// person has accepted the gap. The client then goes on where he says ([Client.Restart]), but for one whose topic or cluster
// is another one: that takes a client that is opened anew. Skipping a gap would conclude the absence of a payment from a hole.
//
// # Why
//
// No OnPartitionsAssigned: registering one makes the assignment wait for the caller's batch, and AdjustFetchOffsetsFn is
// enough. NoResetOffset: every other reset skips or repeats in silence. ReadCommitted with KeepControlRecords: a marker
// at the end of a partition must move the position, or the partition would never stand at its end. RangeBalancer: it stops everybody
// for a moment where a member comes or goes, but gives a customer's events, of topics that are partitioned alike, to one member;
// else two would step the same customers, and the second of them in vain. One client for reading
// and one for writing: a reader that resigns must not take the writer with it.
package kafka
