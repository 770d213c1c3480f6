package postgres_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

// crowd is how many customers the benchmarks step.
const crowd = 100_000

// BenchmarkCommit appends rows of 400 bytes, each of another random customer, with the position that they came from, and beside it
// copies the same rows into a bare table, which is the least that PostgreSQL needs for them. The metric ratio is what is left of
// COPY's rate. The server does not sync here: on a disk that does, both wait for it once a transaction.
func BenchmarkCommit(b *testing.B) {
	for _, size := range []int{1, 100, 1000, 4000} {
		b.Run(fmt.Sprintf("%d rows", size), func(b *testing.B) { benchmarkCommit(b, size) })
	}
}

func benchmarkCommit(b *testing.B, size int) {
	location := newStore(b)
	s := open(b, location)
	defer s.Close()
	if err := s.OpenStore(b.Context(), today); err != nil {
		b.Fatal(err)
	}
	acquired, err := s.Acquire(b.Context(), []state.Position{{Topic: killTopic}})
	if err != nil {
		b.Fatal(err)
	}
	p := acquired[0]
	f := newFeed(size)
	bare := openBare(b, location)
	var committing, copying time.Duration
	b.ReportAllocs()
	for b.Loop() {
		c := f.next()
		c.Positions = []state.Advance{{Topic: killTopic, Epoch: p.Epoch, From: p.Next, To: p.Next + int64(size) + 1}}
		p.Next = c.Positions[0].To
		started := time.Now()
		if err := s.Commit(b.Context(), c); err != nil {
			b.Fatal(err)
		}
		committing += time.Since(started)
		copying += bare.copy(b, c.Entries)
	}
	rows := float64(b.N * size)
	b.ReportMetric(rows/committing.Seconds(), "rows/s")
	b.ReportMetric(rows/copying.Seconds(), "copied-rows/s")
	b.ReportMetric(copying.Seconds()/committing.Seconds(), "ratio")
}

// BenchmarkLoad reads batches of 1,000 customers, each with a snapshot of 2 KB and some rows after it.
func BenchmarkLoad(b *testing.B) {
	s := open(b, newStore(b))
	defer s.Close()
	if err := s.OpenStore(b.Context(), today); err != nil {
		b.Fatal(err)
	}
	f := newFeed(1000)
	for range 300 {
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

// bare is a table with the columns of the journal and nothing else: no key, no collation.
type bare struct{ conn *pgx.Conn }

func openBare(b *testing.B, location string) bare {
	conn, err := pgx.Connect(b.Context(), location)
	if err == nil {
		_, err = conn.Exec(b.Context(), `CREATE TABLE bare (customer text, seq bigint, day integer, config integer, applied bytea)`)
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close(context.Background()) })
	return bare{conn}
}

func (t bare) copy(b *testing.B, rows []state.Entry) time.Duration {
	started := time.Now()
	_, err := t.conn.CopyFrom(b.Context(), pgx.Identifier{"bare"}, []string{"customer", "seq", "day", "config", "applied"},
		pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) {
			e := &rows[i]
			return []any{string(e.Customer), int64(e.Seq), int32(e.Day), int32(1), e.Applied}, nil
		}))
	if err != nil {
		b.Fatal(err)
	}
	return time.Since(started)
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
	c := &state.Commit{Day: today}
	for _, id := range f.pick() {
		f.seq[id]++
		c.Entries = append(c.Entries, state.Entry{Customer: id, Seq: f.seq[id], Day: today.Date, Config: today.Config, Applied: f.body})
	}
	return c
}

// A close that writes the figures of 10,000 customers whom its day has touched, and what it takes to find them.
func BenchmarkCloseWithFigures(b *testing.B) {
	const customers = 10_000
	location := newStore(b)
	s := open(b, location)
	defer s.Close()
	if err := s.OpenStore(b.Context(), today); err != nil {
		b.Fatal(err)
	}
	day := today
	ids := make([]state.CustomerID, customers)
	for i := range ids {
		ids[i] = state.CustomerID(fmt.Sprintf("C-%06d", i))
	}
	seq := uint64(0)
	for b.Loop() {
		b.StopTimer()
		seq++
		c := &state.Commit{Day: day}
		for _, id := range ids {
			c.Entries = append(c.Entries, state.Entry{Customer: id, Seq: seq, Day: day.Date, Config: day.Config, Applied: make([]byte, 200)})
		}
		if err := s.Commit(b.Context(), c); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		touched, err := s.Touched(b.Context(), day.Date)
		if err != nil || len(touched.Customers) != customers {
			b.Fatal(len(touched.Customers), err)
		}
		figures := &state.Figures{Rows: touched.Rows}
		for _, t := range touched.Customers {
			figures.Listed = append(figures.Listed, state.FigureRow{Customer: t.Customer, Body: []byte(yenRecord)})
		}
		if err := s.CloseDay(b.Context(), &state.DayClose{From: day, Next: day.Date + 1, Figures: figures}); err != nil {
			b.Fatal(err)
		}
		day.Date++
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*customers), "ns/customer")
}
