//go:build live

package main

import (
	"context"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tocsin/consumer"
	"tocsin/consumer/kafka"
	"tocsin/consumer/kafka/kafkatest"
	"tocsin/state"
	"tocsin/state/postgres/pgtest"
	"tocsin/state/storetest"
)

// What the databases of these benchmarks are: one that waits for its disk as production does, and one that does not, to tell what
// that costs. Both have the memory that deploy/README.md asks for, and have had it for long.
var (
	syncing  = sync.OnceValues(func() (*pgtest.Server, error) { return liveServer("fsync=on") })
	unsynced = sync.OnceValues(func() (*pgtest.Server, error) { return liveServer("fsync=off") })
)

func liveServer(fsync string) (*pgtest.Server, error) {
	s, err := pgtest.StartWith(fsync, "max_wal_size=4GB", "min_wal_size=2GB", "shared_buffers=1GB")
	if err != nil {
		return nil, err
	}
	return s, s.Warm(context.Background())
}

// livePartitions is how many partitions each topic has.
const livePartitions = 8

// knob is a number from the environment.
func knob(b *testing.B, name string, otherwise int) int {
	b.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		b.Fatalf("%s: %v", name, err)
	}
	return n
}

// liveRig is a broker, and what a run over it is made of.
type liveRig struct {
	*ledger
	brokers  []string
	topic    string
	producer *kafka.Producer
	today    state.Date
	now      func() state.Instant
}

// newLiveCluster is where to find a cluster with these topics, empty.
func newLiveCluster(b *testing.B, topics ...string) (brokers []string) {
	b.Helper()
	servers, err := clusters()
	if err != nil {
		b.Fatal(err)
	}
	return servers.Cluster(b, kafkatest.Topics(livePartitions, topics...)...).Addresses()
}

// liveRigAt reads a topic of a cluster. It is morning, and stays the day.
func liveRigAt(b *testing.B, brokers []string, topic string) *liveRig {
	b.Helper()
	config, _, err := parseConfig("bench", nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	config.StoreCacheMiB = knob(b, "TOCSIN_BENCH_CACHE_MIB", config.StoreCacheMiB)
	engine, err := config.engine()
	if err != nil {
		b.Fatal(err)
	}
	producer, err := kafka.OpenProducer(brokers)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(producer.Close)
	b.Cleanup(collectSeldom())
	r := &liveRig{ledger: &ledger{config, engine}, brokers: brokers, topic: topic, producer: producer, today: state.DateOf(2026, 6, 30)}
	started, morning := time.Now(), r.today.Start(time.UTC)+state.Instant(8*time.Hour)
	r.now = func() state.Instant { return morning + state.Instant(time.Since(started)) }
	return r
}

// newLiveStore is the location of a new store on a server.
func newLiveStore(b *testing.B, server func() (*pgtest.Server, error)) string {
	b.Helper()
	s, err := server()
	if err != nil {
		b.Fatal(err)
	}
	return s.NewSchema(b)
}

// source is a new member of a group of its own.
func (r *liveRig) source(b *testing.B, group string, positions state.Positions) *kafka.Client {
	b.Helper()
	source, err := kafka.Open(kafka.Config{Brokers: r.brokers, Group: group, Topics: []string{r.topic}}, positions, r.now)
	if err != nil {
		b.Fatal(err)
	}
	return source
}

// open opens a store with the rig's day open.
func (r *liveRig) open(b *testing.B, location string) state.Store {
	b.Helper()
	config := *r.config
	config.StoreURL = location
	store, err := config.openStore(b.Context(), ownStore)
	if err != nil {
		b.Fatal(err)
	}
	if _, found, err := store.Day(b.Context()); err != nil {
		b.Fatal(err)
	} else if !found {
		if err := store.OpenStore(b.Context(), state.Day{Date: r.today, Config: r.engine.Config}); err != nil {
			b.Fatal(err)
		}
	}
	return store
}

// start runs the consumer of the product, with its client, over a store that is metered, until the returned function stops it.
func (r *liveRig) start(b *testing.B, m *meter) (stop func()) {
	b.Helper()
	m.now = r.now
	source := &meteredSource{Source: r.source(b, b.Name()+m.location, m), meter: m}
	s := &service{config: r.config, store: m, now: r.now, log: slog.New(slog.DiscardHandler)}
	runner, err := s.runner(r.engine, consumer.NewMetrics(prometheus.NewRegistry()))
	if err != nil {
		b.Fatal(err)
	}
	runner.Source = source
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- runner.Run(ctx) }()
	return func() {
		b.Helper()
		cancel()
		if err := <-ended; err != nil {
			b.Fatal(err)
		}
		if err := source.Close(context.WithoutCancel(ctx)); err != nil {
			b.Fatal(err)
		}
	}
}

