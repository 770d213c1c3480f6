package consumer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tocsin/alerts"
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
		Source: g.broker, Store: store, Engine: g.engine, Decoder: decoder, Now: func() state.Instant { return g.now }, Workers: 1,
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

func TestARecordWithoutABelievableTimestampIsKnownNow(t *testing.T) {
	second := state.Instant(time.Second)
	for name, timestamp := range map[string]state.Instant{
		"none": 0, "seconds taken for milliseconds": firstDay.Start(time.UTC) / 1000, "a month ahead": firstDay.Start(time.UTC) + 30*86400*second,
	} {
		t.Run(name, func(t *testing.T) {
			g := newRig(t, invoices)
			g.order(invoices, timestamp, "C-1", "SO-1")
			g.turns(10)
			g.wantOpen(firstDay)
			rows, err := g.store.Rows(t.Context(), "C-1")
			if err != nil || len(rows) != 1 {
				t.Fatalf("got %d journal rows, %v, want the order's", len(rows), err)
			}
			if applied, err := state.DecodeApplied(rows[0].Applied); err != nil || applied.KnownAt != g.now {
				t.Errorf("known at: got %v, %v, want the store's clock %v", applied.KnownAt, err, g.now)
			}
		})
	}
}

func TestNoDayOpensBeforeATopicExists(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newRig(t)
		g.broker.missing = []string{"invoices"}
		g.turns(5)
		g.wantOpen(0)
		if n := strings.Count(g.log.String(), "do not exist"); n != 1 {
			t.Errorf("people were told %d times, want once:\n%s", n, g.log.String())
		}
	})
}

// A broker has said that nothing is there; then a past is published and time goes on, before anybody asks again.
func TestNoLaterDayOpensThanTheOneOnWhichABrokerSaidThatNothingIsThere(t *testing.T) {
	g := newRig(t, invoices)
	g.turns(1)
	g.order(invoices, g.now, "C-1", "SO-1")
	g.pass(48 * time.Hour)
	g.turns(1)
	g.wantOpen(firstDay)
}

func TestAPartitionBehindAGapDoesNotHoldTheOpening(t *testing.T) {
	other := Partition{"payments", 0}
	g := newRig(t, invoices, other)
	g.order(invoices, g.now, "C-1", "SO-1")
	g.broker.silent[other] = true
	g.turns(10)
	g.wantOpen(0)
	g.broker.tell(Polled{Gaps: []Gap{{Partition: other, From: 0, To: 9}}})
	g.turns(10)
	g.wantOpen(firstDay)
}

// A customer that somebody else has stepped is still due after a step of the record as it was.
func TestAnAlarmIsNotSteppedInVainForEver(t *testing.T) {
	g := newRig(t, invoices)
	g.order(invoices, g.now, "C-1", "SO-1")
	g.turns(10)
	beside := state.Entry{
		Customer: "C-1", Seq: 2, Day: firstDay, Config: "test",
		Applied: state.AppendApplied(nil, &state.Applied{KnownAt: g.now, Events: []state.Event{orderEvent("C-1", "SO-2", g.now)}}),
	}
	if err := g.store.Commit(t.Context(), &state.Commit{
		Day: g.runner.day, Entries: []state.Entry{beside}, Alarms: []state.Alarm{{Day: firstDay, Customer: "C-1"}},
	}); err != nil {
		t.Fatal(err)
	}
	g.turns(5)
	if due, err := g.store.DueAlarms(t.Context(), firstDay, 10); err != nil || len(due) != 0 {
		t.Errorf("got %v, %v, want nothing due any more", due, err)
	}
}

func orderEvent(customer state.CustomerID, id string, at state.Instant) state.Event {
	decoder, err := contract.NewDecoder(contract.Options{})
	if err != nil {
		panic(err)
	}
	var ev state.Event
	document := fmt.Appendf(nil, `{"specversion":"1.0","id":"%s/1","source":"urn:test","type":"tocsin.order.placed.v1","subject":"%s",
		"time":"%s","data":{"customer_id":"%s","revision":1,"order_id":"%s","order_date":"%s","gross":{"amount":"5.00","currency":"EUR"}}}`,
		id, customer, at, customer, id, at.Date(time.UTC))
	if reject := decoder.Decode(document, at, &ev); reject != nil {
		panic(reject.Message)
	}
	return ev
}

