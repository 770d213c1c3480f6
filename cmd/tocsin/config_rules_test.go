package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tocsin/detectors"
)

func TestFaultsOfDetectorsAndSegmentsHaveTheirPlace(t *testing.T) {
	got := refusals(t, `detectors:
  overdue: {mode: lve, info_days: 5, warning_days: 400}
  overdeu: {info_days: 5}
  limit_breach:
    near_ratio: high
    neer_ratio: 0.8
  limit_review_due: {policy: zer}
segments:
  - when: 'segment == "key_account"'
    detectors: {overdue: {warning_days: 4500, grace: 1}, overdeu: {}}
  - {when: 'turnover > 5', detectors: {}}
  - {detectors: {overdue: {mode: off}}}
  - {when: 5, for: x}
`)
	want := []string{
		`tocsin.yaml:2:19: overdue.mode: "lve" is not one of live, shadow, off; did you mean "live"?`,
		`tocsin.yaml:2:52: overdue.warning_days: 400 is not between 0 and 180`,
		`tocsin.yaml:3:3: detectors: unknown key "overdeu"; did you mean "overdue"?`,
		`tocsin.yaml:5:17: limit_breach.near_ratio: "high" is not a number`,
		`tocsin.yaml:6:5: limit_breach: unknown key "neer_ratio"; did you mean "near_ratio"?`,
		`tocsin.yaml:7:30: limit_review_due.policy: "zer" is not one of warn, zero; did you mean "zero"?`,
		`tocsin.yaml:10:41: segments[0].overdue.warning_days: 4500 is not between 0 and 180`,
		`tocsin.yaml:10:47: segments[0].overdue: unknown key "grace"`,
		`tocsin.yaml:10:58: segments[0].detectors: unknown key "overdeu"; did you mean "overdue"?`,
		`tocsin.yaml:11:13: segments[1].when: unknown name turnover`,
		`tocsin.yaml:12:5: segments[2]: has no condition: when is missing`,
		`tocsin.yaml:13:12: segments[3].when: 5 is not text; quote it`,
		`tocsin.yaml:13:15: segments[3]: unknown key "for"`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestThresholdsThatDoNotFitEachOtherAreRefused(t *testing.T) {
	tests := []struct {
		body, want string
		environ    []string
	}{
		{body: "detectors: {overdue: {warning_days: 70}}",
			want: `tocsin.yaml:1:37: overdue.warning_days: critical_days: 60 is below warning_days, which is 70`},
		{body: "detectors: {overdue: {critical_days: 20}}",
			want: `tocsin.yaml:1:38: overdue.critical_days: 20 is below warning_days, which is 30`},
		{body: "segments: [{when: 'true', detectors: {overdue: {info_days: 31}}}]",
			want: `tocsin.yaml:1:60: segments[0].overdue: warning_days: 30 is below info_days, which is 31`},
		{environ: []string{"TOCSIN_DETECTORS_OVERDUE_CRITICAL_DAYS=3"},
			want: `TOCSIN_DETECTORS_OVERDUE_CRITICAL_DAYS: overdue.critical_days: 3 is below warning_days, which is 30`},
	}
	for _, tt := range tests {
		if got := refusals(t, tt.body, tt.environ...); len(got) != 1 || got[0] != tt.want {
			t.Errorf("%s: got %q, want %q", tt.body, got, tt.want)
		}
	}
}

func TestARatherLongConditionKeepsItsPlaceInsideTheText(t *testing.T) {
	for _, tt := range []struct{ body, place string }{
		{"segments: [{when: 'country == \"GB\" and sgment == \"x\"'}]", "tocsin.yaml:1:40:"},
		{"segments: [{when: country == 'GB' and sgment == 'x'}]", "tocsin.yaml:1:39:"},
		{"segments:\n  - when: |\n      country == 'GB' and sgment == 'x'\n", "tocsin.yaml:2:11:"},
	} {
		if got := refusals(t, tt.body); len(got) != 1 || !strings.HasPrefix(got[0], tt.place) {
			t.Errorf("%q: got %q, want one fault at %s", tt.body, got, tt.place)
		}
	}
}

func TestDetectorsAreSetByFileAndEnvironment(t *testing.T) {
	c := accepted(t, "detectors: {overdue: {mode: shadow, warning_days: 40}, limit_breach: {mode: off}}\n"+
		"segments: [{when: 'country == \"GB\"', detectors: {overdue: {mode: live, info_days: 7}}}]\n",
		"TOCSIN_DETECTORS_OVERDUE_WARNING_DAYS=45", "TOCSIN_DETECTORS_OVERDUE_RATIO_MODE=off")
	wantBase := []detectors.Override{
		{Signal: "limit_breach", Key: "mode", Value: "off"},
		{Signal: "overdue", Key: "mode", Value: "shadow"},
		{Signal: "overdue", Key: "warning_days", Value: "45"},
		{Signal: "overdue_ratio", Key: "mode", Value: "off"},
	}
	if diff := cmp.Diff(wantBase, c.overrides()); diff != "" {
		t.Errorf("base (-want +got):\n%s", diff)
	}
	wantSegments := []detectors.Segment{{When: `country == "GB"`, Overrides: []detectors.Override{
		{Signal: "overdue", Key: "mode", Value: "live"}, {Signal: "overdue", Key: "info_days", Value: "7"},
	}}}
	if diff := cmp.Diff(wantSegments, segmentsOf(c.Rules.Segments)); diff != "" {
		t.Errorf("segments (-want +got):\n%s", diff)
	}
}

func TestSegmentsComeFromTheEnvironmentToo(t *testing.T) {
	c := accepted(t, "", `TOCSIN_SEGMENTS=[{when: 'kind == "person"', detectors: {overdue: {mode: off}}}]`)
	if got := segmentsOf(c.Rules.Segments); len(got) != 1 || got[0].When != `kind == "person"` {
		t.Errorf("got segments %v, want one for persons", got)
	}
	got := refusals(t, "", `TOCSIN_SEGMENTS=[{when: 'kindd == 1'}]`)
	want := `TOCSIN_SEGMENTS: segments[0].when: unknown name kindd`
	if len(got) != 1 || got[0] != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
