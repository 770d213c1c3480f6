package detectors

import (
	"testing"

	"tocsin/state"
)

// setting is a key of a signal as a customer of a profile is judged by it.
func setting(t *testing.T, trace Trace, signal, key string) (value string, from Layer) {
	t.Helper()
	for _, traced := range trace.Rules {
		for _, s := range traced.Settings {
			if traced.Rule.Sign.Signal == signal && s.Name == key {
				return s.String(), s.From
			}
		}
	}
	t.Fatalf("%s has no %s", signal, key)
	return "", 0
}

func TestEverySettingTellsWhereItComesFrom(t *testing.T) {
	set := compiled(t, Config{
		Overrides: []Override{{"overdue", "info_days", "7"}, {"overdue", "critical_days", "70"}, {"limit_breach", "mode", "shadow"}, {"overdue_ratio", "hold_days", "3"}},
		Segments: []Segment{
			{When: `segment == "other"`, Overrides: []Override{{"overdue", "info_days", "9"}}},
			{When: `segment == "key"`, Overrides: []Override{{"overdue", "critical_days", "90"}, {"overdue_ratio", "mode", "off"}}},
		},
	})
	company := set.Trace(viewOf(&state.Profile{Country: "DE"}, "2025-03-03"))
	public := set.Trace(viewOf(&state.Profile{Country: "DE", Type: state.ProfilePublicBody, Segment: "key"}, "2025-03-03"))
	if company.Kind != "" || company.Segment != 0 || company.When != "" {
		t.Errorf("got %q, %d, %q, want neither kind nor segment", company.Kind, company.Segment, company.When)
	}
	if public.Kind != "public_body" || public.Segment != 2 || public.When != `segment == "key"` {
		t.Errorf("got %q, %d, %q", public.Kind, public.Segment, public.When)
	}
	for _, c := range []struct {
		trace       Trace
		signal, key string
		value       string
		from        Layer
	}{
		{company, "overdue", "info_days", "7", ByConfiguration},
		{company, "overdue", "warning_days", "30", ByDefault},
		{company, "overdue", "mode", "live", ByDefault},
		{company, "limit_breach", "mode", "shadow", ByConfiguration},
		{company, "overdue_ratio", "hold_days", "3", ByConfiguration},
		{company, "limit_missing", "hold_days", "14", ByDefault},
		{public, "overdue", "info_days", "7", ByConfiguration},
		{public, "overdue", "warning_days", "60", ByKind},
		{public, "overdue", "critical_days", "90", BySegment},
		{public, "overdue_ratio", "mode", "off", BySegment},
		{public, "adverse_registry", "mode", "off", ByKind},
	} {
		if value, from := setting(t, c.trace, c.signal, c.key); value != c.value || from != c.from {
			t.Errorf("%s.%s: got %s by %v, want %s by %v", c.signal, c.key, value, from, c.value, c.from)
		}
	}
}

// A trace is of the rules that judge: those that are not off, with the same settings.
func TestATraceIsOfTheRulesThatJudge(t *testing.T) {
	set := compiled(t, Config{
		Overrides: []Override{{"overdue", "info_days", "7"}, {"limit_missing", "mode", "off"}, {"limit_breach", "mode", "shadow"}},
		Segments:  []Segment{{When: `country == "FR"`, Overrides: []Override{{"overdue", "info_days", "9"}}}},
	})
	for _, p := range []*state.Profile{
		nil, {Country: "DE"}, {Country: "FR"}, {Country: "FR", Type: state.ProfilePublicBody}, {Country: "DE", Type: state.ProfileIntercompany},
	} {
		view := viewOf(p, "2025-03-03")
		rules := set.For(view).Rules
		for _, traced := range set.Trace(view).Rules {
			judges := find(rules, traced.Rule.Sign.Signal)
			if (judges == nil) != (traced.Rule.Mode == Off) {
				t.Errorf("%+v: %s is traced as %v", p, traced.Rule.Sign.Signal, traced.Rule.Mode)
			}
			if judges == nil {
				continue
			}
			for i, own := range judges.Params() {
				if got := traced.Settings[i+1]; got.Name != own.Name || got.String() != own.String() {
					t.Errorf("%+v: %s.%s is %s, traced as %s", p, traced.Rule.Sign.Signal, own.Name, own.String(), got.String())
				}
			}
			if judges.Mode != traced.Rule.Mode {
				t.Errorf("%+v: %s: got %v, traced as %v", p, traced.Rule.Sign.Signal, judges.Mode, traced.Rule.Mode)
			}
		}
	}
}