func TestWhatHoldsADay(t *testing.T) {
	other := Partition{"payments", 0}
	over := 12*time.Hour + time.Minute // until the first day is over, from its noon
	for _, test := range []struct {
		name string
		play func(g *rig)
		want state.Date
	}{
		{"nothing: the brokers say after its end that there is no more", func(g *rig) { g.pass(over) }, firstDay + 1},
		{"it is not over", func(g *rig) { g.pass(11 * time.Hour) }, firstDay},
		{"no broker answers, however long", func(g *rig) { g.broker.dead = true; g.pass(over); g.turns(5); g.pass(48 * time.Hour) }, firstDay},
		{"a partition without an answer", func(g *rig) { g.broker.silent[other] = true; g.pass(over); g.turns(5); g.pass(14 * time.Minute) }, firstDay},
		{"the same, for no longer than max_hold", func(g *rig) { g.broker.silent[other] = true; g.pass(over); g.turns(5); g.pass(16 * time.Minute) }, firstDay + 1},
		{"a partition that is not ours", func(g *rig) {
			g.broker.tell(Polled{Revoked: []Partition{other}})
			g.turns(3)
			g.pass(over)
		}, firstDay},
		{"one that still delivers, however long", func(g *rig) {
			g.pass(over)
			g.broker.silent[other] = true
			for i := range 5 {
				g.turns(6)
				g.pass(10 * time.Minute)
				g.order(other, firstDay.Start(time.UTC), "C-2", fmt.Sprint("SO-", i))
				for g.runner.in.partitions[other].next <= int64(i) {
					g.turns(1)
				}
			}
		}, firstDay},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newRig(t, invoices, other)
				g.order(invoices, g.now, "C-1", "SO-1")
				g.turns(10)
				g.wantOpen(firstDay)
				test.play(g)
				time.Sleep(2 * askEvery) // what the brokers said before is no answer any more
				g.turns(5)
				g.wantOpen(test.want)
			})
		})
	}
}

// A partition that has been silent for days holds the past that is caught up with no longer than once.
func TestASilentPartitionHoldsAPastOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		other := Partition{"payments", 0}
		g := newRig(t, invoices, other)
		g.order(invoices, g.now, "C-1", "SO-1")
		g.turns(10)
		g.broker.silent[other] = true
		g.pass(20 * 24 * time.Hour)
		time.Sleep(2 * askEvery)
		g.turns(20)
		g.wantOpen(firstDay)
		g.pass(16 * time.Minute)
		time.Sleep(2 * askEvery)
		g.turns(60)
		g.wantOpen(firstDay + 20)
	})
}

// lossyStore answers as it is told to.
type lossyStore struct {
	state.Store
	commit func(c *state.Commit) error // instead of the store; nil: the store
	close  error                       // told though the day was closed
}

func (s *lossyStore) Commit(ctx context.Context, c *state.Commit) error {
	if s.commit != nil {
		return s.commit(c)
	}
	return s.Store.Commit(ctx, c)
}

func (s *lossyStore) CloseDay(ctx context.Context, c *state.DayClose) error {
	return errors.Join(s.Store.CloseDay(ctx, c), s.close)
}

func TestACloseWhoseAnswerIsLostIsToldOnce(t *testing.T) {
	g := newRig(t, invoices)
	g.start(&lossyStore{Store: g.store, close: state.ErrUnknown})
	g.turns(5)
	g.pass(13 * time.Hour)
	g.turns(5)
	g.wantOpen(firstDay + 1)
	if len(g.closed) != 1 || g.closed[0] != firstDay {
		t.Errorf("told of the closing of %v, want of %v once", g.closed, firstDay)
	}
}

func TestACommitIsTriedForAWhileAndItsErrorNamesTheCause(t *testing.T) {
	full := errors.New("disk is full")
	for _, test := range []struct {
		name  string
		err   error
		tries int
	}{
		{"somebody else was first, again and again", state.ErrConflict, retries + 1},
		{"an identifier changed, again and again", state.ErrStale, retries + 1},
		{"its answer is lost and it has not landed", fmt.Errorf("%w: %w", state.ErrUnknown, full), retries + 1},
		{"the partition is another's", state.ErrFenced, 1},
		{"the store is broken", full, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newRig(t, invoices)
				tries := 0
				g.start(&lossyStore{Store: g.store, commit: func(*state.Commit) error { tries++; return test.err }})
				g.order(invoices, g.now, "C-1", "SO-1")
				var err error
				for err == nil {
					err = g.turn()
				}
				if !errors.Is(err, test.err) || tries != test.tries {
					t.Errorf("got %v after %d tries, want %v after %d", err, tries, test.err, test.tries)
				}
			})
		})
	}
}

