package detectors

import (
	"slices"
	"testing"

	"tocsin/state"
)

// dollarRates are the dollars for a euro from days on.
func dollarRates(values ...struct{ known, value string }) *state.Rates {
	var intake state.RateIntake
	eur, _ := state.ParseCurrency("EUR")
	for _, v := range values {
		body := &state.Rate{Base: eur, Quote: usd, Value: v.value, RateDate: date(v.known)}
		intake.Take(body.RateDate, &state.Event{Kind: state.KindRate, Body: body, Stamp: state.Stamp{Revision: 1}})
	}
	return (*state.Rates)(nil).With(intake.Rows)
}

// A breach that only the rate has brought about says so, and blames no order; 1 % is tolerated.
func TestEdgeCase27ARateBreaksTheLimit(t *testing.T) {
	owed := invoice("INV-1", "400000", "2025-01-08", "2025-06-30")
	owed.Total.Currency = usd
	b := newBooks(&state.Profile{Customer: "C-1", Name: "Acme", Country: "DE", ReportingCurrency: eur("1").Currency},
		limit("400000", "2025-01-01"), order("SO-1", "10000", "2025-01-08"), owed)
	type known = struct{ known, value string }
	for _, c := range []struct {
		rate   string // of Monday, in force on Tuesday
		level  Level
		reason string
	}{
		{"1", Critical, byFX},    // 410,000
		{"1.016", Warning, high}, // 403,701: within the tolerance
		{"1.05", Warning, high},  // 390,952, as before
		{"1.25", Info, near},     // 330,000
	} {
		customer := b.customer()
		customer.Convert(dollarRates(known{"2025-02-28", "1.05"}, known{"2025-03-03", c.rate}))
		closed := customer.View(ledger(), date("2025-03-03")).Parts()
		in := &Input{View: customer.View(ledger(), date("2025-03-04")), Materiality: DefaultMateriality(), LimitsKnown: true, Closed: closed}
		d := NewLimitBreach()
		v := d.Evaluate(in)
		if v.Raise != c.level || v.Reason != c.reason {
			t.Errorf("at %s: got %v %s, want %v %s", c.rate, v.Raise, v.Reason, c.level, c.reason)
		}
		if got := d.Describe(in, v).Evidence; c.reason == byFX && !slices.Equal(got, []string{"INV-1"}) {
			t.Errorf("at %s: got evidence %v, want the invoice alone", c.rate, got)
		}
	}
}
