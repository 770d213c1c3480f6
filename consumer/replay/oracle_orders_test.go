package replay

import (
	"slices"

	"tocsin/state"
)

// outsized are the rungs of order_pattern_break for a customer who orders too seldom for a habit, as all do here: two months of
// orders fill no six months. A single order is held against those before it. beside is the level of another signal.
func (f oracleFacts) outsized(day state.Date, beside func(signal string) int) []oracleRung {
	b, orders := f.book(day), f.standing("order.placed", day)
	limit, onFile := f.limit(day)
	isLumpy, gravely := false, false
	for _, o := range orders {
		var before []int64
		for _, other := range orders {
			if other.date < o.date {
				before = append(before, other.cents)
			}
		}
		if o.date <= day-30 || len(before) < 3 || onFile && 4*o.cents < limit {
			continue
		}
		slices.Sort(before)
		twice := before[(len(before)-1)/2] + before[len(before)/2]
		isLumpy = isLumpy || 2*o.cents >= 3*twice
		gravely = gravely || 2*o.cents >= 5*twice
	}
	late := int64(0)
	for _, line := range b.tested {
		if day-line.due > 15 {
			late += line.cents
		}
	}
	stress := late >= 50_000 && 100*late >= b.receivables || onFile && limit > 0 && 100*b.exposure >= 80*limit ||
		beside("payment_slowdown") >= 2 || beside("payment_returned") >= 2
	critical := gravely && stress
	return []oracleRung{{2, isLumpy, !isLumpy, 14}, {3, critical, !critical, 14}}
}
