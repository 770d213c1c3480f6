package replay

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"tocsin/consumer/contract"
	"tocsin/consumer/simulator"
	"tocsin/state"
)

// The simulator's portfolio has limits, profiles and registry events; one line in five has an amount in dollars, of which the
// rate moves each day; one line in nine comes twice, one in thirteen comes again with another content.
func simulatedLedger(t *testing.T) string {
	t.Helper()
	first := state.DateOf(2024, 1, 1)
	portfolio := simulator.New(simulator.Config{Seed: 5, First: first, Customers: 40, Zone: time.UTC})
	var lines [][]byte
	for day := range state.Date(200) {
		for _, event := range append(portfolio.Day(first+day), dollarRate(first+day)) {
			line := contract.Encode(&event)
			if len(lines)%5 == 0 {
				line = bytes.Replace(line, []byte(`"currency":"EUR"`), []byte(`"currency":"USD"`), 1)
			}
			lines = append(lines, line)
			if len(lines)%9 == 0 {
				lines = append(lines, line)
			}
			if len(lines)%13 == 0 {
				lines = append(lines, bytes.Replace(line, []byte(`"amount":"`), []byte(`"amount":"1`), 1))
			}
		}
	}
	return writeLedger(t, lines)
}

// dollarRate is what becomes known of the dollar on a day: the rate of the day before, or a correction of it.
func dollarRate(day state.Date) state.Event {
	eur, _ := state.ParseCurrency("EUR")
	usd, _ := state.ParseCurrency("USD")
	body := &state.Rate{Base: eur, Quote: usd, Value: fmt.Sprintf("1.%02d", day*37%100), RateDate: day - 1 - day%3/2}
	at := day.Start(time.UTC) + state.Instant(7*time.Hour)
	return state.Event{Kind: state.KindRate, KnownAt: at, Body: body, Stamp: state.Stamp{
		Revision: int64(1 + day%3/2), Time: at, ID: fmt.Sprint("rate-", day), Source: "urn:bank",
	}}
}

func TestTheOutputDependsNeitherOnWorkersNorOnChapters(t *testing.T) {
	path := simulatedLedger(t)
	var want [3]string
	for _, workers := range []int{1, 2, 5} {
		for _, chapter := range []int{1, 300, 0} {
			var out [3]bytes.Buffer
			counts, err := (&Backtest{
				Engine: engine(t), Inputs: []string{path}, Workers: workers, chapter: chapter,
				Alerts: &out[0], State: &out[1], Rejects: &out[2],
			}).Run(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			got := [3]string{out[0].String(), out[1].String(), fmt.Sprintf("%+v\n%s", counts, out[2].String())}
			if counts.Alerts == 0 || counts.Duplicates == 0 || counts.Refused == 0 {
				t.Fatalf("the ledger is too quiet to show anything: %+v", counts)
			}
			if want == [3]string{} {
				want = got
			}
			for i, name := range []string{"alerts", "state", "rejects"} {
				if got[i] != want[i] {
					t.Errorf("%d workers, chapters of %d: the %s are not those of one worker", workers, chapter, name)
				}
			}
		}
	}
}
