package consumer

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tocsin/state"
)

// awayStore is a store over a network.
type awayStore struct {
	state.Store
	away   bool   // nothing is answered
	server string // which life of its server answers
	losing bool   // the next commit lands, and the connection is lost with its answer
	behind int64  // how far every position has gone back
	fails  func() // another server takes over when the next alarms have been answered, and knows nothing of them
}

func (s *awayStore) Day(ctx context.Context) (day state.Day, found bool, err error) {
	if s.away {
		return day, false, state.ErrUnavailable
	}
	day, found, err = s.Store.Day(ctx)
	day.Server = s.server
	return day, found, err
}

func (s *awayStore) AllPositions(ctx context.Context) ([]state.Position, error) {
	if s.away {
		return nil, state.ErrUnavailable
	}
	all, err := s.Store.AllPositions(ctx)
	for i := range all {
		all[i].Next -= s.behind
	}
	return all, err
}

func (s *awayStore) Load(ctx context.Context, ids []state.CustomerID) ([]state.History, error) {
	if s.away {
		return nil, state.ErrUnavailable
	}
	return s.Store.Load(ctx, ids)
}

func (s *awayStore) Commit(ctx context.Context, c *state.Commit) error {
	switch {
	case s.away:
		return state.ErrUnavailable
	case c.Day.Server != s.server:
		return state.ErrDayClosed
	case s.fails != nil && len(c.Positions) == 0 && len(c.Entries) > 0:
		s.fails()
		s.fails = nil
		return nil
	}
	err := s.Store.Commit(ctx, c)
	if s.losing {
		s.losing, s.away = false, true
		return errors.Join(err, state.ErrUnknown)
	}
	return err
}

// wantRows checks a customer's journal.
func (g *rig) wantRows(customer state.CustomerID, want int) {
	g.t.Helper()
	rows, err := g.store.Rows(g.t.Context(), customer)
	if err != nil || len(rows) != want {
		g.t.Errorf("customer %s: got %d journal rows, %v, want %d", customer, len(rows), err, want)
	}
}

func TestARunnerWaitsForAStoreThatDoesNotAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newRig(t, invoices)
		store := &awayStore{Store: g.store}
		g.start(store)
		var waits error
		g.runner.Ready = func(err error) { waits = err }
		g.order(invoices, g.now, "C-1", "SO-1")
		g.turns(10)
		store.away = true
		g.order(invoices, g.now, "C-1", "SO-2")
		g.turns(10)
		time.Sleep(time.Hour)
		g.order(invoices, g.now, "C-1", "SO-3")
		g.turns(10)
		g.wantRows("C-1", 1)
		if !errors.Is(waits, ErrNoStore) || g.runner.lane.cache.len() > 0 {
			t.Errorf("without a store: it waits for %v with %d records in memory, want for the store with none", waits, g.runner.lane.cache.len())
		}
		if n := strings.Count(g.log.String(), "waiting for it"); n != 1 {
			t.Errorf("people were told %d times, want once", n)
		}
		store.away = false
		time.Sleep(longestPause)
		g.turns(10)
		g.wantRows("C-1", 2) // one for each batch
		if waits != nil {
			t.Error("got not ready after the store came back")
		}
	})
}

func TestACommitThatLandedUnseenIsNotDoneTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newRig(t, invoices)
		store := &awayStore{Store: g.store}
		g.start(store)
		g.turns(5)
		store.losing = true
		g.order(invoices, g.now, "C-1", "SO-1")
		g.turns(10)
		if !store.away {
			t.Fatal("the commit did not get as far as its answer")
		}
		store.away = false
		time.Sleep(longestPause)
		g.order(invoices, g.now, "C-1", "SO-2")
		g.turns(10)
		g.wantRows("C-1", 2)
		if p := g.runner.in.partitions[invoices]; p.next != 2 || len(p.waiting) > 0 {
			t.Errorf("stands at %d with %d records waiting, want 2 and none", p.next, len(p.waiting))
		}
		if scores := g.scores(); len(scores) != 1 || scores[0].Records() != 2 {
			t.Errorf("scored: got %+v, want each record once", scores)
		}
	})
}

