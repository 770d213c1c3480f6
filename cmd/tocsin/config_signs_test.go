package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tocsin/detectors"
)

func TestFaultsOfCustomSignsHaveTheirPlace(t *testing.T) {
	got := refusals(t, `custom_signs:
  overdue: {when: 'receivables > 1', level: warning, text: Owes}
  typo:
    when: 'recievables > 1 and overdue > 2'
    level: warning
    clear: receivables < max_days_past_due
    text: 'Owes {overdu}'
  Shouting: {when: receivables > 1, level: warning, text: Owes}
  no_level: {when: receivables > 1, text: Owes}
  no_when: {level: warning, text: Owes}
  both: {when: receivables > 1, level: warning, critical: receivables > 2, text: Owes}
  nothing: {text: Owes}
  no_text: {when: receivables > 1, level: warning}
  loud: {info: receivables > 1, critical: "receivables >", hold_days: 91, mode: lve, text: "<!here>", actions: [call_costumer]}
  wrong: {when: 5, level: high, txt: Owes}
  list: [1]
segments:
  - {when: 'segment == "a"', detectors: {typo: {mode: off, hold_days: 100}, typpo: {mode: off}}}
`)
	want := []string{
		`tocsin.yaml:2:3: custom_signs.overdue: "overdue" is a signal of Tocsin's own`,
		`tocsin.yaml:4:12: custom_signs.typo.when: unknown feature recievables; did you mean "receivables"?`,
		`tocsin.yaml:6:24: custom_signs.typo.clear: money < days: these do not go together`,
		`tocsin.yaml:7:18: custom_signs.typo.text: unknown feature overdu; did you mean "overdue"?`,
		`tocsin.yaml:8:3: custom_signs.Shouting: "Shouting" is no name of a sign: lower case letters and digits with underscores between, at most 40`,
		`tocsin.yaml:9:13: custom_signs.no_level: needs both when and level, or a condition under info, warning or critical`,
		`tocsin.yaml:10:12: custom_signs.no_when: needs both when and level, or a condition under info, warning or critical`,
		`tocsin.yaml:11:9: custom_signs.both: has both when and a condition of a level: give each level its own, or one when with its level`,
		`tocsin.yaml:12:3: custom_signs.nothing: has no condition`,
		`tocsin.yaml:13:3: custom_signs.no_text: has no text for people`,
		`tocsin.yaml:14:56: custom_signs.loud.critical: unexpected token EOF`,
		`tocsin.yaml:14:71: custom_signs.loud.hold_days: 91 is not between 0 and 90`,
		`tocsin.yaml:14:81: custom_signs.loud.mode: "lve" is not one of live, shadow, off; did you mean "live"?`,
		`tocsin.yaml:14:92: custom_signs.loud.text: must be one line without <, >, &, *, ~ and ` + "`",
		`tocsin.yaml:14:113: custom_signs.loud.actions[0]: "call_costumer" is not one of ` + strings.Join(detectors.Actions(), ", ") + `; did you mean "call_customer"?`,
		`tocsin.yaml:15:17: custom_signs.wrong.when: 5 is not text; quote it`,
		`tocsin.yaml:15:27: custom_signs.wrong.level: "high" is not one of info, warning, critical`,
		`tocsin.yaml:15:33: custom_signs.wrong: unknown key "txt"; did you mean "text"?`,
		`tocsin.yaml:16:9: custom_signs.list: is a list, not a block of keys`,
		`tocsin.yaml:18:71: segments[0].typo.hold_days: 100 is not between 0 and 90`,
		`tocsin.yaml:18:77: segments[0].detectors: unknown key "typpo"; did you mean "typo"?`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

const growingDebt = `custom_signs:
  growing_debt: {when: receivables > 500, level: warning, clear: receivables < 400, hold_days: 7, text: 'Owes {receivables}', actions: [call_customer]}
  climbing: {info: overdue > 1, critical: overdue > 2, mode: shadow, text: 'Owes "more"'}
`

func TestCustomSignsAreReadAndWrittenAlike(t *testing.T) {
	c := accepted(t, growingDebt)
	want := []detectors.CustomSign{
		{
			Signal: "climbing", When: [...]string{"", "overdue > 1", "", "overdue > 2"}, Mode: detectors.Shadow, Text: `Owes "more"`,
		},
		{
			Signal: "growing_debt", When: [...]string{"", "", "receivables > 500", ""}, Clear: "receivables < 400", HoldDays: 7,
			Mode: detectors.Live, Text: "Owes {receivables}", Actions: []string{"call_customer"},
		},
	}
	if diff := cmp.Diff(want, customSigns(c.Rules.Signs)); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
	again := accepted(t, string(c.canonical()))
	if again.version() != c.version() {
		t.Errorf("what is written is read as another configuration:\n%s\n%s", c.canonical(), again.canonical())
	}
	other := accepted(t, strings.Replace(growingDebt, "500", "501", 1))
	if other.version() == c.version() {
		t.Error("another threshold has the same version")
	}
}

func TestSegmentsMayNameSignsThatStandBelowThemOrInTheEnvironment(t *testing.T) {
	segment := "segments: [{when: 'country == \"GB\"', detectors: {growing_debt: {mode: off}}}]\n"
	accepted(t, segment+growingDebt)
	c := accepted(t, segment, "TOCSIN_CUSTOM_SIGNS={growing_debt: {when: receivables > 1, level: info, text: Owes}}")
	if got := len(c.Rules.Signs); got != 1 {
		t.Errorf("got %d signs, want one", got)
	}
	got := refusals(t, segment+growingDebt, "TOCSIN_CUSTOM_SIGNS={other: {when: receivables > 1, level: info, text: Owes}}")
	if len(got) != 1 || !strings.Contains(got[0], `unknown key "growing_debt"`) {
		t.Errorf("got %q, want the segment's sign unknown: the environment wins", got)
	}
}

func TestTheMeaningOfCustomSignsNamesEveryFeature(t *testing.T) {
	doc := signsDoc()
	for _, name := range detectors.FeatureNames() {
		if !strings.Contains(doc, " "+name) {
			t.Errorf("%s is not in the meaning of custom_signs", name)
		}
	}
}