func TestStoppingEndsTheTriesOfACommit(t *testing.T) {
	g := newRig(t, invoices)
	ctx, stop := context.WithCancel(t.Context())
	g.start(&lossyStore{Store: g.store, commit: func(*state.Commit) error { stop(); return state.ErrConflict }})
	g.order(invoices, g.now, "C-1", "SO-1")
	if err := g.runner.Run(ctx); err != nil {
		t.Errorf("got %v, want a stop without an error", err)
	}
	if positions, err := g.store.AllPositions(t.Context()); err != nil || positions[0].Next != -1 {
		t.Errorf("got %v, %v, want the position where it was", positions, err)
	}
}

func TestAnInterruptedFirstLoadGoesOnWithholding(t *testing.T) {
	g := newRig(t, invoices)
	g.order(invoices, g.now-30*86400e9, "C-1", "SO-1")
	for g.open() == 0 {
		g.turns(1)
	}
	g.start(g.store)
	if !g.runner.holds(g.now) {
		t.Error("a store that is a month behind sends messages after a restart, want them withheld")
	}
	g.turns(100)
	g.wantOpen(firstDay)
	if g.runner.holds(g.now) {
		t.Error("messages are withheld although everything is caught up")
	}
}

func TestDeadAndSlowBrokersAreAskedSeldom(t *testing.T) {
	for _, test := range []struct {
		name string
		set  func(b *modelBroker)
		most int // questions in a minute
	}{
		{"all is well", func(*modelBroker) {}, 301},
		{"no broker", func(b *modelBroker) { b.dead = true }, 301},
		{"three seconds for an answer", func(b *modelBroker) { b.slow = 3 * time.Second }, 4},
		{"no answer in time", func(b *modelBroker) { b.slow = time.Hour }, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newRig(t)
				test.set(g.broker)
				q := inquiry{source: g.broker}
				for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(time.Millisecond) {
					q.ends(t.Context(), 0)
				}
				if g.broker.asked == 0 || g.broker.asked > test.most {
					t.Errorf("asked %d times in a minute, want at most %d", g.broker.asked, test.most)
				}
			})
		})
	}
}

func TestOneAnswerClosesManyDaysOfThePast(t *testing.T) {
	g := newRig(t, invoices)
	g.order(invoices, g.now-300*86400e9, "C-1", "SO-1")
	for g.open() < firstDay {
		g.turns(1)
	}
	if g.broker.asked > 30 {
		t.Errorf("the brokers were asked %d times for 300 days, want few questions", g.broker.asked)
	}
}

func TestPublishIsCalledForWhatIsToBePublished(t *testing.T) {
	g := newRig(t, invoices)
	called := 0
	g.runner.Publish = func() { called++ }
	g.order(invoices, g.now, "C-1", "SO-1")
	g.turns(10)
	if called != 0 {
		t.Errorf("called %d times, want not for an order that raises nothing", called)
	}
	g.broker.append(invoices, g.now, []byte(`{}`))
	g.turns(10)
	if called != 1 {
		t.Errorf("called %d times, want once for a dead letter", called)
	}
}

func TestLargeRecordsPauseTheirPartitionBeforeManyDo(t *testing.T) {
	g := newRig(t, invoices)
	value := make([]byte, 64<<10)
	for range 300 {
		g.broker.append(invoices, g.now, value)
	}
	for g.runner.in.partitions[invoices] == nil || !g.runner.in.partitions[invoices].paused {
		if err := g.runner.poll(t.Context(), true); err != nil {
			t.Fatal(err)
		}
	}
	if p := g.runner.in.partitions[invoices]; p.bytes > pauseBytes+largestBatch*len(value) || len(p.waiting) >= 300 {
		t.Errorf("%d records of %d bytes wait, want them paused before", len(p.waiting), p.bytes)
	}
	g.turns(50)
	if p := g.runner.in.partitions[invoices]; p.next != 300 || p.bytes != 0 || p.paused {
		t.Errorf("at %d with %d bytes waiting, paused %v; want all read", p.next, p.bytes, p.paused)
	}
}

