package consumer

import (
	"fmt"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// Each rule set sees limits by its own policy; the record, its parts and the explanations by the live one's.
func TestEachRuleSetLetsLimitsLapseByItsOwnPolicy(t *testing.T) {
	warn := detectors.Config{}
	zero := detectors.Config{Overrides: []detectors.Override{{Signal: "limit_review_due", Key: "policy", Value: "zero"}}}
	for _, c := range []struct {
		name        string
		live, other detectors.Config
		told        string
		limit       string
		utilisation string
	}{
		{"live warns", warn, zero, "[other limit_breach live limit_review_due other limit_review_due]", "1000.00", "0.500"},
		{"live lapses", zero, warn, "[live limit_breach live limit_review_due other limit_review_due]", "0.00", "null"},
	} {
		e := testEngine(t, c.live)
		other, faults := detectors.NewSet(c.other)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		live, _ := detectors.NewSet(c.live)
		judge, err := alerts.NewJudge("test", alerts.DefaultSLA(), alerts.RuleSet{Name: alerts.Live, Rules: live, Materiality: detectors.DefaultMateriality()},
			alerts.RuleSet{Name: "other", Rules: other, Materiality: detectors.DefaultMateriality()})
		if err != nil {
			t.Fatal(err)
		}
		e.Judge = judge
		rec, day := lapsing(e), state.Day{Date: firstDay + 1, Config: "test"}
		effects := e.Step(rec, Step{Day: day, KnownAt: day.Date.Start(time.UTC), Alarm: true}, nil)
		var told []string
		for _, tr := range effects.Transitions {
			told = append(told, tr.RuleSet, tr.Signal)
		}
		if got := fmt.Sprint(told); got != c.told {
			t.Errorf("%s: told %s, want %s", c.name, got, c.told)
		}
		record := e.CustomerRecord(rec, day)
		if got := said(record.Limit) + " " + said(record.Utilisation); got != c.limit+" "+c.utilisation {
			t.Errorf("%s: the record has %s, want %s %s", c.name, got, c.limit, c.utilisation)
		}
		explained, err := e.Explain(rec, day, "limit")
		if err != nil || said(explained.Value) != c.limit {
			t.Errorf("%s: the limit is explained as %s, %v, want %s", c.name, said(explained.Value), err, c.limit)
		}
	}
}

// lapsing is a customer as the first day leaves it, on which the review date of its limit is reached.
func lapsing(e *Engine) *state.Record {
	rec := &state.Record{Customer: state.NewCustomer("C-1")}
	euros := func(minor int64) state.Money {
		code, _ := state.ParseCurrency("EUR")
		return state.Money{Minor: minor, Currency: code}
	}
	events := []state.Event{orderEvent("C-1", "SO-1", firstDay.Start(time.UTC)), {
		Kind: state.KindLimit, Customer: "C-1", Stamp: state.Stamp{Revision: 1, ID: "L-1/1", Source: "urn:test"}, KnownAt: firstDay.Start(time.UTC),
		Body: &state.LimitRevision{LimitID: "L-1", Type: state.LimitBase, Amount: euros(1000_00), ValidFrom: firstDay, ReviewDate: firstDay},
	}}
	events[0].Body.(*state.Order).Gross = euros(500_00)
	e.Step(rec, Step{Day: state.Day{Date: firstDay, Config: "test"}, KnownAt: firstDay.Start(time.UTC), Events: events}, make([]state.Outcome, len(events)))
	return rec
}

func said(text *string) string {
	if text == nil {
		return "null"
	}
	return *text
}
