package replay

import (
	"slices"

	"tocsin/state"
)

// slowdown are the rungs of payment_slowdown for a customer who has too few payments for a norm, which all are here: two months
// of events hold no six settled invoices, and three late ones after them.
func (f oracleFacts) slowdown(day state.Date, b *oracleBook) []oracleRung {
	calm := oracleRung{leave: true, hold: 14}
	for _, line := range b.tested {
		calm.leave = calm.leave && !(line.cents > 0 && day-line.due > 10)
	}
	paid := f.paid(day)
	for _, window := range []state.Date{60, 90, 120} {
		var late []int
		affected := int64(0)
		count := func(days int, cents int64) {
			late = append(late, days)
			if days > 10 {
				affected += cents
			}
		}
		for _, line := range b.tested {
			if line.cents > 0 && line.due < day {
				count(int(day-line.due), f.standing("invoice.issued", day)[line.invoice].cents)
			}
		}
		for _, p := range paid {
			if p.on > day-window {
				count(p.late, p.cents)
			}
		}
		if len(late) < 3 {
			continue
		}
		slices.Sort(late)
		twice := late[(len(late)-1)/2] + late[len(late)/2]
		material := affected >= 50_000 && 100*affected >= b.receivables
		critical := material && twice >= 60
		return []oracleRung{{2, material && twice >= 30, twice < 30, 14}, {3, critical, !critical, 14}}
	}
	if calm.leave {
		return []oracleRung{{2, false, true, 14}, {3, false, true, 14}}
	}
	return nil
}

// oraclePaid is an invoice that was settled, mostly in cash.
type oraclePaid struct {
	on    state.Date
	late  int
	cents int64
}

// paid books everything once more, with an eye on what came when.
func (f oracleFacts) paid(day state.Date) (list []oraclePaid) {
	invoices, open := f.standing("invoice.issued", day), f.openInvoices(day)
	on, cash, days := make(map[string]state.Date), make(map[string]int64), make(map[string]int64)
	for _, e := range f.bookings(day) {
		left := e.cents
		for _, a := range e.allocations {
			took := min(left, open[a.invoice], a.cents)
			left -= took
			open[a.invoice] -= took
			if e.kind == "payment.received" {
				cash[a.invoice] += took
				days[a.invoice] += took * int64(e.date-f.firstDue(a.invoice))
			}
			if rest := open[a.invoice]; took > 0 && on[a.invoice] == 0 && (rest <= 100 || 200*rest <= invoices[a.invoice].cents) {
				on[a.invoice] = max(e.date, invoices[a.invoice].date)
			}
		}
	}
	for id, when := range on {
		if total := invoices[id].cents; 2*cash[id] >= total {
			late := (2*max(days[id], -days[id]) + cash[id]) / (2 * cash[id]) // rounded half up
			if days[id] < 0 {
				late = -late
			}
			list = append(list, oraclePaid{when, int(min(max(late, -30), 180)), total})
		}
	}
	return list
}
