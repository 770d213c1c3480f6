package consumer

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"tocsin/detectors"
	"tocsin/state"
)

// A registry event and the profile that names its party may be committed at the same moment by two processes. Whoever
// commits second is told that the identifier's row is another one, routes anew, and the customer has the event.
func TestARegistryEventAndItsProfileNeverMissEachOther(t *testing.T) {
	for _, first := range []string{"registry", "customers"} {
		t.Run(first+" first", func(t *testing.T) {
			if got := race(t, first, false); got != raced {
				t.Errorf("got %d of %d customers in liquidation, want all", got, raced)
			}
		})
	}
}

// The control: a store that does not ask whether the row is still the one that was read loses the event each time, so the
// test above does race.
func TestWithoutTheVersionARegistryEventMissesItsProfile(t *testing.T) {
	for _, first := range []string{"registry", "customers"} {
		t.Run(first+" first", func(t *testing.T) {
			if got := race(t, first, true); got != 0 {
				t.Errorf("got %d of %d customers in liquidation, want none: the commits did not race", got, raced)
			}
		})
	}
}

const raced = 50

// race has two runners on one store commit a party's registry event and its profile, so often. Both have read the
// identifier's row before either commits, and the first one named commits first. It returns how many customers have the
// event in the end.
func race(t *testing.T, first string, blind bool) (found int) {
	t.Helper()
	registry, customers := Partition{"registry", 0}, Partition{"customers", 0}
	a := newRig(t, registry)
	if err := a.store.OpenStore(t.Context(), state.Day{Date: firstDay, Config: a.engine.Config}); err != nil {
		t.Fatal(err)
	}
	b := newRig(t, customers)
	b.store, b.broker.store = a.store, a.store
	rigs := map[string]*rig{registry.Topic: a, customers.Topic: b}
	for _, g := range rigs {
		g.start(g.store)
		g.poll()
	}
	for n := range raced {
		lei, customer := fmt.Sprintf("5299%d", n), fmt.Sprintf("C-%d", n)
		a.broker.append(registry, a.now, registryRecord(lei, firstDay))
		b.broker.append(customers, b.now, profileRecord(customer, lei, a.now))
		both, landed := new(sync.WaitGroup), make(chan struct{})
		both.Add(len(rigs))
		var running sync.WaitGroup
		failures := make(chan error, len(rigs))
		for topic, g := range rigs {
			g.poll()
			g.runner.Store = &racingStore{Store: g.store, both: both, landed: landed, first: topic == first, blind: blind}
			running.Go(func() {
				_, err := g.runner.pass(t.Context())
				failures <- err
			})
		}
		running.Wait()
		for range rigs {
			if err := <-failures; err != nil {
				t.Fatal(err)
			}
		}
		if level := a.levels(state.CustomerID(customer))["adverse_registry"]; level == detectors.Critical {
			found++
		}
	}
	return found
}

// poll takes in what has arrived, and commits nothing.
func (g *rig) poll() {
	g.t.Helper()
	if err := g.runner.poll(g.t.Context(), true); err != nil {
		g.t.Fatal(err)
	}
}

// levels are a customer's signals that stand, by the fold of its journal.
func (g *rig) levels(id state.CustomerID) map[string]detectors.Level {
	g.t.Helper()
	day, _, err := g.store.Day(g.t.Context())
	if err != nil {
		g.t.Fatal(err)
	}
	l := &lane{engine: g.engine, engines: g.engines, store: g.store, workers: 1}
	loaded, err := l.load(g.t.Context(), day, []state.CustomerID{id})
	if err != nil {
		g.t.Fatal(err)
	}
	levels := make(map[string]detectors.Level)
	for _, s := range g.engine.Judge.Signals(loaded[id].record.Episodes) {
		levels[s.Name] = s.Level
	}
	return levels
}

func registryRecord(lei string, day state.Date) []byte {
	return fmt.Appendf(nil, `{"specversion":"1.0","id":"n-%s","source":"urn:gazette","type":"tocsin.registry.event.v1","time":"%sT00:00:00Z",
		"data":{"revision":1,"registry":"gb-gazette","identifier":{"scheme":"lei","value":"%s"},"kind":"liquidation","effective_date":"%s"}}`, lei, day, lei, day)
}

func profileRecord(customer, lei string, at state.Instant) []byte {
	return fmt.Appendf(nil, `{"specversion":"1.0","id":"%s/1","source":"urn:crm","type":"tocsin.customer.profile.v1","subject":"%s","time":"%s",
		"data":{"customer_id":"%s","revision":1,"name":"Acme","country":"GB","identifiers":[{"scheme":"lei","value":"%s"}]}}`, customer, customer, at, customer, lei)
}

// racingStore lets the first look at identifiers return only when both writers have looked, and the first commit go before
// the second.
type racingStore struct {
	state.Store
	both   *sync.WaitGroup
	landed chan struct{} // closed when the first writer has committed
	first  bool
	blind  bool // versions are not compared
	looked sync.Once
	waited sync.Once
}

func (s *racingStore) Identities(ctx context.Context, keys []state.Identifier) ([]state.Identity, error) {
	rows, err := s.Store.Identities(ctx, keys)
	s.looked.Do(func() {
		s.both.Done()
		s.both.Wait()
	})
	return rows, err
}

func (s *racingStore) Commit(ctx context.Context, c *state.Commit) error {
	if !s.first {
		s.waited.Do(func() { <-s.landed })
	}
	for i := range c.Identifiers {
		if s.blind {
			now, err := s.Store.Identities(ctx, []state.Identifier{c.Identifiers[i].Key})
			if err != nil {
				return err
			}
			c.Identifiers[i].Version = now[0].Version
		}
	}
	err := s.Store.Commit(ctx, c)
	if s.first {
		close(s.landed)
	}
	return err
}

// On the thirtieth day a party's event still waits for a customer who has it; the day after it is gone.
func TestARegistryEventWaitsThirtyDaysForItsCustomer(t *testing.T) {
	for _, c := range []struct {
		after state.Date
		want  detectors.Level
	}{
		{0, detectors.Critical}, {30, detectors.Critical}, {31, detectors.None},
	} {
		registry, customers := Partition{"registry", 0}, Partition{"customers", 0}
		g := newRig(t, registry, customers)
		named := (firstDay + c.after).Start(time.UTC) + state.Instant(time.Hour)
		g.pass(time.Duration(c.after) * 24 * time.Hour)
		g.broker.append(registry, firstDay.Start(time.UTC), registryRecord("5299", firstDay))
		g.broker.append(customers, named, profileRecord("C-1", "5299", named))
		g.turns(200)
		g.wantOpen(firstDay + c.after)
		if got := g.levels("C-1")["adverse_registry"]; got != c.want {
			t.Errorf("named %d days after: got level %v, want %v", c.after, got, c.want)
		}
	}
}
