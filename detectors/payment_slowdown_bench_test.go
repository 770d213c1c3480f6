package detectors

import (
	"fmt"
	"testing"

	"tocsin/state"
)

// BenchmarkSlowdown judges customers with the 48 invoices of two years settled, and the newest ones open: the signal's whole cost,
// which of all signals that of the settled invoices is.
func BenchmarkSlowdown(b *testing.B) {
	noise := []int{0, 3, -2, 1, 5, 2, 0, 4}
	payer := func(slower int) *books {
		out := newBooks()
		for i := range 48 {
			late := noise[i%len(noise)]
			if i > 42 {
				late += slower
			}
			out = paid(out, fmt.Sprintf("I-%d", i), slowdownDay-state.Date(15*(47-i)+3), late)
		}
		return out.add(invoice("OPEN-1", "1000", "2025-11-10", "2025-12-10"), invoice("OPEN-2", "1000", "2025-11-24", "2025-12-24"))
	}
	habitual := newBooks()
	for i := range 48 {
		habitual = paid(habitual, fmt.Sprintf("I-%d", i), slowdownDay-state.Date(15*(47-i)+3), 35+noise[i%len(noise)])
	}
	for _, c := range []struct {
		name  string
		in    *Input
		raise Level
	}{
		{"quiet", payer(0).at(slowdownDay), None},
		{"quiet habitually late", habitual.at(slowdownDay), None},
		{"quiet but slower", payer(7).at(slowdownDay), None},
		{"raised", payer(15).at(slowdownDay), Warning},
		{"standing", payer(15).at(slowdownDay).stood(Warning, ""), Warning},
		{"frozen", payer(15).at(slowdownDay).stood(Warning, ""), Warning},
	} {
		d := NewPaymentSlowdown()
		if c.name == "frozen" {
			c.in.Baseline = d.Evaluate(c.in).Baseline
		}
		if got := d.Evaluate(c.in).Raise; got != c.raise {
			b.Fatalf("%s: got %v, want %v", c.name, got, c.raise)
		}
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				d.Evaluate(c.in)
			}
		})
	}
}
