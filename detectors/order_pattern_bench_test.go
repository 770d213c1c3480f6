package detectors

import (
	"fmt"
	"testing"

	"tocsin/state"
)

// orderers are customers by how they order: over two years, the same amount every so many days.
func orderers() map[string]*Input {
	every := func(days int, last ...state.Body) *Input {
		b := newBooks(oldCustomer(), limit("400000", "2024-01-01"), invoice("INV-1", "600", "2026-01-02", "2026-04-30"))
		for ago := days; ago < 730; ago += days {
			b = b.add(ordered(fmt.Sprint("O-", ago), "100", ago))
		}
		return b.add(last...).at(patternDay)
	}
	return map[string]*Input{
		"none":    every(1000),
		"weekly":  every(7),
		"monthly": every(30),
		"seldom":  every(90),
		"daily":   every(1),
		"surge":   every(7, ordered("NOW", "100000", 2)),
	}
}

func TestACustomerWhoOrdersAsEverIsJudgedWithoutAllocating(t *testing.T) {
	all, d := orderers(), NewOrderPatternBreak()
	for _, name := range []string{"none", "weekly", "monthly", "seldom", "daily"} {
		in := all[name]
		if v := d.Evaluate(in); v.Raise != None {
			t.Errorf("%s: got %v, want nothing", name, v.Raise)
		}
		if got := testing.AllocsPerRun(100, func() { d.Evaluate(in) }); got != 0 {
			t.Errorf("%s: got %v allocations, want 0", name, got)
		}
	}
}

func BenchmarkOrderPatternBreak(b *testing.B) {
	all, d := orderers(), NewOrderPatternBreak()
	for _, name := range []string{"none", "weekly", "monthly", "seldom", "daily", "surge"} {
		b.Run(name, func(b *testing.B) {
			in := all[name]
			b.ReportAllocs()
			for b.Loop() {
				d.Evaluate(in)
			}
			b.ReportMetric(float64(d.Evaluate(in).Next-in.View.Day), "days/next")
		})
	}
}
