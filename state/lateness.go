package state

import "slices"

// Settlement is how an invoice came to be settled: open within the settlement tolerance with something booked.
type Settlement struct {
	Invoice string
	Total   Money
	Entity  string // the selling entity, if told
	On      Date   // date of the booking, or of the write-off, that brought it there; not before the invoice itself
	Late    int    // days late, weighted by cash, of the cash booked; half away from zero, between -30 and 180
	ByCash  bool   // at least half of the total was settled in cash; otherwise Late says nothing of paying
}

// Settlements are the settled invoices of the view's day, by (On, Invoice). Factored ones without recourse are left out.
func (v *View) Settlements() []Settlement {
	var all []Settlement
	for i := range v.book.settled {
		s := &v.book.settled[i]
		if s.marks&whole == 0 {
			continue
		}
		body := s.Invoice()
		all = append(all, Settlement{
			Invoice: body.InvoiceID, Total: body.Total, Entity: s.fact.origin.entity, On: s.On, Late: int(s.Late), ByCash: s.ByCash(),
		})
	}
	return all
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