// meter is a store that takes note of what is committed to it. What it leaves out of each commit is for finding out what that costs.
type meter struct {
	state.Store
	location string
	leaves   func(*state.Commit) // out of a commit
	nobody   bool                // is loaded: each customer is taken to be new, which holds in a new store as long as nobody leaves memory
	now      func() state.Instant

	loading time.Duration // in which the consumer waited for histories

	mu      sync.Mutex
	want    int           // records to be committed
	landed  int           // of them
	done    chan struct{} // closed when they are
	first   time.Time     // when the first record was handed out
	last    time.Time     // when the last commit had landed
	commits []time.Duration
	sizes   []int           // records of each commit
	waited  []time.Duration // of each alert, from when its event was known
}

// newMeter meters a store until so many records are committed.
func newMeter(store state.Store, location string, want int) *meter {
	return &meter{Store: store, location: location, want: want, done: make(chan struct{})}
}

func (m *meter) Load(ctx context.Context, ids []state.CustomerID) ([]state.History, error) {
	if m.nobody {
		return nil, nil
	}
	started := time.Now()
	defer func() { m.loading += time.Since(started) }()
	return m.Store.Load(ctx, ids)
}

func (m *meter) Commit(ctx context.Context, c *state.Commit) error {
	records := 0
	for _, p := range c.Positions {
		records += int(p.To - max(0, p.From))
	}
	alerts := c.Alerts
	if m.leaves != nil {
		m.leaves(c)
	}
	started := time.Now()
	if err := m.Store.Commit(ctx, c); err != nil {
		return err
	}
	m.note(records, started, alerts)
	return nil
}

func (m *meter) note(records int, started time.Time, alerts []state.AlertRow) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last = time.Now()
	m.commits, m.sizes = append(m.commits, m.last.Sub(started)), append(m.sizes, records)
	for i := range alerts {
		m.waited = append(m.waited, time.Duration(m.now()-alerts[i].KnownAt))
	}
	before := m.landed
	if m.landed += records; before < m.want && m.landed >= m.want {
		close(m.done)
	}
}

// wait returns when everything is committed and judged, and how long that took from when the first record was there.
func (m *meter) wait(b *testing.B) time.Duration {
	b.Helper()
	select {
	case <-m.done:
	case <-time.After(3 * time.Minute):
		b.Fatalf("%d of %d records are committed after three minutes", m.landed, m.want)
	}
	for due := true; due; {
		day, _, err := m.Day(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		alarms, err := m.DueAlarms(b.Context(), day.Date, 1)
		if err != nil {
			b.Fatal(err)
		}
		if due = len(alarms) > 0; due {
			time.Sleep(10 * time.Millisecond)
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.last.Sub(m.first)
}

// meteredSource tells a meter when the first record is there.
type meteredSource struct {
	consumer.Source
	meter *meter
}

func (s *meteredSource) Poll(ctx context.Context, limit int) (consumer.Polled, error) {
	before := time.Now()
	polled, err := s.Source.Poll(ctx, limit)
	if m := s.meter; len(polled.Records) > 0 && m.first.IsZero() {
		m.mu.Lock()
		m.first = before
		m.mu.Unlock()
	}
	return polled, err
}

// poll reads so many records as a new group and does nothing with them.
func (r *liveRig) poll(b *testing.B, group string, want int) time.Duration {
	b.Helper()
	source := r.source(b, group, storetest.NewMemory())
	defer func() {
		if err := source.Close(context.WithoutCancel(b.Context())); err != nil {
			b.Fatal(err)
		}
	}()
	var first time.Time
	ctx, cancel := context.WithTimeout(b.Context(), 2*time.Minute)
	defer cancel()
	for read := 0; read < want; {
		before := time.Now()
		polled, err := source.Poll(ctx, 4096)
		if ctx.Err() != nil {
			b.Fatalf("%d of %d records are polled after two minutes", read, want)
		}
		if err != nil {
			b.Fatal(err)
		}
		if read += len(polled.Records); first.IsZero() && read > 0 {
			first = before
		}
	}
	return time.Since(first)
}

// part is the value below which so much of all lies.
func part[T int | float64 | time.Duration](all []T, share float64) T {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[min(len(sorted)-1, int(share*float64(len(sorted))))]
}
