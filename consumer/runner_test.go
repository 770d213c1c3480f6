package consumer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"tocsin/alerts"
	"tocsin/consumer/contract"
	"tocsin/state"
)

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
	g.runner.in.room = 4 << 20
	value := make([]byte, 64<<10)
	for range 300 {
		g.broker.append(invoices, g.now, value)
	}
	for g.runner.in.partitions[invoices] == nil || !g.runner.in.partitions[invoices].paused {
		if err := g.runner.poll(t.Context(), true); err != nil {
			t.Fatal(err)
		}
	}
	if p := g.runner.in.partitions[invoices]; len(p.waiting) >= 300 {
		t.Errorf("%d records of %d bytes wait, want them paused before", len(p.waiting), p.bytes)
	}
	g.turns(200)
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

// A large portfolio is not waited for: work goes on while it is looked through, and in the end everybody was seen.
func TestALargePortfolioIsSeenBesideTheWork(t *testing.T) {
	g := newRig(t, invoices)
	customers := surveyed + surveyed/2
	for i := range customers {
		g.order(invoices, g.now, fmt.Sprintf("C-%05d", i), fmt.Sprint("SO-", i))
	}
	for g.runner.in.order == nil || g.runner.in.partitions[invoices].next < int64(customers) {
		g.turns(1)
	}
	g.order(invoices, g.now, "C-99999", "SO-99999")
	g.seen = nil
	g.start(g.store)
	if len(g.seen) != surveyed {
		t.Fatalf("before the first poll: saw %d customers, want %d", len(g.seen), surveyed)
	}
	for g.runner.in.order == nil || g.runner.in.partitions[invoices].next <= int64(customers) {
		g.turns(1)
	}
	slices.Sort(g.seen)
	if got := len(slices.Compact(g.seen)); got != customers+1 {
		t.Errorf("saw %d customers, want %d", got, customers+1)
	}
}
