package erp

import (
	"cmp"
	"strings"
	"testing"

	"tocsin/state"
)

// An amount that is taken says what its digits say, whatever stands between them.
func FuzzAmount(f *testing.F) {
	for _, text := range []string{"1.234,56", "1,234.56-", "(12)", "1'2", "-,5", "1E5", "12,34,567"} {
		f.Add(text, uint8(0), uint8(2))
		f.Add(text, uint8(1), uint8(3))
	}
	f.Fuzz(func(t *testing.T, text string, form, scale uint8) {
		n := []numbers{{',', '.'}, {'.', ','}, {'.', '\''}, {',', ' '}, {'.', 0}}[form%5]
		decimals := int(scale % 5)
		minor, err := n.parse(text, decimals)
		if err != nil {
			return
		}
		whole, fraction, _ := strings.Cut(text, string(n.decimal))
		want := digitsOf(whole) + (digitsOf(fraction) + "0000")[:decimals]
		got := strings.Trim(state.FormatMinor(minor, 0), "-")
		if got != strings.TrimLeft(want[:len(want)-1], "0")+want[len(want)-1:] {
			t.Errorf("%q: got %s, want the digits of %s", text, got, want)
		}
		if again, err := n.parse(strings.Replace(state.FormatMinor(minor, decimals), ".", string(n.decimal), 1), decimals); err != nil || again != minor {
			t.Errorf("%q: got %d, written plainly %d, %v", text, minor, again, err)
		}
	})
}

// digitsOf are the digits of a text, 0 where it has none.
func digitsOf(s string) string {
	digits := strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return -1
		}
		return c
	}, s)
	return cmp.Or(digits, "0")
}

// A date that is taken is within the contract's bounds and is the same when it is written and read again.
func FuzzDate(f *testing.F) {
	f.Add("03.11.2026", "02.01.2006")
	f.Add("3-Nov-26", "2-Jan-06")
	f.Add("20261103", "20060102")
	f.Fuzz(func(t *testing.T, text, form string) {
		if CheckDateForm(form) != nil {
			return
		}
		d, err := parseDate(text, []string{form})
		if err != nil {
			return
		}
		again, ok := state.ParseDate(d.String())
		if !ok || again != d || d < state.MinDate || d > state.MaxDate {
			t.Errorf("%q as %q: got %s", text, form, d)
		}
	})
}
