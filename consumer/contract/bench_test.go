package contract

import (
	"encoding/json"
	"testing"

	"tocsin/state"
)

// BenchmarkDecode decodes one event again and again; bodies are reused, and ids are copied.
func BenchmarkDecode(b *testing.B) {
	b.Run("example", func(b *testing.B) { benchmarkDecode(b, exampleInvoice, true) })
	b.Run("example kept", func(b *testing.B) { benchmarkDecode(b, exampleInvoice, false) })
	for _, s := range samples {
		b.Run(s.typ, func(b *testing.B) { benchmarkDecode(b, s.document(), true) })
	}
	b.Run("heartbeat", func(b *testing.B) { benchmarkDecode(b, heartbeat, true) })
}

func benchmarkDecode(b *testing.B, doc string, reuse bool) {
	d := newDecoder(b, Options{})
	d.Reuse = reuse
	value := []byte(doc)
	var ev state.Event
	b.SetBytes(int64(len(value)))
	b.ReportAllocs()
	for b.Loop() {
		if r := d.Decode(value, 0, &ev); r != nil {
			b.Fatal(r)
		}
	}
	perEvent(b)
}

// BenchmarkStandard decodes the same event with encoding/json into a tree, which checks nothing.
func BenchmarkStandard(b *testing.B) {
	value := []byte(exampleInvoice)
	b.SetBytes(int64(len(value)))
	b.ReportAllocs()
	for b.Loop() {
		var tree map[string]any
		if err := json.Unmarshal(value, &tree); err != nil {
			b.Fatal(err)
		}
	}
	perEvent(b)
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
