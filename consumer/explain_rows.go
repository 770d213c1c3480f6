package consumer

import (
	"fmt"
	"maps"
	"math/big"
	"slices"

	"tocsin/state"
)

// explainer collects the rows of an explanation.
type explainer struct {
	view     *state.View
	currency state.Currency
	total    *big.Rat // Σ parts: of amounts in minor units
	out      Explanation
}

// unknown says why there is no value. The first reason stands.
func (x *explainer) unknown(format string, args ...any) {
	if x.out.Why == "" {
		x.out.Why = fmt.Sprintf(format, args...)
	}
}

// row adds a row whose part is its amount of minor units.
func (x *explainer) row(r Row, minor int64) {
	r.Amount = x.say(minor)
	r.Part = r.Amount
	x.total.Add(x.total, new(big.Rat).SetInt64(minor))
	x.out.Rows = append(x.out.Rows, r)
}

// weighted adds a row whose part is its amount of minor units × times, with as many decimals as that needs.
func (x *explainer) weighted(r Row, minor int64, times *big.Rat) {
	part := new(big.Rat).SetInt64(minor)
	part.Mul(part, times)
	x.total.Add(x.total, part)
	r.Amount, r.Times = x.say(minor), decimal(times, 0)
	r.Part = decimal(part.Quo(part, x.unit()), x.currency.Scale())
	x.out.Rows = append(x.out.Rows, r)
}

// minor is the parts' sum where it is one of whole minor units.
func (x *explainer) minor() int64 { return x.total.Num().Int64() }

// unit is how many minor units make a major one.
func (x *explainer) unit() *big.Rat { return new(big.Rat).SetInt64(x.currency.Major(1)) }

// say is an amount of minor units of the customer's currency.
func (x *explainer) say(minor int64) string { return state.FormatMinor(minor, x.currency.Scale()) }

// sum makes the parts' sum the value: an amount.
func (x *explainer) sum() {
	if x.out.Why == "" {
		value := new(big.Rat).Quo(x.total, x.unit()).FloatString(x.currency.Scale())
		x.out.Value = &value
	}
}

// quotient makes the parts' sum × times / over the value: a ratio or days. over is in minor units.
func (x *explainer) quotient(times int, over int64, decimals int) {
	if x.out.Why != "" {
		return
	}
	if times != 1 {
		x.out.Times = fmt.Sprint(times)
	}
	x.out.Sum, x.out.Over = decimal(new(big.Rat).Quo(x.total, x.unit()), x.currency.Scale()), x.say(over)
	value := new(big.Rat).Mul(x.total, big.NewRat(int64(times), 1))
	said := value.Quo(value, new(big.Rat).SetInt64(over)).FloatString(decimals)
	x.out.Value = &said
}

// part adds a row with a part of another kind than money, said with some decimals.
func (x *explainer) part(r Row, part *big.Rat, decimals int) {
	x.total.Add(x.total, part)
	r.Part = part.FloatString(decimals)
	x.out.Rows = append(x.out.Rows, r)
}

// number makes the parts' sum the value: a number.
func (x *explainer) number(decimals int) {
	if x.out.Why == "" {
		value := x.total.FloatString(decimals)
		x.out.Value = &value
	}
}

// decimal is a number with as many decimals as it needs, at least some. All that is said so is made of decimal numbers by
// multiplying, so that no digits repeat.
func decimal(r *big.Rat, least int) string {
	n, _ := r.FloatPrec()
	return r.FloatString(max(n, least))
}

// amount is something of a document in the document's own currency.
type amount struct {
	row      Row
	minor    int64
	currency state.Currency
	weight   int64 // what it is multiplied by, where it is in another currency; 0: 1
}

// amounts adds rows of documents: those in the customer's own currency each with its part; of each other currency the
// documents, and then what their sum is worth.
func (x *explainer) amounts(list []amount) {
	foreign := map[state.Currency][]amount{}
	for _, a := range list {
		if a.currency == x.currency {
			x.row(a.row, a.minor)
		} else {
			foreign[a.currency] = append(foreign[a.currency], a)
		}
	}
	for _, currency := range slices.Sorted(maps.Keys(foreign)) {
		x.converted(currency, foreign[currency])
	}
}

// converted adds the documents of another currency and what they are worth together.
func (x *explainer) converted(currency state.Currency, list []amount) {
	sum := int64(0)
	for _, a := range list {
		a.row.Amount, a.row.Currency = state.FormatMinor(a.minor, currency.Scale()), currency.String()
		x.out.Rows = append(x.out.Rows, a.row)
		sum = state.Sum(sum, a.minor*max(a.weight, 1))
	}
	worth, known := x.view.Worth(state.Money{Minor: sum, Currency: currency})
	if !known {
		x.unknown("no exchange rate from %s to %s is in force", currency, x.currency)
		return
	}
	r := Row{Kind: "converted", Amount: state.FormatMinor(sum, currency.Scale()), Currency: currency.String(), Part: x.say(worth)}
	x.total.Add(x.total, new(big.Rat).SetInt64(worth))
	x.out.Rows = append(x.out.Rows, r)
}
