package kafka_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"tocsin/consumer/kafka"
	"tocsin/consumer/kafka/kafkatest"
	"tocsin/state"
)

// unpublished is a store of publications in memory.
type unpublished struct {
	mu      sync.Mutex
	rows    []state.Publication
	settles int
	broken  error // of the next settling
}

func (s *unpublished) Unpublished(_ context.Context, limit int) ([]state.Publication, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.rows[:min(limit, len(s.rows))]), nil
}

func (s *unpublished) Published(_ context.Context, ids []int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.broken; err != nil {
		s.broken = nil
		return err
	}
	s.rows = slices.DeleteFunc(s.rows, func(p state.Publication) bool { return slices.Contains(ids, p.ID) })
	s.settles++
	return nil
}

func (s *unpublished) left() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.rows)
}

func openPublisher(t *testing.T, brokers []string, store *unpublished, log *logged) *kafka.Publisher {
	t.Helper()
	p, err := kafka.OpenPublisher(kafka.PublisherConfig{
		Brokers: brokers, Alerts: "tocsin.alerts.v1", Tasks: "tocsin.tasks.v1", DeadLetters: "tocsin.dlq.v1",
		Version: "v1.2.3", Log: slog.New(slog.NewTextHandler(log, nil)),
	}, store)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// consume reads so many records of topics.
func consume(t *testing.T, cluster *kafkatest.Cluster, count int, topics ...string) []*kgo.Record {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(cluster.Addresses()...), kgo.ConsumeTopics(topics...), kgo.FetchMaxWait(100*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var records []*kgo.Record
	for len(records) < count {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			t.Fatalf("got %d of %d records: %v", len(records), count, err)
		}
		records = append(records, fetches.Records()...)
	}
	return records
}

func TestCommittedRowsReachTheirTopics(t *testing.T) {
	cluster := newCluster(t, 2, "tocsin.alerts.v1", "tocsin.tasks.v1", "tocsin.dlq.v1")
	known := state.InstantOf(time.Date(2026, 11, 20, 9, 14, 3, 271e6, time.UTC))
	store := &unpublished{rows: []state.Publication{
		{ID: 1, Alert: &state.AlertRow{ID: "a", Seq: 1, Customer: "C-1", Body: []byte(`{"seq":1}`)}},
		{ID: 2, Alert: &state.AlertRow{ID: "a", Seq: 2, Customer: "C-1", Body: []byte(`{"seq":2}`)}},
		{ID: 3, Task: &state.TaskRow{ID: "T-9", Seq: 1, Customer: "C-1", Body: []byte(`{"task_id":"T-9"}`)}},
		{ID: 4, Wish: &state.WishRow{Customer: "C-1", Body: []byte(`{"type":"tocsin.order.hold.v1"}`)}},
		{ID: 5, DeadLetter: &state.DeadLetter{
			Topic: invoices, Partition: 3, Offset: 1 << 40, Timestamp: known, Key: []byte("C-1"), Value: []byte{0xff, '{'},
			Headers: []state.Header{{Key: "traceparent", Value: []byte("00-1-2-3")}}, Code: "utf8", Detail: "/data/reason: not UTF-8",
		}},
	}}
	publisher := openPublisher(t, cluster.Addresses(), store, &logged{})
	if done, err := publisher.Publish(t.Context()); done != 5 || err != nil {
		t.Fatalf("got %d settled and %v, want 5", done, err)
	}
	if left := store.left(); left != 0 {
		t.Errorf("got %d rows left, want none", left)
	}

	alerts := consume(t, cluster, 2, "tocsin.alerts.v1")
	for i, want := range []string{`{"seq":1}`, `{"seq":2}`} {
		if string(alerts[i].Key) != "C-1" || string(alerts[i].Value) != want {
			t.Errorf("alert %d: got %s %s, want C-1 %s", i, alerts[i].Key, alerts[i].Value, want)
		}
	}
	tasks := consume(t, cluster, 2, "tocsin.tasks.v1")
	slices.SortFunc(tasks, func(a, b *kgo.Record) int { return bytes.Compare(b.Key, a.Key) })
	if string(tasks[0].Key) != "T-9" || string(tasks[1].Key) != "C-1" || string(tasks[1].Value) != `{"type":"tocsin.order.hold.v1"}` {
		t.Errorf("got a task with key %s and a wish with key %s: %s", tasks[0].Key, tasks[1].Key, tasks[1].Value)
	}
	letter := consume(t, cluster, 1, "tocsin.dlq.v1")[0]
	if string(letter.Key) != "C-1" || string(letter.Value) != "\xff{" {
		t.Errorf("got %q %q, want key and value unchanged", letter.Key, letter.Value)
	}
	want := []string{
		"traceparent=00-1-2-3", "tocsin_error_code=utf8", "tocsin_error_detail=/data/reason: not UTF-8",
		"tocsin_origin_topic=credit.invoices.v1", "tocsin_origin_partition=3", "tocsin_origin_offset=1099511627776",
		"tocsin_origin_timestamp=2026-11-20T09:14:03.271Z", "tocsin_version=v1.2.3",
	}
	if got := headers(letter); !slices.Equal(got, want) {
		t.Errorf("got headers\n%v, want\n%v", got, want)
	}
}

func headers(r *kgo.Record) []string {
	var all []string
	for _, h := range r.Headers {
		all = append(all, h.Key+"="+string(h.Value))
	}
	return all
}

func TestARowIsPublishedAgainWhenItsSettlingFailed(t *testing.T) {
	cluster := newCluster(t, 1, "tocsin.alerts.v1", "tocsin.tasks.v1", "tocsin.dlq.v1")
	store := &unpublished{
		rows:   []state.Publication{{ID: 1, Task: &state.TaskRow{ID: "T-1", Seq: 1, Body: []byte(`{}`)}}},
		broken: errors.New("disk full"),
	}
	publisher := openPublisher(t, cluster.Addresses(), store, &logged{})
	if _, err := publisher.Publish(t.Context()); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Fatalf("got %v, want disk full", err)
	}
	if done, err := publisher.Publish(t.Context()); done != 1 || err != nil {
		t.Fatalf("got %d and %v, want 1", done, err)
	}
	if got := consume(t, cluster, 2, "tocsin.tasks.v1"); len(got) != 2 {
		t.Errorf("got %d copies, want 2", len(got))
	}
}

