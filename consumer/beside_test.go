package consumer

import (
	"context"
	"fmt"
	"testing"
	"time"

	"tocsin/state"
)

var here, there = Partition{"invoices", 0}, Partition{"invoices", 1}

// another goes on as another instance over the same store and logs, which has partitions of its own. It returns how to go on as
// the one before.
func (g *rig) another(store state.Store, own ...Partition) (back func()) {
	g.t.Helper()
	runner, broker := g.runner, g.broker
	g.broker = newModelBroker(g.store, broker.now, 2, broker.all)
	g.broker.logs, g.broker.silent, g.broker.order = broker.logs, broker.silent, own
	g.start(store)
	return func() { g.runner, g.broker = runner, broker }
}

// judged has five customers, each of whom is to be judged anew.
func judged(t *testing.T) *rig {
	g := newRig(t, here, there)
	for i := range 5 {
		g.order(here, g.now, fmt.Sprint("C-", i), fmt.Sprint("SO-", i))
	}
	g.turns(40)
	for _, config := range []string{"another", g.engine.Config} {
		if err := g.store.Reconfigure(t.Context(), config, nil); err != nil {
			t.Fatal(err)
		}
	}
	return g
}

// refusing is a store on which somebody else is always first with alarms.
type refusing struct {
	state.Store
	tries int
}

func (s *refusing) Commit(ctx context.Context, c *state.Commit) error {
	if len(c.Ticks) > 0 {
		s.tries++
		return state.ErrConflict
	}
	return s.Store.Commit(ctx, c)
}

// Whoever has just begun does not take alarms out of others' hands before it knows who else is there.
func TestWhoBeginsLeavesAlarmsToWhoHasTheCustomers(t *testing.T) {
	g := judged(t)
	store := &refusing{Store: g.store}
	g.another(store)
	g.turns(30)
	if store.tries > 0 {
		t.Errorf("%d tries at others' alarms", store.tries)
	}
}

// Alarms that nobody steps are anybody's in the end, and who is always second with them does not end.
func TestAlarmsThatAreLeftAreAnybodysInTheEnd(t *testing.T) {
	g := judged(t)
	store := &refusing{Store: g.store}
	g.another(store)
	for range 5 {
		g.turns(3)
		g.runner.left = time.Now().Add(-patience)
	}
	if store.tries == 0 || store.tries > 5 {
		t.Errorf("%d tries, want one each time", store.tries)
	}
}

// The one who has withheld a message dies. Whoever takes its partitions over lets it go.
func TestWhatADeadInstanceHasWithheldGoesOut(t *testing.T) {
	g := newRig(t, here, there)
	g.broker.order = []Partition{here}
	g.start(g.store)
	g.turns(30)
	g.another(g.store, there)
	g.turns(30)
	day, _, err := g.store.Day(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	held := state.Message{ID: "case/1", Case: "case", Seq: 1, Customer: "C-1", Held: true, Body: []byte("{}")}
	if err := g.store.Commit(t.Context(), &state.Commit{Day: day, At: g.now, Messages: []state.Message{held}}); err != nil {
		t.Fatal(err)
	}
	acquired, err := g.store.Acquire(t.Context(), []state.Position{{Topic: here.Topic, Partition: here.Number}})
	if err != nil {
		t.Fatal(err)
	}
	g.broker.order = append(g.broker.order, here)
	g.broker.tell(Polled{Assigned: acquired})
	g.turns(5)
	g.runner.inquiry.told = time.Now().Add(-time.Hour) // what the brokers said before is no answer any more
	g.turns(20)
	if _, left, err := g.store.OwedCount(t.Context()); err != nil || left > 0 {
		t.Errorf("%d cases are withheld, %v", left, err)
	}
}

// A database that has failed over may have lost a front, though it has lost no position.
func TestAFrontIsToldAgainAfterAnOutage(t *testing.T) {
	g := newRig(t, here, there)
	g.order(here, g.now, "C-1", "SO-1")
	g.turns(20)
	g.order(there, g.now, "C-2", "SO-2") // nobody reads it: the day is held
	g.broker.order = []Partition{here}
	g.start(g.store)
	g.pass(13 * time.Hour)
	g.order(here, g.now, "C-1", "SO-3")
	g.turns(40)
	front := func() state.Date {
		positions, err := g.store.AllPositions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return positions[0].Front
	}
	if front() != firstDay+1 {
		t.Fatalf("told front %v, want tomorrow", front())
	}
	positions, _ := g.store.AllPositions(t.Context())
	positions[0].Front = 0
	if err := g.store.KeepFronts(t.Context(), positions[:1]); err != nil {
		t.Fatal(err)
	}
	g.runner.lost(state.ErrUnavailable)
	g.runner.outage.next = time.Time{}
	g.turns(20)
	if front() != firstDay+1 {
		t.Errorf("front %v after the outage, want tomorrow", front())
	}
}

// Whom another instance has stepped and quarantined meanwhile is not waited for with the record that was in memory.
func TestTheAlarmOfWhoWasQuarantinedBesideIsTicked(t *testing.T) {
	g := newRig(t, here, there)
	g.broker.order = []Partition{here}
	g.start(g.store)
	g.order(here, g.now, "C-1", "SO-1")
	g.turns(30)
	back := g.another(g.store, there)
	g.order(there, g.now, "C-1", "SO-2")
	g.turns(30)
	day, _, err := g.store.Day(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	err = g.store.Commit(t.Context(), &state.Commit{Day: day, At: g.now, Alarms: []state.Alarm{{Day: day.Date, Customer: "C-1"}},
		Quarantines: []state.Quarantine{{Customer: "C-1", Since: day.Date, At: g.now, Reason: "a test"}}})
	if err != nil {
		t.Fatal(err)
	}
	back()
	for range 5 {
		g.turns(2)
		g.runner.left = time.Now().Add(-patience)
	}
	if due, err := g.store.DueAlarms(t.Context(), day.Date, 1); err != nil || len(due) > 0 {
		t.Errorf("%v is still due, %v", due, err)
	}
}
