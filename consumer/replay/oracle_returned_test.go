package replay

import (
	"slices"

	"tocsin/state"
)

// returned are the rungs of payment_returned: lines of what came back in 90 days, each for one debit, less the cash that has
// come since.
func (f oracleFacts) returned(day state.Date) []oracleRung {
	payments := f.standing("payment.received", day)
	var backs []oracleLine
	for id, back := range f.standing("payment.returned", day) {
		cents := min(back.cents, payments[id].cents)
		if owed := f.book(back.date).receivables; back.date > day-90 && cents >= 50_000 && 100*cents >= owed {
			backs = append(backs, oracleLine{back.date, id, cents})
		}
	}
	slices.SortFunc(backs, compareOracleLines)
	var debits [][]oracleLine
	for _, back := range backs {
		at := slices.IndexFunc(debits, func(times []oracleLine) bool {
			return slices.ContainsFunc(times, func(before oracleLine) bool {
				return payments[before.invoice].cents == payments[back.invoice].cents && back.due <= weekdaysAfter(before.due, 10)
			})
		})
		if at < 0 {
			debits = append(debits, []oracleLine{back})
		} else {
			debits[at] = append(debits[at], back)
		}
	}
	var cash []oracleLine
	for id, p := range payments {
		if back, came := f.standing("payment.returned", day)[id]; came {
			p.cents = max(0, p.cents-back.cents)
		}
		if !p.uncleared {
			cash = append(cash, oracleLine{p.date, id, p.cents})
		}
	}
	slices.SortFunc(cash, compareOracleLines)
	missed := false
	for _, times := range debits {
		most := int64(0)
		for _, back := range times {
			most = max(most, back.cents)
		}
		left := most
		for i, c := range cash {
			own := slices.ContainsFunc(times, func(back oracleLine) bool { return back.invoice == c.invoice })
			if c.due >= times[0].due && !own {
				used := min(left, c.cents)
				left -= used
				cash[i].cents -= used
			}
		}
		missed = missed || day > weekdaysAfter(times[0].due, 5) && 100*(most-left) < 95*most
	}
	critical := missed || len(debits) >= 2
	return []oracleRung{{2, len(debits) > 0, len(debits) == 0, 14}, {3, critical, !critical, 14}}
}

// weekdaysAfter is the n-th working day after a day.
func weekdaysAfter(day state.Date, n int) state.Date {
	for n > 0 {
		if day++; day.Weekday() != 0 && day.Weekday() != 6 {
			n--
		}
	}
	return day
}
