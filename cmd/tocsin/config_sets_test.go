package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tocsin/alerts"
	"tocsin/detectors"
)

func TestFaultsOfRuleSetsHaveTheirPlace(t *testing.T) {
	tests := []struct {
		body string
		want []string
	}{
		{
			`custom_signs:
  growing_debt: {when: receivables > 1, level: warning, text: Owes}
rule_sets:
  live: {}
  shadow: {}
  Strict: {}
  typos:
    detector: {}
    detectors: {overdeu: {mode: off}, overdue: {warning_days: 400}, growing_debt: {mode: lve}, own_sign: {hold_days: 3}}
    custom_signs: {own_sign: {when: 5, level: info, text: Owes}}
  list: [1]
`, []string{
				`tocsin.yaml:4:3: rule_sets: "live" is a rule set of Tocsin's own`,
				`tocsin.yaml:5:3: rule_sets: "shadow" is a rule set of Tocsin's own`,
				`tocsin.yaml:6:3: rule_sets: "Strict" is no name of a rule set: lower case letters and digits with underscores between, at most 40`,
				`tocsin.yaml:8:5: rule_sets.typos: unknown key "detector"; did you mean "detectors"?`,
				`tocsin.yaml:9:17: rule_sets.typos.detectors: unknown key "overdeu"; did you mean "overdue"?`,
				`tocsin.yaml:9:63: rule_sets.typos.overdue.warning_days: 400 is not between 0 and 180`,
				`tocsin.yaml:9:90: rule_sets.typos.growing_debt.mode: "lve" is not one of live, shadow, off; did you mean "live"?`,
				`tocsin.yaml:10:37: rule_sets.typos.custom_signs.own_sign.when: 5 is not text; quote it`,
				`tocsin.yaml:11:9: rule_sets.list: is a list, not a block of keys`,
			},
		},
		{
			`detectors: {overdue: {warning_days: 40}}
segments: [{when: 'country == "GB"', detectors: {overdue: {info_days: 35}}}]
rule_sets:
  ladder: {detectors: {overdue: {critical_days: 35}}}
  inherited: {detectors: {overdue: {warning_days: 34}}}
  own_segments:
    segments: [{when: 'contry == "GB"'}, {when: 'true', detectors: {overdue: {warning_days: 61}}}]
  own_signs:
    custom_signs:
      owes: {when: recievables > 1, level: info, text: Owes}
`, []string{
				`tocsin.yaml:4:49: rule_sets.ladder.overdue: critical_days: 35 is below warning_days, which is 40`,
				`tocsin.yaml:5:3: rule_sets.inherited: does not go with segments[0]: warning_days: 34 is below info_days, which is 35`,
				`tocsin.yaml:7:24: rule_sets.own_segments.segments[0].when: unknown name contry`,
				`tocsin.yaml:7:93: rule_sets.own_segments.segments[1].overdue: critical_days: 60 is below warning_days, which is 61`,
				`tocsin.yaml:10:20: rule_sets.own_signs.custom_signs.owes.when: unknown feature recievables; did you mean "receivables"?`,
			},
		},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, refusals(t, tt.body)); diff != "" {
			t.Errorf("faults (-want +got):\n%s", diff)
		}
	}
}

const threeSets = `detectors: {overdue: {info_days: 10}}
segments: [{when: 'country == "GB"', detectors: {overdue: {info_days: 12}}}]
custom_signs:
  owes: {when: receivables > 1, level: info, text: Owes}
  wants: {when: open_orders > 1, level: info, text: Wants}
rule_sets:
  same: {}
  without: {segments: [], custom_signs: {}}
  other:
    detectors: {overdue: {info_days: 9}, wants: {mode: off}, own: {hold_days: 3}}
    segments: [{when: 'country == "FR"', detectors: {own: {mode: off}}}]
    custom_signs:
      owes: {when: receivables > 2, level: info, text: Owes more}
      own: {when: receivables > 3, level: info, text: Own}
`

