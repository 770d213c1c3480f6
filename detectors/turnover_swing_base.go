package detectors

import (
	"cmp"
	"encoding/binary"
	"math/big"
	"math/bits"
	"slices"
)

// turnover is what was sold in a window over what was owed at its beginning and at its end together. The days of the window and of
// the year make a turnover of it that people know; among windows of one length they make no difference.
type turnover struct{ sold, owed int64 }

// turnoverBase is the median of four turnovers, which is the mean of two of them, and twice the median of the sales.
type turnoverBase struct {
	low, high turnover
	sold      int64
}

// encode is the base as an episode keeps it.
func (b *turnoverBase) encode() []byte {
	var out []byte
	for _, n := range [...]int64{b.low.sold, b.low.owed, b.high.sold, b.high.owed, b.sold} {
		out = binary.AppendVarint(out, n)
	}
	return out
}

// decodeTurnoverBase reads what encode wrote; false for none.
func decodeTurnoverBase(data []byte) (b turnoverBase, ok bool) {
	for _, field := range [...]*int64{&b.low.sold, &b.low.owed, &b.high.sold, &b.high.owed, &b.sold} {
		value, size := binary.Varint(data)
		if size <= 0 {
			return turnoverBase{}, false
		}
		*field, data = value, data[size:]
	}
	return b, b.low.owed > 0 && b.high.owed > 0
}

// rat is the turnover as a fraction.
func (t turnover) rat() *big.Rat { return big.NewRat(t.sold, t.owed) }

// rat is the base as a fraction.
func (b *turnoverBase) rat() *big.Rat {
	sum := new(big.Rat).Add(b.low.rat(), b.high.rat())
	return sum.Quo(sum, big.NewRat(2, 1))
}

// isPositive tells whether there is something to hold turnover against.
func (b *turnoverBase) isPositive() bool {
	if b.low.sold >= 0 && b.high.sold >= 0 {
		return b.low.sold > 0 || b.high.sold > 0
	}
	return b.rat().Sign() > 0
}

// Knowledge of a swing.
const (
	turnoverKnown = iota
	lacksPresent  // nothing was owed, or there is no whole window yet
	lacksBase     // a window before is not whole or has none, the base is not above zero, or a rate is missing
)

// turnoverSwing is a turnover beside its base.
type turnoverSwing struct {
	known int
	turnover
	base turnoverBase
}

// compare holds the turnover against a multiple of the base: -1 below, 0 equal, +1 above.
func (s *turnoverSwing) compare(times Ratio) int { return s.compareTo(int64(times), ratioUnit) }

// compareTo holds the turnover against num/den of the base, for positive den: exactly, in 256 bits. The base is the mean of two
// fractions, so twice their common denominator times the turnover is held against what they come to above it.
func (s *turnoverSwing) compareTo(num, den int64) int {
	low, high := s.base.low, s.base.high
	both, sum := productOf(low.owed, high.owed), addSigned(low.sold, high.owed, high.sold, low.owed)
	left, right := signum(s.sold), signum(num)*sum.sign
	if left != right || left == 0 {
		return cmp.Compare(left, right)
	}
	x := productOf(s.sold, den).times(both.add(both))
	y := productOf(num, s.owed).times(sum.magnitude)
	return left * slices.Compare(x[:], y[:])
}

// bits128 is a whole number of 128 bits.
type bits128 struct{ hi, lo uint64 }

// productOf is the magnitude of a product.
func productOf(a, b int64) (p bits128) {
	p.hi, p.lo = bits.Mul64(magnitude(a), magnitude(b))
	return p
}

func (a bits128) add(b bits128) bits128 {
	lo, carry := bits.Add64(a.lo, b.lo, 0)
	return bits128{a.hi + b.hi + carry, lo}
}

func (a bits128) less(b bits128) bool { return a.hi < b.hi || a.hi == b.hi && a.lo < b.lo }

// minus is a - b for b up to a.
func (a bits128) minus(b bits128) bits128 {
	lo, borrow := bits.Sub64(a.lo, b.lo, 0)
	return bits128{a.hi - b.hi - borrow, lo}
}

// times is a product, its highest 64 bits first.
func (a bits128) times(b bits128) [4]uint64 {
	h3, h2 := bits.Mul64(a.hi, b.hi)
	l1, l0 := bits.Mul64(a.lo, b.lo)
	for _, cross := range [2][2]uint64{{a.hi, b.lo}, {a.lo, b.hi}} {
		hi, lo := bits.Mul64(cross[0], cross[1])
		var carry uint64
		l1, carry = bits.Add64(l1, lo, 0)
		h2, carry = bits.Add64(h2, hi, carry)
		h3 += carry
	}
	return [4]uint64{h3, h2, l1, l0}
}

// signed128 is a number with its sign.
type signed128 struct {
	sign      int
	magnitude bits128
}

// addSigned is a·b + c·d for positive b and d.
func addSigned(a, b, c, d int64) signed128 {
	x, y := productOf(a, b), productOf(c, d)
	switch {
	case signum(a)*signum(c) >= 0:
		return signed128{cmp.Or(signum(a), signum(c)), x.add(y)}
	case x == y:
		return signed128{}
	case x.less(y):
		return signed128{signum(c), y.minus(x)}
	}
	return signed128{signum(a), x.minus(y)}
}

// signum is -1, 0 or +1.
func signum(n int64) int { return cmp.Compare(n, 0) }

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}
