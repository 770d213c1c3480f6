package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"

	"tocsin/consumer/kafka"
	"tocsin/state"
)

// place sends one order.
func (l *pipeline) place(t *testing.T, order int) {
	t.Helper()
	l.send(t, kafka.Message{Topic: l.config.Kafka.Topics.Orders, Key: "C-1", Timestamp: l.now(), Value: fmt.Appendf(nil,
		`{"specversion":"1.0","id":"SO-%d/1","source":"urn:erp","type":"tocsin.order.placed.v1","subject":"C-1","time":"%v","data":{"customer_id":"C-1",
		"revision":1,"order_id":"SO-%d","order_date":"%v","gross":{"amount":"100.00","currency":"EUR"}}}`, order, l.now(), order, l.today)})
}

// Who is fenced has missed that its partitions went to somebody else. It leaves the group, joins it anew and goes on.
func TestWhoIsFencedJoinsAnew(t *testing.T) {
	l := newPipeline(t)
	defer l.start(t)()
	l.place(t, 1)
	await(t, "the first order", func() bool { return l.caughtUp(t) })
	positions, err := l.store.AllPositions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.store.Acquire(t.Context(), positions); err != nil {
		t.Fatal(err)
	}
	l.place(t, 2)
	await(t, "the order behind it", func() bool { return l.caughtUp(t) })
}

// A store that goes away just when a member begins, or begins anew because it was fenced, ends no process.
func TestWhoFindsNoStoreToBeginOnJoinsAnew(t *testing.T) {
	l, said := newPipeline(t), make(notedLines, 100)
	stop := l.start(t) // makes the store, and it closes with it
	defer stop()
	late := &lateStore{Store: l.store}
	late.away.Store(1)
	s := &service{config: l.config, store: late, now: l.now, log: slog.New(slog.NewTextHandler(said, nil))}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.run(ctx) }()
	await(t, "that it joins anew", func() bool { return strings.Contains(<-said, "the store does not answer; joining the group anew") })
	await(t, "that it is at work", func() bool { return s.Ready() == nil })
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// lateStore is away for the first looks at the open day.
type lateStore struct {
	state.Store
	away atomic.Int32 // how many of them
}

func (s *lateStore) Day(ctx context.Context) (state.Day, bool, error) {
	if s.away.Add(-1) >= 0 {
		return state.Day{}, false, state.ErrUnavailable
	}
	return s.Store.Day(ctx)
}

// Of two configurations the one that was put in force last is worked with. Who has the other one leaves its partitions to those
// who have this one, until its own is in force again.
func TestWhoHasAnotherConfigurationStandsAside(t *testing.T) {
	l, said := newPipeline(t), make(notedLines, 100)
	l.log = slog.New(slog.NewTextHandler(said, nil))
	defer l.start(t)()
	l.place(t, 1)
	await(t, "the first order", func() bool { return l.caughtUp(t) })
	if err := l.store.Reconfigure(t.Context(), "another", []byte("{}")); err != nil {
		t.Fatal(err)
	}
	l.place(t, 2)
	await(t, "that it stands aside", func() bool { return strings.Contains(<-said, "standing aside") })
	if l.caughtUp(t) {
		t.Fatal("it went on under a configuration that is not its own")
	}
	if err := l.store.Reconfigure(t.Context(), l.engine.Config, l.engine.Text); err != nil {
		t.Fatal(err)
	}
	await(t, "the order behind it", func() bool { return l.caughtUp(t) })
}

// Who is fenced and has an earlier configuration does not put it back in force by joining anew.
func TestWhoJoinsAnewLeavesTheLaterConfigurationInForce(t *testing.T) {
	l, said := newPipeline(t), make(notedLines, 100)
	l.log = slog.New(slog.NewTextHandler(said, nil))
	defer l.start(t)()
	l.place(t, 1)
	await(t, "the first order", func() bool { return l.caughtUp(t) })
	if err := l.store.Reconfigure(t.Context(), "later", []byte("{}")); err != nil {
		t.Fatal(err)
	}
	positions, err := l.store.AllPositions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.store.Acquire(t.Context(), positions); err != nil {
		t.Fatal(err)
	}
	l.place(t, 2)
	await(t, "that it stands aside", func() bool { return strings.Contains(<-said, "standing aside") })
	if day, _, err := l.store.Day(t.Context()); err != nil || day.Config != "later" {
		t.Errorf("%q is in force, %v", day.Config, err)
	}
}

// notedLines hands out what is logged, as long as somebody takes it.
type notedLines chan string

func (n notedLines) Write(line []byte) (int, error) {
	select {
	case n <- string(line):
	default:
	}
	return len(line), nil
}
