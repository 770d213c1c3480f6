package detectors

import (
	"cmp"
	"math/big"
	"strings"

	"tocsin/state"
)

// number is an exact number num/den, as a formula computes with. What does not fit 64 bits goes on in wide.
type number struct {
	num, den int64    // den > 0
	wide     *big.Rat // stands in for both; nil: they hold
}

func integer(n int64) number { return number{num: n, den: 1} }

// share is a/b for positive b.
func share(a, b int64) number { return number{num: a, den: b} }

// wideNumber is a number that may not fit.
func wideNumber(r *big.Rat) number {
	if r.Num().IsInt64() && r.Denom().IsInt64() {
		return number{num: r.Num().Int64(), den: r.Denom().Int64()}
	}
	return number{wide: r}
}

func (a number) rat() *big.Rat {
	if a.wide != nil {
		return a.wide
	}
	return big.NewRat(a.num, a.den)
}

func (a number) narrow(b number) bool { return a.wide == nil && b.wide == nil }

// compare is -1 below b, 0 equal, +1 above.
func (a number) compare(b number) int {
	if a.narrow(b) {
		return state.CompareProducts(a.num, b.den, b.num, a.den)
	}
	return a.rat().Cmp(b.rat())
}

func (a number) plus(b number) number {
	if a.narrow(b) && a.den == b.den {
		if sum := a.num + b.num; (sum > a.num) == (b.num > 0) {
			return number{num: sum, den: a.den}
		}
	}
	return wideNumber(new(big.Rat).Add(a.rat(), b.rat()))
}

func (a number) negative() number {
	if a.wide == nil && a.num != -a.num { // which only 0 and the least number are not
		return number{num: -a.num, den: a.den}
	}
	return wideNumber(new(big.Rat).Neg(a.rat()))
}

func (a number) minus(b number) number { return a.plus(b.negative()) }

func (a number) times(b number) number {
	if a.narrow(b) {
		num, fits := product(a.num, b.num)
		den, also := product(a.den, b.den)
		if fits && also {
			return number{num: num, den: den}
		}
	}
	return wideNumber(new(big.Rat).Mul(a.rat(), b.rat()))
}

// over is a/b; false where b is 0.
func (a number) over(b number) (number, bool) {
	if b.sign() == 0 {
		return number{}, false
	}
	return wideNumber(new(big.Rat).Quo(a.rat(), b.rat())), true
}

func (a number) sign() int {
	if a.wide != nil {
		return a.wide.Sign()
	}
	return cmp.Compare(a.num, 0)
}

// product is a·b, if it fits.
func product(a, b int64) (int64, bool) {
	const most = 1<<31 - 1
	if -most <= a && a <= most && -most <= b && b <= most {
		return a * b, true
	}
	if a == 0 || b == 0 {
		return 0, true
	}
	c := a * b
	return c, c/b == a && c%b == 0 && c != -c
}

// floor is the largest whole number that is not above, held at bounds that no date reaches.
func (a number) floor() int64 {
	const bound = 1_000_000
	if a.wide == nil {
		whole := a.num / a.den
		if a.num < 0 && whole*a.den != a.num {
			whole--
		}
		return min(max(whole, -bound), bound)
	}
	whole := new(big.Int)
	whole.Div(a.rat().Num(), a.rat().Denom()) // Euclidean, which for a positive divisor rounds down
	switch {
	case whole.CmpAbs(big.NewInt(bound)) < 0:
		return whole.Int64()
	case whole.Sign() < 0:
		return -bound
	default:
		return bound
	}
}

// text is the number as a decimal with so many decimals, rounded half away from zero.
func (a number) text(decimals int) string {
	if a.wide != nil {
		return a.wide.FloatString(decimals)
	}
	return state.RatioString(a.num, a.den, decimals)
}

// short is the text without the zeros that its decimals end in, of which at least so many stay.
func (a number) short(decimals, least int) string {
	text := a.text(decimals)
	for n := decimals; n > least && strings.HasSuffix(text, "0"); n-- {
		text = text[:len(text)-1]
	}
	return strings.TrimSuffix(text, ".")
}
