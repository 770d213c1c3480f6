package kafka_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"tocsin/consumer"
	"tocsin/consumer/kafka"
	"tocsin/state"
)

func TestRecordsComeInOrderAndWhole(t *testing.T) {
	cluster := newCluster(t, 3, invoices)
	writer := newWriter(t, cluster)
	known := time.Date(2026, 3, 1, 12, 0, 0, 5e6, time.UTC)
	want := map[int32][]string{}
	for partition := range int32(3) {
		records := numbered(invoices, partition, 0, 200)
		records[0].Key, records[0].Timestamp = []byte("C-1"), known
		records[0].Headers = []kgo.RecordHeader{{Key: "content-type", Value: []byte("application/cloudevents+json")}}
		produce(t, writer, records...)
		want[partition] = wantValues(records)
	}
	r := openReader(t, newPositions(), configOf(cluster, invoices))
	for limit := 7; len(r.records) < 600; {
		if polled := r.step(t, limit); len(polled.Records) > limit {
			t.Fatalf("got %d records, want at most %d", len(polled.Records), limit)
		}
	}
	for partition, values := range want {
		if got := r.values(consumer.Partition{Topic: invoices, Number: partition}); !slices.Equal(got, values) {
			t.Errorf("partition %d: got %d values out of order or missing", partition, len(got))
		}
	}
	first := r.records[slices.IndexFunc(r.records, func(r consumer.Record) bool { return r.Offset == 0 })]
	if got, want := first.Timestamp, state.InstantOf(known); got != want {
		t.Errorf("timestamp: got %v, want the producer's %v", got, want)
	}
	if string(first.Key) != "C-1" || len(first.Headers) != 1 || !bytes.Equal(first.Headers[0].Value, []byte("application/cloudevents+json")) {
		t.Errorf("got key %q and headers %v, want those produced", first.Key, first.Headers)
	}
}

