package state

import (
	"math"
	"math/big"
	"math/bits"
)

// factor is an exact positive number that amounts are multiplied with. Nearly all exchange rates fit into a fraction of two
// int64; those that do not, be it for their many digits, are kept as they are.
type factor struct {
	num, den int64    // in lowest terms
	exact    *big.Rat // where it does not fit; never changed
}

// unity is the factor of amounts that need no rate.
var unity = factor{num: 1, den: 1}

// mostDigits is how many digits an int64 holds, whatever they are.
const mostDigits = 18

// parseFactor reads a plain decimal; false where it is none, or is 0.
func parseFactor(decimal string) (factor, bool) {
	digits, decimals, point := int64(0), 0, false
	for i := range len(decimal) {
		switch d := decimal[i]; {
		case d == '.' && !point && i > 0 && i+1 < len(decimal):
			point = true
		case d < '0' || d > '9':
			return factor{}, false
		default:
			if digits = digits*10 + int64(d-'0'); point {
				decimals++
			}
		}
	}
	if len(decimal) > mostDigits {
		return parseLong(decimal)
	}
	if digits == 0 {
		return factor{}, false
	}
	return reduced(digits, pow10(decimals)), true
}

// parseLong reads a plain decimal of any length.
func parseLong(decimal string) (factor, bool) {
	r, ok := new(big.Rat).SetString(decimal)
	if !ok || r.Sign() <= 0 {
		return factor{}, false
	}
	return factorOf(r), true
}

// factorOf is a positive number as a factor.
func factorOf(r *big.Rat) factor {
	if r.Num().IsInt64() && r.Denom().IsInt64() {
		return factor{num: r.Num().Int64(), den: r.Denom().Int64()}
	}
	return factor{exact: r}
}

func reduced(num, den int64) factor {
	if g := gcd(num, den); g > 1 {
		num, den = num/g, den/g
	}
	return factor{num: num, den: den}
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// rat is the factor as a number of its own.
func (f factor) rat() *big.Rat {
	if f.exact != nil {
		return f.exact
	}
	return big.NewRat(f.num, f.den)
}

// inverse is 1/f.
func (f factor) inverse() factor {
	if f.exact != nil {
		return factorOf(new(big.Rat).Inv(f.exact))
	}
	return factor{num: f.den, den: f.num}
}

// times is f·g.
func (f factor) times(g factor) factor {
	if f.exact == nil && g.exact == nil {
		a, b := reduced(f.num, g.den), reduced(g.num, f.den)
		numHi, num := bits.Mul64(uint64(a.num), uint64(b.num))
		denHi, den := bits.Mul64(uint64(a.den), uint64(b.den))
		if numHi|denHi == 0 && int64(num) >= 0 && int64(den) >= 0 {
			return factor{num: int64(num), den: int64(den)}
		}
	}
	return factorOf(new(big.Rat).Mul(f.rat(), g.rat()))
}

// minor is a factor between major units as one between minor units.
func (f factor) minor(from, to Currency) factor {
	up, down := to.Scale(), from.Scale()
	both := min(up, down)
	return f.times(factor{num: pow10(up - both), den: pow10(down - both)})
}

// of is an amount times the factor, rounded half away from zero and held at the bounds of int64.
func (f factor) of(amount int64) int64 {
	switch {
	case f == unity:
		return amount
	case f.exact == nil:
		return MulDiv(amount, f.num, f.den)
	}
	product := new(big.Rat).Mul(f.exact, new(big.Rat).SetInt64(amount))
	product.Add(product, big.NewRat(int64(product.Sign()), 2))
	whole := new(big.Int).Quo(product.Num(), product.Denom()) // towards zero
	switch {
	case whole.IsInt64():
		return whole.Int64()
	case whole.Sign() < 0:
		return -math.MaxInt64
	}
	return math.MaxInt64
}
