package detectors

import (
	"testing"

	"pgregory.net/rapid"
)

// What is seen at a glance of promises is what weighing them says.
func TestIdlePromisesHaveNoRun(t *testing.T) {
	d := NewBrokenPromise()
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t, drawBooks(t))
		next, idle := d.idle(in.View)
		if !idle {
			return
		}
		full := d.inFull(in)
		if got, want := d.Evaluate(in).without(0), full.without(0); got != want {
			t.Fatalf("on %v:\ngot  %s\nwant %s", in.View.Day, got, want)
		}
		if next != 0 && next <= in.View.Day {
			t.Fatalf("on %v: next is %v", in.View.Day, next)
		}
	})
}

func TestPromisesThatAreSeenAtAGlance(t *testing.T) {
	debt := newBooks(invoice("INV-1", "10000", "2025-01-02", "2025-03-03"), invoice("INV-2", "10000", "2025-01-02", "2025-03-03"))
	p := promise("P1", "10000", "2025-03-10", "2025-03-14", "INV-1")
	named, moved := debt.add(p), debt.add(p, rescheduled(p, "2025-03-12", "2025-03-28"))
	for name, c := range map[string]struct {
		books *books
		day   string
		idle  bool
		next  string
	}{
		"none":                           {debt, "2025-03-20", true, ""},
		"on its last day":                {named, "2025-03-19", true, "2025-03-20"},
		"the day after":                  {named, "2025-03-20", false, ""},
		"its invoice is paid":            {named.add(payment("PAY-1", "10000", "2025-03-25", "INV-1 10000")), "2025-03-26", true, ""},
		"another one is":                 {named.add(payment("PAY-1", "10000", "2025-03-25", "INV-2 10000")), "2025-03-26", false, ""},
		"it names none":                  {debt.add(promise("P1", "10000", "2025-03-10", "2025-03-14")), "2025-03-26", false, ""},
		"on the last day of the window":  {named, "2025-09-15", false, ""},
		"out of it":                      {named, "2025-09-16", true, ""},
		"moved, and still to be kept":    {moved, "2025-03-18", false, ""},
		"moved, and its invoice is paid": {moved.add(payment("PAY-1", "10000", "2025-03-17", "INV-1 10000")), "2025-03-18", true, ""},
	} {
		next, idle := NewBrokenPromise().idle(c.books.at(date(c.day)).View)
		if want := c.next; idle != c.idle || idle && want != "" && next != date(want) {
			t.Errorf("%s: got %v, %v, want %v, %s", name, next, idle, c.idle, want)
		}
	}
}
