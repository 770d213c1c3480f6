package main

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/state"
)

// readOrder is an order that is not cancelled.
type readOrder struct {
	date    state.Date
	cents   int
	project bool
}

// readHabit is how a customer used to order: medians are doubled, and the deviation is four times the median absolute one.
type readHabit struct {
	buckets, median, deviation, orders, order int
	longs, long                               int // of 60 days
}

// twice is twice the median.
func twice(values []int) int {
	if len(values) == 0 {
		return 0
	}
	return median4(values) / 2
}

// within are the orders after a day, up to another one.
func within(orders []readOrder, after, until state.Date) (list []int, sum int) {
	for _, o := range orders {
		if o.date > after && o.date <= until {
			list = append(list, o.cents)
			sum += o.cents
		}
	}
	return list, sum
}

// habitOf is the habit on a day, of months that are not before the first order.
func habitOf(orders []readOrder, first, day state.Date) (h readHabit) {
	var sums, counts, all, longs, distances []int
	for end := day - 30; end > day-30*13 && end >= first; end -= 30 {
		list, sum := within(orders, end-30, end)
		sums, counts, all = append(sums, sum), append(counts, len(list)), append(all, list...)
		h.buckets += min(sum, 1)
	}
	for end := day - 60; end > day-60*7 && end >= first; end -= 60 {
		_, sum := within(orders, end-60, end)
		longs = append(longs, sum)
		h.longs += min(sum, 1)
	}
	h.median, h.orders, h.order, h.long = twice(sums), twice(counts), twice(all), twice(longs)
	for _, sum := range sums {
		distances = append(distances, max(2*sum-h.median, h.median-2*sum))
	}
	h.deviation = twice(distances)
	return h
}

// readPattern is what a day makes of orders and a habit.
type readPattern struct {
	unusual, collapsed, grave bool // unusual: a surge, or a single order
	calm, judged              bool
}

// pattern looks for each break. Limit is -1 where none is on file, since 0 where it is not told.
func (r *reading) pattern(orders []readOrder, h readHabit, b *readBook, day, since state.Date, limit int) (p readPattern) {
	p.calm = true
	window, sum := within(orders, day-30, day)
	_, long := within(orders, day-60, day)
	history := r.tradingSince()
	if h.buckets >= 6 {
		p.judged = true
		p.calm = 2*sum*10 <= 15*h.median
		above := 2*sum - h.median // twice
		surge := 2*sum >= 2*h.median && above*20_000 >= 3*14_826*h.deviation && above*10 >= 3*h.median && (limit < 0 || above*10 >= 2*limit)
		large := slices.ContainsFunc(window, func(cents int) bool { return 2*cents*10 >= 15*h.order })
		if !large && 2*len(window) < h.orders+max(4, h.orders) {
			surge = false
		}
		if day-history >= 410 {
			for end := day - 380; end <= day-350; end++ {
				_, then := within(orders, end-30, end)
				surge = surge && sum*10 >= then*15
			}
		}
		p.unusual, p.grave = surge, surge && 2*sum >= 3*h.median
	} else {
		for _, o := range orders {
			if o.date <= day-30 {
				continue
			}
			before, _ := within(orders, 0, o.date-1)
			if len(before) >= 3 && 2*o.cents >= 3*twice(before) && (limit < 0 || o.cents*4 >= limit) {
				p.unusual = true
				p.grave = p.grave || 2*o.cents >= 5*twice(before)
			}
			if since != 0 && limit >= 0 && o.date < since+90 && o.cents*2 >= limit {
				p.unusual = true
			}
		}
		p.calm = !p.unusual
	}
	if h.longs >= 4 {
		p.judged = true
		overdue := b.overdueMore(day, 0)
		p.calm = p.calm && (2*long*2 >= h.long || !overdue)
		p.collapsed = overdue && 2*long*10 <= 3*h.long
		if _, then := within(orders, day-425, day-365); day-history >= 424 && 2*long > then {
			p.collapsed = false
		}
	}
	return p
}

// overdueMore tells whether what is more than some days past due is material.
func (b *readBook) overdueMore(day state.Date, days int) bool {
	sum := int64(0)
	for _, line := range b.lines {
		if int(day-line.effective) > days {
			sum += line.tested
		}
	}
	return b.material(sum)
}

// tradingSince is the earliest of customer_since_date, first order and first invoice.
func (r *reading) tradingSince() state.Date {
	first := state.Date(1 << 30)
	for _, o := range every[*state.Order](r) {
		first = min(first, o.OrderDate)
	}
	for _, i := range every[*state.Invoice](r) {
		first = min(first, i.IssueDate)
	}
	if since := r.customerSince(); since != 0 {
		first = min(first, since)
	}
	return first
}

func (r *reading) customerSince() state.Date {
	for _, p := range every[*state.Profile](r) {
		return p.CustomerSince
	}
	return 0
}

