package consumer

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tocsin/state"
)

// full is an intake of partitions 0 to n-1 of a topic, with so many records of a day waiting on each.
func full(day state.Date, waiting ...int) *intake {
	in := newIntake(1<<30, func([]arrival) {})
	for n, records := range waiting {
		in.assign(state.Position{Topic: "events", Partition: int32(n), Next: 0})
		in.fill(day, n, 0, records)
	}
	return in
}

// fill has records come in on a partition.
func (in *intake) fill(day state.Date, n, from, to int) {
	id := Partition{"events", int32(n)}
	for i := from; i < to; i++ {
		in.partitions[id].add(arrival{record: Record{Partition: id, Offset: int64(i)}, day: day})
	}
}

// taken is how many records a batch has of each partition.
func taken(b batch) map[int32]int {
	of := make(map[int32]int)
	for i := range b.arrivals {
		of[b.arrivals[i].record.Number]++
	}
	return of
}

func TestABacklogIsTakenPartitionByPartitionAndNobodyWaitsForIt(t *testing.T) {
	const day, limit = 7, 1600
	in := full(day, 100_000, 100_000, 3, 100_000)
	for turn, first := range []int32{0, 1, 3, 0, 1} {
		b := in.take(day, limit)
		of := taken(b)
		if b.turn.Number != first {
			t.Errorf("batch %d: partition %d went first, want %d", turn, b.turn.Number, first)
		}
		if turn == 0 && of[2] != 3 {
			t.Errorf("3 records wait behind three backlogs: %v", of)
		}
		most := 0
		for _, n := range of {
			most = max(most, n)
		}
		if most < limit*(sharedPart-1)/sharedPart || len(b.arrivals) != limit {
			t.Errorf("batch %d: %d records of the partition whose turn it is, of %d: %v", turn, most, len(b.arrivals), of)
		}
		in.settle(b)
	}
}

// Who is in a batch beside the one whose turn it is, is likely in the next one too, which can then not be computed ahead.
func TestABatchThatIsHalfFullHasNoOthersBacklog(t *testing.T) {
	const day, limit = 7, 1600
	in := full(day, 1000, 100_000, 3)
	if of := taken(in.take(day, limit)); of[0] != 1000 || of[1] != 0 || of[2] != 3 {
		t.Errorf("got %v of the partitions, want all of 0 and 2", of)
	}
	in = full(day, 500, 100_000)
	if of := taken(in.take(day, limit)); of[0] != 500 || of[1] != limit-500 {
		t.Errorf("got %v of the partitions, want it to be filled up", of)
	}
}

// TestBatchesAreAllRecordsInOrder draws what waits and what comes in, and takes batch after batch, some of them ahead: each record comes once and behind those
// before it on its partition, no partition with a record of the day is passed over for as many batches as there are partitions, and what
// is said to wait behind a batch does.
func TestBatchesAreAllRecordsInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const day = 7
		waiting := rapid.SliceOfN(rapid.IntRange(0, 300), 1, 12).Draw(t, "waiting")
		in := full(day, waiting...)
		total := 0
		for _, n := range waiting {
			total += n
		}
		next, passed := make([]int64, len(waiting)), make([]int, len(waiting))
		check := func(b batch) {
			of := taken(b)
			for i := range b.arrivals {
				rec := b.arrivals[i].record
				if rec.Offset != next[rec.Number] {
					t.Fatalf("partition %d: offset %d comes when %d is next", rec.Number, rec.Offset, next[rec.Number])
				}
				next[rec.Number]++
			}
			left := 0
			for n, records := range waiting {
				left += records - int(next[n])
				if passed[n]++; of[int32(n)] > 0 || int(next[n]) == records {
					passed[n] = 0
				}
				if passed[n] > len(waiting) {
					t.Fatalf("partition %d was passed over %d times: %v", n, passed[n], of)
				}
			}
			for _, a := range b.advances {
				if a.To != next[a.Partition] || a.From != a.To-int64(of[a.Partition]) {
					t.Fatalf("%+v with %d records", a, of[a.Partition])
				}
			}
			if b.behind != left {
				t.Fatalf("%d records wait, it says %d", left, b.behind)
			}
		}
		for taken := 0; taken < total; {
			if n := rapid.IntRange(0, 2*len(waiting)).Draw(t, "on"); n < len(waiting) {
				more := rapid.IntRange(1, 200).Draw(t, "more")
				in.fill(day, n, waiting[n], waiting[n]+more)
				waiting[n], total = waiting[n]+more, total+more
			}
			limit := rapid.IntRange(1, 400).Draw(t, "limit")
			b := in.take(day, limit)
			if len(b.arrivals) == 0 || len(b.arrivals) > limit {
				t.Fatalf("%d of %d records", len(b.arrivals), limit)
			}
			check(b)
			taken += len(b.arrivals)
			if rapid.Bool().Draw(t, "ahead") {
				ahead := in.takeBehind(b, day, limit)
				in.settle(b)
				if again := in.take(day, limit); !slices.Equal(again.advances, ahead.advances) || again.turn != ahead.turn {
					t.Fatalf("ahead %+v, then %+v", ahead.advances, again.advances)
				}
				continue
			}
			in.settle(b)
		}
	})
}
