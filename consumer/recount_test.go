package consumer

import (
	"fmt"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/state"
)

// shown is what lists and messages tell of a task by when it is to be acknowledged and decided.
func (g *rig) shown(row *state.TaskRow) (acknowledge, due state.Instant) {
	g.t.Helper()
	task, err := alerts.ParseTaskRecord(row.Body)
	if err != nil {
		g.t.Fatal(err)
	}
	cases, err := g.store.CasesOf(g.t.Context(), []state.CustomerID{row.Customer})
	if err != nil || len(cases) != 1 {
		g.t.Fatalf("got cases %+v, %v, want one", cases, err)
	}
	m, err := alerts.ParseCaseMessage(cases[0].Body)
	if err != nil || m.Task.Acknowledge != task.Acknowledge || m.Task.Due != task.Due || m.Seq != row.Seq {
		g.t.Errorf("customer %s: the message tells %+v, %v, the record %+v", row.Customer, m.Task, err, task)
	}
	return task.Acknowledge, task.Due
}

func minute(at state.Instant) state.Instant { return at / state.Instant(time.Minute) }

func (g *rig) page(q state.TaskQuery) (rows []state.TaskRow) {
	g.t.Helper()
	for row, err := range state.AllTasks(g.t.Context(), g.store, q) {
		if err != nil {
			g.t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

// What the first load of a past finds is due from when people are told of it, wherever that is shown, in the order of lists, and for
// whoever escalates. What came live is as it was, and whatever is looked at again changes nothing.
func TestWhatAFirstLoadFindsIsDueFromWhenPeopleAreTold(t *testing.T) {
	for _, customers := range []int{3, 30} { // each with its message, and with one summary for all
		t.Run(fmt.Sprint(customers), func(t *testing.T) {
			g := newRig(t, invoices)
			g.runner.Hold.All = true
			g.load(customers)
			before := g.page(state.TaskQuery{})
			if len(before) != customers {
				t.Fatalf("got %d tasks, want %d", len(before), customers)
			}
			g.at(firstDay+2, 12, 0)
			g.turns(50)
			told := g.now
			if by, due := g.shown(&before[0]); by >= told || due >= told+state.Instant(24*time.Hour) {
				t.Fatalf("got %s and %s: nothing was told late", by, due)
			}
			if got := g.overdue(); got != customers {
				t.Errorf("the digest tells of %d overdue tasks, want all while nobody knows", got)
			}
			g.escalates(0) // and nothing is counted anew while nobody knows
			if rows := g.page(state.TaskQuery{}); rows[0].Seq != before[0].Seq {
				t.Fatal("a task of which nobody knows has changed")
			}

			g.runner.Hold.All = false
			g.turns(50)
			g.late("C-live", firstDay-70, g.now)
			g.turns(50)
			g.escalates(0)
			rows := g.page(state.TaskQuery{DueBefore: told + 1})
			if len(rows) != 0 {
				t.Errorf("%d tasks are listed as due before people were told", len(rows))
			}
			rows = g.page(state.TaskQuery{})
			if len(rows) != customers+1 {
				t.Fatalf("got %d tasks, want %d", len(rows), customers+1)
			}
			if got := g.overdue(); got != 0 {
				t.Errorf("the digest tells of %d overdue tasks", got)
			}
			last := state.Instant(0)
			for i := range rows {
				by, due := g.shown(&rows[i])
				four, tomorrow := told+state.Instant(4*time.Hour), told+state.Instant(24*time.Hour)
				if minute(by) != minute(four) || minute(due) != minute(tomorrow) || due < last {
					t.Errorf("%s: acknowledge by %s, due %s, want four hours and a day after %s, in order", rows[i].Customer, by, due, told)
				}
				last = due
				if rows[i].Customer == "C-live" && rows[i].Seq != 1 {
					t.Errorf("what came live is at seq %d: it was counted anew", rows[i].Seq)
				}
			}
			g.posts(customers)

			again := g.page(state.TaskQuery{})
			g.start(g.store)
			g.turns(20)
			g.at(firstDay+2, 15, 59)
			g.escalates(0)
			for i, row := range g.page(state.TaskQuery{}) {
				if row.Seq != again[i].Seq {
					t.Errorf("%s changes once more", row.Customer)
				}
			}
			g.at(firstDay+2, 16, 0)
			g.escalates(customers + 1)
		})
	}
}

// overdue is of how many overdue tasks the last digest tells.
func (g *rig) overdue() int {
	g.t.Helper()
	d, err := g.desk().Digest(g.t.Context(), g.engine.Ledger, 0)
	if err != nil {
		g.t.Fatal(err)
	}
	return d.Overdue.Count
}

// posts checks that a message whose deadlines are counted anew is one for a channel that has the case, and none where a summary has told of it.
func (g *rig) posts(customers int) {
	g.t.Helper()
	owed, err := g.store.Owed(g.t.Context(), g.now+state.Instant(time.Hour), 999)
	if err != nil {
		g.t.Fatal(err)
	}
	quiet := 0
	for i := range owed {
		if m, err := alerts.ParseCaseMessage(owed[i].Body); err == nil && m.Unposted {
			quiet++
		}
	}
	if want := map[bool]int{true: customers}[customers >= fewestSummed]; quiet != want {
		g.t.Errorf("%d messages are not to be posted, want %d", quiet, want)
	}
}
