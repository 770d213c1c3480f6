package kafka_test

import (
	"context"
	"errors"
	"maps"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"tocsin/consumer"
)

func TestAnInstanceThatIsStartedAnewGetsItsPartitionsBackWithoutARebalance(t *testing.T) {
	cluster := newCluster(t, 4, invoices)
	store := newPositions()
	named := func(instance string) *reader {
		config := configOf(cluster, invoices)
		config.Instance, config.Session = instance, 10*time.Second
		return openReader(t, store, config)
	}
	one := named("one")
	one.until(t, "all partitions", one.owns(4)) // it leads the group: kfake, unlike Apache Kafka, rebalances when a leader comes back
	two := named("two")
	for end := time.Now().Add(patience); len(one.own) != 2 || len(two.own) != 2; {
		if time.Now().After(end) {
			t.Fatalf("got %d and %d partitions, want 2 and 2", len(one.own), len(two.own))
		}
		one.step(t, 10)
		two.step(t, 10)
	}
	had, kept := two.own, maps.Clone(one.own)
	if err := two.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	again := named("two")
	for end := time.Now().Add(patience); len(again.own) != 2; {
		if time.Now().After(end) {
			t.Fatalf("got %d partitions back, want 2", len(again.own))
		}
		again.step(t, 10)
		one.step(t, 10)
	}
	for part, at := range had {
		if again.own[part].Epoch != at.Epoch+1 {
			t.Errorf("partition %d: got epoch %d, want %d", part.Number, again.own[part].Epoch, at.Epoch+1)
		}
	}
	if !maps.Equal(one.own, kept) {
		t.Errorf("the other: got %v, want %v left alone", one.own, kept)
	}
}

func TestOfTwoMembersWithOneNameTheOlderEnds(t *testing.T) {
	cluster := newCluster(t, 1, invoices)
	store := newPositions()
	config := configOf(cluster, invoices)
	config.Instance = "tocsin-0"
	older := openReader(t, store, config)
	older.until(t, "the partition", older.owns(1))
	newer := openReader(t, store, config)
	newer.until(t, "the partition", newer.owns(1))
	var err error
	for end := time.Now().Add(patience); err == nil && time.Now().Before(end); {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		_, err = older.Poll(ctx, 10)
		cancel()
		newer.step(t, 10)
	}
	if !errors.Is(err, kerr.FencedInstanceID) {
		t.Errorf("got %v, want that another one has its name", err)
	}
}

func TestBrokersThatTakeNoOffsetsAreWarnedOfOnceAndRead(t *testing.T) {
	cluster, err := kfake.NewCluster(kfake.SeedTopics(1, invoices), kfake.GroupMinSessionTimeout(50*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	var refused atomic.Int32
	cluster.ControlKey(int16(kmsg.OffsetCommit), func(request kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		answer := request.ResponseKind().(*kmsg.OffsetCommitResponse)
		for _, t := range request.(*kmsg.OffsetCommitRequest).Topics {
			topic := kmsg.NewOffsetCommitResponseTopic()
			topic.Topic, topic.TopicID = t.Topic, t.TopicID
			for _, p := range t.Partitions {
				partition := kmsg.NewOffsetCommitResponseTopicPartition()
				partition.Partition, partition.ErrorCode = p.Partition, kerr.GroupAuthorizationFailed.Code
				topic.Partitions = append(topic.Partitions, partition)
			}
			answer.Topics = append(answer.Topics, topic)
		}
		refused.Add(1)
		return answer, nil, true
	})
	g := &guarded{Cluster: cluster}
	r := openReader(t, newPositions(), g.config(nil))
	g.send(t, nil)
	r.until(t, "the event", r.has(1))
	r.until(t, "three refusals", func() bool {
		r.Mirror(t.Context(), map[consumer.Partition]int64{{Topic: invoices}: 1})
		return refused.Load() > 2
	})
	g.send(t, nil)
	r.until(t, "the next event", r.has(2))
	if got := r.log.count("showing lag tools old offsets"); got != 1 {
		t.Errorf("got %d warnings, want 1:\n%s", got, r.log.text.String())
	}
}
