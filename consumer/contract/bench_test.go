package contract

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"tocsin/state"
)

// BenchmarkDecode decodes one event of each type again and again; bodies are reused, and ids are copied. x-floor is its time
// as a multiple of the hand-written floor of its type, json/decode that of encoding/json as a multiple of its own, both in
// turns with it.
func BenchmarkDecode(b *testing.B) {
	for _, c := range floorCases() {
		b.Run(c.name, func(b *testing.B) {
			d := newDecoder(b, Options{})
			d.Reuse = true
			doc := []byte(c.document)
			var ev state.Event
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for b.Loop() {
				if r := d.Decode(doc, 0, &ev); r != nil {
					b.Fatal(r)
				}
			}
			perEvent(b)
			compare(b, d, &c)
		})
	}
}

// BenchmarkFile reads a file of invoices and payments of many customers, as a replay does: events are kept.
func BenchmarkFile(b *testing.B) {
	const events, customers = 100_000, 2_000
	var file []byte
	for n := range events {
		s := samples[(n%2)*6+3] // invoice.issued and payment.received
		doc := strings.NewReplacer("C-104822", fmt.Sprintf("C-%06d", n*7919%customers), "INV-1", fmt.Sprintf("INV-%d", n/2),
			"P-1", fmt.Sprintf("P-%d", n), "E-1", fmt.Sprintf("E-%d", n)).Replace(s.document())
		file = append(append(file, doc...), '\n')
	}
	d := newDecoder(b, Options{})
	kept := make([]state.Event, events)
	var buf []byte
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		blocks := NewBlockReader(bytes.NewReader(file), 0)
		n := 0
		for {
			block, err := blocks.Next(buf)
			if err != nil {
				break
			}
			buf = block.Data
			for _, line := range block.Lines() {
				if r := d.Decode(line, 0, &kept[n]); r != nil {
					b.Fatal(r)
				}
				n++
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/events, "ns/event")
}

// BenchmarkHostile decodes documents that are made to cost as much as 64 KiB can.
func BenchmarkHostile(b *testing.B) {
	for name, doc := range hostile() {
		b.Run(name, func(b *testing.B) {
			d := newDecoder(b, Options{})
			var ev state.Event
			for b.Loop() {
				if r := d.Decode([]byte(doc), 0, &ev); r == nil {
					b.Fatal("accepted")
				}
			}
			perEvent(b)
		})
	}
}

// BenchmarkEncode writes the example.
func BenchmarkEncode(b *testing.B) {
	var ev state.Event
	if r := newDecoder(b, Options{}).Decode([]byte(exampleInvoice), 0, &ev); r != nil {
		b.Fatal(r)
	}
	var out []byte
	b.ReportAllocs()
	for b.Loop() {
		out = AppendEvent(out[:0], &ev)
	}
	perEvent(b)
}

func perEvent(b *testing.B) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N), "ns/event")
}

func newDecoder(tb testing.TB, o Options) *Decoder {
	tb.Helper()
	d, err := NewDecoder(o)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}
