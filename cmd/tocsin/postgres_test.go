package main

import (
	"bytes"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"tocsin/consumer/kafka"
	"tocsin/consumer/simulator"
	"tocsin/state/postgres/pgtest"
)

// The same backlog ends with the same records at each close whatever keeps them: a file, PostgreSQL, or a PostgreSQL that is
// killed under a run again and again, which waits for it each time and goes on.
func TestARunOverPostgreSQLLeavesWhatOneOverAFileLeaves(t *testing.T) {
	l := newPipeline(t)
	portfolio := simulator.New(simulator.Config{Seed: 11, First: l.today - 60, Customers: 30, Zone: time.UTC})
	for day := l.today - 60; day < l.today; day++ {
		var messages []kafka.Message
		for _, ev := range portfolio.Day(day) {
			messages = append(messages, l.message(&ev))
			if len(messages)%20 == 0 {
				messages = append(messages, l.message(&ev)) // comes twice
			}
		}
		l.send(t, messages...)
	}
	l.send(t, kafka.Message{Topic: l.config.Kafka.Topics.Invoices, Key: "C-1", Value: []byte(`{"specversion":`), Timestamp: l.today.Start(time.UTC) - 1})
	file := l.leave(t, nil)

	t.Run("undisturbed", func(t *testing.T) {
		l.config.Kafka.Group, l.config.StoreURL = "undisturbed", newDatabase(t)
		wantSame(t, file, l.leave(t, nil))
	})
	t.Run("killed under it", func(t *testing.T) {
		server, err := pgtest.Start()
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := server.Stop(); err != nil {
				t.Error(err)
			}
		}()
		l.config.Kafka.Group, l.config.StoreURL = "killed", server.NewSchema(t)
		wantSame(t, file, l.leave(t, server))
	})
}

// leave lets a run consume everything, on a server that is killed meanwhile where there is one, and returns what the store is left
// with.
func (l *pipeline) leave(t *testing.T, victim *pgtest.Server) *outcome {
	t.Helper()
	var told bytes.Buffer
	l.log = slog.New(slog.NewTextHandler(&told, nil))
	stop := l.start(t)
	if victim != nil {
		harass(t, victim)
	}
	await(t, "catch up", func() bool { return l.caughtUp(t) })
	await(t, "publication", func() bool {
		owed, err := l.store.Unpublished(t.Context(), 1)
		return err == nil && len(owed) == 0
	})
	o, err := readOutcome(t.Context(), l.store, earlierEngines(l.store))
	if err != nil {
		t.Fatal(err)
	}
	stop()
	if outages := strings.Count(told.String(), "the store answers again"); victim != nil && outages == 0 {
		t.Error("the run did not notice that its database was killed")
	} else if victim != nil {
		t.Logf("the run went on after %d outages", outages)
	}
	return o
}

// harass kills a server and its sessions at random moments for a while.
func harass(t *testing.T, victim *pgtest.Server) {
	t.Helper()
	random := rand.New(rand.NewPCG(9, 1))
	for n := range 9 {
		time.Sleep(time.Duration(50+random.IntN(250)) * time.Millisecond)
		if n%3 > 0 {
			if err := victim.KillSessions(t.Context()); err != nil {
				t.Fatal(err)
			}
			continue
		}
		victim.Kill()
		time.Sleep(time.Duration(random.IntN(300)) * time.Millisecond)
		if err := victim.Launch(); err != nil {
			t.Fatal(err)
		}
	}
}

func wantSame(t *testing.T, want, got *outcome) {
	t.Helper()
	if len(want.told) == 0 || len(want.closes) < 30 {
		t.Fatalf("%d alerts of %d customers, want the portfolio's", len(want.told), len(want.closes))
	}
	for _, fault := range append(got.faults(), want.differences(got)...) {
		t.Error(fault)
	}
}
