//go:build live

package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tocsin/state"
	"tocsin/state/postgres/pgtest"
)

// liveWay is one way of measuring a backlog: with all rules, or with one of them off, to know its price.
type liveWay struct {
	name   string  // of the first with its skew: the topic's, too
	skew   float64 // of the customers' shares; 0: all alike
	server func() (*pgtest.Server, error)
	leaves func(*state.Commit)
	nobody bool   // is loaded
	alter  string // SQL on the empty store
}

var liveWays = []liveWay{
	{name: "uniform", server: syncing},
	{name: "zipf", skew: 1.1, server: syncing},
	{name: "uniform, disk not waited for", server: unsynced},
	{name: "uniform, positions not compared", server: syncing, leaves: func(c *state.Commit) { c.Positions = nil }},
	{name: "uniform, no alarms", server: syncing, leaves: func(c *state.Commit) { c.Alarms = nil }},
	{name: "uniform, no alerts, tasks, messages", server: syncing, leaves: func(c *state.Commit) { c.Alerts, c.Tasks, c.Messages = nil, nil, nil }},
	{name: "uniform, no snapshots", server: syncing, leaves: func(c *state.Commit) { c.Snapshots = nil }},
	{name: "uniform, nobody loaded", server: syncing, nobody: true},
	{name: "uniform, nobody loaded, no journal key", server: syncing, nobody: true, alter: `ALTER TABLE journal DROP CONSTRAINT journal_pkey`},
	{name: "uniform, all of these off", server: unsynced, nobody: true, alter: `ALTER TABLE journal DROP CONSTRAINT journal_pkey`, leaves: func(c *state.Commit) {
		*c = state.Commit{Day: c.Day, At: c.At, FirstLimit: c.FirstLimit, Entries: c.Entries}
	}},
}

// figures are what one way gave in all rounds.
type liveFigures struct {
	rate, ofCopy, ofPoll, copied, polled []float64 // events/s but for the shares
	wal, rows                            []float64 // bytes and journal rows per event
	load, commit                         []float64 // µs per event in which the consumer waits for histories, and for commits
	cpu                                  []float64 // µs of this process per event: the consumer's, the client's, and the broker's where that is in it
}

// BenchmarkLive has a new group read a backlog from the broker into a new store, with the client, the decoder, the engine, and the
// store of the product, and beside each run copies the journal's rows into a bare table, and polls the backlog without doing anything
// with it. All ways are taken in each round, so that a machine that others use gives shares that can be compared:
//
//	go test -tags live -run '^$' -bench 'Live$' -benchtime 5x ./cmd/tocsin
//
// TOCSIN_BENCH_EVENTS and TOCSIN_BENCH_CUSTOMERS set the sizes, 150,000 and 100,000; TOCSIN_BENCH_WAYS=2 leaves the rules on. With
// the tag kafka the broker is Apache Kafka and not kfake.
//
// # Measured
//
// On two quiet cores with broker, consumer, and a PostgreSQL that waits for its disk; medians, least and most, of three rounds of the
// earlier code and five of the later one, a minute apart. Between them an event's ext came to be kept by itself instead of all its data
// once more, many alerts, tasks and messages to be copied, and alarms to be committed two by two. The rows are half as large, so the COPY
// takes half the time, and the share of it falls though more is done:
//
//	keys      code      events/s                       of COPY   COPY rows/s   WAL bytes an event
//	uniform   earlier   60,500 (59,500 ..  60,800)     0.100       645,000     955
//	uniform   later     67,100 (65,700 ..  68,000)     0.062     1,192,000     698
//	zipf      earlier   81,900 (81,900 ..  84,300)     0.205       134,000     655
//	zipf      later     121,100 (95,500 .. 123,400)    0.114       323,000     334
//
// Of uniform keys a customer has one and a half events here, and each is judged once when the backlog is read: two rows of three are
// verdicts, most of which raise nothing.
func BenchmarkLive(b *testing.B) {
	events, population := knob(b, "TOCSIN_BENCH_EVENTS", 150_000), knob(b, "TOCSIN_BENCH_CUSTOMERS", 100_000)
	ways := liveWays[:min(len(liveWays), knob(b, "TOCSIN_BENCH_WAYS", len(liveWays)))]
	brokers, rigs := newLiveCluster(b, "uniform", "zipf"), map[float64]*liveRig{}
	for _, w := range ways {
		if rigs[w.skew] == nil {
			r := liveRigAt(b, brokers, w.name)
			size := newLiveFeed(r.today, population, w.skew).publish(b, r.producer, r.topic, events, r.now())
			b.Logf("%s: %d events of %d bytes of %d customers in %d partitions", w.name, events, size/events, population, livePartitions)
			rigs[w.skew] = r
		}
	}
	figures := make([]liveFigures, len(ways))
	round := 0
	for b.Loop() {
		round++
		for i, w := range ways {
			rigs[w.skew].round(b, w, events, &figures[i])
		}
	}
	b.Log(liveTable(ways, figures))
	b.ReportMetric(part(figures[0].rate, 0.5), "events/s")
	b.ReportMetric(part(figures[0].ofCopy, 0.5), "of-copy")
	b.ReportMetric(part(figures[0].ofPoll, 0.5), "of-poll")
}

