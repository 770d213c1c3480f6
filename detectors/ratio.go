package detectors

import (
	"cmp"

	"tocsin/state"
)

// Ratio is a share in ten-thousandths: 8000 is 0.80. Amounts are held against ratios by exact cross-multiplication, never
// by division.
type Ratio int64

const (
	ratioDecimals = 4
	ratioUnit     = 10_000
)

// String is the ratio as the configuration writes it.
func (r Ratio) String() string { return formatFixed(int64(r), ratioDecimals) }

// compare holds part/of against the ratio: -1 below, 0 equal, +1 above, for positive of.
func (r Ratio) compare(part, of int64) int {
	if r.fits(part) && r.fits(of) {
		return cmp.Compare(part*ratioUnit, int64(r)*of)
	}
	return state.CompareProducts(part, ratioUnit, int64(r), of)
}

// of is the ratio of an amount of 0 or more, rounded down.
func (r Ratio) of(amount int64) int64 {
	if r.fits(amount) {
		return amount * int64(r) / ratioUnit
	}
	n := state.MulDiv(amount, int64(r), ratioUnit)
	if state.CompareProducts(n, ratioUnit, int64(r), amount) > 0 {
		n--
	}
	return n
}

// atLeast is the smallest amount that reaches the ratio of an amount of 0 or more.
func (r Ratio) atLeast(amount int64) int64 {
	n := r.of(amount)
	if r.compare(n, amount) < 0 {
		n++
	}
	return n
}

// fits tells whether products with an amount stay within 63 bits, which spares all but the largest ledgers the 128-bit
// way: amounts of 0 up to 2⁴⁶, which is 700 billion euros, and ratios up to 13.
func (r Ratio) fits(amount int64) bool { return amount>>46 == 0 && r>>17 == 0 }