func TestARuleSetIsTheLiveOneWithChanges(t *testing.T) {
	c := accepted(t, threeSets)
	live := c.liveRules()
	if len(c.Rules.Sets) != 3 || c.Rules.Sets[0].Name != "other" || c.Rules.Sets[1].Name != "same" || c.Rules.Sets[2].Name != "without" {
		t.Fatalf("got sets %+v, want three by name", c.Rules.Sets)
	}
	if diff := cmp.Diff(live, c.Rules.Sets[1].changed(live)); diff != "" {
		t.Errorf("same (-live +got):\n%s", diff)
	}
	without := live
	without.Segments = []detectors.Segment{}
	if diff := cmp.Diff(without, c.Rules.Sets[2].changed(live)); diff != "" {
		t.Errorf("without (-want +got):\n%s", diff)
	}
	sign := func(name, when, text string) detectors.CustomSign {
		return detectors.CustomSign{Signal: name, When: [...]string{"", when, "", ""}, Mode: detectors.Live, Text: text}
	}
	other := detectors.Config{
		Signs: []detectors.CustomSign{
			sign("wants", "open_orders > 1", "Wants"), sign("owes", "receivables > 2", "Owes more"), sign("own", "receivables > 3", "Own"),
		},
		Overrides: []detectors.Override{{Signal: "overdue", Key: "info_days", Value: "10"}, {Signal: "overdue", Key: "info_days", Value: "9"},
			{Signal: "wants", Key: "mode", Value: "off"}, {Signal: "own", Key: "hold_days", Value: "3"}},
		Segments: []detectors.Segment{{When: `country == "FR"`, Overrides: []detectors.Override{{Signal: "own", Key: "mode", Value: "off"}}}},
	}
	if diff := cmp.Diff(other, c.Rules.Sets[0].changed(live)); diff != "" {
		t.Errorf("other (-want +got):\n%s", diff)
	}
	for _, w := range []struct{ set, signal, want string }{
		{alerts.Live, "owes", "Owes"}, {"other", "owes", "Owes more"}, {"other", "wants", "Wants"}, {"same", "owes", "Owes"},
		{alerts.Live, "own", ""}, {alerts.Live, "overdue", ""},
	} {
		if got := c.wording(w.set, w.signal); got != w.want {
			t.Errorf("%s in %s says %q, want %q", w.signal, w.set, got, w.want)
		}
	}
	if _, err := c.engine(); err != nil {
		t.Error(err)
	}
}

func TestRuleSetsAreReadAndWrittenAlike(t *testing.T) {
	c := accepted(t, threeSets)
	if again := accepted(t, string(c.canonical())); again.version() != c.version() {
		t.Errorf("what is written is read as another configuration:\n%s\n%s", c.canonical(), again.canonical())
	}
	for _, other := range []string{
		strings.Replace(threeSets, "{info_days: 9}", "{info_days: 8}", 1), strings.Replace(threeSets, "segments: [], ", "", 1),
		strings.Replace(threeSets, "  same: {}\n", "", 1),
	} {
		if accepted(t, other).version() == c.version() {
			t.Errorf("this has the same version:\n%s", other)
		}
	}
	c = accepted(t, "custom_signs: {owes: {when: receivables > 1, level: info, text: Owes}}",
		"TOCSIN_RULE_SETS={strict: {detectors: {owes: {mode: off}, overdue: {info_days: 1}}}}")
	if len(c.Rules.Sets) != 1 || len(c.Rules.Sets[0].base.Overrides) != 2 {
		t.Errorf("from the environment: got %+v", c.Rules.Sets)
	}
	got := refusals(t, "", "TOCSIN_RULE_SETS={strict: {detectors: {overdue: {critical_days: 1}}}}")
	if want := `TOCSIN_RULE_SETS: rule_sets.strict.overdue: critical_days: 1 is below warning_days, which is 30`; len(got) != 1 || got[0] != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
