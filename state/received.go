package state

import (
	"cmp"
	"slices"
)

// received are a customer's payments by value date, those of one day in no order: what looks at the payments of some days looks
// at no others.
type received []*fact

func valued(f *fact) Date { return f.body.(*Payment).ValueDate }

// from is the place of the first payment with a value date of a day or later.
func (r received) from(day Date) int {
	if n := len(r); n == 0 || valued(r[n-1]) < day {
		return n // most payments come in the order of their value dates
	}
	at, _ := slices.BinarySearchFunc(r, day, func(f *fact, day Date) int { return cmp.Compare(valued(f), day) })
	return at
}

// between are the payments with a value date in (since, until].
func (r received) between(since, until Date) received {
	if since >= until {
		return nil
	}
	return r[r.from(since+1):r.from(until+1)]
}

func (r *received) add(f *fact) { *r = slices.Insert(*r, r.from(valued(f)+1), f) }

func (r *received) drop(f *fact) {
	for at := r.from(valued(f)); at < len(*r) && valued((*r)[at]) == valued(f); at++ {
		if (*r)[at] == f {
			*r = slices.Delete(*r, at, at+1)
			return
		}
	}
}

func (r *received) forgetShrinking() {
	*r = slices.DeleteFunc(*r, func(f *fact) bool { return f.traits&shrinking != 0 })
}

// paymentsSince are the payments with a value date in (since, day of the view], by value date.
func (v *View) paymentsSince(since Date) received { return v.c.received.between(since, v.Day) }
