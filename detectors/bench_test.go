package detectors

import (
	"fmt"
	"testing"

	"tocsin/state"
)

// quiet is a customer of ten open invoices within its limit, none of them late.
func quiet() *Input {
	b := newBooks(profile(), limit("400000", "2025-01-01"))
	for i := range 10 {
		b = b.add(invoice(fmt.Sprintf("INV-%d", i), "1000", "2025-02-01", "2025-06-30"))
	}
	return b.at(date("2025-03-03"))
}

func TestAQuietCustomerIsJudgedWithoutAllocating(t *testing.T) {
	in := quiet()
	for _, r := range Defaults() {
		r.Detector.Evaluate(in)
		if got := testing.AllocsPerRun(100, func() { r.Detector.Evaluate(in) }); got != 0 {
			t.Errorf("%s: got %v allocations, want 0", r.Sign.Signal, got)
		}
	}
}

func BenchmarkEvaluate(b *testing.B) {
	in := quiet()
	late := newBooks(limit("400000", "2025-01-01"), invoice("INV-1", "404000.01", "2025-01-02", "2025-01-31")).at(date("2025-03-03"))
	own := *custom(b, ladder("", `receivables > 0.5 * limit and undisputed_days_past_due > 10 and segment != "key"`, "utilisation > 1", "overdue < 100"))
	for _, r := range append(Defaults(), own) {
		for name, in := range map[string]*Input{"quiet": in, "raised": late} {
			b.Run(r.Sign.Signal+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					r.Detector.Evaluate(in)
				}
			})
		}
	}
}

func BenchmarkSetFor(b *testing.B) {
	p := &state.Profile{Country: "DE", Segment: "small"}
	for name, c := range map[string]Config{
		"base":     {},
		"segments": {Segments: []Segment{{When: `segment == "key"`}, {When: `country in ["FR", "IT"] or status == "blocked"`}}},
	} {
		b.Run(name, func(b *testing.B) {
			set, view := compiled(b, c), viewOf(p, "2025-03-03")
			b.ReportAllocs()
			for b.Loop() {
				set.For(view)
			}
		})
	}
}
