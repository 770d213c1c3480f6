package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"tocsin/consumer"
	"tocsin/consumer/contract"
	"tocsin/consumer/kafka"
	"tocsin/consumer/kafka/embedded"
	"tocsin/state"
	"tocsin/state/sqlite"
	"tocsin/state/statetest"
	"tocsin/state/storetest"
)

var (
	errStuck = errors.New("the journey is stuck")
	errBroke = errors.New("injected: the store broke")
)

// journeyAhead lets events be known long before their time: histories are drawn without regard to that.
const journeyAhead = 10_000 * 24 * time.Hour

// journey is a history on its way through a broker and one process after the other into a store.
type journey struct {
	ledger *ledger
	dir    string
	days   []statetest.Day
	way    way

	topics []string
	broker *embedded.Broker
	clock  playedClock

	published []state.Event

	mu        sync.Mutex
	interrupt context.CancelFunc // ends the poll that waits
	closed    state.Date         // the last day that is closed
	progress  chan struct{}      // closed and made anew when a day closes
	stop      context.CancelFunc // stops the process
}

// last is the day to close last.
func (j *journey) last() state.Date { return j.days[len(j.days)-1].Date + j.way.tail }

func (j *journey) path() string { return filepath.Join(j.dir, "tocsin.db") }

// play publishes the history and lets processes consume it until its last day is closed.
func (j *journey) play(ctx context.Context) (err error) {
	for i := range j.way.topics {
		j.topics = append(j.topics, fmt.Sprint("topic-", i))
	}
	j.progress = make(chan struct{})
	j.broker, err = embedded.Start(embedded.Config{Address: "127.0.0.1:0", Topics: j.topics, Partitions: j.way.partitions})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.broker.Close()) }()
	producer, err := kafka.OpenProducer([]string{j.broker.Address()})
	if err != nil {
		return err
	}
	defer producer.Close()
	if !j.way.live {
		if err := j.publish(ctx, producer, false); err != nil {
			return err
		}
		return j.consume(ctx)
	}
	j.clock.set(j.days[0].Date.Start(time.UTC))
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return j.publish(ctx, producer, true) })
	g.Go(func() error { return j.consume(ctx) })
	return g.Wait()
}

// publish sends the days one after the other and moves the clock with them. A patient publisher waits now and then until a
// day is closed before it goes on, once it has told anything at all: before that no day need be open.
func (j *journey) publish(ctx context.Context, producer *kafka.Producer, patient bool) error {
	random := j.way.random(1)
	for i, day := range j.days {
		j.set((day.Date + 1).Start(time.UTC) - 1)
		if err := producer.Send(ctx, j.messages(day, random)); err != nil {
			return err
		}
		closes := j.last()
		if i+1 < len(j.days) {
			closes = j.days[i+1].Date - 1
		}
		j.set((closes + 1).Start(time.UTC) + state.Instant(j.ledger.Ledger.CloseDelay))
		if patient && random.IntN(2) == 0 && len(j.published) > 0 {
			if err := j.await(ctx, closes); err != nil {
				return err
			}
		}
	}
	return nil
}

// messages are a day's events, each somewhere: the order of known_at holds within a partition, and nothing else does.
func (j *journey) messages(day statetest.Day, random *rand.Rand) []kafka.Message {
	events := slices.Clone(day.Events)
	random.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
	slices.SortStableFunc(events, func(a, b state.Event) int { return cmp.Compare(a.KnownAt, b.KnownAt) })
	messages := make([]kafka.Message, len(events))
	for i := range events {
		messages[i] = kafka.Message{
			Topic: j.topics[random.IntN(len(j.topics))], Key: fmt.Sprint(random.IntN(8)), Value: contract.Encode(&events[i]), Timestamp: events[i].KnownAt,
		}
	}
	j.published = append(j.published, events...)
	return messages
}

// consume runs processes until the last day is closed.
func (j *journey) consume(ctx context.Context) error {
	for n := 0; ; n++ {
		err := j.process(ctx, n)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil && !errors.Is(err, errBroke):
			return err
		case j.isClosed(j.last()):
			return nil
		}
	}
}

