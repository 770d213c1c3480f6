package consumer

import (
	"fmt"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"tocsin/alerts"
	"tocsin/state"
)

var canaryPartition = Partition{"tocsin.canary.v1", 0}

func (g *rig) canary(published state.Instant) {
	_, value := CanaryEvent(published)
	g.broker.append(canaryPartition, g.now, value)
}

func TestACanaryComesThroughACommitAndOwesAMessageToNobody(t *testing.T) {
	g := newRig(t, invoices, canaryPartition)
	g.runner.Canary = true
	g.order(invoices, g.now, "C-1", "SO-1")
	g.turns(10)
	for i := range 3 {
		g.pass(time.Minute)
		g.canary(g.now - state.Instant(2*time.Second))
		if i == 2 {
			g.canary(g.now - state.Instant(2*time.Second)) // somebody else has done so, too
		}
		g.turns(10)
	}
	m := g.runner.Metrics
	if got, want := testutil.ToFloat64(m.canaryAt), seconds(g.now)-2; got != want {
		t.Errorf("last published: got %v, want %v", got, want)
	}
	owed, err := g.store.Owed(t.Context(), g.now, 10)
	if err != nil || len(owed) != 1 || owed[0].Held || owed[0].Customer != "" {
		t.Fatalf("got %v, %v, want one message of nobody in particular", owed, err)
	}
	msg, err := alerts.ParseMessage(owed[0].Body)
	if c, is := msg.(*alerts.Canary); err != nil || !is || c.Seq != 3 || c.Published != g.now-state.Instant(2*time.Second) {
		t.Errorf("got %+v, %v, want the third canary", msg, err)
	}
	histories, err := g.store.Load(t.Context(), []state.CustomerID{Canary})
	if err != nil || len(histories) != 1 || histories[0].Last() != 3 {
		t.Errorf("got %v, %v, want three journal rows: a repeat adds none", histories, err)
	}
	if published, err := g.store.Unpublished(t.Context(), 10); err != nil || len(published) > 0 {
		t.Errorf("got %v, %v, want nothing for any topic", published, err)
	}
	if got := testutil.ToFloat64(m.events.WithLabelValues(canaryPartition.Topic, "accepted")); got != 0 {
		t.Errorf("events: got %v, want that it is counted as no publisher's", got)
	}
	customers := 0.0
	for _, level := range []string{"none", "info", "warning", "critical"} {
		customers += testutil.ToFloat64(m.customers.WithLabelValues(level))
	}
	if customers != 1 {
		t.Errorf("customers: got %v, want 1: the canary is none", customers)
	}
}

func TestWithoutAnOutboxACanaryOwesNothing(t *testing.T) {
	g := newRig(t, canaryPartition)
	g.canary(g.now)
	g.turns(10)
	if owed, held, err := g.store.OwedCount(t.Context()); err != nil || owed+held > 0 {
		t.Errorf("got %d, %d, %v, want none", owed, held, err)
	}
	if testutil.ToFloat64(g.runner.Metrics.canaryAt) == 0 {
		t.Error("it has not come through")
	}
}

// What a canary leaves of everybody else is what there is without it: records at closes, alerts, figures, who is core, digests.
func TestACanaryChangesNothingOfAnybodyElse(t *testing.T) {
	play := func(sings bool) (all string) {
		g := newRig(t, invoices, canaryPartition)
		g.broker.append(invoices, g.now, []byte(`{"specversion":"1.0","id":"L/1","source":"urn:t","type":"tocsin.limit.set.v1","subject":"C-1","time":"2026-03-02T08:00:00Z",
			"data":{"customer_id":"C-1","revision":1,"limit_id":"L","kind":"base","amount":{"amount":"150.00","currency":"EUR"},"valid_from_date":"2026-01-01"}}`))
		for i := range 6 {
			if sings {
				g.canary(g.now)
			}
			g.order(invoices, g.now, fmt.Sprintf("C-%d", 1+i%2), fmt.Sprintf("SO-%d", i))
			g.turns(10)
			g.pass(12 * time.Hour)
			g.turns(20)
		}
		histories, err := g.store.Load(t.Context(), []state.CustomerID{"C-1", "C-2"})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := g.store.Unpublished(t.Context(), 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			switch {
			case row.Alert != nil:
				all += string(row.Alert.Body) + "\n"
			case row.Task != nil:
				all += string(row.Task.Body) + "\n"
			}
		}
		touched, err := g.store.Customers(t.Context())
		if err != nil || len(rows) == 0 {
			t.Fatalf("%d alerts, %v: want some to compare", len(rows), err)
		}
		if want := 2; sings && len(touched) != want+1 || !sings && len(touched) != want {
			t.Fatalf("got customers %v", touched)
		}
		digest, err := (&Desk{Store: g.store, Engines: g.engines, Now: g.runner.Now}).Digest(t.Context(), g.engine.Ledger, 0)
		if err != nil {
			t.Fatal(err)
		}
		return all + fmt.Sprintf("%x %v %s", histories, g.closed, digest.AppendJSON(nil))
	}
	if without, with := play(false), play(true); without != with {
		t.Errorf("without a canary:\n%s\nwith one:\n%s", without, with)
	}
}
