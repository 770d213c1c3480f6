package detectors

import (
	"cmp"
	"encoding/binary"
	"math/big"
	"math/bits"
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

// compareTo holds the turnover against num/den of the base, for positive den.
func (s *turnoverSwing) compareTo(num, den int64) int {
	low := s.beside(s.base.low, num, den)
	if s.beside(s.base.high, num, den) == low {
		return low // of their mean, too
	}
	limit := s.base.rat()
	return s.rat().Cmp(limit.Mul(limit, big.NewRat(num, den)))
}

// beside holds the turnover against num/den of another one.
func (s *turnoverSwing) beside(t turnover, num, den int64) int {
	return compareTriples([3]int64{s.sold, den, t.owed}, [3]int64{t.sold, num, s.owed})
}

// compareTriples compares two products of three factors exactly, in 192 bits: -1, 0 or +1.
func compareTriples(a, b [3]int64) int {
	left, right := signOfTriple(a), signOfTriple(b)
	if left != right || left == 0 {
		return cmp.Compare(left, right)
	}
	x, y := productOf(a), productOf(b)
	return left * cmp.Or(cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1]), cmp.Compare(x[2], y[2]))
}

func signOfTriple(f [3]int64) int {
	return cmp.Compare(f[0], 0) * cmp.Compare(f[1], 0) * cmp.Compare(f[2], 0)
}

// productOf is the magnitude of a product, its highest 64 bits first.
func productOf(f [3]int64) [3]uint64 {
	hi, lo := bits.Mul64(magnitude(f[0]), magnitude(f[1]))
	third := magnitude(f[2])
	middle, low := bits.Mul64(lo, third)
	high, also := bits.Mul64(hi, third)
	middle, carry := bits.Add64(middle, also, 0)
	return [3]uint64{high + carry, middle, low}
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// soldLess tells whether the share by which sales are below their median is at least so much of that by which turnover is below
// its base. In other words: turnover is at least 1 - (1 - sales/median)/share of the base.
func (s *turnoverSwing) soldLess(share Ratio) bool {
	half := s.base.sold / 2
	switch {
	case s.base.sold <= 0:
		return false
	case share == 0:
		return s.sold <= half
	case s.sold>>45 != 0 || s.base.sold>>45 != 0: // or the next line's products would not fit
		return s.soldLessExactly(share)
	}
	return s.compareTo(2*ratioUnit*s.sold-int64(ratioUnit-share)*s.base.sold, int64(share)*s.base.sold) >= 0
}

// soldLessExactly is soldLess for amounts of any size.
func (s *turnoverSwing) soldLessExactly(share Ratio) bool {
	one := big.NewRat(1, 1)
	sales := new(big.Rat).Sub(one, new(big.Rat).Mul(big.NewRat(s.sold, s.base.sold), big.NewRat(2, 1)))
	fall := new(big.Rat).Sub(one, new(big.Rat).Quo(s.rat(), s.base.rat()))
	return sales.Cmp(fall.Mul(fall, big.NewRat(int64(share), ratioUnit))) >= 0
}
