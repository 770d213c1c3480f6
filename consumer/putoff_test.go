package consumer

import (
	"fmt"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"tocsin/detectors"
	"tocsin/state"
)

// backlogRig is a rig whose partition has a backlog for three customers: each owes something for long, and has paid it, but for C-3.
// Verdicts are put off while anything waits.
func backlogRig(t *testing.T) *rig {
	t.Helper()
	g := newRig(t, peopleTopic)
	g.turns(5) // the first day is open, and the first load is over
	g.runner.Backlog = 1
	for i := range 3 {
		g.owe(state.CustomerID(fmt.Sprintf("C-%d", i+1)), fmt.Sprintf("INV-%d", i+1), "5000.00")
	}
	for i := range 2 {
		g.say(state.CustomerID(fmt.Sprintf("C-%d", i+1)), "payment.received", fmt.Sprintf("PAY-%d/1", i+1), fmt.Sprintf(
			`"payment_id":"PAY-%d","value_date":"%s","amount":{"amount":"5000.00","currency":"EUR"},"allocations":[{"invoice_id":"INV-%d","amount":{"amount":"5000.00","currency":"EUR"}}]`,
			i+1, g.open(), i+1))
	}
	g.owe("C-4", "INV-4", "10.00") // with which the backlog ends
	return g
}

// alertsOf counts the alert rows of a customer.
func (g *rig) alertsOf(id state.CustomerID) int {
	g.t.Helper()
	rows, err := g.store.Alerts(g.t.Context(), id)
	if err != nil {
		g.t.Fatal(err)
	}
	return len(rows)
}

func TestOfABacklogOnlyWhatStandsAtItsEndIsTold(t *testing.T) {
	g := backlogRig(t)
	if g.byOnes(); g.alertsOf("C-3") != 0 {
		t.Fatal("somebody was judged while the backlog was read")
	}
	g.turns(3)
	for _, id := range []state.CustomerID{"C-1", "C-2"} {
		if n := g.alertsOf(id); n != 0 {
			t.Errorf("%s has paid: got %d alerts, want none", id, n)
		}
	}
	if got := g.levels("C-3")["overdue"]; got != detectors.Warning {
		t.Errorf("C-3: got overdue at %v, want a warning", got)
	}
	rows, err := g.store.Alerts(t.Context(), "C-3")
	if err != nil || len(rows) == 0 {
		t.Fatalf("alerts: %v, %v", rows, err)
	}
	if want := g.now; rows[0].KnownAt != want {
		t.Errorf("the alert is known at %v, want %v, when its invoice was", rows[0].KnownAt, want)
	}
	open := g.runner.Metrics.open.WithLabelValues("overdue", detectors.Warning.String())
	if got, customers := testutil.ToFloat64(open), len(g.runner.Metrics.shares); got != 1 || customers != 4 {
		t.Errorf("metrics: got %v overdue warnings of %d customers, want 1 of 4", got, customers)
	}
	if sum, broken, err := g.rebuild(g.store, false); err != nil || len(broken) > 0 || sum.Customers != 4 {
		t.Errorf("rebuild: got %+v, %v, %v", sum, broken, err)
	}
}

func TestWithoutABacklogVerdictsAreGivenAtOnce(t *testing.T) {
	g := backlogRig(t)
	g.runner.Backlog = 100
	g.byOnes()
	if n := g.alertsOf("C-3"); n == 0 {
		t.Error("C-3 was not judged")
	}
	if n := g.alertsOf("C-1"); n == 0 {
		t.Error("C-1 was not judged before he had paid")
	}
}

// Another process finds in the store who has no verdict yet.
func TestAProcessThatDiesLeavesTheVerdictsThatItOwes(t *testing.T) {
	g := backlogRig(t)
	g.byOnes()
	g.start(g.store)
	g.turns(3)
	if got := g.levels("C-3")["overdue"]; got != detectors.Warning {
		t.Errorf("C-3: got overdue at %v, want a warning", got)
	}
	if rec := g.record("C-3"); rec.Unjudged != 0 {
		t.Errorf("C-3 waits for a verdict since %v", rec.Unjudged)
	}
}

// Whatever comes of a customer who has no verdict yet judges all of him.
func TestTheNextStepOfACustomerGivesTheVerdictThatHeIsOwed(t *testing.T) {
	g := backlogRig(t)
	g.byOnes()
	g.runner.Backlog = 0
	g.say("C-3", "contact.attempted", "CT-1/1", fmt.Sprintf(`"contact_id":"CT-1","contact_date":"%s","direction":"outbound","channel":"phone","outcome":"no_answer"`, g.open()))
	g.poll()
	if _, err := g.runner.pass(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := g.levels("C-3")["overdue"]; got != detectors.Warning {
		t.Errorf("C-3: got overdue at %v, want a warning", got)
	}
}

// A backlog that does not end has verdicts wait for a minute, not for ever.
func TestAnEndlessBacklogIsJudgedMeanwhile(t *testing.T) {
	g := backlogRig(t)
	for n := 0; g.alertsOf("C-3") == 0; n++ {
		if n > 200 {
			t.Fatal("C-3 is not judged")
		}
		g.pass(time.Second)
		for i := range 4 {
			g.owe("C-4", fmt.Sprintf("INV-4-%d-%d", n, i), "10.00")
		}
		g.poll()
		g.runner.limit = 1
		if _, err := g.runner.pass(t.Context()); err != nil {
			t.Fatal(err)
		}
		if waits := len(g.runner.in.partitions[peopleTopic].waiting); waits < 2 && n > 2 {
			t.Fatalf("the backlog has ended: %d records wait", waits)
		}
	}
	if got := g.now - firstDay.Start(time.UTC) - state.Instant(12*time.Hour); got < longest || got > 2*longest {
		t.Errorf("C-3 was judged after %v, want soon after %v", time.Duration(got), time.Duration(longest))
	}
}

// Amid a backlog a fetch may be behind what is taken. That a batch has nothing behind it ends the backlog when no more comes in than would
// begin one, and nothing is held back at the broker.
func TestABacklogEndsWhenNoMoreComesIn(t *testing.T) {
	g := newRig(t, peopleTopic)
	g.turns(5)
	r := g.runner
	r.Backlog = 100
	p := r.in.order[0]
	holdsBack := func(day state.Date, gap bool) func() {
		return func() { p.paused, p.gap, p.waiting = true, gap, []arrival{{day: day}} }
	}
	for _, test := range []struct {
		name    string
		behind  int
		brought int
		set     func()
		want    bool
	}{
		{"much comes in, and nothing has waited", 0, 5000, nil, false},
		{"as much waits as begins one", 100, 0, nil, true},
		{"much has come in since", 0, 100, nil, true},
		{"more is held back", 0, 0, holdsBack(r.day.Date, false), true},
		{"what is held back is another day's", 0, 0, holdsBack(r.day.Date+1, false), false},
		{"it does not begin by what is held back", 99, 99, holdsBack(r.day.Date, false), false},
		{"again", 200, 0, nil, true},
		{"what is held back lies behind a gap", 0, 0, holdsBack(r.day.Date, true), false},
		{"again", 200, 0, nil, true},
		{"little has come in since", 99, 99, nil, false},
	} {
		p.paused, p.gap, p.waiting = false, false, nil
		if test.set != nil {
			test.set()
		}
		r.brought = test.brought
		if got := r.putsOff(batch{behind: test.behind}); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
	p.paused, p.gap, p.waiting = false, false, nil
	if r.Backlog = 0; r.putsOff(batch{behind: 1000}) {
		t.Error("a verdict is put off by whom none is to be")
	}
}
