//go:build kill

package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"tocsin/alerts/slack/slacktest"
	"tocsin/consumer/kafka"
	"tocsin/consumer/kafka/embedded"
	"tocsin/consumer/simulator"
	"tocsin/state"
	"tocsin/state/sqlite"
)

// playDemo runs a demo to its end, killing it some times on the way.
func playDemo(t *testing.T, binary string, kills int, seed uint64) *killed {
	t.Helper()
	fake, err := slacktest.New("")
	if err != nil {
		t.Fatal(err)
	}
	defer fake.Close()
	dir := t.TempDir()
	token := filepath.Join(dir, "token")
	if err := os.WriteFile(token, []byte("xoxb-test\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	demo := filepath.Join(dir, "demo")
	command := func(int) *exec.Cmd {
		cmd := exec.Command(binary, "demo", "--fast", "--pause", "20ms", "--days", "150", "--today", "2026-06-30", "--dir", demo)
		cmd.Env = append(os.Environ(), "TOCSIN_SLACK_TOKEN_FILE="+token, "TOCSIN_SLACK_API_URL="+fake.URL, "TOCSIN_NOTIFY_SETTLE=0s", "TOCSIN_NOTIFY_DIGEST_DAILY=24:00", "TOCSIN_NOTIFY_DIGEST_WEEKLY=", "TOCSIN_NOTIFY_BUDGET=0", "TOCSIN_NOTIFY_COOL_DOWN=0s", "TOCSIN_NOTIFY_FLOOD_CASES=0",
			"TOCSIN_KAFKA_BROKERS="+unusedAddress(t), "TOCSIN_HTTP_LISTEN="+unusedAddress(t))
		return cmd
	}
	killOften(t, command, kills, seed, 100)
	if out, err := command(kills).CombinedOutput(); err != nil {
		t.Fatalf("the last run: %v\n%s", err, out)
	}
	return readKilled(t, filepath.Join(demo, "tocsin.db"), fake)
}

// killOften starts a process over and over and kills it after a time that the seed decides, from least to five times least
// milliseconds.
func killOften(t *testing.T, command func(n int) *exec.Cmd, kills int, seed uint64, least int) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 0))
	for n := range kills {
		cmd := command(n)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(least+random.IntN(4*least)) * time.Millisecond)
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // killed
	}
}

// published is a portfolio's past, published once to a broker that nobody kills.
type published struct {
	broker  string
	records int64
}

// publishBacklog publishes 150 days that ended a week ago.
func publishBacklog(t *testing.T) *published {
	t.Helper()
	topics := defaultConfig().Kafka.Topics
	broker, err := embedded.Start(embedded.Config{Address: "127.0.0.1:0", Topics: append(topics.inputs(), topics.Alerts, topics.Tasks, topics.DeadLetters)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = broker.Close() })
	producer, err := kafka.OpenProducer([]string{broker.Address()})
	if err != nil {
		t.Fatal(err)
	}
	defer producer.Close()
	b := &published{broker: broker.Address()}
	last := wallClock().Date(time.UTC) - 7
	p := &player{
		portfolio: simulator.New(simulator.Config{Seed: 1, First: last - 150, Customers: 1000, Zone: time.UTC}),
		producer:  producer, topics: topics, zone: time.UTC, clock: &playedClock{},
	}
	for day := last - 150; day <= last; day++ {
		events := p.portfolio.Day(day)
		if err := p.publish(t.Context(), events); err != nil {
			t.Fatal(err)
		}
		b.records += int64(len(events))
	}
	return b
}

// play lets a run catch up with the backlog, killing it some times on the way. Each process is a group of its own, for a
// group waits ten seconds for a member that was killed.
func (b *published) play(t *testing.T, binary string, kills int, seed uint64) *killed {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tocsin.db")
	group := rand.Uint64()
	address := unusedAddress(t)
	command := func(n int) *exec.Cmd {
		cmd := exec.Command(binary, "run", "--log-level", "error")
		cmd.Env = append(os.Environ(), "TOCSIN_STORE_URL=sqlite:"+path, "TOCSIN_KAFKA_BROKERS="+b.broker,
			fmt.Sprintf("TOCSIN_KAFKA_GROUP=%x-%d", group, n), "TOCSIN_HTTP_LISTEN="+address)
		return cmd
	}
	killOften(t, command, kills, seed, 100)
	t.Logf("seed %d: %s", seed, b.progress(t, path))
	last := command(kills)
	var out bytes.Buffer
	last.Stdout, last.Stderr = &out, &out
	if err := last.Start(); err != nil {
		t.Fatal(err)
	}
	awaitReady(t, address)
	b.await(t, path)
	_ = last.Process.Signal(syscall.SIGTERM)
	if err := last.Wait(); err != nil {
		t.Fatalf("the last run: %v\n%s", err, out.String())
	}
	return readKilled(t, path, nil)
}

// awaitReady waits until a process says that it is at work.
func awaitReady(t *testing.T, address string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		response, err := http.Get("http://" + address + "/-/ready")
		if err != nil {
			continue
		}
		_ = response.Body.Close()
		if response.StatusCode == http.StatusOK {
			return
		}
	}
	t.Fatal("the last run was not ready after a minute")
}

// progress is how far a store has come, for people.
func (b *published) progress(t *testing.T, path string) string {
	store, err := sqlite.Open(t.Context(), path, readStore)
	if err != nil {
		return "nothing read"
	}
	defer store.Close()
	at, _, _ := store.Day(t.Context())
	return fmt.Sprintf("open day %v, %d of %d records read", at.Date, readOf(t, store), b.records)
}

// readOf is how many records a store has read.
func readOf(t *testing.T, store state.Store) (read int64) {
	positions, err := store.AllPositions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range positions {
		read += max(0, p.Next)
	}
	return read
}

// await waits until a store has read the whole backlog and its open day is today's, with nobody left to be judged on it.
func (b *published) await(t *testing.T, path string) {
	t.Helper()
	var at state.Day
	var read int64
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		store, err := sqlite.Open(t.Context(), path, readStore)
		if err != nil {
			continue // it is just being made
		}
		at, _, _ = store.Day(t.Context())
		read = readOf(t, store)
		due, err := store.DueAlarms(t.Context(), at.Date, 1)
		_ = store.Close()
		if err == nil && len(due) == 0 && at.Date >= wallClock().Date(time.UTC) && read >= b.records {
			return
		}
	}
	t.Fatalf("the last run is at %s with %d of %d records read after two minutes", at.Date, read, b.records)
}
