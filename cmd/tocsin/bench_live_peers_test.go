//go:build live

package main

import (
	"os"
	"testing"
	"time"
)

// BenchmarkLivePeers consumes a topic that somebody else has filled, of events that are known today, into a new store: what
// `make bench-peers` takes beside the peers' own runs. TOCSIN_BENCH_BROKER, TOCSIN_BENCH_TOPIC and TOCSIN_BENCH_EVENTS say where it is
// and how many they are. As the peers do, it reads from the first record to the last commit.
//
// The peers' loader does not stamp records with when their events were, so two years become known on one day: a backlog at whose end
// every customer is judged once, which is waited for. Without putting verdicts off, invoices that were paid in time would be overdue
// until their payment is read, and the alert, the task and the message of each took half of PostgreSQL's time. The peers go by the
// events' own times.
func BenchmarkLivePeers(b *testing.B) {
	broker, topic := os.Getenv("TOCSIN_BENCH_BROKER"), os.Getenv("TOCSIN_BENCH_TOPIC")
	if broker == "" || topic == "" {
		b.Fatal("TOCSIN_BENCH_BROKER and TOCSIN_BENCH_TOPIC name no topic: `make bench-peers` does")
	}
	events := knob(b, "TOCSIN_BENCH_EVENTS", 2_000_000)
	r := liveRigAt(b, []string{broker}, topic)
	r.today, r.now = wallClock().Date(time.UTC), wallClock
	var rates []float64
	for b.Loop() {
		location := newLiveStore(b, syncing)
		store := r.open(b, location)
		m := newMeter(store, location, events)
		stop := r.start(b, m)
		rates = append(rates, float64(events)/m.wait(b).Seconds())
		stop()
		letters, err := store.DeadLetterCount(b.Context())
		if err != nil || letters > 0 {
			b.Fatalf("%d records were refused, error %v", letters, err)
		}
		if err := store.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(part(rates, 0.5), "events/s")
}
