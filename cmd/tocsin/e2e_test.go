package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tocsin/consumer"
	"tocsin/consumer/contract"
	"tocsin/consumer/kafka"
	"tocsin/consumer/kafka/embedded"
	"tocsin/consumer/replay"
	"tocsin/consumer/simulator"
	"tocsin/state"
	"tocsin/state/sqlite"
	"tocsin/state/storetest"
)

// pipeline is the whole line in one process: a broker, a store in a file, and the service between them, on a clock that runs
// from a noon that the test has chosen.
type pipeline struct {
	environ  []string // of command lines on its store
	config   *config
	engine   *consumer.Engine
	store    state.Store
	producer *kafka.Producer
	now      func() state.Instant
	today    state.Date
	sent     int64
	lines    bytes.Buffer // what was sent, as a file of events
	log      *slog.Logger // the service's
	broker   *embedded.Broker
}

// cut ends the broker.
func (l *pipeline) cut(t *testing.T) {
	t.Helper()
	if err := l.broker.Close(); err != nil {
		t.Fatal(err)
	}
}

// newPipeline makes the broker and an empty store.
func newPipeline(t testing.TB) *pipeline {
	t.Helper()
	config, _, err := parseConfig("test", []byte(`segments: [{when: 'customer_class == "core"', detectors: {overdue: {warning_days: 25}}}]`), nil)
	if err != nil {
		t.Fatal(err)
	}
	l := &pipeline{config: config, today: state.DateOf(2026, 6, 30), log: slog.New(slog.DiscardHandler)} // a segment that reads the class has the store keep who is core
	started, noon := time.Now(), l.today.Start(time.UTC)+state.Instant(12*time.Hour)
	l.now = func() state.Instant { return noon + state.Instant(time.Since(started)) }
	topics := l.config.Kafka.Topics
	broker, err := embedded.Start(embedded.Config{Address: "127.0.0.1:0", Topics: append(topics.inputs(), topics.Alerts, topics.Tasks, topics.DeadLetters)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = broker.Close() })
	l.broker = broker
	l.config.Kafka.Brokers, l.config.HTTPListen = []string{broker.Address()}, ""
	l.config.StoreURL = "sqlite:" + filepath.Join(t.TempDir(), "tocsin.db")
	if l.engine, err = l.config.engine(); err != nil {
		t.Fatal(err)
	}
	if l.producer, err = kafka.OpenProducer(l.config.Kafka.Brokers); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.producer.Close)
	return l
}

// start opens the store and lets the service run until the returned function stops it.
func (l *pipeline) start(t testing.TB) (stop func()) {
	t.Helper()
	var err error
	if l.store, err = l.config.openStore(t.Context(), sqlite.Options{}); err != nil {
		t.Fatal(err)
	}
	s := &service{config: l.config, store: l.store, now: l.now, log: l.log}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.run(ctx) }()
	return func() {
		t.Helper()
		cancel()
		if err := errors.Join(<-ended, l.store.Close()); err != nil {
			t.Errorf("the service: %v", err)
		}
	}
}

// send publishes values to a topic.
func (l *pipeline) send(t testing.TB, messages ...kafka.Message) {
	t.Helper()
	if err := l.producer.Send(t.Context(), messages); err != nil {
		t.Fatal(err)
	}
	l.sent += int64(len(messages))
	for _, m := range messages {
		l.lines.Write(m.Value)
		l.lines.WriteByte('\n')
	}
}

func (l *pipeline) message(ev *state.Event) kafka.Message {
	return kafka.Message{Topic: l.config.Kafka.Topics.of(ev), Key: keyOf(ev), Value: contract.Encode(ev), Timestamp: ev.KnownAt}
}

// await waits until something holds.
func await(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not after a minute", what)
		}
	}
}