// A start with another configuration has every customer judged by it, and folds what was judged by the earlier one with
// that one.
func TestAnotherConfigurationJudgesEveryCustomer(t *testing.T) {
	g := newRig(t, invoices)
	for _, customer := range []string{"C-1", "C-2"} {
		g.order(invoices, g.now, customer, "SO-1")
	}
	g.turns(10)
	earlier := g.runner.Engine
	g.engine = defaultEngine(t)
	g.engine.Config, g.engine.Text = "another", []byte("its text")
	asked := make(map[string]bool)
	g.engines = func(_ context.Context, version string) (*Engine, error) {
		asked[version] = true
		return earlier, nil
	}
	g.start(g.store)
	if !asked["test"] || len(asked) != 1 {
		t.Errorf("engines of versions %v were asked for, want that of the version that wrote the journal", asked)
	}
	due, err := g.store.DueAlarms(t.Context(), firstDay, 10)
	if err != nil || len(due) != 2 {
		t.Errorf("due: got %v, %v, want both customers", due, err)
	}
	g.turns(10)
	if due, err = g.store.DueAlarms(t.Context(), firstDay, 10); err != nil || len(due) != 0 {
		t.Errorf("due after the start: got %v, %v, want nobody", due, err)
	}
	if text, err := g.store.Configuration(t.Context(), "another"); err != nil || string(text) != "its text" {
		t.Errorf("kept text: got %q, %v", text, err)
	}
}

// The process may die between opening a store and keeping the text of its configuration.
func TestTheTextOfAConfigurationIsKeptAtTheNextStart(t *testing.T) {
	g := newRig(t, invoices)
	if err := g.store.OpenStore(t.Context(), state.Day{Date: firstDay, Config: "test"}); err != nil {
		t.Fatal(err)
	}
	g.engine.Text = []byte("its text")
	g.start(g.store)
	if text, err := g.store.Configuration(t.Context(), "test"); err != nil || string(text) != "its text" {
		t.Errorf("kept text: got %q, %v", text, err)
	}
}

func TestAStartTellsTheWatcherOfEveryCustomer(t *testing.T) {
	g := newRig(t, invoices)
	for i := range 3 {
		g.order(invoices, g.now, fmt.Sprint("C-", i), "SO-1")
	}
	g.turns(10)
	g.seen = nil
	g.start(g.store)
	if want := []state.CustomerID{"C-0", "C-1", "C-2"}; !slices.Equal(g.seen, want) {
		t.Errorf("told of %v, want %v", g.seen, want)
	}
}

// A decision that another process has committed is kept when the runner steps the customer from the record that it had.
func TestADecisionBesideARunIsKept(t *testing.T) {
	g := newRig(t, invoices)
	g.broker.append(invoices, g.now, []byte(`{"specversion":"1.0","id":"L/1","source":"urn:t","type":"tocsin.limit.set.v1","subject":"C-1","time":"2026-03-02T08:00:00Z",
		"data":{"customer_id":"C-1","revision":1,"limit_id":"L","kind":"base","amount":{"amount":"10.00","currency":"EUR"},"valid_from_date":"2026-01-01"}}`))
	for i := range 20 {
		g.order(invoices, g.now, "C-1", fmt.Sprint("SO-", i))
	}
	g.turns(40)
	tasks, err := g.store.Tasks(t.Context())
	if err != nil || len(tasks) != 1 {
		t.Fatalf("got %d tasks, %v, want one of a customer far over the limit", len(tasks), err)
	}
	desk := Desk{Store: g.store, Engines: g.engines, Now: func() state.Instant { return g.now }}
	if err := desk.Decide(t.Context(), "C-1", alerts.Decision{TaskID: tasks[0].ID, Action: alerts.Acknowledge, By: "l.wei", At: g.now}, "request"); err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		g.order(invoices, g.now, "C-1", fmt.Sprint("SO-later-", i))
	}
	g.turns(40)
	if p := g.runner.in.partitions[invoices]; p.next != 41 {
		t.Errorf("position: got %d, want all 41 records applied", p.next)
	}
	if tasks, err = g.store.Tasks(t.Context()); err != nil || len(tasks) != 1 || tasks[0].State != alerts.TaskAcknowledged {
		t.Errorf("tasks: got %+v, %v, want the one acknowledged", tasks, err)
	}
}
