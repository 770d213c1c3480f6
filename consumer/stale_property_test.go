package consumer

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tocsin/detectors"
	"tocsin/state"
	"tocsin/state/statetest"
)

// silenced is an input that is stale on some days.
type silenced struct {
	input state.StaleInput
	until state.Date // the last day that was opened without it; the first is the one after input.Since
}

// staleOn are the inputs without which a day was opened.
func staleOn(silences []silenced, day state.Date) (stale []state.StaleInput) {
	for _, s := range silences {
		if day > s.input.Since && day <= s.until {
			stale = append(stale, s.input)
		}
	}
	slices.SortFunc(stale, state.StaleInput.Compare)
	return stale
}

// drawSilences draws a few inputs that are stale for some days around those on which something becomes known.
func drawSilences(t *rapid.T, days []statetest.Day) (silences []silenced) {
	for i := range rapid.IntRange(1, 3).Draw(t, "silences") {
		since := days[rapid.IntRange(0, len(days)-1).Draw(t, "around")].Date + state.Date(rapid.IntRange(-2, 6).Draw(t, "since"))
		bears := rapid.SampledFrom([]state.Inputs{
			state.InputReceivables | state.InputConduct, state.InputReceivables | state.InputConduct, state.InputOrders, state.InputLimits, state.InputRegistry,
			state.InputRates, state.AllInputs,
		}).Draw(t, "clears")
		silences = append(silences, silenced{
			state.StaleInput{Topic: fmt.Sprint("topic ", i), Inputs: bears, Since: since}, since + state.Date(rapid.IntRange(1, 40).Draw(t, "days")),
		})
	}
	return silences
}

// Where days went on without an input, the same ones on every way, what stands does not depend on the way either, the journal
// tells the same transitions, nothing rises that waits, and when the input is back everybody has been judged.
func TestWhatStandsWithoutAnInputDoesNotDependOnTheWay(t *testing.T) {
	t.Parallel()
	theWayDoesNotMatter(t, defaultEngine(t), drawSilences)
}

// checkWaiting checks that no transition told of a day goes above what stood at the close before it where the signal waits.
func (p *played) checkWaiting() {
	p.t.Helper()
	rows, err := p.store.Alerts(context.Background(), "")
	if err != nil {
		p.t.Fatal(err)
	}
	stale, err := p.store.StaleInputs(context.Background())
	if err != nil {
		p.t.Fatal(err)
	}
	slices.SortStableFunc(rows, func(a, b state.AlertRow) int { return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Seq, b.Seq)) })
	clears := make(map[string]state.Inputs)
	for _, d := range detectors.All() {
		clears[d.Sign().Signal] = d.Sign().ClearedBy &^ state.InputRates // for which only those wait who have foreign amounts
	}
	type signal struct {
		customer state.CustomerID
		name     string
	}
	closed, now := make(map[signal]uint8), make(map[signal]uint8)
	last := state.Date(0)
	for i := range rows {
		row := &rows[i]
		if row.Day != last {
			for s, level := range now {
				closed[s] = level
			}
			last = row.Day
		}
		of, day := signal{row.Customer, row.Signal}, state.Day{Stale: stale[row.Day]}
		if day.Waiting()&clears[row.Signal] != 0 && row.To > closed[of] {
			p.t.Errorf("%s of %s rises to %d on %s above %d, and waits", row.Signal, row.Customer, row.To, row.Day, closed[of])
		}
		now[of] = row.To
	}
}

// checkJudged checks at the close of a day that was opened without an input, or is the first with it, that judging everybody once
// more changes nothing.
func (p *played) checkJudged(day state.Day) {
	p.t.Helper()
	if len(day.Stale)+len(staleOn(p.way.silences, day.Date-1)) == 0 {
		return
	}
	p.each(func(id state.CustomerID, rec *state.Record) {
		before := string(p.engine.Standing(rec, day.Date))
		p.engine.Step(rec, Step{Day: day, Alarm: true}, nil)
		if after := string(p.engine.Standing(rec, day.Date)); after != before {
			p.t.Errorf("%s at the close of %s: another look changes\n%x to\n%x", id, day.Date, before, after)
		}
	})
}