func TestADeadLetterTooLargeForItsTopicKeepsItsOrigin(t *testing.T) {
	cluster := newCluster(t, 1, "tocsin.alerts.v1", "tocsin.tasks.v1", "tocsin.dlq.v1")
	store := &unpublished{rows: []state.Publication{
		{ID: 1, DeadLetter: &state.DeadLetter{Topic: invoices, Offset: 7, Code: "too_large", Value: make([]byte, 2<<20)}},
		{ID: 2, DeadLetter: &state.DeadLetter{Topic: invoices, Offset: 8, Code: "json", Value: []byte("{")}},
	}}
	publisher := openPublisher(t, cluster.Addresses(), store, &logged{})
	if done, err := publisher.Publish(t.Context()); done != 2 || err != nil {
		t.Fatalf("got %d and %v, want 2", done, err)
	}
	letters := consume(t, cluster, 2, "tocsin.dlq.v1")
	large := letters[slices.IndexFunc(letters, func(r *kgo.Record) bool { return slices.Contains(headers(r), "tocsin_origin_offset=7") })]
	if len(large.Value) != 0 || !slices.Contains(headers(large), "tocsin_value_omitted=2097152") {
		t.Errorf("got %d bytes and headers %v, want no value and its size", len(large.Value), headers(large))
	}
}

func TestAMissingTopicIsSaidOnceAndHoldsOnlyItsOwnRows(t *testing.T) {
	cluster := newCluster(t, 1, "tocsin.alerts.v1", "tocsin.dlq.v1")
	store := &unpublished{rows: []state.Publication{
		{ID: 1, Task: &state.TaskRow{ID: "T-1", Seq: 1, Body: []byte(`{}`)}},
		{ID: 2, Alert: &state.AlertRow{ID: "a", Seq: 1, Customer: "C-1", Body: []byte(`{}`)}},
	}}
	publisher := openPublisher(t, cluster.Addresses(), store, &logged{})
	done, err := publisher.Publish(t.Context())
	if done != 1 || err == nil || !strings.Contains(err.Error(), "topic tocsin.tasks.v1 does not exist: create it") {
		t.Fatalf("got %d and %v, want 1 and the missing topic", done, err)
	}
	if _, err := admin(t, newWriter(t, cluster)).CreateTopic(t.Context(), 1, 1, nil, "tocsin.tasks.v1"); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(patience); store.left() > 0; {
		if time.Now().After(end) {
			t.Fatalf("got %d rows left after the topic was created, want none", store.left())
		}
		if _, err := publisher.Publish(t.Context()); err != nil {
			t.Log(err)
		}
	}
}

func TestADeadBrokerHoldsNoDrain(t *testing.T) {
	cluster, err := kfake.NewCluster(kfake.SeedTopics(1, "tocsin.alerts.v1", "tocsin.tasks.v1", "tocsin.dlq.v1"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	task := func(id int64) state.Publication {
		return state.Publication{ID: id, Task: &state.TaskRow{ID: "T", Seq: id, Body: []byte(`{}`)}}
	}
	store := &unpublished{rows: []state.Publication{task(1)}}
	publisher := openPublisher(t, cluster.ListenAddrs(), store, &logged{})
	if _, err := publisher.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	// The broker takes the next record and its answer is lost.
	cluster.ControlKey(int16(kmsg.Produce), func(kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		return nil, errors.New("the connection is cut"), true
	})
	store.rows = append(store.rows, task(2))
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	begun := time.Now()
	if done, err := publisher.Publish(ctx); done != 0 || err == nil {
		t.Errorf("got %d settled and %v, want none and an error", done, err)
	}
	if took := time.Since(begun); took > 3*time.Second {
		t.Errorf("it took %v to give up, want about 300 ms", took)
	}
	if store.left() != 1 {
		t.Errorf("got %d rows left, want the one that was not acknowledged", store.left())
	}
}

func TestRunPublishesWhatItIsWokenFor(t *testing.T) {
	cluster := newCluster(t, 1, "tocsin.alerts.v1", "tocsin.tasks.v1", "tocsin.dlq.v1")
	store := &unpublished{}
	publisher := openPublisher(t, cluster.Addresses(), store, &logged{})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- publisher.Run(ctx) }()
	for id := range int64(3) {
		store.mu.Lock()
		store.rows = append(store.rows, state.Publication{ID: id, Task: &state.TaskRow{ID: "T", Seq: id, Body: []byte(`{}`)}})
		store.mu.Unlock()
		publisher.Wake()
		for end := time.Now().Add(patience); store.left() > 0; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("the row is still unpublished")
			}
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("got %v, want no error at the end", err)
	}
}