// round measures one way once.
func (r *liveRig) round(b *testing.B, w liveWay, events int, f *liveFigures) {
	b.Helper()
	location := newLiveStore(b, w.server)
	store := r.open(b, location)
	defer store.Close()
	if w.alter != "" {
		pgtest.Exec(b, location, w.alter)
	}
	m := newMeter(store, location, events)
	m.leaves, m.nobody = w.leaves, w.nobody
	before, idle := pgtest.WAL(b, location), spent()
	stop := r.start(b, m)
	took := m.wait(b)
	stop()
	busy := spent()
	wal := pgtest.WAL(b, location) - before
	rows, copying := pgtest.CopyJournal(b, location)
	polling := r.poll(b, "polling"+location, events)
	n := float64(events)
	f.rate, f.copied, f.polled = append(f.rate, n/took.Seconds()), append(f.copied, float64(rows)/copying.Seconds()), append(f.polled, n/polling.Seconds())
	f.ofCopy = append(f.ofCopy, float64(rows)/took.Seconds()/(float64(rows)/copying.Seconds()))
	f.ofPoll = append(f.ofPoll, polling.Seconds()/took.Seconds())
	f.wal, f.rows = append(f.wal, float64(wal)/n), append(f.rows, float64(rows)/n)
	var committing time.Duration
	for _, took := range m.commits {
		committing += took
	}
	f.cpu = append(f.cpu, (busy.cpu-idle.cpu)/n)
	f.load, f.commit = append(f.load, m.loading.Seconds()*1e6/n), append(f.commit, committing.Seconds()*1e6/n)
}

// liveTable is a line for each way: the median of its rounds, and the least and the most of its rate.
func liveTable(ways []liveWay, figures []liveFigures) string {
	var out strings.Builder
	fmt.Fprintf(&out, "medians of %d rounds\n%-40s %9s %17s %8s %8s %10s %10s %6s %6s %9s %9s %7s\n", len(figures[0].rate), "", "events/s", "least..most", "of COPY", "of poll",
		"COPY r/s", "poll r/s", "WAL B", "rows", "load µs", "commit µs", "CPU µs")
	for i, w := range ways {
		f := &figures[i]
		fmt.Fprintf(&out, "%-40s %9.0f %8.0f..%7.0f %8.3f %8.3f %10.0f %10.0f %6.0f %6.2f %9.1f %9.1f %7.1f\n", w.name, part(f.rate, 0.5), part(f.rate, 0), part(f.rate, 1),
			part(f.ofCopy, 0.5), part(f.ofPoll, 0.5), part(f.copied, 0.5), part(f.polled, 0.5), part(f.wal, 0.5), part(f.rows, 0.5), part(f.load, 0.5), part(f.commit, 0.5), part(f.cpu, 0.5))
	}
	return out.String()
}