func TestRecordsOfAnotherServersLifeAreLoadedAnew(t *testing.T) {
	g := newRig(t, invoices)
	store := &awayStore{Store: g.store, server: "first"}
	g.start(store)
	g.order(invoices, g.now, "C-1", "SO-1")
	g.turns(10)
	kept := g.runner.lane.cache.get("C-1")
	store.server = "second"
	g.order(invoices, g.now, "C-1", "SO-2")
	g.turns(10)
	g.wantRows("C-1", 2)
	if kept == nil || g.runner.lane.cache.get("C-1") == kept {
		t.Error("the record in memory outlived the server that it was committed to")
	}
}

// What is lost with a server moves no position back. A record in memory that has it would be appended behind a row that is not there;
// of those in the batch that is refused first none is left, but of the others.
func TestARecordThatAFailedOverDatabaseHasLostIsNoneToGoOnFrom(t *testing.T) {
	g := newRig(t, invoices)
	store := &awayStore{Store: g.store, server: "first"}
	g.start(store)
	for _, customer := range []string{"C-1", "C-2"} {
		g.broker.append(invoices, g.now, fmt.Appendf(nil, `{"specversion":"1.0","id":"INV-%s/1","source":"urn:test","type":"tocsin.invoice.issued.v1","subject":"%s",
			"time":"%s","data":{"customer_id":"%s","revision":1,"invoice_id":"INV-%s","issue_date":"%s","due_date":"%s","total":{"amount":"9000.00","currency":"EUR"}}}`,
			customer, customer, g.now, customer, customer, firstDay, firstDay))
	}
	g.turns(10)
	store.fails = func() {
		store.server = "second"
		g.order(invoices, g.now, "C-1", "SO-1")
	}
	for store.fails != nil { // until both are overdue
		g.pass(time.Hour)
		g.runner.judged = g.now // no alarm has been due for long: records go first
		g.turns(1)
	}
	g.order(invoices, g.now, "C-2", "SO-2")
	g.turns(10)
	histories, err := g.store.Load(t.Context(), []state.CustomerID{"C-1", "C-2"})
	if err != nil || len(histories) != 2 {
		t.Fatalf("got %d histories and %v, want 2", len(histories), err)
	}
	for i := range histories {
		if err := histories[i].Check(); err != nil || histories[i].Last() < 2 {
			t.Errorf("customer %s: got rows up to %d and %v, want those of the invoice and the order", histories[i].Customer, histories[i].Last(), err)
		}
	}
}

func TestARunnerEndsWhenTheDatabaseHasLostCommits(t *testing.T) {
	g := newRig(t, invoices)
	store := &awayStore{Store: g.store, server: "first"}
	g.start(store)
	g.order(invoices, g.now, "C-1", "SO-1")
	g.turns(10)
	store.server, store.behind = "second", 1
	g.order(invoices, g.now, "C-1", "SO-2")
	var err error
	for range 10 {
		if err = g.turn(); err != nil {
			break
		}
	}
	if !errors.Is(err, state.ErrFenced) || !strings.Contains(err.Error(), "has lost commits") {
		t.Errorf("got %v, want the end of the run: what the database has lost is not polled again", err)
	}
}

// What has landed and is not told yet may be gone when the database comes back: it is told, and nothing of it is kept.
func TestAnOutageLeavesNothingInMemory(t *testing.T) {
	g := newRig(t, invoices)
	g.turns(5)
	g.runner.landed = landed{work: []*group{{customer: "C-1", kept: blank("C-1")}}}
	g.runner.lost(state.ErrUnavailable)
	if g.runner.tellLanded(); g.runner.lane.cache.len() != 0 || len(g.runner.landed.work) != 0 {
		t.Errorf("got %d records in memory, want none", g.runner.lane.cache.len())
	}
}
