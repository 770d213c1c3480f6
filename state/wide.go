package state

import (
	"math"
	"math/bits"
)

// wide is a signed sum of 128 bits. Running sums are kept in it, so that what was added can always be taken off again
// exactly; only when it is read is it held at the bounds of int64.
type wide struct {
	hi int64
	lo uint64
}

// add adds n.
func (w *wide) add(n int64) {
	lo, carry := bits.Add64(w.lo, uint64(n), 0)
	w.lo = lo
	w.hi += n>>63 + int64(carry)
}

// addProduct adds a·n for n ≥ 0.
func (w *wide) addProduct(a, n int64) {
	hi, lo := bits.Mul64(magnitude(a), uint64(n))
	if a < 0 {
		var borrow uint64
		w.lo, borrow = bits.Sub64(w.lo, lo, 0)
		w.hi -= int64(hi) + int64(borrow)
		return
	}
	var carry uint64
	w.lo, carry = bits.Add64(w.lo, lo, 0)
	w.hi += int64(hi) + int64(carry)
}

// int64 is the sum, held at the bounds of int64.
func (w wide) int64() int64 {
	switch {
	case w.hi == 0 && w.lo <= math.MaxInt64 || w.hi == -1 && w.lo > math.MaxInt64:
		return int64(w.lo)
	case w.hi < 0:
		return math.MinInt64
	}
	return math.MaxInt64
}

func (w wide) isZero() bool { return w.hi == 0 && w.lo == 0 }
