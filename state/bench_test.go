package state

import (
	"fmt"
	"testing"
	"time"
)

// trade is a customer who is billed every fourth day and pays 35 days later: about 300 documents stand at a time, the rest
// have shrunk. Each call of next is the next event.
type trade struct {
	customer *Customer
	ledger   *Ledger
	day      Date
	invoices int
	unpaid   []string
	outcome  [1]Outcome
	event    [1]Event
}

func newTrade(b *testing.B) *trade {
	tr := &trade{
		customer: NewCustomer("C-1"), day: on("2020-01-01"), ledger: &Ledger{Calendar: weekdays(b), Zone: time.UTC, Horizon: 60},
	}
	for range 400 {
		tr.step()
	}
	return tr
}

func (tr *trade) next() *Event {
	euro := currency("EUR")
	ev := &tr.event[0]
	*ev = Event{Customer: "C-1", Stamp: Stamp{Revision: 1, Time: Instant(tr.day) * day, Source: "urn:acme:erp"}}
	if len(tr.unpaid) < 9 {
		tr.day += 4
		tr.invoices++
		id := fmt.Sprintf("INV-2026-%06d", tr.invoices)
		tr.unpaid = append(tr.unpaid, id)
		ev.Kind, ev.ID = KindInvoice, id+"/1"
		ev.Body = &Invoice{InvoiceID: id, IssueDate: tr.day, DueDate: tr.day + 30, Total: Money{1842050, euro}, OrderIDs: []string{"SO-991822"}}
		return ev
	}
	paid := tr.unpaid[0]
	tr.unpaid = append(tr.unpaid[:0], tr.unpaid[1:]...)
	id := "PAY-" + paid
	ev.Kind, ev.ID = KindPayment, id+"/1"
	ev.Body = &Payment{PaymentID: id, ValueDate: tr.day, Amount: Money{1842050, euro}, Allocations: []Allocation{{InvoiceID: paid, Amount: Money{1842050, euro}}}}
	return ev
}

// step does what an engine's step asks of this package.
func (tr *trade) step() {
	tr.next()
	if len(tr.customer.tombstones) > 1000 {
		tr.customer.tombstones = nil // decades of trade
	}
	tr.customer.Shrink(tr.ledger, tr.day)
	tr.customer.Apply(tr.day, tr.event[:], tr.outcome[:])
	v := tr.customer.View(tr.ledger, tr.day)
	v.Exposure()
	v.DueLines()
	v.Parts()
}

func BenchmarkApplyAndView(b *testing.B) {
	tr := newTrade(b)
	b.ReportAllocs()
	for b.Loop() {
		tr.step()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N), "ns/event")
	b.ReportMetric(float64(len(tr.customer.tables[KindInvoice].facts)+len(tr.customer.tables[KindPayment].facts)), "documents")
}

// BenchmarkMakeEvent is the part of BenchmarkApplyAndView that makes the events.
func BenchmarkMakeEvent(b *testing.B) {
	tr := newTrade(b)
	b.ReportAllocs()
	for b.Loop() {
		tr.next()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N), "ns/event")
}

func BenchmarkViewOfAnEarlierDay(b *testing.B) {
	tr := newTrade(b)
	b.ReportAllocs()
	for b.Loop() {
		tr.customer.View(tr.ledger, tr.day-10).Ageing()
	}
}

func BenchmarkAppendEvent(b *testing.B) {
	ev := *newTrade(b).next()
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = AppendEvent(buf[:0], &ev)
	}
	b.ReportMetric(float64(len(buf)), "bytes/event")
}

func BenchmarkDecodeEvent(b *testing.B) {
	ev := *newTrade(b).next()
	buf := AppendEvent(nil, &ev)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := DecodeEvent(buf); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRecord(b *testing.B) {
	rec := &Record{Customer: newTrade(b).customer}
	var buf []byte
	b.Run("append", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			buf = AppendRecord(buf[:0], rec)
		}
		b.ReportMetric(float64(len(buf)), "bytes/record")
	})
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := DecodeRecord(buf); err != nil {
				b.Fatal(err)
			}
		}
	})
}
