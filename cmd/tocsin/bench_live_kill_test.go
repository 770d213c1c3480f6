//go:build live

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"tocsin/state"
)

// BenchmarkLiveRecovery kills a process of `tocsin run` amid a backlog, as kill -9 does, starts it again at once, and tells how long
// it is from the kill to the next commit: for a member of the group that is a new one at each start, whose group first has to find
// that the dead one is gone, and for one that keeps its name (kafka.instance).
//
//	go test -tags live -run '^$' -bench LiveRecovery -benchtime 3x ./cmd/tocsin
func BenchmarkLiveRecovery(b *testing.B) {
	binary := filepath.Join(b.TempDir(), "tocsin")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	for _, instance := range []string{"", "one"} {
		name := "a new member"
		if instance != "" {
			name = "the same member"
		}
		b.Run(name, func(b *testing.B) {
			topics := defaultConfig().Kafka.Topics
			r := liveRigAt(b, newLiveCluster(b, append(topics.inputs(), topics.Alerts, topics.Tasks, topics.DeadLetters)...), topics.Invoices)
			wall := wallClock()
			feed := newLiveFeed(wall.Date(time.UTC), 50_000, 0)
			feed.publish(b, r.producer, r.topic, 100_000, wall)
			var gaps []time.Duration
			for b.Loop() {
				gaps = append(gaps, r.recover(b, binary, instance, len(gaps)))
			}
			b.ReportMetric(part(gaps, 0.5).Seconds(), "s-to-next-commit")
			b.ReportMetric(part(gaps, 1).Seconds(), "s-at-most")
		})
	}
}

// recover kills one process in its work on a new store and returns how long it is until its successor commits.
func (r *liveRig) recover(b *testing.B, binary, instance string, n int) time.Duration {
	b.Helper()
	location := newLiveStore(b, syncing)
	environ := append(os.Environ(), "TOCSIN_STORE_URL="+location, "TOCSIN_KAFKA_BROKERS="+r.brokers[0], "TOCSIN_HTTP_LISTEN=",
		fmt.Sprintf("TOCSIN_KAFKA_GROUP=recovery%s%d", instance, n), "TOCSIN_KAFKA_INSTANCE="+instance)
	start := func() *exec.Cmd {
		c := exec.CommandContext(b.Context(), binary, "run", "--log-level", "error") //nolint:gosec // of this benchmark
		c.Env, c.Stderr = environ, os.Stderr
		if err := c.Start(); err != nil {
			b.Fatal(err)
		}
		return c
	}
	first := start()
	store := r.openBeside(b, location)
	defer store.Close()
	awaitAdvance(b, store, 0)
	if err := first.Process.Kill(); err != nil {
		b.Fatal(err)
	}
	killed := time.Now()
	_ = first.Wait() // it was killed
	stood := landed(b, store)
	second := start()
	awaitAdvance(b, store, stood)
	took := time.Since(killed)
	_ = second.Process.Kill()
	_ = second.Wait()
	return took
}

// openBeside waits until a process has made the store, and opens it beside that.
func (r *liveRig) openBeside(b *testing.B, location string) state.Store {
	b.Helper()
	config := *r.config
	config.StoreURL = location
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		store, err := config.openStore(b.Context(), besideStore)
		if err == nil {
			return store
		}
		if time.Now().After(deadline) {
			b.Fatal(err)
		}
	}
}

// awaitAdvance waits until more records are committed than that.
func awaitAdvance(b *testing.B, store state.Store, stood int64) {
	b.Helper()
	for deadline := time.Now().Add(2 * time.Minute); landed(b, store) <= stood; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.Fatalf("nothing is committed behind record %d", stood)
		}
	}
}

// landed is how many records are committed.
func landed(b *testing.B, store state.Store) (records int64) {
	b.Helper()
	positions, err := store.AllPositions(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	for _, p := range positions {
		records += max(0, p.Next)
	}
	return records
}
