//go:build live

package main

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/consumer"
	"tocsin/consumer/kafka"
	"tocsin/state"
	"tocsin/state/postgres/pgtest"
)

// BenchmarkLiveDigest has a portfolio of 100,000 customers, with two years of alerts behind them, digested in every period, and asked what is
// to be done about its invoices. Each is what an instance does once a day, week or month, and a command whenever somebody asks.
//
// TOCSIN_BENCH_CUSTOMERS and TOCSIN_BENCH_ALERTS set the sizes.
//
//	go test -tags live -run '^$' -bench LiveDigest -benchtime 3x ./cmd/tocsin
//
// On two cores that others used as well, beside PostgreSQL, with 400,000 rows of alerts: daily 12 s, of which its steps with invoices are 7
// to 9; weekly 9 s, nearly all of it the reading of alerts; monthly 14 to 21 s; the agenda 8 to 9 s; the answer to /tocsin digest 1.6 s, where it
// took 9 as long as it read all alerts and closed tasks.
func BenchmarkLiveDigest(b *testing.B) {
	customers, history := knob(b, "TOCSIN_BENCH_CUSTOMERS", 100_000), knob(b, "TOCSIN_BENCH_ALERTS", 400_000)
	r := liveRigAt(b, newLiveCluster(b, "digest"), "digest")
	location := newLiveStore(b, syncing)
	store := r.open(b, location)
	defer store.Close()
	events := r.lives(b, customers)
	m := newMeter(store, location, events)
	stop := r.start(b, m)
	b.Logf("%d events of %d customers in %v", events, customers, m.wait(b).Round(time.Second))
	stop()
	past(b, location, r.today, history)
	desk := &consumer.Desk{Store: store, Engines: earlierEngines(store), Now: r.now}
	for _, period := range []string{consumer.Daily, consumer.Weekly, consumer.Monthly} {
		b.Run(period, func(b *testing.B) {
			measured(b, func() error {
				_, err := desk.Periodical(b.Context(), r.engine.Ledger, period, 0)
				return err
			})
		})
	}
	b.Run("answer", func(b *testing.B) { // to /tocsin digest: somebody waits for it
		measured(b, func() error {
			_, err := desk.LastDigest(b.Context(), r.engine.Ledger, consumer.Daily)
			return err
		})
	})
	b.Run("agenda", func(b *testing.B) {
		items := 0
		measured(b, func() error {
			items = 0
			return desk.Agenda(b.Context(), func(alerts.WorkItem) { items++ })
		})
		if items == 0 {
			b.Fatal("nothing is to be done: this measures nothing")
		}
	})
}

// lives publishes of each customer a limit, an order, its invoice and the payment of that, and two more of whom the second is open. It
// returns how many events they are.
func (r *liveRig) lives(b *testing.B, customers int) (events int) {
	b.Helper()
	const each = 6
	f := newLiveFeed(r.today, customers, 0)
	var some []kafka.Message
	for c := range customers {
		for n := range each {
			some = append(some, f.message(r.topic, c, n, r.now()))
		}
		if len(some) > 5000 || c == customers-1 {
			if err := r.producer.Send(b.Context(), some); err != nil {
				b.Fatal(err)
			}
			events, some = events+len(some), some[:0]
		}
	}
	return events
}

// past repeats the alerts that there are, day by day before a day, until there are so many, each with its end on the day after it.
func past(b *testing.B, location string, today state.Date, rows int) {
	b.Helper()
	pgtest.Exec(b, location, fmt.Sprintf(`ALTER TABLE alert DISABLE TRIGGER ALL;
		WITH was AS (SELECT *, row_number() OVER (ORDER BY id, seq) AS nth, count(*) OVER () AS n FROM alert WHERE seq = 1)
		INSERT INTO alert (id, seq, customer, rule_set, signal, day, known_at, from_level, to_level, body)
			SELECT md5(was.id || g), s, customer, rule_set, signal, %[1]d - 2 - (nth * 7 + g * 31) %% 700 + s, (%[1]d::bigint - 2 - (nth * 7 + g * 31) %% 700 + s) * 86400000000000,
				CASE s WHEN 1 THEN 0 ELSE to_level END, CASE s WHEN 1 THEN to_level ELSE 0 END, body
			FROM was, generate_series(1, greatest(1, (%[2]d / 2 / was.n)::int)) AS g, generate_series(1, 2) AS s;
		ALTER TABLE alert ENABLE TRIGGER ALL; ANALYZE`, today, rows))
}

// measured has something done as often as is asked for, and tells how long it takes and how much memory it asks for.
func measured(b *testing.B, do func() error) {
	b.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	b.ReportAllocs()
	for b.Loop() {
		if err := do(); err != nil {
			b.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/op")
	b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/float64(b.N)/1e6, "MB/op")
}
