package detectors

import (
	"fmt"
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
		chosen := set.For(viewOf(c.profile, "2025-03-03"))
		if got := warningDays(chosen.Rules); got != c.want || chosen.Next != 0 || chosen.Inputs != state.InputProfile {
			t.Errorf("%s: got %s, next %v, inputs %b, want %s and the profile alone", c.name, got, chosen.Next, chosen.Inputs, c.want)
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
		rules := set.For(viewOf(&state.Profile{Country: "DE", Type: c.kind}, "2025-03-03")).Rules
		if len(rules) != c.rules || (find(rules, "adverse_registry") != nil) != c.registry || warningDays(rules) != c.overdue {
			t.Errorf("kind %d: got %d rules, overdue %s, want %d, %s", c.kind, len(rules), warningDays(rules), c.rules, c.overdue)
		}
	}
}

func TestACustomerWithoutACurrencyHasOnlyItsRegistry(t *testing.T) {
	rules := compiled(t, Config{}).For(newBooks(&state.Profile{Country: "DE"}).at(date("2025-03-03")).View).Rules
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
	today := date("2025-03-03")
	for _, c := range []struct {
		name    string
		profile *state.Profile
		want    string
		next    state.Date
	}{
		{"179 days", since("2024-09-05", ""), "10", today + 1},
		{"180 days", since("2024-09-04", ""), "30", today + 1},
		{"not known", &state.Profile{Country: "DE"}, "30", today + 1},
		{"decided before time counts", since("2025-03-01", "key"), "50", 0},
	} {
		chosen := set.For(viewOf(c.profile, "2025-03-03"))
		if got := warningDays(chosen.Rules); got != c.want || chosen.Next != c.next {
			t.Errorf("%s: got %s, next %v, want %s, %v", c.name, got, chosen.Next, c.want, c.next)
		}
	}
}

func TestConditionsOnTheClassRestOnTheReceivables(t *testing.T) {
	set := compiled(t, Config{Segments: []Segment{
		{When: `segment == "key"`, Overrides: []Override{{"overdue", "warning_days", "50"}}},
		{When: `customer_class == "new"`, Overrides: []Override{{"overdue", "warning_days", "10"}}},
		{When: `customer_class == "core"`, Overrides: []Override{{"overdue", "warning_days", "20"}}},
	}})
	settledInvoices := func(n int) *state.Customer {
		b := newBooks(invoice("INV-0", "100", "2025-01-06", "2025-02-05"))
		for i := range n {
			id := fmt.Sprint("INV-", i+1)
			b = b.add(invoice(id, "100", "2025-01-07", "2025-02-06"), payment("PAY-"+id, "100", "2025-02-03", id+" 100"))
		}
		return b.customer()
	}
	first := date("2025-01-06")
	both := state.InputProfile | state.InputReceivables
	for _, c := range []struct {
		name    string
		settled int
		core    bool
		day     state.Date
		want    Choice
		warning string
	}{
		{"of 179 days", 6, false, first + 179, Choice{Inputs: both, Next: first + 180}, "10"},
		{"of 180 days", 6, false, first + 180, Choice{Inputs: both}, "30"},
		{"of five settled invoices", 5, false, first + 400, Choice{Inputs: both}, "10"},
		{"core though new", 5, true, first + 10, Choice{Inputs: both, Next: first + 180}, "20"},
	} {
		customer := settledInvoices(c.settled)
		customer.Weigh(c.core)
		got := set.For(customer.View(ledger(), c.day))
		if days := warningDays(got.Rules); days != c.warning || got.Inputs != c.want.Inputs || got.Next != c.want.Next {
			t.Errorf("%s: got %s, inputs %b, next %v, want %s, %b, %v", c.name, days, got.Inputs, got.Next, c.warning, c.want.Inputs, c.want.Next)
		}
	}
	if !set.ReadsClass() || compiled(t, Config{}).ReadsClass() {
		t.Errorf("reads the class: got %v, and %v without segments, want only the first", set.ReadsClass(), compiled(t, Config{}).ReadsClass())
	}
}

func TestRememberedAnswersAreBounded(t *testing.T) {
	set := compiled(t, Config{Segments: []Segment{{When: `customer_since_days < 180`, Overrides: []Override{{"overdue", "warning_days", "10"}}}}})
	customer := newBooks(invoice("INV-1", "100", "1970-01-01", "1970-01-31"), &state.Profile{Country: "DE", CustomerSince: 1}).customer()
	for day := state.Date(1); day < 3*mostAnswers; day++ {
		rules := set.For(customer.View(ledger(), day)).Rules
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
	rules := set.For(viewOf(nil, "2025-03-03")).Rules
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
