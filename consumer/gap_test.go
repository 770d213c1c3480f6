package consumer

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tocsin/alerts"
	"tocsin/state"
)

// accept is a person's word on the gap of the invoices.
func (g *rig) accept(to int64) {
	g.t.Helper()
	if err := g.store.AcceptGap(g.t.Context(), invoices.Topic, invoices.Number, state.Acceptance{To: to, At: g.now, By: "l.wei", Why: "archived"}); err != nil {
		g.t.Fatal(err)
	}
}

// orders appends orders of a customer of their own each.
func (g *rig) orders(n int) {
	for range n {
		at := len(g.broker.logs[invoices])
		g.order(invoices, g.now, fmt.Sprint("C-", at), fmt.Sprint("SO-", at))
	}
}

// loseTo has retention take what nobody has read yet, up to an offset.
func (g *rig) loseTo(to int64) Gap {
	at := g.broker.fetched[invoices]
	gap := Gap{Partition: invoices, Stands: at, From: at, To: to, Reason: "retention"}
	g.broker.paused[invoices] = true
	g.broker.tell(Polled{Gaps: []Gap{gap}})
	return gap
}

func (g *rig) customers() []state.CustomerID {
	g.t.Helper()
	ids, err := g.store.Customers(g.t.Context())
	if err != nil {
		g.t.Fatal(err)
	}
	return ids
}

func TestAnAcceptedGapIsPassedByTheRunningProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newRig(t, invoices)
		g.orders(3)
		g.turns(10)
		gap := g.loseTo(6)
		g.orders(5)
		g.turns(10)
		kept, err := g.store.Gaps(t.Context())
		want := state.Gap{Topic: gap.Topic, Stands: 3, From: 3, To: 6, Reason: "retention", Since: g.now}
		if err != nil || len(kept) != 1 || kept[0] != want {
			t.Fatalf("got %+v, %v, want %+v kept", kept, err, want)
		}
		time.Sleep(2 * gapLook)
		g.turns(10)
		if n := len(g.customers()); n != 3 {
			t.Errorf("%d customers before anybody has accepted the gap, want the three before it", n)
		}

		g.accept(6)
		time.Sleep(2 * gapLook)
		g.turns(10)
		if got := fmt.Sprint(g.customers()); got != "[C-0 C-1 C-2 C-6 C-7]" {
			t.Errorf("got %s, want those before and behind the gap", got)
		}
		if p := g.runner.in.partitions[invoices]; p.next != 8 || p.gap {
			t.Errorf("stands at %d, gap %v, want at 8 without one", p.next, p.gap)
		}
	})
}

func TestAnAcceptedGapIsPassedByTheNextProcess(t *testing.T) {
	g := newRig(t, invoices)
	g.orders(3)
	g.turns(10)
	g.loseTo(6)
	g.orders(5)
	g.turns(10)
	g.accept(6)
	g.start(g.store)
	g.turns(10)
	if got := fmt.Sprint(g.customers()); got != "[C-0 C-1 C-2 C-6 C-7]" {
		t.Errorf("got %s, want those before and behind the gap", got)
	}
}

// Between a word and the look that finds it the day may be about to close, from where the partition stood.
func TestADayClosesThoughAGapWasAcceptedAMomentAgo(t *testing.T) {
	g := newRig(t, invoices)
	g.orders(3)
	g.turns(10)
	g.loseTo(6)
	g.turns(3)
	g.orders(3)
	g.accept(6)
	g.runner.gapsAsked = time.Now()
	if err := g.closeNow(); err != nil {
		t.Fatalf("got %v, want another try from where the partition stands now", err)
	}
	if p := g.runner.in.partitions[invoices]; p.next != 6 {
		t.Errorf("stands at %d, want at 6", p.next)
	}
	if err := g.closeNow(); err != nil {
		t.Fatal(err)
	}
	g.wantOpen(firstDay + 1)
}

// closeNow closes the day from where partitions stand.
func (g *rig) closeNow() error {
	stands, err := g.runner.stands(g.t.Context(), Ends{})
	if err != nil {
		return err
	}
	return g.runner.close(g.t.Context(), stands)
}

// A store that is not there when a gap is met is told of it when it is back, and then nobody takes the gap for accepted.
func TestAGapThatIsMetInAnOutageIsKeptAfterIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newRig(t, invoices)
		g.orders(3)
		g.turns(10)
		g.runner.lost(state.ErrUnavailable)
		g.loseTo(6)
		g.turns(3)
		time.Sleep(2 * longestPause)
		g.turns(5)
		if kept, err := g.store.Gaps(t.Context()); err != nil || len(kept) != 1 || !kept[0].Open() {
			t.Fatalf("got %+v, %v, want the gap kept", kept, err)
		}
		if p := g.runner.in.partitions[invoices]; !p.gap {
			t.Error("the gap was passed, and nobody has accepted it")
		}
	})
}

func TestAnAcceptedGapOfAnotherTopicWaitsForTheNextProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newRig(t, invoices)
		g.orders(3)
		g.turns(10)
		g.broker.foreign, g.broker.paused[invoices] = map[Partition]bool{invoices: true}, true
		g.broker.tell(Polled{Gaps: []Gap{{Partition: invoices, Stands: 3, From: 3, To: -1, Foreign: true, Reason: "created anew"}}})
		g.turns(3)
		g.broker.logs[invoices] = nil // the new one
		g.orders(2)
		g.accept(0)
		time.Sleep(2 * gapLook)
		g.turns(5)
		time.Sleep(2 * gapLook)
		g.turns(5)
		if n := strings.Count(g.log.String(), "start it anew"); n != 1 {
			t.Errorf("people were told %d times, want once", n)
		}
		g.start(g.store)
		g.turns(10)
		if p := g.runner.in.partitions[invoices]; p.next != 2 {
			t.Errorf("stands at %d, want the new topic read", p.next)
		}
	})
}

// What days of the past raise as they close, by time alone, is of the same summary as what was read.
func TestAFirstLoadEndsWithOneSummary(t *testing.T) {
	g := newRig(t, invoices)
	due := firstDay - 50
	for i := range 12 { // each overdue from another day on, and worse on further ones
		day := due + state.Date(i)
		g.broker.append(invoices, (due - 60).Start(time.UTC), fmt.Appendf(nil, `{"specversion":"1.0","id":"I-%d/1","source":"urn:t","type":"tocsin.invoice.issued.v1",
			"subject":"C-%d","time":"%s","data":{"customer_id":"C-%d","revision":1,"invoice_id":"I-%d","issue_date":"%s","due_date":"%s",
			"total":{"amount":"90000.00","currency":"EUR"}}}`, i, i, (due-60).Start(time.UTC), i, i, due-60, day))
	}
	for turn := 0; g.open() < firstDay; turn++ {
		if turn > 5000 {
			t.Fatalf("stuck on %v", g.open())
		}
		g.turns(1)
	}
	g.turns(20)
	if n := strings.Count(g.log.String(), "withheld messages go out"); n != 1 {
		t.Errorf("withheld messages went out %d times, want once:\n%s", n, g.log.String())
	}
	if due, held, err := g.store.OwedCount(t.Context()); err != nil || due != 1 || held != 0 {
		t.Errorf("got %d messages owed and %d held, %v, want one owed", due, held, err)
	}
	if sum := g.summary(); sum.Cases() != 12 || sum.Why != alerts.WhyFirstLoad || sum.To < firstDay-1 {
		t.Errorf("got %+v, want 12 cases of a first load up to yesterday", sum)
	}
}