// caughtUp tells whether all that was sent is committed and the open day is today's.
func (l *pipeline) caughtUp(t testing.TB) bool {
	t.Helper()
	positions, err := l.store.AllPositions(t.Context())
	if errors.Is(err, state.ErrUnavailable) {
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	var read int64
	for _, p := range positions {
		read += max(0, p.Next)
	}
	day, _, err := l.store.Day(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return read == l.sent && day.Date == l.today
}

// read is all records of an output topic.
func (l *pipeline) read(t *testing.T, topic string, count int) (records []consumer.Record) {
	t.Helper()
	client, err := kafka.Open(kafka.Config{Brokers: l.config.Kafka.Brokers, Group: "reader of " + topic, Topics: []string{topic}}, storetest.NewMemory(), l.now)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close(context.Background()) //nolint:errcheck // a reader that is done
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for len(records) < count && ctx.Err() == nil {
		polled, err := client.Poll(ctx, 1000)
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, polled.Records...)
	}
	return records
}

// A portfolio's months, with what is refused and what comes twice, are consumed from a broker. What stands then is what a
// backtest of the same lines finds, the topics have what the store has, and a lone event is told of at once.
func TestARunTellsWhatABacktestFinds(t *testing.T) {
	l := newPipeline(t)
	portfolio := simulator.New(simulator.Config{Seed: 7, First: l.today - 100, Customers: 40, Zone: time.UTC})
	for day := l.today - 100; day < l.today; day++ {
		var messages []kafka.Message
		for _, ev := range portfolio.Day(day) {
			messages = append(messages, l.message(&ev))
			if len(messages)%20 == 0 {
				messages = append(messages, l.message(&ev)) // comes twice
			}
		}
		l.send(t, messages...)
	}
	yesterday := l.today.Start(time.UTC) - 1
	topics := l.config.Kafka.Topics
	l.send(t, kafka.Message{Topic: topics.Invoices, Key: "C-1044", Value: []byte(`{"specversion":`), Timestamp: yesterday},
		kafka.Message{Topic: topics.Orders, Key: "C-1044", Value: []byte(`{"specversion":"1.0","id":"1","source":"urn:t","type":"order.dreamt"}`), Timestamp: yesterday})

	stop := l.start(t)
	await(t, "catch up", func() bool { return l.caughtUp(t) })
	for id, want := range l.backtest(t) {
		if got := l.standing(t, id); got != want {
			t.Errorf("%s at the last close: %s", id, cmp.Diff(want, got))
		}
	}
	l.wantAtOnce(t)
	l.wantPublished(t)
	stop()
}

// backtest is each customer's record at the last close, as a backtest of the same lines has it.
func (l *pipeline) backtest(t *testing.T) map[state.CustomerID]string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "events.ndjson")
	if err := os.WriteFile(file, l.lines.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	test := replay.Backtest{Engine: l.engine, Inputs: []string{file}, Until: l.today - 1, State: &out}
	if counts, err := test.Run(t.Context()); err != nil || counts.Refused != 2 || counts.Duplicates == 0 {
		t.Fatalf("backtest: %+v, %v; want two refused lines and some duplicates", counts, err)
	}
	records := make(map[state.CustomerID]string)
	for record := range strings.Lines(out.String()) {
		var c struct {
			ID state.CustomerID `json:"customer_id"`
		}
		if err := json.Unmarshal([]byte(record), &c); err != nil {
			t.Fatal(err)
		}
		records[c.ID] = strings.TrimSpace(record)
	}
	if len(records) < 40 {
		t.Fatalf("%d customers, want the portfolio", len(records))
	}
	return records
}