func TestARestartGoesOnWhereTheStoreStands(t *testing.T) {
	cluster := newCluster(t, 1, invoices)
	writer := newWriter(t, cluster)
	produce(t, writer, numbered(invoices, 0, 0, 10)...)
	store := newPositions()
	part := consumer.Partition{Topic: invoices}

	r := openReader(t, store, configOf(cluster, invoices))
	r.until(t, "ten records", r.has(10))
	if err := r.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	row := store.rows[part]
	row.Next = 6 // the commit of the last four never happened
	store.rows[part] = row

	again := openReader(t, store, configOf(cluster, invoices))
	again.until(t, "four records", again.has(4))
	if got, want := again.values(part), []string{"0/6", "0/7", "0/8", "0/9"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if epoch := again.own[part].Epoch; epoch != 2 {
		t.Errorf("epoch: got %d, want 2", epoch)
	}
}

func TestPauseLosesNothing(t *testing.T) {
	cluster := newCluster(t, 2, invoices)
	writer := newWriter(t, cluster)
	r := openReader(t, newPositions(), configOf(cluster, invoices))
	r.until(t, "both partitions", r.owns(2))

	held, other := consumer.Partition{Topic: invoices, Number: 0}, consumer.Partition{Topic: invoices, Number: 1}
	records := numbered(invoices, 0, 0, 300)
	produce(t, writer, records...)
	for len(r.records) < 10 {
		r.step(t, 10) // the client has buffered the rest
	}
	r.Pause([]consumer.Partition{held})
	produce(t, writer, numbered(invoices, 1, 0, 5)...)
	before := len(r.values(held))
	r.until(t, "the other partition goes on", func() bool { return len(r.values(other)) == 5 })
	if got := len(r.values(held)); got != before {
		t.Errorf("paused: got %d more records, want none", got-before)
	}
	r.Resume([]consumer.Partition{held})
	r.until(t, "the paused partition", func() bool { return len(r.values(held)) == 300 })
	if got := r.values(held); !slices.Equal(got, wantValues(records)) {
		t.Errorf("got %d values out of order or doubled", len(got))
	}
}

func TestASecondMemberTakesItsShareAndNothingIsLostOrDoubled(t *testing.T) {
	cluster := newCluster(t, 4, invoices)
	writer := newWriter(t, cluster)
	store := newPositions()
	var want []string
	write := func(first int) {
		for partition := range int32(4) {
			records := numbered(invoices, partition, first, 50)
			produce(t, writer, records...)
			want = append(want, wantValues(records)...)
		}
	}
	write(0)
	one := openReader(t, store, configOf(cluster, invoices))
	one.until(t, "all partitions", one.owns(4))
	one.step(t, 30)
	two := openReader(t, store, configOf(cluster, invoices))
	share := func() bool { return len(one.own) == 2 && len(two.own) == 2 }
	for end := time.Now().Add(patience); !share(); {
		if time.Now().After(end) {
			t.Fatalf("got %d and %d partitions, want 2 and 2", len(one.own), len(two.own))
		}
		one.step(t, 7)
		two.step(t, 7)
	}
	write(50)
	two.step(t, 7)
	if err := two.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	one.until(t, "all partitions again", one.owns(4))
	one.until(t, "every record", func() bool { return len(one.records)+len(two.records) >= len(want) })

	var got []string
	for _, record := range append(one.records, two.records...) {
		got = append(got, string(record.Value))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got %d records, want %d, each once", len(got), len(want))
	}
}

func TestNewsComeWithoutRecordsAndAKeptBatchStaysTheCallers(t *testing.T) {
	cluster := newCluster(t, 2, invoices)
	writer := newWriter(t, cluster)
	produce(t, writer, append(numbered(invoices, 0, 0, 20), numbered(invoices, 1, 0, 20)...)...)
	store := newPositions()
	one := openReader(t, store, configOf(cluster, invoices))
	var kept []consumer.Record
	for end := time.Now().Add(patience); len(kept) < 40; {
		if time.Now().After(end) {
			t.Fatalf("got %d records, want 40", len(kept))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		polled, err := one.Poll(ctx, 100)
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		one.follow(polled)
		kept = append(kept, polled.Records...)
	}
	two := openReader(t, store, configOf(cluster, invoices))
	for end := time.Now().Add(patience); len(one.own) != 1 || len(two.own) != 1; {
		if time.Now().After(end) {
			t.Fatalf("got %d and %d partitions, want 1 and 1", len(one.own), len(two.own))
		}
		if polled := one.step(t, 0); len(polled.Records) > 0 {
			t.Fatalf("got %d records of a poll for news", len(polled.Records))
		}
		two.step(t, 100)
	}
	one.commit(slices.DeleteFunc(kept, func(r consumer.Record) bool { _, own := one.own[r.Partition]; return !own }))
	two.until(t, "the other half", two.has(20))
	if len(one.records) != 20 || one.fenced+two.fenced != 0 {
		t.Errorf("got %d records kept and %d fenced, want 20 and 0", len(one.records), one.fenced+two.fenced)
	}
}

func TestNothingIsTakenAwayBetweenTwoPolls(t *testing.T) {
	cluster := newCluster(t, 2, invoices)
	config := configOf(cluster, invoices)
	config.Session = time.Second
	store := newPositions()
	one := openReader(t, store, config)
	one.until(t, "both partitions", one.owns(2))
	one.step(t, 0)
	two := openReader(t, store, config)
	time.Sleep(900 * time.Millisecond) // several heartbeats, in which the second asks for its share
	rows, err := store.AllPositions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if row.Epoch != 1 {
			t.Errorf("partition %d: got epoch %d, want 1: its owner has not polled since", row.Partition, row.Epoch)
		}
	}
	for end := time.Now().Add(patience); len(one.own) != 1 || len(two.own) != 1; {
		if time.Now().After(end) {
			t.Fatalf("got %d and %d partitions, want 1 and 1", len(one.own), len(two.own))
		}
		one.step(t, 10)
		two.step(t, 10)
	}
}

func TestAPartitionThatComesBackIsNotPaused(t *testing.T) {
	cluster := newCluster(t, 1, invoices)
	writer := newWriter(t, cluster)
	config := configOf(cluster, invoices)
	r := openReader(t, newPositions(), config)
	r.until(t, "the partition", r.owns(1))
	r.Pause([]consumer.Partition{{Topic: invoices}})
	expel(t, writer)
	r.until(t, "the partition to be lost", r.owns(0))
	r.until(t, "the partition to come back", r.owns(1))
	produce(t, writer, numbered(invoices, 0, 0, 3)...)
	r.until(t, "three records", r.has(3))
}

// expel throws the only member out of the group, as a missed heartbeat would.
func expel(t *testing.T, client *kgo.Client) {
	t.Helper()
	groups, err := admin(t, client).DescribeGroups(t.Context(), "tocsin")
	if err != nil {
		t.Fatal(err)
	}
	leave := kmsg.NewPtrLeaveGroupRequest()
	leave.Group = "tocsin"
	member := kmsg.NewLeaveGroupRequestMember()
	member.MemberID = groups["tocsin"].Members[0].MemberID
	leave.Members = append(leave.Members, member)
	if _, err := leave.RequestWith(t.Context(), client); err != nil {
		t.Fatal(err)
	}
}

func TestMarkersAndAbortedRecordsMoveThePosition(t *testing.T) {
	cluster := newCluster(t, 1, invoices)
	writer := newWriter(t, cluster, kgo.TransactionalID("erp"))
	for round, commit := range []kgo.TransactionEndTry{kgo.TryCommit, kgo.TryAbort} {
		if err := writer.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		produce(t, writer, numbered(invoices, 0, 10*round, 3)...)
		if err := writer.EndTransaction(t.Context(), commit); err != nil {
			t.Fatal(err)
		}
	}
	store := newPositions()
	part := consumer.Partition{Topic: invoices}
	r := openReader(t, store, configOf(cluster, invoices))
	r.until(t, "three records and a marker, twice", func() bool { // the coordinator may write the last one after its answer
		ends, err := r.Ends(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return ends.Next[part] == 8
	})
	r.until(t, "the position at the end", func() bool { return store.next(part) == 8 })
	if got, want := r.values(part), []string{"0/0", "0/1", "0/2"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}

	if err := writer.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	produce(t, writer, numbered(invoices, 0, 20, 1)...)
	if ends, err := r.Ends(t.Context()); err != nil || ends.Next[part] != 9 {
		t.Errorf("while a transaction is open: got end %d and %v, want 9: its record may yet be committed", ends.Next[part], err)
	}
	if err := writer.EndTransaction(t.Context(), kgo.TryAbort); err != nil {
		t.Fatal(err)
	}
}

func TestNoBrokerIsWaitedForAndSaidOnce(t *testing.T) {
	config := configOf(newCluster(t, 1, invoices), invoices)
	config.Brokers = []string{"127.0.0.1:1"}
	r := openReader(t, newPositions(), config)
	for range 8 {
		r.step(t, 10)
	}
	if got := r.log.count("waiting for broker 127.0.0.1:1"); got != 1 {
		t.Errorf("got %d lines about the broker, want 1:\n%s", got, r.log.text.String())
	}
	begun := time.Now()
	_ = r.Close(t.Context()) // there is no group to leave
	if took := time.Since(begun); took > 8*time.Second {
		t.Errorf("close took %v, want less than 8 s", took)
	}
}

func TestAStoreThatIsDownIsWaitedFor(t *testing.T) {
	cluster := newCluster(t, 1, invoices)
	produce(t, newWriter(t, cluster), numbered(invoices, 0, 0, 1)...)
	store := newPositions()
	store.broken = 2
	r := openReader(t, store, configOf(cluster, invoices))
	r.until(t, "one record", r.has(1))
	if said, over := r.log.count("WARN"), r.log.count("no longer waiting"); said != 1 || over != 1 {
		t.Errorf("got %d warnings and %d ends of them, want 1 and 1:\n%s", said, over, r.log.text.String())
	}
}

func TestARefusalIsReturned(t *testing.T) {
	cluster, err := kfake.NewCluster(kfake.SeedTopics(1, invoices), kfake.EnableACLs())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	client, err := kafka.Open(kafka.Config{Brokers: cluster.ListenAddrs(), Group: "tocsin", Topics: []string{invoices}}, newPositions(), wall)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close(context.Background()) })
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for ctx.Err() == nil && err == nil {
		_, err = client.Poll(ctx, 1)
	}
	if !errors.Is(err, kerr.GroupAuthorizationFailed) && !errors.Is(err, kerr.TopicAuthorizationFailed) {
		t.Errorf("got %v, want what is not authorized", err)
	}
}

func TestConfigNamesEveryFault(t *testing.T) {
	for _, test := range []struct {
		config kafka.Config
		want   []string
	}{
		{kafka.Config{}, []string{"no brokers", "no consumer group", "no topics"}},
		{kafka.Config{Brokers: []string{"b:1"}, Group: "g", Topics: []string{"a", "a"}}, []string{"topic a is listed twice"}},
		{kafka.Config{Brokers: []string{"b:1"}, Group: "g", Topics: []string{""}, Session: -1}, []string{"without name", "negative"}},
	} {
		_, err := kafka.Open(test.config, newPositions(), wall)
		for _, want := range test.want {
			if !strings.Contains(fmt.Sprint(err), want) {
				t.Errorf("%+v: got %v, want %q", test.config, err, want)
			}
		}
	}
}
