package state

import (
	"math"
	"strconv"
)

// Money is an amount in minor units of its currency (cents; yen; fils). A Money without currency is "not told".
type Money struct {
	Minor    int64
	Currency Currency
}

// Told tells whether the publisher said an amount.
func (m Money) Told() bool { return m.Currency != 0 }

// String is the amount in major units with all decimals of its currency, without the code: "18420.50", "1000", "1.234".
func (m Money) String() string { return FormatMinor(m.Minor, m.Currency.Scale()) }

// FormatMinor is an amount of minor units as a decimal string with scale decimals.
func FormatMinor(minor int64, scale int) string {
	return string(AppendMinor(make([]byte, 0, 24), minor, scale))
}

// AppendMinor appends what FormatMinor returns.
func AppendMinor(buf []byte, minor int64, scale int) []byte {
	if minor < 0 {
		buf = append(buf, '-')
	}
	unit := uint64(pow10(scale))
	whole, rest := magnitude(minor)/unit, magnitude(minor)%unit
	buf = strconv.AppendUint(buf, whole, 10)
	return appendFraction(buf, rest, scale)
}

// appendFraction appends a point and rest with scale digits; nothing when there are no decimals.
func appendFraction(buf []byte, rest uint64, scale int) []byte {
	if scale == 0 {
		return buf
	}
	buf = append(buf, '.')
	for unit := uint64(pow10(scale - 1)); unit > 0; unit /= 10 {
		buf = append(buf, byte('0'+rest/unit%10))
	}
	return buf
}

// pow10 is 10 to the n for n of 0 to 18.
func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// Sum adds amounts; a sum beyond int64 stays at the largest or smallest value. Amounts of real ledgers are far from it:
// int64 holds 92 million billion cents.
func Sum(amounts ...int64) int64 {
	total := int64(0)
	for _, a := range amounts {
		total = add(total, a)
	}
	return total
}

// add is a + b, held at the bounds of int64.
func add(a, b int64) int64 {
	s := a + b
	switch {
	case a > 0 && b > 0 && s < 0:
		return math.MaxInt64
	case a < 0 && b < 0 && s >= 0:
		return math.MinInt64
	}
	return s
}

// magnitude is |n|, also for the smallest int64.
func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}
