package kafka_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"tocsin/consumer"
	"tocsin/consumer/kafka/kafkatest"
)

// What compaction has taken out was there to be read and is told by what stayed; a position amid it goes on behind it.
func TestCompactedOffsetsAreNoGap(t *testing.T) {
	cluster := newCluster(t, 1)
	cluster.Create(t, kafkatest.Topic{Name: invoices, Partitions: 1, Settings: map[string]string{
		"cleanup.policy": "compact", "segment.ms": "100", "min.cleanable.dirty.ratio": "0.01",
	}})
	writer := newWriter(t, cluster)
	records := numbered(invoices, 0, 0, 40)
	for i, record := range records {
		record.Key = fmt.Append(nil, i%4)
	}
	produce(t, writer, records...)
	for end := time.Now().Add(patience); consume(t, cluster, 1, invoices)[0].Offset < 36; time.Sleep(200 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the log is not compacted")
		}
		last := numbered(invoices, 0, 40, 1)
		last[0].Key = []byte("last")
		produce(t, writer, last...) // begins a segment: the one in use is never compacted
	}
	part := consumer.Partition{Topic: invoices}
	store := newPositions()
	store.rows[part] = positionAt(part, 5)
	r := openReader(t, store, configOf(cluster, invoices))
	ends, err := r.Ends(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if ends.Start[part] != 0 {
		t.Errorf("got a log that starts at %d, want 0: compaction cuts off nothing", ends.Start[part])
	}
	r.until(t, "the position at the end", func() bool { return store.next(part) == ends.Next[part] })
	if got, want := slices.Compact(r.values(part)), []string{"0/36", "0/37", "0/38", "0/39", "0/40"}; !slices.Equal(got, want) || len(r.gaps) > 0 {
		t.Errorf("got %v and gaps %v, want %v and none", got, r.gaps, want)
	}
}

// Transactions lie between each other and between plain records. What is committed comes in the log's order, and what is not
// never.
func TestInterleavedTransactionsKeepTheLogsOrder(t *testing.T) {
	cluster := newCluster(t, 1, invoices)
	plain := newWriter(t, cluster)
	kept, thrown := newWriter(t, cluster, kgo.TransactionalID("kept")), newWriter(t, cluster, kgo.TransactionalID("thrown"))
	part := consumer.Partition{Topic: invoices}
	store := newPositions()
	r := openReader(t, store, configOf(cluster, invoices))
	var want []string
	for round := range 5 {
		for n, writer := range []*kgo.Client{kept, thrown} {
			if err := writer.BeginTransaction(); err != nil {
				t.Fatal(err)
			}
			records := numbered(invoices, 0, 100*round+10*n, 3)
			produce(t, writer, records...)
			between := numbered(invoices, 0, 100*round+10*n+5, 1)
			produce(t, plain, between...)
			if writer == kept {
				want = append(want, wantValues(records)...)
			}
			want = append(want, wantValues(between)...)
		}
		for writer, how := range map[*kgo.Client]kgo.TransactionEndTry{kept: kgo.TryCommit, thrown: kgo.TryAbort} {
			if err := writer.EndTransaction(t.Context(), how); err != nil {
				t.Fatal(err)
			}
		}
		r.step(t, 4)
	}
	const all = 5 * 10 // in each round eight records and two markers
	r.until(t, "the position at the end", func() bool { return store.next(part) == all })
	if got := r.values(part); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

// A publisher dies amid a transaction. What lies in it and behind it cannot be read, and the partition does not end before it, until
// the brokers give the transaction up.
func TestATransactionThatIsLeftOpenHoldsItsPartition(t *testing.T) {
	cluster := newCluster(t, 1, invoices)
	plain := newWriter(t, cluster)
	part := consumer.Partition{Topic: invoices}
	produce(t, plain, numbered(invoices, 0, 0, 2)...)
	dying := newWriter(t, cluster, kgo.TransactionalID("dying"), kgo.TransactionTimeout(2*time.Second))
	if err := dying.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	produce(t, dying, numbered(invoices, 0, 10, 3)...)
	dying.Close()
	produce(t, plain, numbered(invoices, 0, 20, 1)...)

	store := newPositions()
	r := openReader(t, store, configOf(cluster, invoices))
	ends, err := r.Ends(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if ends.Next[part] != 6 {
		t.Errorf("got end %d while the transaction is open, want 6", ends.Next[part])
	}
	r.until(t, "all before it", func() bool { return store.next(part) == 2 })
	r.until(t, "what lies behind it", func() bool { return store.next(part) == 7 }) // the last is the marker of the end
	if got, want := r.values(part), []string{"0/0", "0/1", "0/20"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
