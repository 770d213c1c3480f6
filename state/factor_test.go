package state

import (
	"math"
	"math/big"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func TestParseFactor(t *testing.T) {
	for _, row := range []struct {
		decimal string
		want    string // as a fraction; empty: refused
	}{
		{"1", "1"}, {"1.0837", "10837/10000"}, {"0.0073", "73/10000"}, {"7.0", "7"}, {"00.5", "1/2"},
		{"123456789012345678901234567890.5", "246913578024691357802469135781/2"}, {"0.00000000000000000001", "1/100000000000000000000"},
		{"0", ""}, {"0.00", ""}, {"", ""}, {".5", ""}, {"5.", ""}, {"1.2.3", ""}, {"-1", ""}, {"+1", ""}, {"1e3", ""}, {"1/3", ""}, {"1_000", ""},
		{"0.00000000000000000000", ""},
	} {
		f, ok := parseFactor(row.decimal)
		if ok != (row.want != "") || ok && f.rat().RatString() != row.want {
			t.Errorf("%q: got %v %v, want %q", row.decimal, f, ok, row.want)
		}
	}
}

// decimals draws rates of few and of many digits.
func decimals(t *rapid.T, label string) string {
	return rapid.SampledFrom([]string{
		"1", "0.5", "1.0837", "0.0000073", "152.31", "3.2500000000000001", "0.333333333333333333333333", "123456789012345678.9", "1234567890123456789012345",
	}).Draw(t, label)
}

// What is computed in 64 bits is what is computed in exact numbers.
func TestFactorsAreExact(t *testing.T) {
	currencies := []Currency{currency("JPY"), currency("EUR"), currency("KWD"), currency("CLF")}
	rapid.Check(t, func(t *rapid.T) {
		a, b := decimals(t, "a"), decimals(t, "b")
		f, _ := parseFactor(a)
		g, _ := parseFactor(b)
		want, _ := new(big.Rat).SetString(a)
		second, _ := new(big.Rat).SetString(b)
		if rapid.Bool().Draw(t, "inverse") {
			f, want = f.inverse(), new(big.Rat).Inv(want)
		}
		from, to := rapid.SampledFrom(currencies).Draw(t, "from"), rapid.SampledFrom(currencies).Draw(t, "to")
		f, want = f.times(g).minor(from, to), want.Mul(want, second)
		want.Mul(want, big.NewRat(to.Major(1), from.Major(1)))
		if f.rat().Cmp(want) != 0 {
			t.Fatalf("got %v, want %v", f.rat(), want)
		}
		amount := rapid.Int64Range(-math.MaxInt64, math.MaxInt64).Draw(t, "amount")
		product := new(big.Rat).Mul(want, new(big.Rat).SetInt64(amount))
		text := product.FloatString(0) // half away from zero
		whole, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			whole = int64(product.Sign()) * math.MaxInt64
		}
		if got := f.of(amount); got != whole {
			t.Fatalf("%d at %v: got %d, want %s", amount, want, got, text)
		}
	})
}
