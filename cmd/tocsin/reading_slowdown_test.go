package main

import (
	"fmt"
	"math/big"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/state"
)

// readNorm is how late a customer used to pay, in quarter days: median, and median absolute deviation; or how it used to order.
type readNorm struct {
	median, deviation int
	habit             *readHabit
	turnover          *big.Rat // of the signal that has one; then nothing else
}

// readPaid is a settled invoice.
type readPaid struct {
	on   state.Date
	late int
}

// median4 is four times the median.
func median4(values []int) int {
	values = slices.Sorted(slices.Values(values))
	n := len(values)
	return 2 * (values[(n-1)/2] + values[n/2])
}

// paymentSlowdown holds the payments of 60, 90 or 120 days against those of the year before, or against the baseline that the
// episode froze.
func (r *reading) paymentSlowdown(b *readBook, day, _ state.Date) finding {
	paid := r.paidInCash(day)
	for _, window := range []state.Date{60, 90, 120} {
		if f, enough := r.slowdownWithin(b, paid, day, window); enough {
			return f
		}
	}
	edge := 10*4 + 1 // later than 10 days
	if r.frozen != nil {
		edge = r.frozen.median + 10*4
	}
	if r.lateOpen(b, day, edge) {
		return finding{unknown: true}
	}
	return finding{unknown: true, clear: everyLevel}
}

func (r *reading) slowdownWithin(b *readBook, paid []readPaid, day, window state.Date) (f finding, enough bool) {
	var recent, before []int
	affected := int64(0)
	for _, p := range paid {
		if p.on > day-window {
			recent = append(recent, p.late)
		} else if p.on > day-window-365 {
			before = append(before, p.late)
		}
	}
	norm := r.frozen
	if norm == nil && len(before) >= 6 {
		norm = &readNorm{median: median4(before)}
		var distances []int
		for _, late := range before {
			distances = append(distances, max(4*late-norm.median, norm.median-4*late))
		}
		norm.deviation = median4(distances) / 4
		f.norm = norm
	}
	least, edge := 0, 10*4+1
	if norm != nil {
		least, edge = norm.median, norm.median+10*4
	}
	counted := map[string]bool{}
	for _, line := range b.lines {
		if late := int(day - line.effective); late > 0 && 4*late > least && line.tested > 0 && !line.settled {
			recent = append(recent, late)
			if i, _ := told[*state.Invoice](r, line.invoice); 4*late >= edge && !counted[line.invoice] {
				counted[line.invoice] = true
				affected += i.Total.Minor
			}
		}
	}
	if len(recent) < 3 {
		return finding{}, false
	}
	for _, one := range r.paidAffected(day, window, edge) {
		affected += one
	}
	raised := 0
	pace := median4(recent)
	calm := pace < 15*4
	if norm == nil {
		raised = boolInt(pace >= 15*4) + boolInt(pace >= 30*4)
	} else {
		slower := pace - norm.median
		spread := max(3*4*10_000, 14_826*norm.deviation) // ten-thousandths of quarter days
		if slower >= 10*4 && slower*10_000 >= 2*spread {
			raised++
			if slower >= 20*4 && slower*10_000 >= 3*spread {
				raised++
			}
		}
		calm = slower < 5*4 && !r.lateOpen(b, day, edge)
	}
	if raised > 0 && b.material(affected) {
		f.raise = raised + 1
	}
	f.clear = [4]bool{false, calm, calm, f.raise < 3}
	return f, true
}

func boolInt(is bool) int {
	if is {
		return 1
	}
	return 0
}

// lateOpen tells whether a line is open that is so many quarter days late.
func (r *reading) lateOpen(b *readBook, day state.Date, edge int) bool {
	for _, line := range b.lines {
		if late := int(day - line.effective); late > 0 && 4*late >= edge && line.tested > 0 && !line.settled {
			return true
		}
	}
	return false
}

// paidInCash are the settled invoices that were paid at least half in cash.
func (r *reading) paidInCash(day state.Date) (list []readPaid) {
	r.eachPaid(day, func(p readPaid, _ int64) { list = append(list, p) })
	return list
}

