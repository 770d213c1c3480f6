//go:build live

package main

import (
	"bytes"
	"context"
	"log/slog"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tocsin/consumer"
	"tocsin/state"
	"tocsin/state/storetest"
)

// BenchmarkLiveAlone takes the backlog of BenchmarkLive through the consumer of the product alone: records come from memory, and the
// store takes what is committed and keeps nothing of it. What it counts is this process's own, client and driver left out, and of
// allocations it is the same in each run:
//
//	go test -tags live -run '^$' -bench LiveAlone -benchtime 5x ./cmd/tocsin
func BenchmarkLiveAlone(b *testing.B) {
	events, population := knob(b, "TOCSIN_BENCH_EVENTS", 150_000), knob(b, "TOCSIN_BENCH_CUSTOMERS", 100_000)
	config, _, err := parseConfig("bench", nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	engine, err := config.engine()
	if err != nil {
		b.Fatal(err)
	}
	today := state.DateOf(2026, 6, 30)
	morning := today.Start(time.UTC) + state.Instant(8*time.Hour)
	backlog := newLiveFeed(today, population, 0).backlog(events, morning)
	defer collectSeldom()()
	var mallocs, allocated, cpu, collecting float64
	for b.Loop() {
		b.StopTimer()
		source, store := &backlogSource{records: backlog}, &takingStore{Store: storetest.NewMemory()}
		if err := store.OpenStore(b.Context(), state.Day{Date: today, Config: engine.Config}); err != nil {
			b.Fatal(err)
		}
		s := &service{config: config, store: store, now: func() state.Instant { return morning }, log: slog.New(slog.DiscardHandler)}
		runner, err := s.runner(engine, consumer.NewMetrics(prometheus.NewRegistry()))
		if err != nil {
			b.Fatal(err)
		}
		runner.Source = source
		ctx, stop := context.WithCancel(b.Context())
		store.taken = func(records int) {
			if source.committed += records; source.committed == events {
				stop()
			}
		}
		runtime.GC()
		before := spent()
		b.StartTimer()
		if err := runner.Run(ctx); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		after := spent()
		stop()
		mallocs, allocated = mallocs+after.mallocs-before.mallocs, allocated+after.bytes-before.bytes
		cpu, collecting = cpu+after.cpu-before.cpu, collecting+after.collections-before.collections
		b.StartTimer()
	}
	n := float64(events * b.N)
	b.ReportMetric(mallocs/n, "allocs/event")
	b.ReportMetric(allocated/n, "B/event")
	b.ReportMetric(cpu/n, "cpu-µs/event")
	b.ReportMetric(collecting/float64(b.N), "collections")
}

// backlog is the feed's next events as records of one topic, all known at an instant.
func (f *liveFeed) backlog(events int, at state.Instant) []consumer.Record {
	records := make([]consumer.Record, events)
	var next [livePartitions]int64
	for i := range records {
		key, text := f.next()
		part := int32(i % livePartitions)
		records[i] = consumer.Record{
			Partition: consumer.Partition{Topic: "backlog", Number: part}, Offset: next[part], Timestamp: at, Key: []byte(key), Value: bytes.Clone(text),
		}
		next[part]++
	}
	return records
}

// backlogSource gives records from memory, whole partitions in turns.
type backlogSource struct {
	consumer.Source
	records   []consumer.Record
	given     int
	committed int
}

func (s *backlogSource) Poll(_ context.Context, limit int) (polled consumer.Polled, err error) {
	if s.given == 0 {
		for part := range int32(livePartitions) {
			polled.Assigned = append(polled.Assigned, state.Position{Topic: "backlog", Partition: part, Epoch: 1})
		}
	}
	if s.given-s.committed < 2*4096 { // as a client does it whose partitions are paused
		polled.Records = s.records[s.given:min(s.given+limit, len(s.records))]
		s.given += len(polled.Records)
	}
	return polled, nil
}

func (s *backlogSource) Pause([]consumer.Partition)                           {}
func (s *backlogSource) Resume([]consumer.Partition)                          {}
func (s *backlogSource) Owns(string) bool                                     { return true }
func (s *backlogSource) Mirror(context.Context, map[consumer.Partition]int64) {}
func (s *backlogSource) Ends(context.Context) (consumer.Ends, error)          { return consumer.Ends{}, nil }

// takingStore knows nobody and keeps nothing that is committed.
type takingStore struct {
	state.Store
	taken func(records int)
}

func (s *takingStore) Load(context.Context, []state.CustomerID) ([]state.History, error) {
	return nil, nil
}

func (s *takingStore) Commit(_ context.Context, c *state.Commit) error {
	records := 0
	for _, p := range c.Positions {
		records += int(p.To - p.From)
	}
	s.taken(records)
	return nil
}

// spending is what the process has taken since it began.
type spending struct{ mallocs, bytes, cpu, collections float64 }

func spent() spending {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	var use syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &use)
	cpu := time.Duration(use.Utime.Nano() + use.Stime.Nano())
	return spending{float64(memory.Mallocs), float64(memory.TotalAlloc), float64(cpu.Microseconds()), float64(memory.NumGC)}
}
