package detectors

import (
	"testing"

	"tocsin/state"
)

var usd, _ = state.ParseCurrency("USD")

// An order in dollars without an exchange rate makes the exposure of a euro customer unknown, and what is at risk too: part
// of it is not told as if it were the whole.
func TestAnUnknownExposureIsNotMoneyAtRisk(t *testing.T) {
	reviewed := limit("5000", "2025-01-01")
	reviewed.ReviewDate = date("2025-02-28")
	company := state.Identifier{Scheme: "reg", Value: "01234567", Country: "GB"}
	known := newBooks(
		&state.Profile{Customer: "C-1", Name: "Acme", Country: "GB", Identifiers: []state.Identifier{company}}, reviewed,
		&state.RegistryFact{Registry: "gb-companies-house", Identifier: company, Type: "liquidation", Effective: date("2025-03-01")},
		invoice("INV-1", "1000", "2025-01-08", "2025-06-30"),
	)
	foreign := order("SO-1", "700", "2025-01-08")
	foreign.Gross.Currency = usd
	unknown := known.add(foreign)
	for _, d := range []Detector{NewLimitReviewDue(), NewAdverseRegistry()} {
		for _, c := range []struct {
			books *books
			want  state.Money
		}{{known, eur("1000")}, {unknown, state.Money{}}} {
			in := c.books.at(date("2025-03-03"))
			v := d.Evaluate(in)
			if got := d.Describe(in, v).MoneyAtRisk; v.Raise < Warning || got != c.want {
				t.Errorf("%s: got %v and %v, want an alert and %v", d.Sign().Signal, v.Raise, got, c.want)
			}
		}
	}
}
