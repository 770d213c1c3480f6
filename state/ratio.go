package state

import (
	"cmp"
	"math/bits"
	"strconv"
)

// CompareProducts compares a·b with c·d exactly, in 128 bits: -1, 0 or +1. It is how ratios meet thresholds without
// division: CompareProducts(exposure, 100, limit, 80) >= 0 says that the exposure is at least 80 % of the limit.
func CompareProducts(a, b, c, d int64) int {
	left, right := productSign(a, b), productSign(c, d)
	if left != right {
		return cmp.Compare(left, right)
	}
	hi1, lo1 := bits.Mul64(magnitude(a), magnitude(b))
	hi2, lo2 := bits.Mul64(magnitude(c), magnitude(d))
	return left * cmp.Or(cmp.Compare(hi1, hi2), cmp.Compare(lo1, lo2))
}

// CompareRatio compares a/b with num/den exactly, for positive b and den: -1, 0 or +1.
func CompareRatio(a, b, num, den int64) int { return CompareProducts(a, den, num, b) }

// RatioString is num/den as a decimal string of up to 18 decimals, rounded half away from zero; empty when den is 0.
func RatioString(num, den int64, decimals int) string {
	if den == 0 {
		return ""
	}
	n, d := magnitude(num), magnitude(den)
	unit := uint64(pow10(decimals))
	whole := n / d
	hi, lo := bits.Mul64(n%d, unit)
	fraction, rest := bits.Div64(hi, lo, d) // hi < d, since n%d < d and unit < 2⁶⁴
	if rest >= d-rest {
		fraction++
	}
	if fraction == unit {
		whole, fraction = whole+1, 0
	}
	buf := make([]byte, 0, 24)
	if productSign(num, den) < 0 && (whole > 0 || fraction > 0) {
		buf = append(buf, '-')
	}
	buf = strconv.AppendUint(buf, whole, 10)
	return string(appendFraction(buf, fraction, decimals))
}

// MulDiv is a·num/den rounded half away from zero, held at the bounds of int64, for den > 0.
func MulDiv(a, num, den int64) int64 {
	hi, lo := bits.Mul64(magnitude(a), magnitude(num))
	d := uint64(den)
	const limit = 1<<63 - 1
	quotient := uint64(limit)
	if hi < d {
		q, rest := bits.Div64(hi, lo, d)
		if rest >= d-rest && q < limit {
			q++
		}
		quotient = min(q, limit)
	}
	if productSign(a, num) < 0 {
		return -int64(quotient)
	}
	return int64(quotient)
}

// productSign is the sign of a·b.
func productSign(a, b int64) int { return cmp.Compare(a, 0) * cmp.Compare(b, 0) }
