package consumer

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tocsin/consumer/contract"
	"tocsin/state"
	"tocsin/state/storetest"
)

// rig is a runner between a model broker and a store in memory, on a clock that the test sets.
type rig struct {
	t      *testing.T
	now    state.Instant
	store  *storetest.Memory
	broker *modelBroker
	runner *Runner
	reg    *prometheus.Registry
	log    strings.Builder
	closed []state.Date
	seen   []state.CustomerID

	engine  *Engine
	engines func(context.Context, string) (*Engine, error)
}

var invoices = Partition{"invoices", 0}

// firstDay is the day on which the tests begin, at noon.
var firstDay = state.DateOf(2026, 3, 2)

func newRig(t *testing.T, partitions ...Partition) *rig {
	t.Helper()
	g := &rig{t: t, now: firstDay.Start(time.UTC) + state.Instant(12*time.Hour), store: storetest.NewMemory()}
	g.broker = newModelBroker(g.store, func() state.Instant { return g.now }, 1, partitions)
	g.broker.silent = make(map[Partition]bool)
	g.engine = defaultEngine(t)
	g.engines = func(context.Context, string) (*Engine, error) { return g.engine, nil }
	g.start(g.store)
	return g
}

// start makes a new process over the same store and broker.
func (g *rig) start(store state.Store) {
	g.t.Helper()
	decoder, err := contract.NewDecoder(contract.Options{})
	if err != nil {
		g.t.Fatal(err)
	}
	g.broker.restart()
	g.reg = prometheus.NewRegistry()
	g.runner = &Runner{
		Source: g.broker, Store: store, Engine: g.engine, Decoder: decoder, Now: func() state.Instant { return g.now }, Workers: 1, Cache: 64 << 20,
		Engines: g.engines, Hold: Hold{MaxAge: 24 * time.Hour}, Day: DayPolicy{CloseDelay: 30 * time.Second, MaxHold: 15 * time.Minute},
		Metrics: NewMetrics(g.reg), Watch: g, Log: slog.New(slog.NewTextHandler(&g.log, nil)),
	}
	if err := g.runner.start(g.t.Context()); err != nil {
		g.t.Fatal(err)
	}
}

// Stepped keeps the customers.
func (g *rig) Stepped(_ state.Day, rec *state.Record, _ *Effects) {
	g.seen = append(g.seen, rec.Customer.ID)
}

// Erased forgets customers.
func (g *rig) Erased(gone func(state.CustomerID) bool) { g.seen = slices.DeleteFunc(g.seen, gone) }

// Closed keeps the days.
func (g *rig) Closed(day state.Date) { g.closed = append(g.closed, day) }

// turns runs the loop so often, which is enough for all that a test has prepared.
func (g *rig) turns(n int) {
	g.t.Helper()
	for range n {
		if err := g.turn(); err != nil {
			g.t.Fatal(err)
		}
	}
}

func (g *rig) turn() error {
	g.runner.inquiry.rest = time.Time{} // this broker is never slow: a machine that was busy is no reason to leave it alone
	busy, err := g.runner.pass(g.t.Context())
	if err == nil {
		err = g.runner.poll(g.t.Context(), busy)
	}
	return err
}

// order appends an order of a customer to a partition, known and placed at an instant.
func (g *rig) order(id Partition, timestamp state.Instant, customer, order string) {
	at := timestamp
	if at < firstStamp || at > g.now {
		at = g.now
	}
	g.broker.append(id, timestamp, fmt.Appendf(nil, `{"specversion":"1.0","id":"%s/1","source":"urn:test","type":"tocsin.order.placed.v1","subject":"%s",
		"time":"%s","data":{"customer_id":"%s","revision":1,"order_id":"%s","order_date":"%s","gross":{"amount":"100.00","currency":"EUR"}}}`,
		order, customer, at, customer, order, at.Date(time.UTC)))
}

func (g *rig) open() state.Date {
	g.t.Helper()
	day, _, err := g.store.Day(g.t.Context())
	if err != nil {
		g.t.Fatal(err)
	}
	return day.Date
}

func (g *rig) wantOpen(want state.Date) {
	g.t.Helper()
	if got := g.open(); got != want {
		g.t.Errorf("open day: got %v, want %v", got, want)
	}
}

func (g *rig) pass(d time.Duration) { g.now += state.Instant(d) }
