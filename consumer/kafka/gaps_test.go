package kafka_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"

	"tocsin/consumer"
	"tocsin/consumer/kafka/kafkatest"
	"tocsin/state"
)

func TestWhatCannotBeReadStopsItsPartitionAlone(t *testing.T) {
	for _, test := range []struct {
		name     string
		stored   state.Position // of partition 0, which holds offsets 5 to 9
		from, to int64
		reason   string
	}{
		{"retention was faster", state.Position{Next: 2}, 2, 5, "retention has removed offsets 2 to 4"},
		{"the broker lost records", state.Position{Next: 15}, 10, 15, "the position 15 lies behind the end 10"},
		{"another cluster", state.Position{Next: 7, Cluster: "elsewhere"}, 7, -1, "is of cluster elsewhere"},
		{"the topic was created anew", state.Position{Next: 7, TopicID: "AAAAAAAAAAAAAAAAAAAAAA"}, 7, -1, "created anew"},
	} {
		t.Run(strings.ReplaceAll(test.name, " ", "-"), func(t *testing.T) {
			cluster := newCluster(t, 2, invoices)
			writer := newWriter(t, cluster)
			produce(t, writer, append(numbered(invoices, 0, 0, 10), numbered(invoices, 1, 0, 10)...)...)
			var cut kadm.Offsets
			cut.AddOffset(invoices, 0, 5, -1)
			if _, err := admin(t, writer).DeleteRecords(t.Context(), cut); err != nil {
				t.Fatal(err)
			}
			part, other := consumer.Partition{Topic: invoices}, consumer.Partition{Topic: invoices, Number: 1}
			store := newPositions()
			test.stored.Topic = invoices
			store.rows[part] = test.stored

			r := openReader(t, store, configOf(cluster, invoices))
			r.until(t, "the gap and the other partition", func() bool { return len(r.gaps) > 0 && len(r.values(other)) == 10 })
			r.Resume([]consumer.Partition{part})
			r.step(t, 100)
			r.step(t, 100)
			if len(r.gaps) != 1 || r.gaps[0].Partition != part || r.gaps[0].From != test.from || r.gaps[0].To != test.to ||
				!strings.Contains(r.gaps[0].Reason, test.reason) {
				t.Errorf("got %+v, want one gap of partition 0 from %d to %d: %s", r.gaps, test.from, test.to, test.reason)
			}
			if got := r.values(part); len(got) != 0 {
				t.Errorf("got %v from behind the gap, want nothing", got)
			}
			ends, err := r.Ends(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(ends.Unknown, part) {
				t.Errorf("got ends %+v, want the end of the stopped partition not known", ends)
			}
		})
	}
}

func TestANewPartitionStartsAtTheLogsStart(t *testing.T) {
	cluster := newCluster(t, 1, invoices)
	writer := newWriter(t, cluster)
	produce(t, writer, numbered(invoices, 0, 0, 10)...)
	var cut kadm.Offsets
	cut.AddOffset(invoices, 0, 5, -1)
	if _, err := admin(t, writer).DeleteRecords(t.Context(), cut); err != nil {
		t.Fatal(err)
	}
	r := openReader(t, newPositions(), configOf(cluster, invoices))
	r.until(t, "five records", r.has(5))
	if got := r.records[0].Offset; got != 5 || len(r.gaps) != 0 {
		t.Errorf("got first offset %d and gaps %v, want 5 and none", got, r.gaps)
	}
}

func TestATopicThatIsCreatedAnewWhileItIsReadStops(t *testing.T) {
	cluster := newCluster(t, 1, invoices)
	writer := newWriter(t, cluster)
	produce(t, writer, numbered(invoices, 0, 0, 10)...)
	store := newPositions()
	part := consumer.Partition{Topic: invoices}
	r := openReader(t, store, configOf(cluster, invoices))
	r.until(t, "ten records", r.has(10))

	adm := admin(t, newWriter(t, cluster))
	if _, err := adm.DeleteTopics(t.Context(), invoices); err != nil {
		t.Fatal(err)
	}
	if _, err := adm.CreateTopic(t.Context(), 1, 1, nil, invoices); err != nil {
		t.Fatal(err)
	}
	produce(t, newWriter(t, cluster), numbered(invoices, 0, 100, 20)...)
	ends, err := r.Ends(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, known := ends.Next[part]; known {
		t.Errorf("got %+v, want no end of a topic that is not the one that was read", ends)
	}
	r.until(t, "the gap", func() bool { return len(r.gaps) > 0 })
	if got := len(r.values(part)); got != 10 {
		t.Errorf("got %d records, want the ten of the old topic alone", got)
	}
	if got := store.next(part); got != 10 {
		t.Errorf("position: got %d, want 10", got)
	}
}

func TestTopicsAndPartitionsThatComeLaterAreReadAndAskedFor(t *testing.T) {
	cluster := newCluster(t, 1, invoices)
	r := openReader(t, newPositions(), configOf(cluster, invoices, payments))
	r.until(t, "one partition", r.owns(1))
	ends, err := r.Ends(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(ends.Missing, []string{payments}) || len(ends.Next) != 1 || len(ends.Unknown) != 0 {
		t.Errorf("got %+v, want %s missing and one end", ends, payments)
	}

	cluster.Create(t, kafkatest.Topics(2, payments)...)
	cluster.Grow(t, invoices, 2)
	if ends, err = r.Ends(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := len(ends.Next) + len(ends.Unknown); got != 4 || len(ends.Missing) != 0 {
		t.Errorf("got %+v, want four partitions at once and none missing", ends)
	}
	late := newWriter(t, cluster)
	produce(t, late, slices.Concat(numbered(payments, 1, 0, 3), numbered(invoices, 1, 0, 3))...)
	r.until(t, "six records", r.has(6))
	r.until(t, "four partitions", r.owns(4))
}

func TestEndsCoverPartitionsOfOthersAndAreStampedBeforeTheQuestion(t *testing.T) {
	cluster := newCluster(t, 4, invoices)
	writer := newWriter(t, cluster)
	produce(t, writer, slices.Concat(numbered(invoices, 0, 0, 3), numbered(invoices, 3, 0, 9))...)
	store := newPositions()
	one := openReader(t, store, configOf(cluster, invoices))
	two := openReader(t, store, configOf(cluster, invoices))
	for end := time.Now().Add(patience); len(one.own) != 2 || len(two.own) != 2; {
		if time.Now().After(end) {
			t.Fatalf("got %d and %d partitions, want 2 and 2", len(one.own), len(two.own))
		}
		one.step(t, 100)
		two.step(t, 100)
	}
	before := wall()
	ends, err := one.Ends(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := map[int32]int64{0: 3, 1: 0, 2: 0, 3: 9}
	for number, next := range want {
		part := consumer.Partition{Topic: invoices, Number: number}
		if ends.Next[part] != next || ends.Start[part] != 0 {
			t.Errorf("partition %d: got %d to %d, want 0 to %d", number, ends.Start[part], ends.Next[part], next)
		}
	}
	if len(ends.Next) != 4 || len(ends.Start) != 4 {
		t.Errorf("got %+v, want four partitions", ends)
	}
	if asked := wall(); ends.At < before || ends.At > asked {
		t.Errorf("got an answer stamped %v, want between %v and %v", ends.At, before, asked)
	}
}

func TestMirroredPositionsAreSeenByLagTools(t *testing.T) {
	cluster := newCluster(t, 2, invoices)
	writer := newWriter(t, cluster)
	produce(t, writer, slices.Concat(numbered(invoices, 0, 0, 10), numbered(invoices, 1, 0, 10))...)
	r := openReader(t, newPositions(), configOf(cluster, invoices))
	r.until(t, "all records", r.has(20))
	zero, one := consumer.Partition{Topic: invoices}, consumer.Partition{Topic: invoices, Number: 1}
	r.Mirror(t.Context(), map[consumer.Partition]int64{zero: 4})
	r.Mirror(t.Context(), map[consumer.Partition]int64{zero: 7, one: 10})
	if err := r.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	offsets, err := admin(t, writer).FetchOffsets(t.Context(), "tocsin")
	if err != nil {
		t.Fatal(err)
	}
	for part, want := range map[consumer.Partition]int64{zero: 7, one: 10} {
		if got, _ := offsets.Lookup(part.Topic, part.Number); got.At != want {
			t.Errorf("partition %d: got %d, want %d", part.Number, got.At, want)
		}
	}

	store := newPositions() // a store that was set back to nothing
	again := openReader(t, store, configOf(cluster, invoices))
	again.until(t, "all records again", again.has(20))
	if got := again.log.count("was the store set back?"); got != 2 {
		t.Errorf("got %d warnings, want one a partition", got)
	}
}
