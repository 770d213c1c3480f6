package detectors

import (
	"encoding/binary"
	"math"
	"slices"

	"tocsin/state"
)

const (
	bucketDays    = 30
	buckets       = 12
	longDays      = 60 // of a collapse
	longBuckets   = 6
	yearDays      = 365
	seasonDays    = 15  // around the same day last year
	memoryDays    = 520 // for which orders are what a single one is held against
	madScale      = 14_826
	mostPerBucket = math.MaxInt64 / 16 // beyond it a sum counts as that, so that its multiples fit
)

// orderNorm is a customer's habit of ordering: what is frozen for an episode. Medians are doubled, and the deviation is four
// times the median absolute deviation, so that means of two middle values are whole.
type orderNorm struct {
	filled     int64 // 30-day buckets with orders
	median2    int64 // of those buckets
	deviation4 int64
	orders2    int64 // median number of orders in a bucket
	order2     int64 // median order in them
	longFilled int64 // 60-day buckets with orders
	long2      int64 // median of those

	completed bool // deviation4, orders2 and order2 are known
}

// known is how many buckets of some days before a day are not before the customer's first order. What he ordered before that is not
// known, or he would have a habit of nothing and break it by going on.
func (r *orderReading) known(day state.Date, days, most int) int {
	for i := range r.orders {
		if age := int(day - r.orders[i].Date); age < memoryDays {
			return min(age/days, most)
		}
	}
	return 0
}

// normOn is the habit on a day: of the buckets before the 30 days, and the 60, that end with it. What only a surge asks for is
// left out; see complete.
func (r *orderReading) normOn(day state.Date, with bool) (n orderNorm) {
	var sums [buckets]int64
	var long [longBuckets]int64
	for i := range r.orders {
		o := &r.orders[i]
		if o.Project && !with {
			continue
		}
		age := int(day - o.Date)
		if k := age/bucketDays - 1; k >= 0 && k < buckets {
			sums[k] = min(state.Sum(sums[k], o.Minor), mostPerBucket)
		}
		if k := age/longDays - 1; k >= 0 && k < longBuckets {
			long[k] = min(state.Sum(long[k], o.Minor), mostPerBucket)
		}
	}
	n.filled, n.longFilled = filled(sums[:]), filled(long[:])
	n.median2 = median2(sums[:r.known(day, bucketDays, buckets)])
	n.long2 = median2(long[:r.known(day, longDays, longBuckets)])
	return n
}

// freeze is the norm that is kept for an episode.
func (r *orderReading) freeze() *orderNorm {
	n := r.norm
	if !r.frozen {
		n = r.normOn(r.in.View.Day, false)
		r.complete(&n, r.in.View.Day, false)
	}
	return &n
}

// complete adds the deviation, and the medians of single orders and of their number in a bucket.
func (r *orderReading) complete(n *orderNorm, day state.Date, with bool) {
	if n.completed {
		return
	}
	var counts, sums [buckets]int64
	var room [64]int64
	singles := room[:0]
	for i := range r.orders {
		o := &r.orders[i]
		if k := int(day-o.Date)/bucketDays - 1; k >= 0 && k < buckets && (with || !o.Project) {
			counts[k]++
			sums[k] = min(state.Sum(sums[k], o.Minor), mostPerBucket)
			singles = append(singles, o.Minor)
		}
	}
	known := r.known(day, bucketDays, buckets)
	for i, sum := range sums[:known] {
		sums[i] = max(2*sum-n.median2, n.median2-2*sum)
	}
	n.deviation4 = median2(sums[:known])
	n.orders2, n.order2, n.completed = median2(counts[:known]), median2(singles), true
}

func filled(sums []int64) (count int64) {
	for _, sum := range sums {
		count += sign(sum)
	}
	return count
}

// sign is 1 for an amount above zero.
func sign(amount int64) int64 {
	if amount > 0 {
		return 1
	}
	return 0
}

// median2 is twice the median of amounts, which are put in order for it; of none it is 0.
func median2(amounts []int64) int64 {
	n := len(amounts)
	if n == 0 {
		return 0
	}
	slices.Sort(amounts)
	return amounts[(n-1)/2] + amounts[n/2]
}

// fields are the parts of a norm, in the order in which they are written.
func (n *orderNorm) fields() []*int64 {
	return []*int64{&n.filled, &n.median2, &n.deviation4, &n.orders2, &n.order2, &n.longFilled, &n.long2}
}

// encode is the norm as it is frozen, with the currency that its amounts are in.
func (n *orderNorm) encode(currency state.Currency) []byte {
	b := binary.AppendUvarint(nil, uint64(currency))
	for _, field := range n.fields() {
		b = binary.AppendUvarint(b, uint64(*field))
	}
	return b
}

// decodeOrderNorm reads what encode wrote; false where there is nothing, or it is in another currency than the customer's.
func decodeOrderNorm(b []byte, currency state.Currency) (n orderNorm, ok bool) {
	in, read := binary.Uvarint(b)
	if read <= 0 || state.Currency(in) != currency {
		return orderNorm{}, false
	}
	for _, field := range n.fields() {
		b = b[read:]
		var value uint64
		if value, read = binary.Uvarint(b); read <= 0 {
			return orderNorm{}, false
		}
		*field = int64(value)
	}
	n.completed = true
	return n, true
}
