package consumer

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tocsin/consumer/contract"
	"tocsin/state"
	"tocsin/state/storetest"
)

// instance is one of several processes that work on one store, each with partitions of its own.
type instance struct {
	broker *modelBroker
	runner *Runner
	amid   func() // writes a commit at the next look at the store; nil: nothing waits for that
}

// begin starts as many instances as the way has, and deals the partitions out.
func (p *played) begin(partitions []Partition) {
	logs := make(map[Partition][]Record)
	for i := range p.way.beside + 1 {
		in := &instance{broker: newModelBroker(p.store, func() state.Instant { return p.now }, p.way.seed+uint64(i), partitions)}
		in.broker.logs, in.broker.order = logs, nil
		for n, id := range partitions {
			if n%(p.way.beside+1) == i {
				in.broker.order = append(in.broker.order, id)
			}
		}
		p.instances = append(p.instances, in)
		p.start(in)
	}
}

// start makes a new process with the partitions that the instance has.
func (p *played) start(in *instance) {
	decoder, err := contract.NewDecoder(contract.Options{Ahead: 10_000 * 24 * time.Hour})
	if err != nil {
		p.t.Fatal(err)
	}
	in.broker.restart()
	in.amid = nil
	var store state.Store = &watchedStore{p.store, p, in}
	if p.way.faults {
		store = &storetest.Unsure{Store: store, Random: p.random}
	}
	in.runner = &Runner{
		Source: in.broker, Store: store, Engine: p.engine, Decoder: decoder, Now: func() state.Instant { return p.now }, Workers: 1 + p.random.IntN(3),
		part: 1 + p.random.IntN(3), Cache: p.way.memory, Metrics: NewMetrics(prometheus.NewRegistry()), Watch: p, Log: slog.New(slog.DiscardHandler), aside: p.aside(in),
		Backlog: p.random.IntN(4),
	}
	if err := in.runner.start(context.Background()); err != nil {
		p.t.Fatal(err)
	}
	in.runner.lane.cache.least = 1
	in.runner.limit, in.runner.rings = 1+p.random.IntN(8), 1+p.random.IntN(8)
}

// any is one of the instances.
func (p *played) any() *instance { return p.instances[p.random.IntN(len(p.instances))] }

// turn is one round of an instance's loop. One that finds itself fenced, which it is where a partition went to another one
// before it was told, begins anew.
func (p *played) turn(in *instance) {
	var err error
	if p.way.ahead {
		for n := p.random.IntN(4); n > 0 && err == nil; n-- {
			err = in.runner.poll(context.Background(), true)
		}
		in.runner.limit = 1 + p.random.IntN(8) // so that something is left for a batch that is computed ahead
	}
	busy := false
	if err == nil {
		busy, err = in.runner.pass(context.Background())
	}
	if err == nil {
		err = in.runner.poll(context.Background(), busy)
	}
	switch {
	case errors.Is(err, state.ErrFenced) && len(p.instances) > 1:
		p.start(in)
	case err != nil:
		p.t.Fatalf("pass: %v", err)
	}
}

// rebalance gives a partition to an instance, be it the one that has it. Who has it is told first, or later than who gets it,
// and what was polled of it and is not committed is read again.
func (p *played) rebalance(id Partition) {
	from := p.instances[slices.IndexFunc(p.instances, func(in *instance) bool { return slices.Contains(in.broker.order, id) })]
	to := p.any()
	if !from.broker.started || !to.broker.started || len(from.broker.news)+len(to.broker.news) > 0 {
		return
	}
	from.broker.lost[id] = true
	from.broker.order = slices.DeleteFunc(from.broker.order, func(own Partition) bool { return own == id })
	to.broker.order = append(to.broker.order, id)
	revoked := func() Polled { return Polled{Revoked: []Partition{id}} }
	assigned := func() Polled {
		acquired, err := p.store.Acquire(context.Background(), []state.Position{{Topic: id.Topic, Partition: id.Number}})
		if err != nil {
			p.t.Fatal(err)
		}
		to.broker.fetched[id], to.broker.paused[id] = max(0, acquired[0].Next), false
		delete(to.broker.lost, id)
		return Polled{Assigned: acquired}
	}
	switch {
	case from != to:
		to.broker.lost[id] = true // until it is told
		from.broker.news = append(from.broker.news, revoked)
		to.broker.news = append(to.broker.news, assigned)
	case p.random.IntN(2) == 0:
		to.broker.news = append(to.broker.news, func() Polled {
			polled := assigned()
			polled.Revoked = []Partition{id}
			return polled
		})
	default:
		to.broker.news = append(to.broker.news, revoked, assigned)
	}
}

// watchedStore is an instance's store. It notes that a journal row may have been written and what stands at each close, and now
// and then lets another instance work between what a commit was computed from and the commit.
type watchedStore struct {
	state.Store
	played *played
	own    *instance
}

func (s *watchedStore) Commit(ctx context.Context, c *state.Commit) error {
	s.played.meanwhile(s.own)
	s.played.moved = s.played.moved || len(c.Entries) > 0
	return s.Store.Commit(ctx, c)
}

func (s *watchedStore) Identities(ctx context.Context, keys []state.Identifier) ([]state.Identity, error) {
	s.own.look(s.played.random)
	return s.Store.Identities(ctx, keys)
}

func (s *watchedStore) Load(ctx context.Context, ids []state.CustomerID) ([]state.History, error) {
	s.own.look(s.played.random)
	return s.Store.Load(ctx, ids)
}

// aside writes an instance's commits before, amid or behind what is computed meanwhile, as the seed decides.
func (p *played) aside(in *instance) aside {
	return func(commit func() error) (wait func() error) {
		var err error
		write := sync.OnceFunc(func() { err = commit() })
		switch p.random.IntN(3) {
		case 0:
			write()
		case 1:
			in.amid = write
		}
		return func() error {
			in.amid = nil
			write()
			return err
		}
	}
}

// look is told that the instance looks at the store.
func (in *instance) look(random *rand.Rand) {
	if write := in.amid; write != nil && random.IntN(2) == 0 {
		in.amid = nil
		write()
	}
}

func (s *watchedStore) CloseDay(ctx context.Context, c *state.DayClose) error {
	s.played.meanwhile(s.own)
	c.Stale = staleOn(s.played.way.silences, c.Next)
	err := s.Store.CloseDay(ctx, c)
	if err == nil {
		s.played.closed(c.From.Date)
		s.played.checkJudged(c.From)
		s.played.decide(c.Next)
	}
	return err
}

// meanwhile lets another instance work while one commits, or somebody look for late tasks; own is nil where it is he who commits.
func (p *played) meanwhile(own *instance) {
	other := p.any()
	if p.crowded || other.runner == nil || p.random.IntN(3) == 0 {
		return
	}
	p.crowded = true
	defer func() { p.crowded = false }()
	if own != nil && p.random.IntN(4) == 0 {
		p.lookNow()
	}
	if other == own {
		return
	}
	for range 1 + p.random.IntN(3) {
		p.turn(other)
	}
}
