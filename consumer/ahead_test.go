package consumer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tocsin/detectors"
	"tocsin/state"
	"tocsin/state/storetest"
)

// meetingStore lets a commit land only when the customer who comes next has been asked for.
type meetingStore struct {
	state.Store
	mu    sync.Mutex
	asked map[state.CustomerID]int
	alone []state.CustomerID // of whom commits waited in vain
}

var nextCustomer = map[state.CustomerID]state.CustomerID{"C-1": "C-2", "C-2": "C-3"}

func (s *meetingStore) Load(ctx context.Context, ids []state.CustomerID) ([]state.History, error) {
	s.mu.Lock()
	for _, id := range ids {
		s.asked[id]++
	}
	s.mu.Unlock()
	return s.Store.Load(ctx, ids)
}

func (s *meetingStore) Commit(ctx context.Context, c *state.Commit) error {
	for _, e := range c.Entries {
		if next := nextCustomer[e.Customer]; next != "" && !s.comes(next) {
			s.alone = append(s.alone, e.Customer)
		}
	}
	return s.Store.Commit(ctx, c)
}

// comes waits until a customer is asked for, but not for ever.
func (s *meetingStore) comes(id state.CustomerID) bool {
	for range 1000 {
		s.mu.Lock()
		n := s.asked[id]
		s.mu.Unlock()
		if n > 0 {
			return true
		}
		time.Sleep(time.Millisecond)
	}
	return false
}

func TestTheNextBatchIsComputedWhileOneIsCommitted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newRig(t, peopleTopic)
		store := &meetingStore{Store: g.store, asked: make(map[state.CustomerID]int)}
		g.start(store)
		for _, id := range []string{"C-1", "C-2", "C-3"} {
			g.debt(id, "INV-"+id, "100.00")
		}
		if ahead := g.byOnes(); ahead != 2 {
			t.Errorf("got %d batches ahead, want two", ahead)
		}
		if len(store.alone) > 0 {
			t.Errorf("commits for %v landed before the next batch was computed", store.alone)
		}
		for _, id := range []state.CustomerID{"C-1", "C-2", "C-3"} {
			g.wantRows(id, 1)
			if n := store.asked[id]; n != 1 {
				t.Errorf("%s was loaded %d times, want once", id, n)
			}
		}
	})
}

// byOnes polls all that waits at the broker and commits it record by record. It tells how many records were computed ahead.
func (g *rig) byOnes() (ahead int) {
	g.t.Helper()
	for range 200 {
		g.poll()
	}
	for {
		g.runner.limit = 1
		waits := func(p *partition) bool { return ready(p.waiting, g.runner.day.Date) > 0 }
		if g.runner.found && !slices.ContainsFunc(g.runner.in.order, waits) {
			return ahead
		}
		if _, err := g.runner.pass(g.t.Context()); err != nil {
			g.t.Fatal(err)
		}
		if g.runner.prepared.ahead != nil {
			ahead++
		}
		if n := len(g.runner.lane.suspects); n > 0 {
			g.t.Errorf("%d customers are suspect when a batch has landed", n)
		}
	}
}

// oneByOne has the rig compute nothing ahead.
func (g *rig) oneByOne() {
	g.runner.aside = func(commit func() error) (wait func() error) {
		return func() error {
			g.runner.prepared = batch{}
			return commit()
		}
	}
}

func (g *rig) party(customer, lei string) {
	g.told(customer, "customer.profile", customer+"-profile", 1, fmt.Sprintf(`"name":"Acme","country":"GB","identifiers":[{"scheme":"lei","value":"%s"}]`, lei))
}

func (g *rig) base(customer, amount string) {
	g.told(customer, "limit.set", "L-"+customer, 1, fmt.Sprintf(`"limit_id":"L-%s","kind":"base","amount":{"amount":"%s","currency":"EUR"},"valid_from_date":"2026-01-01"`, customer, amount))
}

