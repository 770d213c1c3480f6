package state

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func currency(code string) Currency {
	c, ok := ParseCurrency(code)
	if !ok {
		panic("no currency: " + code)
	}
	return c
}

func TestCurrencies(t *testing.T) {
	for _, c := range []struct {
		code  string
		scale int
	}{
		{"EUR", 2}, {"USD", 2}, {"CNY", 2}, {"JPY", 0}, {"KRW", 0}, {"VND", 0}, {"CLP", 0}, {"XOF", 0}, {"KWD", 3},
		{"BHD", 3}, {"OMR", 3}, {"TND", 3}, {"JOD", 3}, {"IQD", 3}, {"LYD", 3}, {"CLF", 4}, {"UYW", 4}, {"XCG", 2},
		{"LTL", 2}, {"BYR", 0}, {"MRO", 2}, {"STD", 2}, {"ZWL", 2}, {"VEF", 2}, {"VES", 2}, {"SLL", 2}, {"HRK", 2},
		{"CUC", 2}, {"ANG", 2}, {"BGN", 2}, {"ZWG", 2}, {"ISK", 0}, {"MGA", 2}, {"HUF", 2}, {"TWD", 2}, {"UGX", 0},
	} {
		got, ok := ParseCurrency(c.code)
		if !ok || got.Scale() != c.scale || got.String() != c.code {
			t.Errorf("%s: got %v %q with %d decimals, want %d", c.code, ok, got, got.Scale(), c.scale)
		}
	}
	for _, code := range []string{"", "EU", "EURO", "eur", "E R", "XAU", "XXX", "XTS", "XDR", "ZMK", "LVL", "EEK", "DEM", "BTC"} {
		if c, ok := ParseCurrency([]byte(code)); ok {
			t.Errorf("%s: got %v, want refused", code, c)
		}
	}
}

func TestMoneyText(t *testing.T) { // edge cases 25 and 26
	for _, c := range []struct {
		minor int64
		code  string
		want  string
	}{
		{1842050, "EUR", "18420.50"},
		{5, "EUR", "0.05"},
		{0, "EUR", "0.00"},
		{-5, "EUR", "-0.05"},
		{1000, "JPY", "1000"},
		{1234, "KWD", "1.234"},
		{1234, "BHD", "1.234"},
		{12345, "CLF", "1.2345"},
		{math.MaxInt64, "EUR", "92233720368547758.07"},
		{math.MinInt64, "EUR", "-92233720368547758.08"},
	} {
		if got := (Money{c.minor, currency(c.code)}).String(); got != c.want {
			t.Errorf("%d %s: got %s, want %s", c.minor, c.code, got, c.want)
		}
	}
	if got := currency("KWD").Major(500); got != 500_000 {
		t.Errorf("500 dinars: got %d fils", got)
	}
}

func TestSumStaysAtItsBounds(t *testing.T) {
	if got := Sum(math.MaxInt64, 1, math.MaxInt64); got != math.MaxInt64 {
		t.Errorf("got %d", got)
	}
	if got := Sum(math.MinInt64, -1); got != math.MinInt64 {
		t.Errorf("got %d", got)
	}
	if got := Sum(1, -3, 7); got != 5 {
		t.Errorf("got %d, want 5", got)
	}
}

func TestRatioString(t *testing.T) {
	for _, c := range []struct {
		num, den int64
		decimals int
		want     string
	}{
		{114, 100, 3, "1.140"},
		{1, 3, 2, "0.33"},
		{2, 3, 2, "0.67"},
		{1, 2, 0, "1"},
		{-1, 2, 0, "-1"},
		{-1, 1000, 2, "0.00"},
		{9999, 10000, 3, "1.000"},
		{1, 0, 3, ""},
		{math.MaxInt64, 1, 3, "9223372036854775807.000"},
		{math.MinInt64, math.MinInt64, 2, "1.00"},
		{math.MaxInt64 - 1, math.MaxInt64, 18, "1.000000000000000000"},
	} {
		if got := RatioString(c.num, c.den, c.decimals); got != c.want {
			t.Errorf("%d/%d: got %s, want %s", c.num, c.den, got, c.want)
		}
	}
}

func TestRatiosAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64Range(1, math.MaxInt64).Draw(t, "b")
		num, den := rapid.Int64().Draw(t, "num"), rapid.Int64Range(1, math.MaxInt64).Draw(t, "den")
		if got, want := CompareRatio(a, b, num, den), big.NewRat(a, b).Cmp(big.NewRat(num, den)); got != want {
			t.Fatalf("compare: got %d, want %d", got, want)
		}
		decimals := rapid.IntRange(0, 6).Draw(t, "decimals")
		if got, want := RatioString(a, b, decimals), big.NewRat(a, b).FloatString(decimals); got != want && got != want[min(1, len(want)):] {
			t.Fatalf("string: got %s, want %s", got, want)
		}
		if got, want := MulDiv(a, num, den), mulDivBig(a, num, den); got != want {
			t.Fatalf("MulDiv: got %d, want %d", got, want)
		}
	})
}

// mulDivBig is MulDiv by big integers, held at ±MaxInt64.
func mulDivBig(a, num, den int64) int64 {
	product := new(big.Int).Mul(big.NewInt(a), big.NewInt(num))
	rounded := new(big.Rat).SetFrac(product, big.NewInt(den)).FloatString(0)
	value, _ := new(big.Int).SetString(rounded, 10)
	if !value.IsInt64() || value.Int64() == math.MinInt64 {
		return int64(product.Sign()) * math.MaxInt64
	}
	return value.Int64()
}
