package consumer

import (
	"fmt"
	"testing"
	"time"

	"tocsin/state"
)

// giant is a customer with many open invoices, who is billed and pays in turns.
type giant struct {
	lane   *lane
	rows   rows
	kept   *kept
	issued int
	paid   int
}

func newGiant(b *testing.B, open int) *giant {
	day := state.Day{Date: state.DateOf(2026, 1, 5), Config: "test", FirstLimit: state.DateOf(2026, 1, 5)}
	e := defaultEngine(b)
	g := &giant{
		lane: &lane{engine: e, workers: 1}, rows: rows{day, 0, 0, func(state.Instant) bool { return false }},
		kept: &kept{record: &state.Record{Customer: state.NewCustomer("C-1042")}},
	}
	events := make([]state.Event, open)
	for i := range events {
		events[i] = g.invoice()
	}
	g.step(b, events...)
	g.kept.encode("C-1042")
	return g
}

func (g *giant) event(kind state.Kind, id string, body state.Body) state.Event {
	return state.Event{Kind: kind, Customer: "C-1042", Body: body, KnownAt: g.rows.day.Date.Start(time.UTC), Stamp: state.Stamp{
		Revision: 1, Time: g.rows.day.Date.Start(time.UTC), ID: id + "/1", Source: "urn:acme:erp",
	}}
}

func (g *giant) invoice() state.Event {
	euro, _ := state.ParseCurrency("EUR")
	id := fmt.Sprintf("INV-2026-%06d", g.issued)
	g.issued++
	return g.event(state.KindInvoice, id, &state.Invoice{
		InvoiceID: id, IssueDate: g.rows.day.Date, DueDate: g.rows.day.Date + 30, Total: state.Money{Minor: 1842050, Currency: euro}, OrderIDs: []string{"SO-991822"},
	})
}

func (g *giant) payment() state.Event {
	euro, _ := state.ParseCurrency("EUR")
	invoice := fmt.Sprintf("INV-2026-%06d", g.paid)
	g.paid++
	return g.event(state.KindPayment, "PAY-"+invoice, &state.Payment{
		PaymentID: "PAY-" + invoice, ValueDate: g.rows.day.Date, Amount: state.Money{Minor: 1842050, Currency: euro},
		Allocations: []state.Allocation{{InvoiceID: invoice, Amount: state.Money{Minor: 1842050, Currency: euro}}},
	})
}

// next pays an invoice or, every other time, issues one.
func (g *giant) next(n int) state.Event {
	if n%2 == 0 {
		return g.payment()
	}
	return g.invoice()
}

func (g *giant) step(b *testing.B, events ...state.Event) *state.Commit {
	work := []*group{{customer: "C-1042", events: events, arrivals: make([]int, len(events)), kept: g.kept}}
	if err := g.lane.run(g.rows.day, work); err != nil {
		b.Fatal(err)
	}
	return g.rows.gather(work)
}

// BenchmarkLargeCustomer counts what is written for each event of a customer with 20,000 open invoices, journal and snapshots.
func BenchmarkLargeCustomer(b *testing.B) {
	g := newGiant(b, 20_000)
	events, row, snapshot, snapshots := 0, 0, 0, 0
	for b.Loop() {
		for range 10_000 {
			c := g.step(b, g.next(events))
			events++
			for i := range c.Entries {
				row += len(c.Entries[i].Applied) + rowBytes
			}
			for i := range c.Snapshots {
				snapshot, snapshots = snapshot+len(c.Snapshots[i].Body), snapshots+1
			}
		}
	}
	b.ReportMetric(float64(row)/float64(events), "row-B/event")
	b.ReportMetric(float64(snapshot)/float64(events), "snapshot-B/event")
	b.ReportMetric(float64(snapshots)/float64(events)*1e3, "snapshots/kevent")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(events), "ns/event")
}

// BenchmarkLoadBehindASnapshot folds customers whose rows since their snapshot are as many bytes as it has, and parts of that.
func BenchmarkLoadBehindASnapshot(b *testing.B) {
	for _, open := range []int{20, 1000, 20_000} {
		for _, part := range []int{0, 4, 2, 1} {
			name := fmt.Sprintf("invoices=%d/tail=0", open)
			if part > 0 {
				name = fmt.Sprintf("invoices=%d/tail=1÷%d", open, part)
			}
			b.Run(name, func(b *testing.B) {
				g := newGiant(b, open)
				h := state.History{Customer: "C-1042", SnapshotSeq: g.kept.record.Seq, Snapshot: state.AppendSnapshot(nil, g.kept.record)}
				for part > 0 && part*(g.kept.tail+2*rowBytes) < len(h.Snapshot) && len(h.Rows)+1 < manyRows {
					h.Rows = append(h.Rows, g.step(b, g.next(len(h.Rows))).Entries...)
				}
				for b.Loop() {
					if _, err := g.lane.fold(b.Context(), g.rows.day, h); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(len(h.Snapshot)), "snapshot-B")
				b.ReportMetric(float64(len(h.Rows)), "rows")
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N), "µs/load")
			})
		}
	}
}

// BenchmarkCache takes records out and puts them back, as each step does.
func BenchmarkCache(b *testing.B) {
	bodies, _ := portfolioSnapshots(defaultEngine(b), 24, 250)
	c := newCache(1<<30, nil)
	var ids []state.CustomerID
	for i := range 2000 {
		rec, err := state.DecodeSnapshot(bodies[i%len(bodies)])
		if err != nil {
			b.Fatal(err)
		}
		ids = append(ids, state.CustomerID(fmt.Sprint("C-", i)))
		c.put(ids[i], &kept{record: rec})
	}
	steps := 0
	b.ReportAllocs()
	for b.Loop() {
		id := ids[steps%len(ids)]
		c.put(id, c.take(id))
		steps++
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps), "ns/step")
}