// What comes record by record is in the store, byte for byte, as if nothing had been computed ahead; and what is not to be is not.
func TestWhatIsComputedAheadIsWhatWouldBeComputedThen(t *testing.T) {
	for name, test := range map[string]struct {
		tell  func(g *rig)
		ahead int // records
	}{
		"customers of their own": {func(g *rig) {
			g.debt("C-1", "INV-1", "900.00")
			g.debt("C-2", "INV-2", "900.00")
			g.debt("C-3", "INV-3", "900.00")
		}, 2},
		"the same customer": {func(g *rig) {
			g.debt("C-1", "INV-1", "900.00")
			g.debt("C-1", "INV-2", "9000.00")
			g.told("C-1", "payment.received", "PAY-1", 1, `"payment_id":"PAY-1","value_date":"2026-03-01","amount":{"amount":"900.00","currency":"EUR"},"allocations":[{"invoice_id":"INV-1","amount":{"amount":"900.00","currency":"EUR"}}]`)
			g.debt("C-1", "INV-1", "700.00") // loses
		}, 3},
		"the first limit": {func(g *rig) {
			g.debt("C-1", "INV-1", "900.00")
			g.base("C-2", "100.00")
			g.base("C-1", "100.00")
			g.debt("C-2", "INV-2", "900.00")
		}, 3},
		"records that are refused": {func(g *rig) {
			g.raw(`{"specversion":"1.0"`)
			g.raw(`{"specversion":"1.0"`)
			g.debt("C-1", "INV-1", "900.00")
		}, 2},
		"one party's identifier": {func(g *rig) {
			g.party("C-1", "5299")
			g.broker.append(peopleTopic, g.now, registryRecord("5299", firstDay))
			g.party("C-2", "5299")
		}, 0},
		"identifiers of two": {func(g *rig) {
			g.party("C-1", "5299")
			g.broker.append(peopleTopic, g.now, registryRecord("5300", firstDay))
			g.party("C-2", "5299")
			g.party("C-3", "5300")
		}, 3},
		"an exchange rate": {func(g *rig) {
			g.debt("C-1", "INV-1", "900.00")
			for revision := range 2 {
				g.broker.append(peopleTopic, g.now, fmt.Appendf(nil, `{"specversion":"1.0","id":"r/%d","source":"urn:bank","type":"tocsin.fx.rate.v1",
					"time":"%s","data":{"revision":%d,"base":"EUR","quote":"USD","rate":"1.1%d","rate_date":"2026-03-02"}}`, revision, g.now, revision+1, revision))
			}
			g.debt("C-2", "INV-2", "900.00")
		}, 1},
		"heirs": {func(g *rig) {
			g.debt("C-1", "INV-1", "900.00")
			g.debt("C-2", "INV-2", "900.00")
			g.merge("C-1", "C-2", 1, firstDay)
			g.debt("C-1", "INV-3", "900.00")
			g.debt("C-2", "INV-4", "900.00")
			g.merge("C-2", "C-3", 1, firstDay)
			g.debt("C-1", "INV-5", "900.00")
			g.merge("C-1", "C-1", 2, firstDay)
			g.debt("C-3", "INV-6", "900.00")
		}, 8},
		"an erasure": {func(g *rig) {
			g.debt(string(jane), "INV-7", "900.00")
			g.debt("C-2", "INV-2", "900.00")
			g.erase(firstDay)
			g.debt("C-3", "INV-3", "900.00")
			g.debt(string(jane), "INV-8", "900.00")
		}, 2},
		"an erasure of whom the batch before has": {func(g *rig) {
			g.debt("C-2", "INV-2", "900.00")
			g.debt(string(jane), "INV-7", "900.00")
			g.erase(firstDay)
			g.debt("C-3", "INV-3", "900.00")
		}, 2},
		"a panic": {func(g *rig) {
			g.debt("C-1", "INV-1", "900.00")
			g.debt("C-2", "INV-2", "900.00")
			g.debt("C-1", "INV-poison", "900.00")
			g.debt("C-2", "INV-3", "900.00")
			g.debt("C-1", "INV-4", "900.00")
		}, 2},
		"a panic of whom the batch before has": {func(g *rig) {
			g.debt("C-2", "INV-2", "900.00")
			g.debt("C-1", "INV-1", "900.00")
			g.debt("C-1", "INV-poison", "900.00")
			g.debt("C-2", "INV-3", "900.00")
		}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			play := func(ahead bool) (shows string, n int) {
				g := newRig(t, peopleTopic)
				g.engine, _ = poisonousEngine(t, 0)
				g.start(&lossyStore{Store: g.store, commit: func(c *state.Commit) error {
					err := g.store.Commit(t.Context(), c)
					if err != nil {
						t.Errorf("a commit was refused: %v", err)
					}
					return err
				}})
				if !ahead {
					g.oneByOne()
				}
				test.tell(g)
				n = g.byOnes()
				g.nextDay()
				shows, err := storetest.Contents(t.Context(), g.store, state.Identifier{Scheme: "lei", Value: "5299"}, state.Identifier{Scheme: "lei", Value: "5300"})
				if err != nil {
					t.Fatal(err)
				}
				return shows, n
			}
			want, none := play(false)
			got, n := play(true)
			if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if n != test.ahead || none != 0 {
				t.Errorf("got %d computed ahead, and %d where none is to be; want %d", n, none, test.ahead)
			}
		})
	}
}

