package kafka_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"go.uber.org/goleak"

	"tocsin/consumer"
	"tocsin/consumer/kafka"
	"tocsin/consumer/kafka/kafkatest"
	"tocsin/state"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(stopping{m}) }

// stopping are all tests, and the end of what gave them their clusters.
type stopping struct{ *testing.M }

func (s stopping) Run() int {
	code := s.M.Run()
	if server, err := server(); err == nil {
		if err := server.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return code
}

// server is started by the first test that needs it.
var server = sync.OnceValues(kafkatest.Start)

const (
	invoices = "credit.invoices.v1"
	payments = "credit.payments.v1"
	patience = 10 * time.Second // a test that waits longer has failed
)

// newCluster is a cluster with these topics and nothing else.
func newCluster(t *testing.T, partitions int32, topics ...string) *kafkatest.Cluster {
	t.Helper()
	server, err := server()
	if err != nil {
		t.Fatal(err)
	}
	return server.Cluster(t, kafkatest.Topics(partitions, topics...)...)
}

// newWriter is a client that produces to the partition that each record names.
func newWriter(t *testing.T, cluster *kafkatest.Cluster, options ...kgo.Opt) *kgo.Client {
	t.Helper()
	client, err := kgo.NewClient(append([]kgo.Opt{
		kgo.SeedBrokers(cluster.Addresses()...),
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.MetadataMinAge(50 * time.Millisecond),
	}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

func produce(t *testing.T, writer *kgo.Client, records ...*kgo.Record) {
	t.Helper()
	if err := writer.ProduceSync(t.Context(), records...).FirstErr(); err != nil {
		t.Fatal(err)
	}
}

// numbered are records whose values count up from first.
func numbered(topic string, partition int32, first, count int) []*kgo.Record {
	var records []*kgo.Record
	for i := range count {
		records = append(records, &kgo.Record{Topic: topic, Partition: partition, Value: fmt.Appendf(nil, "%d/%d", partition, first+i)})
	}
	return records
}

// positions is a store of positions in memory, with the compare-and-set of a commit.
type positions struct {
	mu     sync.Mutex
	rows   map[consumer.Partition]state.Position
	broken int // refuses so many acquisitions first
}

func newPositions() *positions {
	return &positions{rows: make(map[consumer.Partition]state.Position)}
}

// positionAt is where a store stands that knows nothing of the cluster.
func positionAt(part consumer.Partition, next int64) state.Position {
	return state.Position{Topic: part.Topic, Partition: part.Number, Next: next}
}

func (s *positions) Acquire(_ context.Context, wanted []state.Position) ([]state.Position, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken > 0 {
		s.broken--
		return nil, errors.New("the store is locked")
	}
	var got []state.Position
	for _, p := range wanted {
		part := consumer.Partition{Topic: p.Topic, Number: p.Partition}
		row, known := s.rows[part]
		if !known {
			row = p
			row.Next = -1
		}
		row.Epoch++
		s.rows[part] = row
		got = append(got, row)
	}
	return got, nil
}

func (s *positions) AllPositions(context.Context) ([]state.Position, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Values(s.rows)), nil
}

// KeepFronts is not asked of a client's store: what is told to others is the runner's.
func (s *positions) KeepFronts(context.Context, []state.Position) error { return nil }

func (s *positions) advance(part consumer.Partition, epoch, from, to int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	row := s.rows[part]
	if row.Next != from || row.Epoch != epoch {
		return state.ErrFenced
	}
	row.Next = to
	s.rows[part] = row
	return nil
}

func (s *positions) next(part consumer.Partition) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if row, ok := s.rows[part]; ok {
		return row.Next
	}
	return -1
}

// logged collects what a person would read.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) count(part string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), part)
}

// reader is a small runner: it polls, and commits each poll's records with the store's compare-and-set.
type reader struct {
	*kafka.Client
	store   *positions
	log     *logged
	own     map[consumer.Partition]state.Position
	records []consumer.Record // committed
	gaps    []consumer.Gap
	fenced  int
}

func configOf(cluster *kafkatest.Cluster, topics ...string) kafka.Config {
	return kafka.Config{
		Brokers: cluster.Addresses(), Group: "tocsin", Topics: topics,
		Session: 600 * time.Millisecond, Refresh: 100 * time.Millisecond,
	}
}

func openReader(t *testing.T, store *positions, config kafka.Config) *reader {
	t.Helper()
	r := &reader{store: store, log: &logged{}, own: make(map[consumer.Partition]state.Position)}
	config.Log = slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelInfo}))
	client, err := kafka.Open(config, store, wall)
	if err != nil {
		t.Fatal(err)
	}
	r.Client = client
	t.Cleanup(func() { _ = client.Close(context.Background()) })
	return r
}

func wall() state.Instant { return state.InstantOf(time.Now()) }

// step is one poll and its commit.
func (r *reader) step(t *testing.T, limit int) consumer.Polled {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	polled, err := r.Poll(ctx, limit)
	if err != nil {
		t.Fatal(err)
	}
	r.follow(polled)
	r.commit(polled.Records)
	return polled
}

func (r *reader) follow(polled consumer.Polled) {
	for _, part := range polled.Revoked {
		delete(r.own, part)
	}
	for _, at := range polled.Assigned {
		r.own[consumer.Partition{Topic: at.Topic, Number: at.Partition}] = at
	}
	r.gaps = append(r.gaps, polled.Gaps...)
}

func (r *reader) commit(records []consumer.Record) {
	for _, record := range records {
		at := r.own[record.Partition]
		if err := r.store.advance(record.Partition, at.Epoch, at.Next, record.Offset+1); err != nil {
			r.fenced++
			continue
		}
		at.Next = record.Offset + 1
		r.own[record.Partition] = at
		r.records = append(r.records, record)
	}
}

// until steps until done.
func (r *reader) until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !done(); {
		if time.Now().After(end) {
			t.Fatalf("waited %v for: %s; log:\n%s", patience, what, r.log.text.String())
		}
		r.step(t, 1000)
	}
}

func (r *reader) has(count int) func() bool { return func() bool { return len(r.records) >= count } }

func (r *reader) owns(count int) func() bool { return func() bool { return len(r.own) == count } }

// values are the values of committed records of a partition in order, control records left out.
func (r *reader) values(part consumer.Partition) []string {
	var values []string
	for _, record := range r.records {
		if record.Partition == part && !record.Control {
			values = append(values, string(record.Value))
		}
	}
	return values
}

func wantValues(records []*kgo.Record) []string {
	var values []string
	for _, r := range records {
		values = append(values, string(r.Value))
	}
	return values
}

func admin(t *testing.T, writer *kgo.Client) *kadm.Client {
	t.Helper()
	return kadm.NewClient(writer)
}