func (r *reading) orderPatternBreak(b *readBook, day, _ state.Date) finding {
	base, increases := r.limits(day)
	limit := -1
	if base != nil {
		limit = int(effective(base, increases))
	}
	var all, plain []readOrder
	for _, o := range every[*state.Order](r) {
		cancelled, ok := told[*state.OrderCancelled](r, o.OrderID)
		if o.OrderDate > day || ok && cancelled.CancelDate <= day {
			continue
		}
		one := readOrder{o.OrderDate, int(o.Gross.Minor), o.Project == state.FlagTrue}
		if all = append(all, one); !one.project {
			plain = append(plain, one)
		}
	}
	first := day + 1
	for _, o := range all {
		if o.date > day-520 {
			first = min(first, o.date)
		}
	}
	since, habit := r.customerSince(), habitOf(plain, first, day)
	if r.frozen != nil {
		habit = *r.frozen.habit
	}
	p := r.pattern(plain, habit, b, day, since, limit)
	isNew := since != 0 && limit >= 0 && day < since+90+30
	judged := p.judged || len(all) >= 3 || isNew
	raise := 0
	switch project := r.pattern(all, habitOf(all, first, day), b, day, since, limit); {
	case p.grave && r.stressed(b, day, limit):
		raise = 3
	case p.unusual || p.collapsed:
		raise = 2
	case project.unusual && len(all) > len(plain):
		raise = 1
	case !judged:
		return finding{unknown: true, clear: everyLevel}
	}
	f := finding{raise: raise, clear: [4]bool{false, p.calm, p.calm, raise < 3}}
	if raise > 0 {
		f.norm = &readNorm{habit: &habit}
	}
	return f
}

// stressed tells whether anything else is wrong.
func (r *reading) stressed(b *readBook, day state.Date, limit int) bool {
	for _, signal := range []string{"payment_slowdown", "broken_promise", "payment_returned"} {
		if r.beside(signal, day) >= 2 {
			return true
		}
	}
	return b.overdueMore(day, 15) || limit > 0 && int(b.exposure())*100 >= limit*80
}

// Customers who order by a habit, and break it, read as the rules do: what other random stories are too short for.
func TestRandomOrderersReadAsTheRulesDo(t *testing.T) {
	calendar, err := state.NewCalendar([]time.Weekday{time.Saturday, time.Sunday}, nil)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		readsAsTheRulesDo(t, calendar, "A random orderer.\n\n-- events --\n"+drawOrderer(t)+"-- want --\n")
	})
}

// orderedDays is how far back a random orderer has ordered, and orderingDays how long it is looked at.
const (
	orderedDays  = 380
	orderingDays = 70
)

func drawOrderer(t *rapid.T) string {
	w := &teller{T: t}
	told, n := readDay(0), 0
	fmt.Fprintf(&w.b, "%s profile currency EUR%s\n", told, w.pick("since", "", " since "+readDay(-60).String(), " since "+readDay(-900).String()))
	if w.number("limited", 0, 1) == 1 {
		fmt.Fprintf(&w.b, "%s known %s limit %s\n", readDay(-600), told, w.pick("limit", "1000.00", "2000.00", "6000.00", "40000.00"))
	}
	order := func(day int, cents, rest string) {
		fmt.Fprintf(&w.b, "%s order so-%d %s delivered %s invoiced %s%s\n", readDay(day), n, cents, cents, cents, rest)
		n++
	}
	every, from := w.number("every", 12, 60), w.number("from", 20, orderedDays)
	usual := []string{w.pick("usual", "100.00", "300.00", "600.00"), w.pick("or", "100.00", "200.00", "290.00")}
	until := w.number("until", -80, orderingDays)
	for day := -from; day < until; day += max(1, every+w.number("next", -6, 6)) {
		known := ""
		if day < 0 {
			known = fmt.Sprintf(" known %s", told)
		}
		cents := w.pick("ordered", usual...)
		fmt.Fprintf(&w.b, "%s%s order so-%d %s delivered %s invoiced %s%s\n", readDay(day), known, n, cents, cents, cents,
			w.pick("of", "", "", "", "", "", "", "", " project"))
		n++
	}
	for range w.number("more", 0, 3) {
		day := w.number("on", 0, orderingDays)
		order(day, w.pick("much", "300.00", "900.00", "1500.00", "3000.00", "9000.00"), w.pick("for", "", "", "", " project"))
		if w.number("cancelled", 0, 4) == 0 {
			fmt.Fprintf(&w.b, "%s cancel order so-%d\n", readDay(day+w.number("after", 0, 20)), n-1)
		}
	}
	for i := range w.number("invoices", 0, 2) {
		day := w.number("issued", 0, 40)
		fmt.Fprintf(&w.b, "%s invoice inv-%d %s due %s\n", readDay(day), i, w.pick("of", "499.99", "500.00", "800.00"), readDay(day+w.number("term", 0, 20)))
		switch w.pick("then", "", "paid", "returned") {
		case "paid":
			w.tell(day+w.number("paid", 0, 60), "payment pay-%d 800.00 for inv-%d 800.00", i, i)
		case "returned":
			fmt.Fprintf(&w.b, "%s payment pay-%d 800.00\n", readDay(day), i)
			w.tell(day+w.number("back", 1, 40), "return pay-%d 800.00", i)
		}
	}
	if w.number("promise", 0, 2) == 0 {
		day := w.number("promised", 0, orderingDays)
		fmt.Fprintf(&w.b, "%s promise pr-0 700.00 by %s\n", readDay(day), readDay(day+5))
		fmt.Fprintf(&w.b, "%s promise pr-1 700.00 by %s\n", readDay(day+6), readDay(day+9))
	}
	fmt.Fprintf(&w.b, "%s end\n", readDay(orderingDays+w.number("after", 10, 60)))
	return w.b.String()
}
