package detectors

import (
	"strings"
	"testing"

	"tocsin/state"
)

func compiled(t testing.TB, c Config) *Set {
	t.Helper()
	set, faults := NewSet(c)
	for _, f := range faults {
		t.Fatalf("segment %d, key %d: %v", f.Segment, f.Override, f.Err)
	}
	return set
}

// viewOf is a customer of a profile who owes something on a day.
func viewOf(p *state.Profile, day string) *state.View {
	b := owing("100")
	if p != nil {
		b = b.add(p)
	}
	return b.at(date(day)).View
}

func warningDays(rules []Rule) string {
	if r := find(rules, "overdue"); r != nil {
		return r.Params()[1].String()
	}
	return "off"
}

func TestTheFirstSegmentThatMatchesWins(t *testing.T) {
	set := compiled(t, Config{
		Overrides: []Override{{"overdue", "warning_days", "20"}},
		Segments: []Segment{
			{When: `segment == "key" and country in ["DE", "AT"]`, Overrides: []Override{{"overdue", "warning_days", "45"}}},
			{When: `segment == "key"`, Overrides: []Override{{"overdue", "warning_days", "40"}}},
			{When: `status == "blocked" or credit_manager startsWith "li."`, Overrides: []Override{{"overdue", "mode", "off"}}},
			{When: `kind == "public_body" and not (account_owner == "")`, Overrides: []Override{{"overdue", "warning_days", "50"}}},
		},
	})
	for _, c := range []struct {
		name    string
		profile *state.Profile
		want    string
	}{
		{"no profile", nil, "20"},
		{"no match", &state.Profile{Country: "FR", Segment: "small"}, "20"},
		{"the first", &state.Profile{Country: "AT", Segment: "key"}, "45"},
		{"the second", &state.Profile{Country: "FR", Segment: "key"}, "40"},
		{"the first of two", &state.Profile{Country: "FR", Segment: "key", Status: state.ProfileBlocked}, "40"},
		{"off", &state.Profile{Country: "FR", Status: state.ProfileBlocked}, "off"},
		{"off by manager", &state.Profile{Country: "FR", CreditManager: "li.wei"}, "off"},
		{"a kind stands above the base", &state.Profile{Country: "FR", Type: state.ProfilePublicBody}, "60"},
		{"a segment above the kind", &state.Profile{Country: "FR", Type: state.ProfilePublicBody, AccountOwner: "x"}, "50"},
	} {
		rules, daily := set.For(viewOf(c.profile, "2025-03-03"))
		if got := warningDays(rules); got != c.want || daily {
			t.Errorf("%s: got %s, daily %v, want %s", c.name, got, daily, c.want)
		}
	}
}

func TestKindsBringTheirExceptions(t *testing.T) {
	set := compiled(t, Config{})
	count := len(Defaults())
	for _, c := range []struct {
		kind     state.ProfileType
		rules    int
		registry bool
		overdue  string
	}{
		{state.ProfileTypeUnset, count, true, "30"},
		{state.ProfileCompany, count, true, "30"},
		{state.ProfilePerson, count, true, "30"},
		{state.ProfilePublicBody, count - 1, false, "60"},
		{state.ProfileIntercompany, 0, false, "off"},
	} {
		rules, _ := set.For(viewOf(&state.Profile{Country: "DE", Type: c.kind}, "2025-03-03"))
		if len(rules) != c.rules || (find(rules, "adverse_registry") != nil) != c.registry || warningDays(rules) != c.overdue {
			t.Errorf("kind %d: got %d rules, overdue %s, want %d, %s", c.kind, len(rules), warningDays(rules), c.rules, c.overdue)
		}
	}
}

func TestACustomerWithoutACurrencyHasOnlyItsRegistry(t *testing.T) {
	rules, _ := compiled(t, Config{}).For(newBooks(&state.Profile{Country: "DE"}).at(date("2025-03-03")).View)
	if len(rules) != 1 || rules[0].Sign.Signal != "adverse_registry" {
		t.Errorf("got %v, want adverse_registry", rules)
	}
}