// Whatever becomes of a batch but that it lands, what was computed behind it goes.
func TestWhatIsComputedBehindABatchThatDoesNotLandIsDropped(t *testing.T) {
	for _, test := range []struct {
		name  string
		err   error
		lands bool
		again bool // at once, with nothing ahead
	}{
		{"somebody was first", state.ErrConflict, false, true},
		{"an identifier is another", state.ErrStale, false, true},
		{"its answer is lost, and it landed", state.ErrUnknown, true, false},
		{"its answer is lost, and it did not land", state.ErrUnknown, false, true},
		{"the day is another", state.ErrDayClosed, false, false},
		{"the store is away", state.ErrUnavailable, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g, n := newRig(t, peopleTopic), 0
				g.start(&lossyStore{Store: g.store, commit: func(c *state.Commit) error {
					if n++; n != 2 {
						return g.store.Commit(t.Context(), c)
					}
					if test.lands {
						return errors.Join(g.store.Commit(t.Context(), c), test.err)
					}
					return test.err
				}})
				var ahead []bool
				g.runner.aside = func(commit func() error) (wait func() error) {
					landed := besides(commit)
					return func() error {
						ahead = append(ahead, g.runner.prepared.ahead != nil)
						err := landed()
						if err != nil && g.runner.prepared.ahead != nil {
							g.runner.prepared.ahead.work[0].events = nil // whoever goes on with it will be seen
						}
						return err
					}
				}
				for _, id := range []string{"C-1", "C-2", "C-3", "C-4"} {
					g.debt(id, "INV-"+id, "5000.00")
				}
				for range 20 {
					g.byOnesFor(time.Second)
				}
				if len(ahead) < 3 || !ahead[0] || !ahead[1] || ahead[2] == test.again {
					t.Fatalf("got %v, want a batch ahead of each of the first two, and %v", ahead, !test.again)
				}
				for _, id := range []state.CustomerID{"C-1", "C-2", "C-3", "C-4"} {
					g.wantRows(id, 1)
					if g.levels(id)["overdue"] == detectors.None {
						t.Errorf("%s: got %v, want overdue", id, g.levels(id))
					}
				}
			})
		})
	}
}

// byOnesFor is a turn that commits at most one record, and takes a while.
func (g *rig) byOnesFor(d time.Duration) {
	g.t.Helper()
	for range 20 {
		g.poll()
	}
	g.runner.limit = 1
	g.turns(1)
	time.Sleep(d)
}

// Alarms that come one by one leave in the store, byte for byte, what they leave without being stepped ahead.
func TestAlarmsThatAreSteppedAheadLeaveWhatTheyWouldThen(t *testing.T) {
	for name, test := range map[string]struct {
		tell  func(g *rig)
		ahead int // alarms
	}{
		"customers of their own": {func(g *rig) {
			g.debt("C-1", "INV-1", "900.00")
			g.debt("C-2", "INV-2", "900.00")
			g.debt("C-3", "INV-3", "900.00")
			g.debt("C-4", "INV-4", "900.00") // judged at once, as the last of the backlog
		}, 2},
		"heirs": {func(g *rig) {
			g.debt("C-1", "INV-1", "900.00")
			g.debt("C-2", "INV-2", "900.00")
			g.debt("C-3", "INV-3", "900.00")
			g.merge("C-1", "C-2", 1, firstDay+1)
			g.debt("C-4", "INV-4", "900.00")
			g.merge("C-4", "C-3", 1, firstDay+1)
			g.debt("C-5", "INV-5", "900.00")
		}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			play := func(ahead bool) (shows string, n int) {
				g := newRig(t, peopleTopic)
				g.start(g.store)
				g.backlog(test.tell)
				if ahead {
					g.runner.aside = func(commit func() error) (wait func() error) {
						return func() error {
							if len(g.runner.prepared.due) > 0 {
								n++
							}
							return commit()
						}
					}
				} else {
					g.oneByOne()
				}
				g.turns(20)
				g.nextDay()
				shows, err := storetest.Contents(t.Context(), g.store)
				if err != nil {
					t.Fatal(err)
				}
				return shows, n
			}
			want, _ := play(false)
			got, n := play(true)
			if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if n != test.ahead {
				t.Errorf("got %d alarms stepped ahead, want %d", n, test.ahead)
			}
		})
	}
}