// process is one process, from its start to its end.
func (j *journey) process(ctx context.Context, n int) (err error) {
	store, err := sqlite.Open(ctx, j.path(), ownStore)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if day, found, err := store.Day(ctx); err != nil || found {
		j.Closed(day.Date - 1) // the process before may have died before it could tell
		if err != nil || j.isClosed(j.last()) {
			return err
		}
	}
	source, err := kafka.Open(kafka.Config{Brokers: []string{j.broker.Address()}, Group: "journey", Topics: j.topics}, store, j.clock.Now)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, source.Close(context.WithoutCancel(ctx))) }()

	random := j.way.random(uint64(2 + n))
	s := &service{config: j.ledger.config, store: j.unreliable(store, random), now: j.clock.Now, ahead: journeyAhead, watch: j, log: slog.New(slog.DiscardHandler)}
	sips := &sips{Source: source, journey: j, random: random, most: j.way.sip, left: -1}
	if n < j.way.stops {
		sips.left = 1 + random.IntN(12)
	}
	runner, err := s.runner(j.ledger.engine, consumer.NewMetrics(prometheus.NewRegistry()))
	if err != nil {
		return err
	}
	runner.Source, runner.Backlog = sips, random.IntN(3)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	j.mu.Lock()
	j.stop = stop
	j.mu.Unlock()
	return runner.Run(ctx)
}

// unreliable is the store as the runner sees it.
func (j *journey) unreliable(store state.Store, random *rand.Rand) state.Store {
	if !j.way.faults {
		return store
	}
	return &storetest.Unsure{Store: &mortalStore{Store: store, random: random}, Random: random}
}

// mortalStore ends its process now and then, before a commit or after it.
type mortalStore struct {
	state.Store
	random *rand.Rand
}

func (s *mortalStore) Commit(ctx context.Context, c *state.Commit) error {
	return s.survive(func() error { return s.Store.Commit(ctx, c) })
}

func (s *mortalStore) CloseDay(ctx context.Context, c *state.DayClose) error {
	return s.survive(func() error { return s.Store.CloseDay(ctx, c) })
}

func (s *mortalStore) survive(commit func() error) error {
	at := s.random.IntN(80)
	if at == 0 {
		return errBroke
	}
	err := commit()
	if at == 1 {
		err = errors.Join(errBroke, err)
	}
	return err
}

// sips hands out few records at a time, so that a day comes in many batches, and stops its process after some of them.
type sips struct {
	consumer.Source
	journey *journey
	random  *rand.Rand
	most    int
	left    int // polls with records until the process is stopped; negative: it is not
}

func (s *sips) Poll(ctx context.Context, limit int) (consumer.Polled, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.journey.mu.Lock()
	s.journey.interrupt = cancel
	s.journey.mu.Unlock()
	polled, err := s.Source.Poll(ctx, min(limit, 1+s.random.IntN(s.most)))
	if len(polled.Records) > 0 {
		if s.left--; s.left == 0 {
			s.journey.stop()
		}
	}
	return polled, err
}

// set moves the clock, and lets a runner that waits for records look at it.
func (j *journey) set(at state.Instant) {
	j.clock.set(at)
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.interrupt != nil {
		j.interrupt()
	}
}

// Stepped is of no interest: what counts is in the store.
func (j *journey) Stepped(state.Day, *state.Record, *consumer.Effects) {}

// Erased neither.
func (j *journey) Erased(func(state.CustomerID) bool) {}

// Closed takes note of a closed day, and stops the process after the last one.
func (j *journey) Closed(day state.Date) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.closed = max(j.closed, day)
	close(j.progress)
	j.progress = make(chan struct{})
	if j.closed >= j.last() && j.stop != nil {
		j.stop()
	}
}

func (j *journey) isClosed(day state.Date) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.closed >= day
}

// await waits until a day is closed.
func (j *journey) await(ctx context.Context, day state.Date) error {
	for {
		j.mu.Lock()
		closed, progress := j.closed >= day, j.progress
		j.mu.Unlock()
		if closed {
			return nil
		}
		select {
		case <-progress:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
