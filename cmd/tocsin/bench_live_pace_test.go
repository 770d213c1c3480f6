//go:build live

package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"tocsin/consumer/kafka"
	"tocsin/state"
)

// How a pace is kept: so many events of a second at a time, each known when it was due and not when its publisher found the time.
const (
	paceTick    = 5 * time.Millisecond
	paceSeconds = 4
	alarming    = 50 // one event of so many is an order beyond its customer's limit
)

// BenchmarkLivePace has events come at a rate, for four seconds, one in fifty of them an order that takes its customer over his limit,
// and tells how long it is from when the event was known to when its alert is committed. A rate that the machine cannot keep shows
// as a time that grows with the seconds.
//
//	go test -tags live -run '^$' -bench LivePace -benchtime 5x ./cmd/tocsin
func BenchmarkLivePace(b *testing.B) {
	rates := []int{1000, 2000, 5000, 20_000}
	type told struct{ half, most, landed []float64 }
	figures := make([]told, len(rates))
	for b.Loop() {
		for i, rate := range rates {
			waited, behind := paced(b, rate)
			f := &figures[i]
			f.half, f.most = append(f.half, milliseconds(part(waited, 0.5))), append(f.most, milliseconds(part(waited, 0.99)))
			f.landed = append(f.landed, milliseconds(behind))
		}
	}
	var out strings.Builder
	fmt.Fprintf(&out, "medians of %d rounds, least..most\n", len(figures[0].half))
	for i, rate := range rates {
		f := figures[i]
		fmt.Fprintf(&out, "%6d events/s: alert committed after %6.1f ms (p50), %6.1f ms (p99; %.0f..%.0f), all %6.1f ms after the last event\n",
			rate, part(f.half, 0.5), part(f.most, 0.5), part(f.most, 0), part(f.most, 1), part(f.landed, 0.5))
	}
	b.Log(out.String())
	b.ReportMetric(part(figures[1].most, 0.5), "p99-ms-at-2000/s")
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// paced is one run at a rate: how long each alert took, and how long after the last event was due everything had landed.
func paced(b *testing.B, rate int) (waited []time.Duration, behind time.Duration) {
	b.Helper()
	r := liveRigAt(b, newLiveCluster(b, "paced"), "paced")
	location := newLiveStore(b, syncing)
	store := r.open(b, location)
	defer store.Close()
	total := rate * paceSeconds
	customers := 2 * total / alarming // each is asked for a limit first, and half of them order beyond it
	m := newMeter(store, location, customers)
	stop := r.start(b, m)
	defer stop()
	f := newLiveFeed(r.today, 20*customers, 0)
	var first []kafka.Message
	for c := range customers {
		first = append(first, f.message(r.topic, 20*c, 0, r.now())) // has a limit of 600
	}
	if err := r.producer.Send(b.Context(), first); err != nil {
		b.Fatal(err)
	}
	m.wait(b)
	m.expect(total)
	began := r.now()
	for sent := 0; sent < total; {
		due := int(float64(r.now()-began) / 1e9 * float64(rate))
		var messages []kafka.Message
		for ; sent < min(due, total); sent++ {
			at := began + state.Instant(float64(sent)/float64(rate)*1e9)
			switch {
			case sent%alarming == 0:
				messages = append(messages, f.message(r.topic, 20*(sent/alarming), 1, at))
			default:
				messages = append(messages, f.message(r.topic, 20*(sent%customers)+1+sent/customers%19, 0, at))
			}
		}
		if err := r.producer.Send(b.Context(), messages); err != nil {
			b.Fatal(err)
		}
		time.Sleep(paceTick)
	}
	m.wait(b)
	ended := began + state.Instant(paceSeconds*time.Second)
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.waited) < total/alarming {
		b.Fatalf("%d alerts of %d orders beyond their customers' limits", len(m.waited), total/alarming)
	}
	return m.waited, time.Duration(r.now()-ended) - time.Since(m.last)
}

// message is the nth event of a customer as it is sent.
func (f *liveFeed) message(topic string, c, n int, at state.Instant) kafka.Message {
	key, text := f.event(c, n)
	return kafka.Message{Topic: topic, Key: key, Value: bytes.Clone(text), Timestamp: at}
}

// expect has the meter wait for so many more records, and forget what was measured.
func (m *meter) expect(more int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.want, m.done = m.landed+more, make(chan struct{})
	m.commits, m.sizes, m.waited, m.first = nil, nil, nil, time.Now()
}
