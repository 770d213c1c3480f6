package replay

import (
	"cmp"
	"slices"
	"time"

	"tocsin/state"
)

// oracleFacts are all events known. The highest revision stands; the lowest of an invoice tells its first due date, and of
// a limit each may count.
type oracleFacts []oracleEvent

// standing are the events of a kind that stand and are dated by a day, by id.
func (f oracleFacts) standing(kind string, day state.Date) map[string]oracleEvent {
	all := make(map[string]oracleEvent)
	for _, e := range f {
		if e.kind == kind && e.revision > all[e.id].revision {
			all[e.id] = e
		}
	}
	for id, e := range all {
		if e.date > day {
			delete(all, id)
		}
	}
	return all
}

func (f oracleFacts) firstDue(invoice string) state.Date {
	due := f.toldDue(invoice)
	for due.Weekday() == time.Saturday || due.Weekday() == time.Sunday {
		due++
	}
	return due
}

// toldDue is an invoice's first due date as written.
func (f oracleFacts) toldDue(invoice string) state.Date {
	lowest := oracleEvent{revision: 1 << 30}
	for _, e := range f {
		if e.kind == "invoice.issued" && e.id == invoice && e.revision < lowest.revision {
			lowest = e
		}
	}
	return lowest.due
}

// limits are the base limit in force, nil when none is on file, and the temporary ones that add to it.
func (f oracleFacts) limits(day state.Date) (base *oracleEvent, temporary []oracleEvent) {
	counting := make(map[string]oracleEvent)
	for _, e := range f {
		if e.kind == "limit.set" && e.date <= day && e.revision > counting[e.id].revision {
			counting[e.id] = e
		}
	}
	for _, e := range counting {
		switch over := e.due != 0 && e.due < day; {
		case e.temporary && !over && e.cents >= 0:
			temporary = append(temporary, e)
		case !e.temporary && (base == nil || e.date > base.date || e.date == base.date && e.id > base.id):
			base = &e
		}
	}
	if base != nil && (base.cents < 0 || base.due != 0 && base.due < day) {
		base = nil
	}
	return base, temporary
}

// limit is the sum in force; known tells whether a limit is on file.
func (f oracleFacts) limit(day state.Date) (sum int64, known bool) {
	base, temporary := f.limits(day)
	if base == nil {
		return 0, false
	}
	sum = base.cents
	for _, e := range temporary {
		sum += e.cents
	}
	return sum, true
}

// oracleBook are the figures of one day.
type oracleBook struct {
	orders, notInvoiced, receivables, uncleared, unapplied, exposure, overdue int64
	ageing                                                                    [5]int64
	worst, count                                                              int
	unsettled, tested                                                         []oracleLine // what is open, and what of it the overdue signals see
}

type oracleLine struct {
	due     state.Date
	invoice string
	cents   int64
}

// compareOracleSources orders what is booked: "invoice.credited" goes before "payment.received".
func compareOracleSources(a, b oracleEvent) int {
	return cmp.Or(cmp.Compare(a.date, b.date), cmp.Compare(a.kind, b.kind), cmp.Compare(a.id, b.id))
}

func compareOracleLines(a, b oracleLine) int {
	return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.invoice, b.invoice))
}

// openInvoices are the invoices of a day before anything is booked.
func (f oracleFacts) openInvoices(day state.Date) map[string]int64 {
	open, cancelled := make(map[string]int64), f.standing("invoice.cancelled", day)
	for id, e := range f.standing("invoice.issued", day) {
		if _, gone := cancelled[id]; !gone {
			open[id] = e.cents
		}
	}
	return open
}

// bookings are the credit notes and payments of a day in the order in which they are booked.
func (f oracleFacts) bookings(day state.Date) (bookings []oracleEvent) {
	returned := f.standing("payment.returned", day)
	for _, e := range f.standing("invoice.credited", day) {
		if !e.cancelled {
			bookings = append(bookings, e)
		}
	}
	for id, e := range f.standing("payment.received", day) {
		if back, found := returned[id]; found {
			e.cents, e.allocations = max(0, e.cents-back.cents), nil
		}
		bookings = append(bookings, e)
	}
	slices.SortFunc(bookings, compareOracleSources)
	return bookings
}

func (f oracleFacts) book(day state.Date) (b oracleBook) {
	invoices, open, booked := f.standing("invoice.issued", day), f.openInvoices(day), make(map[string]int64)
	free := int64(0) // what virtual FIFO has
	for _, e := range f.bookings(day) {
		left := e.cents
		for _, a := range e.allocations {
			took := min(left, open[a.invoice], a.cents)
			left -= took
			open[a.invoice] -= took
			booked[a.invoice] += took
		}
		b.unapplied += left
		if e.uncleared {
			b.uncleared += e.cents
		} else {
			free += left
		}
	}
	for _, e := range f.standing("order.placed", day) {
		b.notInvoiced += e.delivered
		if !e.held && e.due <= day+60 {
			b.orders += e.cents - e.delivered
		}
	}
	for id, cents := range open {
		if cents == 0 {
			continue
		}
		due, settled := f.firstDue(id), booked[id] > 0 && (cents <= 100 || 200*cents <= invoices[id].cents)
		late := max(0, int(day-due))
		b.receivables += cents
		b.ageing[min(4, (late+29)/30)] += cents
		if late > 0 {
			b.overdue += cents
		}
		if !settled {
			b.count++
			b.worst = max(b.worst, late)
			b.tested = append(b.tested, oracleLine{due, id, cents})
		}
	}
	slices.SortFunc(b.tested, compareOracleLines)
	b.unsettled = slices.Clone(b.tested)
	for i := range b.tested {
		took := min(free, b.tested[i].cents)
		free -= took
		b.tested[i].cents -= took
	}
	b.exposure = max(0, b.orders+b.notInvoiced+b.receivables+b.uncleared-b.unapplied)
	return b
}
