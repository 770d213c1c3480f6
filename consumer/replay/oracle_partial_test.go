package replay

import (
	"slices"

	"tocsin/state"
)

// oracleParted is an invoice as of a day, with each payment booked on it.
type oracleParted struct {
	cents, open int64
	due         state.Date
	settled     bool
	cash        []oracleLine // value date, payment, amount
	before      []int64      // open before each
}

// parted books a day once more, payment by payment.
func (f oracleFacts) parted(day state.Date) map[string]*oracleParted {
	all := make(map[string]*oracleParted)
	cancelled := f.standing("invoice.cancelled", day)
	for id, e := range f.standing("invoice.issued", day) {
		if _, gone := cancelled[id]; !gone {
			all[id] = &oracleParted{cents: e.cents, open: e.cents, due: f.firstDue(id)}
		}
	}
	returned := f.standing("payment.returned", day)
	var sources []oracleEvent
	for _, e := range f.standing("invoice.credited", day) {
		if !e.cancelled {
			sources = append(sources, e)
		}
	}
	for id, e := range f.standing("payment.received", day) {
		if _, back := returned[id]; !back {
			sources = append(sources, e)
		}
	}
	slices.SortFunc(sources, compareOracleSources)
	for _, e := range sources {
		left := e.cents
		for _, a := range e.allocations {
			one := all[a.invoice]
			if one == nil {
				continue
			}
			took := min(left, one.open, a.cents)
			if took > 0 && e.kind == "payment.received" {
				one.cash, one.before = append(one.cash, oracleLine{e.date, e.id, took}), append(one.before, one.open)
			}
			left -= took
			one.open -= took
		}
	}
	for _, one := range all {
		one.settled = one.open < one.cents && one.open <= one.slack()
	}
	return all
}

func (p *oracleParted) slack() int64 { return max(100, p.cents/200) }

// partly sums the invoices that late cash of a window reached, and those of them that were paid in parts.
func (f oracleFacts) partly(from, day state.Date) (part, whole int64, count, reached int) {
	for _, one := range f.parted(day) {
		late, days := false, make(map[state.Date]bool)
		for i, c := range one.cash {
			late = late || c.due > from && c.due >= one.due
			if c.due >= one.due && one.before[i] > one.slack() {
				days[c.due] = true
			}
		}
		if !late {
			continue
		}
		reached++
		whole += one.cents
		if one.settled && len(days) > 1 || !one.settled && one.open > one.slack() && day >= one.due {
			part += one.cents
			count++
		}
	}
	return part, whole, count, reached
}

// rounded counts the receipts of 60 days, from 5,000 on in thousands, that were of no open amount nor all that they were booked on.
func (f oracleFacts) rounded(day state.Date) (count int) {
	returned, now := f.standing("payment.returned", day), f.parted(day)
	for id, e := range f.standing("payment.received", day) {
		if _, back := returned[id]; back || e.date <= day-60 || e.cents < 500_000 || e.cents%100_000 != 0 {
			continue
		}
		fits, sum := false, int64(0)
		for invoice, one := range f.parted(e.date) {
			before := one.open
			for _, c := range one.cash {
				if c.invoice == id {
					before += c.cents
				}
			}
			fits = fits || before == e.cents
			if after := now[invoice]; after != nil && slices.ContainsFunc(after.cash, func(c oracleLine) bool { return c.invoice == id }) {
				sum += before
			}
		}
		if !fits && sum != e.cents {
			count++
		}
	}
	return count
}

// partial are the rungs of partial_payment where no customer says what a payment is for.
func (f oracleFacts) partial(day state.Date, late int64, material bool) []oracleRung {
	part, whole, count, _ := f.partly(day-60, day)
	inParts := count >= 2 && 10*part >= 3*whole
	if inParts {
		usual, of, _, reached := f.partly(day-425, day-60)
		if reached < 6 {
			usual, of = 1, 10
		}
		inParts = 10*(part*of-usual*whole) >= 2*whole*of
	}
	rounds := material && late > 0 && f.rounded(day) >= 2
	raise := inParts || rounds
	critical := inParts && count >= 3 && 2*part >= whole
	leave := !rounds && (whole == 0 || 100*part < 15*whole)
	return []oracleRung{{2, raise, leave, 14}, {3, critical, !critical, 14}}
}
