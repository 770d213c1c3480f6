package sqlite_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"tocsin/state"
)

// crowd is how many customers the benchmarks step.
const crowd = 20_000

// BenchmarkCommit appends rows of 400 bytes, each of another random customer: alone, as a lone event commits, and in bulk,
// as a backlog does.
func BenchmarkCommit(b *testing.B) {
	for _, size := range []int{1, 100, 1000, 5000} {
		b.Run(fmt.Sprintf("%d rows", size), func(b *testing.B) {
			s := open(b, filepath.Join(b.TempDir(), "tocsin.db"))
			defer s.Close()
			f := newFeed(size)
			if err := s.OpenStore(b.Context(), day); err != nil {
				b.Fatal(err)
			}
			acquired, err := s.Acquire(b.Context(), []state.Position{{Topic: killTopic}})
			if err != nil {
				b.Fatal(err)
			}
			p := acquired[0]
			b.ReportAllocs()
			for b.Loop() {
				c := f.next()
				c.Positions = []state.Advance{{Topic: killTopic, Epoch: p.Epoch, From: p.Next, To: p.Next + int64(size) + 1}}
				p.Next = c.Positions[0].To
				if err := s.Commit(b.Context(), c); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// BenchmarkLoad reads batches of 1,000 customers, each with a snapshot of 2 KB and some rows after it.
func BenchmarkLoad(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "tocsin.db"))
	defer s.Close()
	if err := s.OpenStore(b.Context(), day); err != nil {
		b.Fatal(err)
	}
	f := newFeed(1000)
	for range 100 {
		c := f.next()
		for _, e := range c.Entries {
			if e.Seq == 1 {
				c.Snapshots = append(c.Snapshots, state.Snapshot{Customer: e.Customer, Seq: 1, Body: make([]byte, 2000)})
			}
		}
		if err := s.Commit(b.Context(), c); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	customers := 0
	for b.Loop() {
		histories, err := s.Load(b.Context(), f.pick())
		if err != nil {
			b.Fatal(err)
		}
		customers += len(histories)
	}
	b.ReportMetric(float64(customers)/b.Elapsed().Seconds(), "customers/s")
}

// feed makes commits of random customers' next rows.
type feed struct {
	random *rand.Rand
	size   int
	seq    map[state.CustomerID]uint64
	body   []byte
}

func newFeed(size int) *feed {
	return &feed{random: rand.New(rand.NewPCG(1, 2)), size: size, seq: map[state.CustomerID]uint64{}, body: make([]byte, 400)}
}

// pick is as many different customers as a commit has rows, sorted.
func (f *feed) pick() []state.CustomerID {
	ids := make([]state.CustomerID, 0, f.size)
	for first, n := f.random.IntN(crowd), 0; n < f.size; n++ {
		ids = append(ids, state.CustomerID(fmt.Sprintf("C-%06d", (first+n*7919)%crowd)))
	}
	slices.Sort(ids)
	return ids
}

func (f *feed) next() *state.Commit {
	c := &state.Commit{Day: day}
	for _, id := range f.pick() {
		f.seq[id]++
		c.Entries = append(c.Entries, state.Entry{Customer: id, Seq: f.seq[id], Day: day.Date, Config: day.Config, Applied: f.body})
	}
	return c
}
