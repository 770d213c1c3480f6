package detectors

import "tocsin/state"

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
	return state.CompareProducts(part, ratioUnit, int64(r), of)
}

// of is the ratio of an amount, rounded down.
func (r Ratio) of(amount int64) int64 {
	n := state.MulDiv(amount, int64(r), ratioUnit)
	if r.compare(n, amount) > 0 {
		n--
	}
	return n
}
