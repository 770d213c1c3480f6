package detectors

import (
	"cmp"
	"slices"
	"strconv"

	"tocsin/state"
)

// cherries is what of the cash that a customer directed went to newer invoices than one that he passed over.
type cherries struct {
	portion
	skipped skippedInvoice // by the last such payment
	on      state.Date     // its value date
	newer   []string       // the invoices that were paid instead, newest payment first
	rest    int64          // of the whole, what is not looked at because it decides nothing
	unknown bool
}

// skippedInvoice is the oldest overdue invoice that is large for the customer, as of a day.
type skippedInvoice struct {
	id   string // empty: there is none
	due  state.Date
	open int64
}

// directedCash is cash that the customer chose the invoice of.
type directedCash struct {
	*state.CashBit
	invoice *state.PaidInvoice
}

// readDirected is that of the window by value date, nil where there are fewer payments than CherryCount or none of them can have
// passed an older invoice over.
func (r *rationing) readDirected(since state.Date) []directedCash {
	view := r.in.View
	if !r.whole && (!view.MayPassOver(since, r.SkippedDays) || r.passedNothing(since)) {
		return nil
	}
	var all []directedCash
	paid := view.PaidInvoices(since, view.Day)
	for i := range paid {
		for j := range paid[i].Cash {
			if c := &paid[i].Cash[j]; c.By == state.AllocatedByCustomer && c.Payment.ValueDate > since {
				all = append(all, directedCash{c, &paid[i]})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b directedCash) int {
		return cmp.Or(cmp.Compare(a.Payment.ValueDate, b.Payment.ValueDate), cmp.Compare(a.Payment.PaymentID, b.Payment.PaymentID), cmp.Compare(a.Position, b.Position))
	})
	for i := range all {
		if i == 0 || all[i].Payment != all[i-1].Payment || all[i].Position != all[i-1].Position {
			r.directed++
		}
	}
	if r.directed < r.CherryCount {
		return nil
	}
	return all
}

// pick tells what of directed cash passed an older invoice over: as far as the thresholds ask for it, the newest payments first.
func (r *rationing) pick(all []directedCash) cherries {
	var out cherries
	worth := make([]int64, len(all))
	for i, c := range all {
		minor, known := r.in.View.Worth(state.Money{Minor: c.Amount, Currency: c.invoice.Total.Currency})
		worth[i], out.unknown = minor, out.unknown || !known
		out.of = state.Sum(out.of, minor)
	}
	out.rest = out.of
	elders := r.eldersSince(all[0].Payment.ValueDate - 1)
	for end := len(all); end > 0 && !r.decided(&out); {
		start, on := end-1, all[end-1].Payment.ValueDate
		newest := all[start].Due
		for start > 0 && all[start-1].Payment.ValueDate == on {
			start--
			newest = max(newest, all[start].Due)
		}
		skipped, known := r.skippedBefore(elders, on, newest-state.Date(r.SkippedDays))
		out.unknown = out.unknown || !known
		for ; end > start; end-- {
			c, minor := all[end-1], worth[end-1]
			out.rest -= minor
			if skipped.id == "" || skipped.due >= c.Due-state.Date(r.SkippedDays) {
				continue
			}
			if out.part = state.Sum(out.part, minor); out.on == 0 {
				out.skipped, out.on = skipped, on
			}
			out.newer = append(out.newer, c.invoice.InvoiceID)
		}
	}
	if r.whole && out.on != 0 {
		out.skipped, _ = r.skippedOn(out.on) // with what was open of it
	}
	return out
}

// decided tells whether what is not looked at yet changes no verdict.
func (r *rationing) decided(c *cherries) bool {
	if r.whole {
		return false
	}
	most := portion{state.Sum(c.part, c.rest), c.of}
	reaches := func(threshold Ratio) bool { return c.atLeast(threshold) == most.atLeast(threshold) }
	return reaches(r.CherryRatio) && (r.in.Standing == None || reaches(r.CherryClearRatio))
}

// skippedBefore is the invoice that payments of a day passed over, due before a date; false where an amount needs a rate that is not
// known.
func (r *rationing) skippedBefore(e *elders, day, due state.Date) (skippedInvoice, bool) {
	if e != nil {
		if skipped, certain := e.skipped(day, due); certain {
			return skipped, true
		}
	}
	return r.skippedOn(day)
}

// skippedOn is the invoice that payments of a day passed over, by what stood when the day closed.
func (r *rationing) skippedOn(day state.Date) (skipped skippedInvoice, known bool) {
	r.in.View.On(day, func(then *state.View) { skipped, known = r.skippedThen(then) })
	return skipped, known
}

func (r *rationing) skippedThen(then *state.View) (skippedInvoice, bool) {
	ar, known := receivables(then)
	if !known {
		return skippedInvoice{}, false
	}
	m := r.in.Materiality.M(ar, then.Currency())
	median, known := doubleMedian(then)
	if !known {
		return skippedInvoice{}, false
	}
	for _, line := range then.DueLines() {
		if line.Effective >= then.Day {
			break
		}
		if line.Tested == 0 || line.Settled || line.Discounted {
			continue
		}
		total, _ := then.Worth(then.InvoiceOf(line.Invoice).Total)
		if total >= m && r.isLarge(total, median) {
			return skippedInvoice{line.Invoice, line.Effective, line.Tested}, true
		}
	}
	return skippedInvoice{}, true
}

// isLarge tells whether a total is large beside twice the median.
func (d *PartialPayment) isLarge(total, doubleMedian int64) bool {
	return state.CompareProducts(total, 2, int64(d.SkippedTimes), doubleMedian) >= 0
}

// doubleMedian is twice the median total of the invoices settled, 0 of none.
func doubleMedian(view *state.View) (int64, bool) {
	var totals []int64
	settled := view.Settled()
	for i := range settled {
		total, known := view.Worth(settled[i].Invoice().Total)
		if !known {
			return 0, false
		}
		totals = append(totals, total)
	}
	slices.Sort(totals)
	return twiceMiddle(totals), true
}

// twiceMiddle is twice the median of sorted amounts, 0 of none.
func twiceMiddle(sorted []int64) int64 {
	if len(sorted) == 0 {
		return 0
	}
	return state.Sum(sorted[(len(sorted)-1)/2], sorted[len(sorted)/2])
}

// cherryFacts tell of the invoice passed over.
func (r *rationing) cherryFacts() []Fact {
	if r.cherry.part == 0 {
		return nil
	}
	view := r.in.View
	return []Fact{
		{"newer_first_ratio", state.RatioString(r.cherry.part, r.cherry.of, 3), state.RatioString(int64(r.CherryRatio), ratioUnit, 3)},
		{"passed_over_amount", money(r.cherry.skipped.open, view.Currency()), ""},
		{"passed_over_days", strconv.Itoa(int(view.Day - r.cherry.skipped.due)), ""},
	}
}