// standing is a customer's record at the last close, folded from the store's journal.
func (l *pipeline) standing(t *testing.T, id state.CustomerID) string {
	t.Helper()
	rec, day, err := consumer.RecordAt(t.Context(), l.store, earlierEngines(l.store), id, l.today-1)
	if err != nil || rec == nil {
		t.Fatalf("%s at the last close: %v, %v", id, rec, err)
	}
	record := l.engine.CustomerRecord(rec, day)
	text, err := record.AppendJSON(nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// wantAtOnce publishes one order far over its customer's limit, and wants its alert in the store and on its topic.
func (l *pipeline) wantAtOnce(t *testing.T) {
	t.Helper()
	const customer = "C-1044"
	raised := func() bool {
		rows, err := l.store.Alerts(t.Context(), customer)
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(rows, func(a state.AlertRow) bool { return a.Signal == "limit_breach" && a.Day == l.today })
	}
	if raised() {
		t.Fatalf("%s is over its limit before its order: choose another customer", customer)
	}
	now := l.now()
	started := time.Now()
	l.send(t, kafka.Message{Topic: l.config.Kafka.Topics.Orders, Key: customer, Timestamp: now, Value: fmt.Appendf(nil,
		`{"specversion":"1.0","id":"SO-1/1","source":"urn:t","type":"tocsin.order.placed.v1","subject":"%s","time":"%s","data":{"customer_id":"%s",
		"revision":1,"order_id":"SO-1","order_date":"%s","gross":{"amount":"9000000.00","currency":"EUR"}}}`, customer, now, customer, l.today)})
	await(t, "an alert", raised)
	committed := time.Since(started)
	await(t, "publication", func() bool {
		owed, err := l.store.Unpublished(t.Context(), 1)
		return err == nil && len(owed) == 0
	})
	t.Logf("a lone order: alert committed after %v, published after %v", committed, time.Since(started))
	if committed > 2*time.Second {
		t.Errorf("the alert took %v", committed)
	}
}

// wantPublished compares the output topics with the store.
func (l *pipeline) wantPublished(t *testing.T) {
	t.Helper()
	topics := l.config.Kafka.Topics
	rows, err := l.store.Alerts(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, row := range rows {
		want = append(want, string(row.Customer)+" "+string(row.Body))
	}
	for _, record := range l.read(t, topics.Alerts, len(rows)) {
		got = append(got, string(record.Key)+" "+string(record.Value))
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" || len(want) == 0 {
		t.Errorf("alerts topic against the store's %d transitions: %s", len(want), diff)
	}
	letters := make(map[string]string) // origin topic and code, to value
	for _, record := range l.read(t, topics.DeadLetters, 2) {
		headers := make(map[string]string)
		for _, h := range record.Headers {
			headers[h.Key] = string(h.Value)
		}
		if headers[kafka.HeaderOffset] == "" || headers[kafka.HeaderPartition] == "" || headers[kafka.HeaderVersion] == "" || headers[kafka.HeaderDetail] == "" ||
			headers["content-type"] == "" || headers[kafka.HeaderTimestamp] == "" || string(record.Key) != "C-1044" {
			t.Errorf("dead letter of key %s: headers %v", record.Key, headers)
		}
		letters[headers[kafka.HeaderTopic]+" "+headers[kafka.HeaderCode]] = string(record.Value)
	}
	if diff := cmp.Diff(map[string]string{
		topics.Invoices + " json": `{"specversion":`, topics.Orders + " type_unknown": `{"specversion":"1.0","id":"1","source":"urn:t","type":"order.dreamt"}`,
	}, letters); diff != "" {
		t.Errorf("dead letters: %s", diff)
	}
}

// BenchmarkRunCatchesUp consumes half a year of a portfolio from a broker into a store, in one process.
func BenchmarkRunCatchesUp(b *testing.B) {
	l := newPipeline(b)
	portfolio := simulator.New(simulator.Config{Seed: 7, First: l.today - 180, Customers: 600, Zone: time.UTC})
	for day := l.today - 180; day < l.today; day++ {
		var messages []kafka.Message
		for _, ev := range portfolio.Day(day) {
			messages = append(messages, l.message(&ev))
		}
		l.send(b, messages...)
	}
	b.Run("file", func(b *testing.B) {
		l.catchUp(b, func() string { return "sqlite:" + filepath.Join(b.TempDir(), "tocsin.db") })
	})
	b.Run("postgres", func(b *testing.B) { l.catchUp(b, func() string { return newDatabase(b) }) })
}

// catchUp has a new group consume everything into a new store, again and again.
func (l *pipeline) catchUp(b *testing.B, location func() string) {
	n := 0
	for b.Loop() {
		n++
		l.config.StoreURL = location()
		l.config.Kafka.Group = l.config.StoreURL
		stop := l.start(b)
		await(b, "catch up", func() bool { return l.caughtUp(b) })
		stop()
	}
	b.ReportMetric(float64(l.sent)*float64(n)/b.Elapsed().Seconds(), "events/s")
}
