package main

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"testing"

	diff "github.com/google/go-cmp/cmp"

	"tocsin/alerts"
	"tocsin/alerts/slack"
	"tocsin/consumer/replay"
	"tocsin/detectors"
)

// signalStories are those of which each signal's message is on file.
var signalStories = map[string]string{
	"limit_breach": "limit_ladder", "limit_missing": "limit_missing", "limit_review_due": "limit_review_due", "limit_temporary_expiry": "temporary_limit_runs_out",
	"overdue": "overdue_climbs_and_clears", "overdue_ratio": "overdue_ratio", "turnover_swing": "turnover_swing_falls",
	"payment_returned": "payment_returned_not_replaced", "broken_promise": "broken_promises_in_a_row", "payment_slowdown": "payment_slowdown",
	"terms_request": "terms_request_adds_up", "contact_lost": "contact_lost", "partial_payment": "partial_payment_cherry_picking",
	"payer_change": "payer_change_strangers", "dispute_stall": "dispute_stall", "adverse_registry": "registry_insolvency",
	"order_pattern_break": "order_collapse", "composite": "composite_watch_from_45",
}

// What people read in Slack when a signal is raised in a story is on file in each language, for every signal there is.
func TestEverySignalsMessageLooksAsAgreed(t *testing.T) {
	for _, d := range detectors.All() {
		signal := d.Sign().Signal
		t.Run(signal, func(t *testing.T) {
			m := firstTold(t, signalStories[signal], signal)
			for _, tag := range alerts.Languages() {
				language, _ := alerts.LanguageOf(tag)
				got, err := slack.Preview(m, language, true)
				must(t, err)
				path := filepath.Join("testdata", "slack", signal+"_"+tag+".json")
				if *update {
					must(t, os.MkdirAll(filepath.Dir(path), 0o755))
					must(t, os.WriteFile(path, got, 0o644))
				}
				want, err := os.ReadFile(path)
				must(t, err)
				if d := diff.Diff(string(want), string(got)); d != "" {
					t.Errorf("%s is another message now (-want +got); if it should be, run with -update:\n%s", path, d)
				}
			}
		})
	}
}

// firstTold is the first message of a story in which a signal is what the case is headed by, or if there is none, in which it is told.
func firstTold(t *testing.T, name, signal string) *alerts.CaseMessage {
	t.Helper()
	s, err := readStory(filepath.Join(storyDir, name+".txtar"))
	must(t, err)
	_, engine, script, err := s.read()
	must(t, err)
	var heads, first *alerts.CaseMessage
	told := func(m *alerts.CaseMessage) {
		switch i := slices.IndexFunc(m.Alerts, func(a alerts.CaseAlert) bool { return a.Signal == signal }); {
		case i == 0 && heads == nil:
			heads = m
		case i > 0 && first == nil:
			first = m
		}
	}
	must(t, s.backtest(t.Context(), replay.Backtest{Engine: engine, Until: script.end, Told: told}, script))
	if m := cmp.Or(heads, first); m != nil {
		return m
	}
	t.Fatalf("%s is not told in the story %q", signal, name)
	return nil
}