// paidAffected are the totals of those of a window that were so many quarter days late.
func (r *reading) paidAffected(day, window state.Date, edge int) (totals []int64) {
	r.eachPaid(day, func(p readPaid, total int64) {
		if p.on > day-window && 4*p.late >= edge {
			totals = append(totals, total)
		}
	})
	return totals
}

func (r *reading) eachPaid(day state.Date, visit func(readPaid, int64)) {
	open := r.openInvoices(day)
	cash, credit := r.sources(day)
	on, inCash, days := map[string]state.Date{}, map[string]int64{}, map[string]int64{}
	small := func(i *state.Invoice, left int64) bool {
		return left < i.Total.Minor && (left*200 <= i.Total.Minor || left <= 100)
	}
	for _, k := range r.bookings(day) {
		source := credit
		if k.cash {
			source = cash
		}
		amount := min(k.amount, source[k.id], open[k.invoice])
		if amount == 0 {
			continue
		}
		i, _ := told[*state.Invoice](r, k.invoice)
		source[k.id] -= amount
		open[k.invoice] -= amount
		if on[k.invoice] == 0 && small(i, open[k.invoice]) {
			on[k.invoice] = max(k.date, i.IssueDate)
		}
		if k.cash {
			p, _ := told[*state.Payment](r, k.id)
			inCash[k.invoice] += amount
			days[k.invoice] += amount * int64(p.ValueDate-r.calendar.Roll(r.originalDue(i, day, nil)))
		}
	}
	for _, i := range every[*state.Invoice](r) {
		left, exists := open[i.InvoiceID]
		when := on[i.InvoiceID]
		if w, ok := told[*state.WriteOff](r, i.InvoiceID); ok && w.WriteOffDate <= day {
			left -= min(left, w.Amount.Minor)
			if when == 0 {
				when = w.WriteOffDate
			}
		}
		paid := inCash[i.InvoiceID]
		if !exists || i.Factored == state.FactoringWithoutRecourse || !small(i, left) || paid*2 < i.Total.Minor || paid == 0 {
			continue
		}
		late := (2*max(days[i.InvoiceID], -days[i.InvoiceID]) + paid) / (2 * paid)
		if days[i.InvoiceID] < 0 {
			late = -late
		}
		visit(readPaid{when, int(min(max(late, -30), 180))}, i.Total.Minor)
	}
}

// Payers whose habits have time to form, and to change, read as the rules do: what other random stories are too short for.
func TestRandomPayersReadAsTheRulesDo(t *testing.T) {
	calendar, err := state.NewCalendar([]time.Weekday{time.Saturday, time.Sunday}, nil)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		readsAsTheRulesDo(t, calendar, "A random payer.\n\n-- events --\n"+drawPayer(t)+"-- want --\n")
	})
}

func drawPayer(t *rapid.T) string {
	w := &teller{T: t}
	gap := w.number("gap", 8, 22)
	usual, noise := w.number("usual", -10, 30), w.number("noise", 0, 8)
	from, until := w.number("from", 90, 300), w.number("until", 0, 120)
	slower := w.number("slower", 5, 45)
	day, n := 0, 0
	for ; day < 330 && n < 26; n++ {
		day += w.number("next", 1, 2*gap)
		due := day + 14
		fmt.Fprintf(&w.b, "%s invoice inv-%d 300.00 due %s\n", readDay(day), n, readDay(due))
		late := usual + w.number("late", -noise, noise)
		if day >= from && day < from+until {
			late += slower
		}
		paid := max(day, due+late)
		switch w.number("how", 0, 12) {
		case 0:
		case 1:
			w.tell(paid, "payment pay-%d 300.00", n)
		case 2:
			fmt.Fprintf(&w.b, "%s known %s payment pay-%d 300.00 for inv-%d\n", readDay(paid), readDay(paid+w.number("told", 1, 60)), n, n)
		default:
			fmt.Fprintf(&w.b, "%s payment pay-%d 300.00 for inv-%d\n", readDay(paid), n, n)
		}
	}
	fmt.Fprintf(&w.b, "%s end\n", readDay(day+w.number("after", 10, 150)))
	return w.b.String()
}
