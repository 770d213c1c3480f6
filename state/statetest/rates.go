package statetest

import (
	"fmt"

	"pgregory.net/rapid"

	"tocsin/state"
)

// Rate draws one exchange rate between few currencies, of a date in the week up to a day. Few revisions and values collide,
// as with other events.
func Rate(day state.Date) *rapid.Generator[state.Event] {
	return rapid.Custom(func(t *rapid.T) state.Event {
		codes := rapid.SampledFrom([][2]string{{"EUR", "USD"}, {"USD", "EUR"}, {"USD", "GBP"}, {"GBP", "EUR"}}).Draw(t, "pair")
		body := &state.Rate{RateDate: day - state.Date(even(t, "age", 3))}
		body.Base, _ = state.ParseCurrency(codes[0])
		body.Quote, _ = state.ParseCurrency(codes[1])
		body.Value = rapid.SampledFrom([]string{"1", "0.5", "1.0837", "0.00731", "7.890123456789012345678"}).Draw(t, "value")
		ev := state.Event{Kind: state.KindRate, Body: body}
		ev.Revision = int64(rapid.IntRange(1, 2).Draw(t, "revision"))
		ev.Time = state.Instant(Start)*86400e9 + state.Instant(rapid.IntRange(0, 1).Draw(t, "time"))
		ev.ID, ev.Source = fmt.Sprintf("%s/%d", body.Key(), ev.Revision), "urn:bank"
		ev.KnownAt = (state.Instant(day-1)*86400 + state.Instant(rapid.IntRange(0, 86399).Draw(t, "second"))) * 1e9
		return ev
	})
}

// Rates draws what becomes known of exchange rates on some days, in order, as a store keeps it.
func Rates(days ...state.Date) *rapid.Generator[*state.Rates] {
	return rapid.Custom(func(t *rapid.T) *state.Rates {
		var intake state.RateIntake
		for _, day := range days {
			for range even(t, "rates", 2) {
				ev := Rate(day).Draw(t, "rate")
				intake.Take(day, &ev)
			}
		}
		return (*state.Rates)(nil).With(intake.Rows)
	})
}
