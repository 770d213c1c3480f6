package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"tocsin/consumer/kafka/kafkatest"
	"tocsin/state"
)

// A past of days is published by writers of several kinds, transactions that are committed and such that are given up among
// them. It is read by `tocsin run`, processes of their own over PostgreSQL, under a clock that moves with what is published.
// Meanwhile a process is killed, the broker is killed, and a topic gets one more partition. Then others publish the present; on
// Apache Kafka those are its console producer and kcat, and a broker stamps what it gets. What the run leaves must be what a
// backtest finds on the topics as anybody reads them back, each record's timestamp being when it was known.
//
// On Apache Kafka it is done some times, as one broker has all the clusters. On kfake it waits more than it works.
func TestARunOverAClusterLeavesWhatABacktestOfItsTopicsFinds(t *testing.T) {
	rehearsals := uint64(3)
	if !kafkatest.Apache {
		t.Parallel()
		rehearsals = 1
	}
	for seed := range rehearsals {
		t.Run(fmt.Sprint("seed ", seed+1), func(t *testing.T) { newRehearsal(t, seed+1).play(t) })
	}
}

// The days of a rehearsal: those that are published before the first process starts, and those while it runs.
const backlogDays, liveDays state.Date = 8, 8

func (r *rehearsal) play(t *testing.T) {
	t.Helper()
	first := r.today - backlogDays - liveDays
	for day := first; day < first+backlogDays; day++ {
		r.publish(t, day, nil)
	}
	r.clock.set(t, (first+backlogDays).Start(r.zone())+state.Instant(r.config.Ledger.CloseDelay))
	r.start(t)
	r.await(t, first+backlogDays)
	for day := first + backlogDays; day < r.today; day++ {
		switch day - first - backlogDays {
		case 1:
			r.publish(t, day, func() { r.cluster.Grow(t, r.config.Kafka.Topics.Invoices, 4) })
		case 3:
			r.publish(t, day, func() {
				r.processes[0].kill()
				r.start(t)
			})
		case 5:
			r.publish(t, day, func() {
				r.cluster.Kill()
				r.cluster.Launch(t)
			})
		default:
			r.publish(t, day, nil)
		}
		r.clock.set(t, (day+1).Start(r.zone())+state.Instant(r.config.Ledger.CloseDelay))
		r.await(t, day+1)
	}
	r.present(t)
	r.settle(t)
	r.drain(t)
	r.compare(t)
}

// compare reads the topics back and holds the store against them.
func (r *rehearsal) compare(t *testing.T) {
	t.Helper()
	topics := r.config.Kafka.Topics
	records := r.cluster.Read(t, topics.inputs()...)
	if len(records) != r.sent {
		t.Errorf("%d records are in the topics, want the %d that were sent and not given up", len(records), r.sent)
	}
	count := &recount{ledger: &ledger{r.config, r.engine}, dir: t.TempDir(), lines: linesOf(t, records), days: r.daysOf(t, records), delivers: r.delivers}
	count.last = count.days[len(count.days)-1]
	faults, err := count.faults(t.Context(), r.store)
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range faults {
		t.Error(fault)
	}
	r.wantPublished(t)
	r.wantMirrored(t)
	if letters, err := r.store.DeadLetterCount(t.Context()); letters != r.refused || err != nil {
		t.Errorf("%d dead letters and %v, want %d", letters, err, r.refused)
	}
}

// wantPublished compares the topics that are written with the store. A record may be there twice.
func (r *rehearsal) wantPublished(t *testing.T) {
	t.Helper()
	rows, err := r.store.Alerts(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	want, got := make(map[string]bool), make(map[string]bool)
	for _, row := range rows {
		want[string(row.Customer)+" "+string(row.Body)] = true
	}
	for _, record := range r.cluster.Read(t, r.config.Kafka.Topics.Alerts) {
		got[string(record.Key)+" "+string(record.Value)] = true
	}
	if len(want) < 20 {
		t.Errorf("%d transitions, want those of a portfolio in trouble", len(want))
	}
	if !maps.Equal(want, got) {
		t.Errorf("%d transitions are in their topic and %d in the store, want the same", len(got), len(want))
	}
	letters := make(map[string]bool)
	for _, record := range r.cluster.Read(t, r.config.Kafka.Topics.DeadLetters) {
		letters[string(record.Value)] = true
	}
	if len(letters) != r.refused {
		t.Errorf("%d dead letters are in their topic, want %d", len(letters), r.refused)
	}
}

// wantMirrored compares what the group has committed with the store's positions.
func (r *rehearsal) wantMirrored(t *testing.T) {
	t.Helper()
	positions, err := r.store.AllPositions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := make(map[kafkatest.Place]int64)
	for _, p := range positions {
		if p.Next > 0 {
			want[kafkatest.Place{Topic: p.Topic, Partition: p.Partition}] = p.Next
		}
	}
	if got := r.cluster.Committed(t, r.config.Kafka.Group); !maps.Equal(want, got) {
		t.Errorf("the group has committed\n%v, want the store's positions\n%v", got, want)
	}
}

// daysOf are the dates on which records became known, in order. What is known never goes back within a partition: nothing would be
// equal then, and it would be the writers' fault.
func (r *rehearsal) daysOf(t *testing.T, records []kafkatest.Record) []state.Date {
	t.Helper()
	days, known := make(map[state.Date]bool), make(map[kafkatest.Place]state.Instant)
	for _, record := range records {
		at, place := state.InstantOf(record.Timestamp), kafkatest.Place{Topic: record.Topic, Partition: record.Partition}
		if at < known[place] {
			t.Fatalf("%v: the record at %d is stamped %v and one before it %v", place, record.Offset, at, known[place])
		}
		known[place] = at
		days[at.Date(r.zone())] = true
	}
	return slices.Sorted(maps.Keys(days))
}

// linesOf are records as a file of events, each known when its record is stamped.
func linesOf(t *testing.T, records []kafkatest.Record) []byte {
	t.Helper()
	var lines strings.Builder
	for _, record := range records {
		if strings.Contains(string(record.Value), forged) {
			t.Errorf("%s-%d has at %d what was given up: %s", record.Topic, record.Partition, record.Offset, record.Value)
		}
		fmt.Fprintf(&lines, "%s\n", lineOf(t, record))
	}
	return []byte(lines.String())
}
