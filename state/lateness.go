package state

import (
	"slices"
	"strings"
)

// Settlement is how an invoice came to be settled: open within the settlement tolerance with something booked.
type Settlement struct {
	Invoice string
	Total   Money
	Entity  string // the selling entity, if told
	On      Date   // date of the booking, or of the write-off, that brought it there; not before the invoice itself
	Late    int    // days late, weighted by cash, of the cash booked; half away from zero, between -30 and 180
	ByCash  bool   // at least half of the total was settled in cash; otherwise Late says nothing of paying
}

// The bounds of a settlement's lateness: one payment in advance or one forgotten invoice is no habit.
const (
	earliestLate = -30
	latestLate   = 180
)

// Settlements are the settled invoices of the view's day, by (On, Invoice). Factored ones without recourse are left out.
func (v *View) Settlements() []Settlement {
	s := startSettling(v.Day)
	defer s.release()
	for _, f := range v.c.tables[KindInvoice].facts {
		v.c.gather(s, f)
	}
	v.c.settle(s)
	booked := make([][]*booking, len(s.facts))
	for i := range s.bookings {
		if b := &s.bookings[i]; b.amount > 0 {
			booked[b.invoice] = append(booked[b.invoice], b)
		}
	}
	var all []Settlement
	for i, f := range s.facts {
		body, ok := f.body.(*Invoice)
		if g := &s.figures[i]; ok && g.traits&settled != 0 && g.traits&receivable != 0 {
			one := v.settlement(s, body, g, booked[i])
			one.Entity = f.origin.entity
			all = append(all, one)
		}
	}
	slices.SortFunc(all, func(a, b Settlement) int {
		if a.On != b.On {
			return int(a.On - b.On)
		}
		return strings.Compare(a.Invoice, b.Invoice)
	})
	return all
}

// settlement reads a settled invoice's bookings, which come in the order in which they were booked.
func (v *View) settlement(s *settling, body *Invoice, g *figure, booked []*booking) Settlement {
	out := Settlement{Invoice: body.InvoiceID, Total: body.Total}
	due := v.Ledger.Calendar.Roll(g.due)
	left, cash := body.Total.Minor, int64(0)
	var days wide
	for _, b := range booked {
		left -= b.amount
		if out.On == 0 && left <= tolerance(body.Total) {
			out.On = max(b.date, body.IssueDate)
		}
		if b.cash {
			cash += b.amount
			days.addDays(b.amount, s.facts[b.source].body.(*Payment).ValueDate-due)
		}
	}
	if out.On == 0 {
		out.On = v.c.writeOff(body).WriteOffDate
	}
	if cash > 0 {
		out.Late = int(min(max(MulDiv(days.int64(), 1, cash), earliestLate), latestLate))
		out.ByCash = cash >= body.Total.Minor-cash
	}
	return out
}

// addDays adds amount × days.
func (w *wide) addDays(amount int64, days Date) {
	if days < 0 {
		w.addProduct(-amount, int64(-days))
		return
	}
	w.addProduct(amount, int64(days))
}

// Median is the middle value, of an even number the mean of the two in the middle; 0 of none. The slice is sorted.
func Median(values []int) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	middle := len(values) / 2
	if len(values)%2 == 1 {
		return float64(values[middle])
	}
	return float64(values[middle-1]+values[middle]) / 2
}
