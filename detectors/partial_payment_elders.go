package detectors

import (
	"slices"

	"tocsin/state"
)

// elders find the invoice that payments of a day passed over from what the customer owes today and what was settled since, without
// going back to that day. They are asked of one day after another, the newest first.
type elders struct {
	*PartialPayment
	past        state.Past
	least, most int64           // the material amount of any of those days is within them
	settled     []state.Settled // until the day that was asked of last
	totals      []int64         // theirs, sorted
}

// eldersSince are those of the days after one; nil where these have to be gone back to.
func (r *rationing) eldersSince(since state.Date) *elders {
	view := r.in.View
	past, plain := view.PastSince(since)
	if !plain || r.turning {
		return nil
	}
	currency := view.Currency()
	e := &elders{
		PartialPayment: r.PartialPayment, past: past, settled: view.Settled(),
		least: r.in.Materiality.M(0, currency), most: r.in.Materiality.M(past.Most, currency),
	}
	e.totals = make([]int64, len(e.settled))
	for i := range e.settled {
		total := e.settled[i].Invoice().Total
		if total.Currency != currency {
			return nil
		}
		e.totals[i] = total.Minor
	}
	slices.Sort(e.totals)
	return e
}

// passedNothing tells whether none of the payments after a day passed an older invoice over, as far as that is seen without going
// back to their days.
func (r *rationing) passedNothing(since state.Date) bool {
	e := r.eldersSince(since)
	if e == nil {
		return false
	}
	nothing := true
	r.in.View.EachDirected(since, func(on, due state.Date) bool {
		skipped, certain := e.skipped(on, due-state.Date(r.SkippedDays))
		nothing = certain && skipped.id == ""
		return nothing
	})
	return nothing
}

// skipped is the oldest invoice due before a day and another date that was overdue and large when that day closed; false where it
// takes more to tell.
func (e *elders) skipped(day, due state.Date) (skippedInvoice, bool) {
	for n := len(e.settled); n > 0 && e.settled[n-1].On > day; n-- {
		at, _ := slices.BinarySearch(e.totals, e.settled[n-1].Invoice().Total.Minor)
		e.totals = slices.Delete(e.totals, at, at+1)
		e.settled = e.settled[:n-1]
	}
	median := twiceMiddle(e.totals)
	for i := range e.past.Invoices {
		one := &e.past.Invoices[i]
		if one.Due >= min(day, due) {
			break
		}
		if total := one.Total.Minor; one.Open(day) && total >= e.least && e.isLarge(total, median) {
			return skippedInvoice{id: one.InvoiceID, due: one.Due}, total >= e.most
		}
	}
	return skippedInvoice{}, true
}
