package storetest

import (
	"cmp"
	"context"
	"slices"

	"tocsin/state"
)

// Rates lists the rows of exchange rates known on a day or later.
func (m *Memory) Rates(_ context.Context, since state.Date) ([]state.RateRow, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	rows := slices.DeleteFunc(slices.Clone(m.rates), func(r state.RateRow) bool { return r.Known < since })
	slices.SortFunc(rows, func(a, b state.RateRow) int { return a.Compare(&b) })
	return rows, nil
}

// rateTaken tells whether the key of a row is there.
func (m *Memory) rateTaken(r *state.RateRow) bool {
	return slices.ContainsFunc(m.rates, func(known state.RateRow) bool { return known.Compare(r) == 0 })
}

func ratesAreReadInOrder(t *trial) {
	t.open()
	first, second, other := rate("EUR", "USD", 1, "1.10"), rate("EUR", "USD", 2, "1.12"), rate("EUR", "KWD", 1, "0.331")
	t.commit(&state.Commit{Day: today, Rates: []state.RateRow{other, first}})
	t.commit(&state.Commit{Day: today, Rates: []state.RateRow{second}})
	t.must(t.store.CloseDay(t.Context(), &state.DayClose{From: today, Next: today.Date + 1}))
	tomorrow := state.Day{Date: today.Date + 1, Config: today.Config}
	later := rate("CHF", "EUR", 1, "1.05")
	later.Known = tomorrow.Date
	t.commit(&state.Commit{Day: tomorrow, Rates: []state.RateRow{later}})
	got(t, "rates", t.rates(0), []state.RateRow{later, other, first, second})
	got(t, "rates known today", t.rates(today.Date), []state.RateRow{later, other, first, second})
	got(t, "rates known tomorrow", t.rates(tomorrow.Date), []state.RateRow{later})
}

func takenRateIsStale(t *trial) {
	t.open()
	t.commit(&state.Commit{Day: today, Rates: []state.RateRow{rate("EUR", "USD", 1, "1.10")}})
	again := rate("EUR", "USD", 1, "1.11")
	t.refused(t.store.Commit(t.Context(), &state.Commit{Day: today, Rates: []state.RateRow{again}}), state.ErrStale)
	again.Seq = 2
	t.commit(&state.Commit{Day: today, Rates: []state.RateRow{again}})
	got(t, "rates", len(t.rates(0)), 2)
}

func rateOutOfPlaceIsRefused(t *trial) {
	t.open()
	euro, dollar := rate("EUR", "USD", 1, "1.10"), rate("USD", "EUR", 1, "0.91")
	another := euro
	another.Known++
	zeroth := euro
	zeroth.Seq = 0
	for name, rows := range map[string][]state.RateRow{
		"out of order": {dollar, euro}, "twice": {euro, euro}, "known on another day": {another}, "without seq": {zeroth},
		"no rate": {{Seq: 1, Known: today.Date, Event: registryEvent(acme, "case-1", noon)}},
	} {
		if err := t.store.Commit(t.Context(), &state.Commit{Day: today, Rates: rows}); err == nil {
			t.Errorf("%s: the commit was taken", name)
		}
	}
	got(t, "rates", len(t.rates(0)), 0)
}

// rate is a row known on the first day.
func rate(base, quote string, seq int64, value string) state.RateRow {
	body := &state.Rate{Value: value, RateDate: today.Date}
	body.Base, _ = state.ParseCurrency(base)
	body.Quote, _ = state.ParseCurrency(quote)
	return state.RateRow{Seq: seq, Known: today.Date, Event: state.Event{
		Kind: state.KindRate, Body: body, KnownAt: noon,
		Stamp: state.Stamp{Revision: cmp.Or(seq, 1), Time: noon - 5, ID: body.Key(), Source: "urn:bank"},
	}}
}

// rates are the rows known on a day or later.
func (t *trial) rates(since state.Date) []state.RateRow {
	t.Helper()
	rows, err := t.store.Rates(t.Context(), since)
	t.must(err)
	return rows
}
