package state_test

import (
	"math/big"

	"pgregory.net/rapid"

	"tocsin/state"
	"tocsin/state/statetest"
)

// plainRates reads DOMAIN.md 0.3 in the plainest way: it looks at every row for every question, in exact numbers.
type plainRates struct {
	rows []state.RateRow
	day  state.Date
	base state.Currency
}

// drawRates draws rates that become known on some days; rows as a store keeps them.
func drawRates(t *rapid.T) []state.RateRow {
	var intake state.RateIntake
	for _, day := range []state.Date{statetest.Start - 60, statetest.Start - 20, statetest.Start, statetest.Start + 30} {
		for range rapid.IntRange(0, 6).Draw(t, "rates") {
			ev := statetest.Rate(day).Draw(t, "rate")
			intake.Take(day, &ev)
		}
	}
	return intake.Rows
}

// newest is the rate of a pair with the newest date up to asOf, and that date; nil where there is none.
func (p plainRates) newest(base, quote state.Currency, asOf state.Date) (*big.Rat, state.Date) {
	var best *state.RateRow
	for i := range p.rows {
		row := &p.rows[i]
		body := row.Event.Body.(*state.Rate)
		if body.Base != base || body.Quote != quote || row.Known >= p.day || body.RateDate > min(asOf, p.day) {
			continue
		}
		if best == nil || body.RateDate > best.Event.Body.(*state.Rate).RateDate ||
			body.RateDate == best.Event.Body.(*state.Rate).RateDate && row.Seq > best.Seq {
			best = row
		}
	}
	if best == nil {
		return nil, 0
	}
	body := best.Event.Body.(*state.Rate)
	value, _ := new(big.Rat).SetString(body.Value)
	return value, body.RateDate
}

// pair is the direct or the inverse rate.
func (p plainRates) pair(from, to state.Currency, asOf state.Date) *big.Rat {
	direct, date := p.newest(from, to, asOf)
	inverse, inverseDate := p.newest(to, from, asOf)
	if inverse != nil && (direct == nil || inverseDate > date) {
		return new(big.Rat).Inv(inverse)
	}
	return direct
}

// between is the rate between minor units, nil where there is none.
func (p plainRates) between(from, to state.Currency, asOf state.Date) *big.Rat {
	if from == to {
		return big.NewRat(1, 1)
	}
	rate := p.pair(from, to, asOf)
	if rate == nil && from != p.base && to != p.base {
		in, out := p.pair(from, p.base, asOf), p.pair(p.base, to, asOf)
		if in == nil || out == nil {
			return nil
		}
		rate = new(big.Rat).Mul(in, out)
	}
	if rate == nil {
		return nil
	}
	rate = new(big.Rat).Mul(rate, big.NewRat(to.Major(1), 1))
	return rate.Quo(rate, big.NewRat(from.Major(1), 1))
}

// rounded is an amount at a rate, half away from zero.
func rounded(rate *big.Rat, amount int64) int64 {
	product := new(big.Rat).Mul(rate, new(big.Rat).SetInt64(amount))
	product.Add(product, big.NewRat(int64(product.Sign()), 2))
	return new(big.Int).Quo(product.Num(), product.Denom()).Int64()
}

// same holds a component of an exposure against sums by currency.
func (r *reference) same(t *rapid.T, component state.Components, e state.Exposure, got int64, sums map[state.Currency]int64) {
	t.Helper()
	want, known := int64(0), true
	for currency, sum := range sums {
		rate := r.rates.between(currency, r.rates.base, r.day)
		switch {
		case sum == 0:
		case rate == nil:
			known = false
		default:
			want += rounded(rate, sum)
		}
	}
	if known != (e.Foreign&component == 0) {
		t.Fatalf("%v %v: component %b known: %v, want %v", r.day, r.rates.base, component, !known, known)
	}
	if known && got != want {
		t.Fatalf("%v %v: component %b: got %d, want %d", r.day, r.rates.base, component, got, want)
	}
}
