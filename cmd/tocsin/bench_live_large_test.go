//go:build live

package main

import (
	"testing"
	"time"

	"tocsin/consumer/kafka"
	"tocsin/state/postgres/pgtest"
)

// BenchmarkLiveLargeCustomer has a customer with 20,000 open invoices pay one after the other, each payment when the one before is
// committed, and tells how long the commits take and what each adds to the server's log. That must be what the payment is, and not
// what the customer is.
//
// TOCSIN_BENCH_INVOICES sets the size.
//
//	go test -tags live -run '^$' -bench LiveLargeCustomer -benchtime 300x ./cmd/tocsin
func BenchmarkLiveLargeCustomer(b *testing.B) {
	const customer = 3
	invoices := knob(b, "TOCSIN_BENCH_INVOICES", 20_000)
	r := liveRigAt(b, newLiveCluster(b, "large"), "large")
	location := newLiveStore(b, syncing)
	store := r.open(b, location)
	defer store.Close()
	m := newMeter(store, location, 1+invoices)
	stop := r.start(b, m)
	defer stop()
	f := newLiveFeed(r.today, customer+1, 0)
	messages := []kafka.Message{f.message(r.topic, customer, 0, r.now())}
	for n := range invoices {
		messages = append(messages, f.message(r.topic, customer, 3*n+2, r.now()))
	}
	if err := r.producer.Send(b.Context(), messages); err != nil {
		b.Fatal(err)
	}
	loaded := m.wait(b)
	m.expect(0)
	before, n := pgtest.WAL(b, location), 0
	var whole []time.Duration
	for b.Loop() {
		if n++; n > invoices {
			b.Fatal("everything is paid")
		}
		m.expectNext()
		started := time.Now()
		if err := r.producer.Send(b.Context(), []kafka.Message{f.message(r.topic, customer, 3*n, r.now())}); err != nil {
			b.Fatal(err)
		}
		m.wait(b)
		whole = append(whole, time.Since(started))
	}
	wal := pgtest.WAL(b, location) - before
	m.mu.Lock()
	defer m.mu.Unlock()
	b.ReportMetric(float64(invoices)/loaded.Seconds(), "invoices/s")
	b.ReportMetric(milliseconds(part(m.commits, 0.5)), "commit-p50-ms")
	b.ReportMetric(milliseconds(part(m.commits, 0.99)), "commit-p99-ms")
	b.ReportMetric(milliseconds(part(whole, 0.5)), "event-p50-ms")
	b.ReportMetric(milliseconds(part(whole, 0.99)), "event-p99-ms")
	b.ReportMetric(float64(wal)/float64(n), "WAL-B/payment")
}

// expectNext has the meter wait for one more record.
func (m *meter) expectNext() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.want, m.done = m.landed+1, make(chan struct{})
}
