package consumer

import (
	"slices"
	"testing"

	"tocsin/state"
)

// Alarms of many customers are two commits, of which one may land where the other does not: whom that has is told at once, and the
// others' are still due.
func TestOfTwoPartsOfAlarmsEachLandsByItself(t *testing.T) {
	g := newRig(t, invoices)
	g.order(invoices, g.now, "C-1", "SO-1")
	g.order(invoices, g.now, "C-2", "SO-2")
	g.turns(10)
	if err := g.store.Commit(t.Context(), &state.Commit{
		Day: g.runner.day, Alarms: []state.Alarm{{Day: firstDay, Customer: "C-1"}, {Day: firstDay, Customer: "C-2"}},
	}); err != nil {
		t.Fatal(err)
	}
	var commits []int // how many alarms each ticks off
	of := func(c *state.Commit, id state.CustomerID) bool {
		return slices.ContainsFunc(c.Ticks, func(a state.Alarm) bool { return a.Customer == id })
	}
	g.runner.Store = &lossyStore{Store: g.store, commit: func(c *state.Commit) error {
		if commits = append(commits, len(c.Ticks)); of(c, "C-2") && len(commits) <= 2 {
			return state.ErrConflict
		}
		return g.store.Commit(t.Context(), c)
	}}
	g.oneByOne()
	g.runner.Workers, g.runner.part, g.seen = 2, 1, nil
	due := func() []state.Alarm {
		due, err := g.store.DueAlarms(t.Context(), firstDay, 10)
		if err != nil {
			t.Fatal(err)
		}
		return due
	}
	g.turns(1)
	if left := due(); !slices.Equal(commits, []int{1, 1}) || len(left) != 1 || left[0].Customer != "C-2" || !slices.Equal(g.seen, []state.CustomerID{"C-1"}) {
		t.Errorf("commits of %v alarms, due is %v, told of %v; want two of one, C-2, C-1", commits, left, g.seen)
	}
	g.turns(5)
	if left := due(); len(left) != 0 || !slices.Equal(g.seen, []state.CustomerID{"C-1", "C-2"}) {
		t.Errorf("due is %v, told of %v; want nobody, both once", left, g.seen)
	}
}

// What becomes of one part does not hide what becomes of the other.
func TestOfTwoPartsOfAlarmsThatFailBothAreHeardOf(t *testing.T) {
	g := newRig(t, invoices)
	g.order(invoices, g.now, "C-1", "SO-1")
	g.order(invoices, g.now, "C-2", "SO-2")
	g.turns(10)
	if err := g.store.Commit(t.Context(), &state.Commit{
		Day: g.runner.day, Alarms: []state.Alarm{{Day: firstDay, Customer: "C-1"}, {Day: firstDay, Customer: "C-2"}},
	}); err != nil {
		t.Fatal(err)
	}
	answers := []error{state.ErrConflict, state.ErrUnknown}
	g.runner.Store = &lossyStore{Store: g.store, commit: func(*state.Commit) error {
		answer := answers[0]
		answers = answers[1:]
		return answer
	}}
	g.oneByOne()
	g.runner.Workers, g.runner.part, g.runner.withheld = 2, 1, false
	due, err := g.store.DueAlarms(t.Context(), firstDay, 10)
	if err != nil || len(due) != 2 {
		t.Fatalf("got %v, %v, want two due", due, err)
	}
	if err := g.runner.ring(t.Context(), batch{due: due}); err != nil {
		t.Fatal(err)
	}
	if !g.runner.withheld || g.runner.refused != 1 || len(answers) > 0 {
		t.Errorf("withheld %v, refused %d; want to look for messages of the part whose answer is lost", g.runner.withheld, g.runner.refused)
	}
}