func TestConditionsOnTimeAreAskedDaily(t *testing.T) {
	set := compiled(t, Config{Segments: []Segment{
		{When: `segment == "key"`, Overrides: []Override{{"overdue", "warning_days", "50"}}},
		{When: `customer_since_days < 180`, Overrides: []Override{{"overdue", "warning_days", "10"}}},
		{When: `customer_class != "new"`, Overrides: []Override{{"overdue", "warning_days", "11"}}},
	}})
	since := func(day, segment string) *state.Profile {
		return &state.Profile{Country: "DE", Segment: segment, CustomerSince: date(day)}
	}
	for _, c := range []struct {
		name    string
		profile *state.Profile
		want    string
		daily   bool
	}{
		{"179 days", since("2024-09-05", ""), "10", true},
		{"180 days", since("2024-09-04", ""), "30", true},
		{"not known", &state.Profile{Country: "DE"}, "30", true},
		{"decided before time counts", since("2025-03-01", "key"), "50", false},
	} {
		rules, daily := set.For(viewOf(c.profile, "2025-03-03"))
		if got := warningDays(rules); got != c.want || daily != c.daily {
			t.Errorf("%s: got %s, daily %v, want %s, %v", c.name, got, daily, c.want, c.daily)
		}
	}
}

func TestRememberedAnswersAreBounded(t *testing.T) {
	set := compiled(t, Config{Segments: []Segment{{When: `customer_since_days < 180`, Overrides: []Override{{"overdue", "warning_days", "10"}}}}})
	customer := newBooks(invoice("INV-1", "100", "1970-01-01", "1970-01-31"), &state.Profile{Country: "DE", CustomerSince: 1}).customer()
	for day := state.Date(1); day < 3*mostAnswers; day++ {
		rules, _ := set.For(customer.View(ledger(), day))
		if got, want := warningDays(rules), map[bool]string{true: "10", false: "30"}[day-1 < 180]; got != want {
			t.Fatalf("day %d: got %s, want %s", day, got, want)
		}
	}
	if got := len(set.segments.answer); got > mostAnswers {
		t.Errorf("%d answers are remembered, want at most %d", got, mostAnswers)
	}
}

func TestModesAndHoldsArePartOfARule(t *testing.T) {
	set := compiled(t, Config{Overrides: []Override{
		{"overdue", "mode", "shadow"}, {"limit_breach", "mode", "off"}, {"overdue_ratio", "hold_days", "3"},
	}})
	rules, _ := set.For(viewOf(nil, "2025-03-03"))
	if got := find(rules, "overdue").Mode; got != Shadow {
		t.Errorf("overdue: got %v, want shadow", got)
	}
	if find(rules, "limit_breach") != nil {
		t.Error("limit_breach is off and judged")
	}
	if got := find(rules, "overdue_ratio").HoldDays; got != 3 {
		t.Errorf("overdue_ratio: got %d hold days, want 3", got)
	}
	if got := find(rules, "limit_missing").HoldDays; got != 14 {
		t.Errorf("limit_missing: got %d hold days, want 14", got)
	}
}

func TestChoosingRulesAllocatesNothing(t *testing.T) {
	segments := []Segment{{When: `segment == "key"`}, {When: `country == "FR"`}}
	set, view := compiled(t, Config{Segments: segments}), viewOf(&state.Profile{Country: "DE"}, "2025-03-03")
	set.For(view)
	if got := testing.AllocsPerRun(100, func() { set.For(view) }); got != 0 {
		t.Errorf("got %v allocations, want 0", got)
	}
}

// FuzzCondition: whatever an analyst writes is refused with a position or judges a customer without a panic.
func FuzzCondition(f *testing.F) {
	for _, seed := range []string{
		`segment == "key"`, `customer_since_days in [1, 2]`, `not (country == "DE")`, `1 == 1 and true`, `segment in country`,
		`"a" contains segment`, `- 1 < 2`, `segment not in ["a"]`, `customer_since_days in "x"`, `segment in [1]`,
	} {
		f.Add(seed)
	}
	customer := traitsOf(viewOf(&state.Profile{Country: "DE", Segment: "key", CustomerSince: 1}, "2025-03-03"))
	f.Fuzz(func(t *testing.T, when string) {
		c, err := compileCondition(when)
		if err != nil {
			if at := err.(*ConditionError); at.Line < 1 || at.Column < 1 || strings.TrimSpace(at.Problem) == "" {
				t.Errorf("%q: %+v", when, at)
			}
			return
		}

		if first, again := c.holds(customer), c.holds(customer); first != again {
			t.Errorf("%q: two answers", when)
		}
	})
}
