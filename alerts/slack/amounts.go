package slack

import (
	"strings"

	"tocsin/state"
)

// amount is money as people read it: EUR 285,120.50.
func amount(m state.Money) string { return m.Currency.String() + " " + thousands(m.String()) }

// thousands sets commas into the digits before the point of a decimal number.
func thousands(decimal string) string {
	sign := ""
	if strings.HasPrefix(decimal, "-") {
		sign, decimal = "-", decimal[1:]
	}
	whole, rest := decimal, ""
	if point := strings.IndexByte(decimal, '.'); point >= 0 {
		whole, rest = decimal[:point], decimal[point:]
	}
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + "," + whole[at:]
	}
	return sign + whole + rest
}

// percent is a ratio with three decimals as a percentage with one: 1.140 is 114.0 %.
func percent(ratio string) string {
	whole, rest, ok := strings.Cut(ratio, ".")
	if !ok || len(rest) != 3 {
		return ratio
	}
	whole = strings.TrimLeft(whole+rest[:2], "0")
	if whole == "" {
		whole = "0"
	}
	return whole + "." + rest[2:] + " %"
}
