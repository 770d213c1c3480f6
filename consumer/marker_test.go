package consumer

import (
	"testing"
	"time"

	"tocsin/state"
)

// mark appends the marker of a transaction's end, as brokers do: stamped by their own clock.
func (g *rig) mark(id Partition, timestamp state.Instant) {
	g.broker.append(id, timestamp, nil)
	log := g.broker.logs[id]
	log[len(log)-1].Control = true
}

// A past is loaded in transactions, whose markers bear the time of loading. Each of its days is played all the same, the first one
// first.
func TestAMarkerHasNoDay(t *testing.T) {
	other := Partition{"payments", 0}
	for _, test := range []struct {
		name string
		log  func(g *rig, day func(int) state.Instant)
		want state.Date // opened first
	}{
		{"between the records of a past", func(g *rig, day func(int) state.Instant) {
			g.order(invoices, day(-3), "C-1", "SO-1")
			g.mark(invoices, day(0))
			g.order(invoices, day(-3), "C-1", "SO-2")
			g.mark(invoices, day(0))
		}, firstDay - 3},
		{"before all records, after a transaction that was given up", func(g *rig, day func(int) state.Instant) {
			g.mark(invoices, day(0))
			g.order(invoices, day(-3), "C-1", "SO-1")
			g.order(invoices, day(-3), "C-1", "SO-2")
		}, firstDay - 3},
		{"alone in a partition", func(g *rig, day func(int) state.Instant) {
			g.mark(other, day(-9))
			g.order(invoices, day(-3), "C-1", "SO-1")
			g.order(invoices, day(-3), "C-1", "SO-2")
		}, firstDay - 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := newRig(t, invoices, other)
			test.log(g, func(n int) state.Instant { return g.now + state.Instant(n)*state.Instant(24*time.Hour) })
			g.turns(60)
			g.wantOpen(firstDay)
			if len(g.closed) != 3 || g.closed[0] != test.want {
				t.Errorf("closed %v, want three days from %v on", g.closed, test.want)
			}
			rows, err := g.store.Rows(t.Context(), "C-1")
			if err != nil {
				t.Fatal(err)
			}
			events := 0
			for _, row := range rows {
				applied, err := state.DecodeApplied(row.Applied)
				if err != nil {
					t.Fatal(err)
				}
				if events += len(applied.Events); len(applied.Events) > 0 && row.Day != firstDay-3 {
					t.Errorf("%d events were applied on %v, want all on %v", len(applied.Events), row.Day, firstDay-3)
				}
			}
			if events != 2 {
				t.Errorf("%d events were applied, want both orders", events)
			}
			for _, id := range []Partition{invoices, other} {
				if got, want := g.runner.in.partitions[id].next, int64(len(g.broker.logs[id])); got != want && want > 0 {
					t.Errorf("%s: position %d, want the end, %d", id.Topic, got, want)
				}
			}
		})
	}
}