// backlog has the rig read, record by record, what is told, and judge none but of the last one. Alarms that judge the others are due,
// and come one by one.
func (g *rig) backlog(tell func(g *rig)) {
	g.t.Helper()
	g.runner.Backlog, g.runner.rings = 1, 1
	tell(g)
	g.byOnes()
}

// Records that have arrived meanwhile go before alarms.
func TestNoAlarmIsSteppedAheadOfRecords(t *testing.T) {
	g := newRig(t, peopleTopic)
	g.backlog(func(g *rig) {
		for _, id := range []string{"C-1", "C-2", "C-3"} {
			g.debt(id, "INV-"+id, "900.00")
		}
	})
	var turns []string
	g.runner.aside = func(commit func() error) (wait func() error) {
		if len(turns) == 0 { // amid the first alarm
			g.debt("C-4", "INV-4", "900.00")
			g.poll()
		}
		return func() error {
			turns = append(turns, fmt.Sprint(len(g.runner.prepared.due)))
			return commit()
		}
	}
	g.turns(20)
	if len(turns) < 3 || turns[0] != "0" {
		t.Errorf("got alarms ahead %v, want none beside the first, where a record waits", turns)
	}
	for _, id := range []state.CustomerID{"C-1", "C-2", "C-3", "C-4"} {
		if g.levels(id)["overdue"] == detectors.None {
			t.Errorf("%s: got %v, want overdue", id, g.levels(id))
		}
	}
}

// A partition that is taken away and given back while a batch of it waits to be committed begins where the store has it.
func TestWhatIsComputedAheadOfAPartitionThatIsTakenAwayIsDropped(t *testing.T) {
	g := newRig(t, peopleTopic)
	for _, id := range []string{"C-1", "C-2", "C-3"} {
		g.debt(id, "INV-"+id, "100.00")
	}
	for range 20 {
		g.poll()
	}
	g.runner.limit = 1
	for range 3 {
		if _, err := g.runner.pass(t.Context()); err != nil {
			t.Fatal(err)
		}
		if g.runner.prepared.ahead != nil {
			break
		}
	}
	if g.runner.prepared.ahead == nil {
		t.Fatal("nothing was computed ahead")
	}
	acquired, err := g.store.Acquire(t.Context(), []state.Position{{Topic: people}})
	if err != nil {
		t.Fatal(err)
	}
	g.broker.fetched[peopleTopic] = acquired[0].Next
	g.broker.tell(Polled{Revoked: []Partition{peopleTopic}, Assigned: acquired})
	g.poll()
	g.turns(20)
	for _, id := range []state.CustomerID{"C-1", "C-2", "C-3"} {
		g.wantRows(id, 1)
	}
}

// A record is decoded with its batch, once, though what is computed ahead of the batch is dropped.
func TestARecordIsDecodedOnceWithItsBatch(t *testing.T) {
	g := newRig(t, peopleTopic)
	decoded := func() int64 {
		for _, c := range g.runner.Decoder.Counts() {
			if c.Accepted > 0 {
				return c.Accepted
			}
		}
		return 0
	}
	for _, id := range []string{"C-1", "C-2", "C-3"} {
		g.debt(id, "INV-"+id, "100.00")
	}
	g.oneByOne()
	for range 20 {
		g.poll()
	}
	if n := decoded(); n != 0 {
		t.Errorf("got %d records decoded when they have arrived, want none", n)
	}
	g.byOnes()
	if n := decoded(); n != 3 {
		t.Errorf("got %d decoded, want three", n)
	}
}
