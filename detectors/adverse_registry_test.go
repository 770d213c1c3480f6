package detectors

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tocsin/state"
)

var company = state.Identifier{Scheme: "reg", Value: "01234567", Country: "GB"}

func profile() *state.Profile {
	return &state.Profile{Customer: "C-1", Name: "Acme", Country: "GB", Identifiers: []state.Identifier{company}}
}

// news is a fact of a register; subject and amount may be empty.
func news(kind, subject, effective string) *state.RegistryFact {
	return &state.RegistryFact{
		Registry: "gb-companies-house", Identifier: company, Type: kind, SubjectID: subject, Effective: date(effective),
	}
}

// registered is a customer whose facts each became known on a day of their own.
func registered(facts ...learned) *books {
	b := newBooks(profile())
	for _, f := range facts {
		b = b.addKnown(date(f.on), f.fact)
	}
	return b
}

type learned struct {
	on   string
	fact *state.RegistryFact
}

func (l learned) amount(text string) learned { l.fact.Amount = eur(text); return l }
func (l learned) over() learned              { l.fact.Status = state.RegistryEnded; return l }
func (l learned) takenBack() learned         { l.fact.Retracts = state.FlagTrue; return l }

// heard is a fact that became known on its effective date.
func heard(kind, subject, effective string) learned {
	return learned{effective, news(kind, subject, effective)}
}

// T-D10-2.
func TestD102TerminalNewsIsCriticalHoweverLateItIsLearned(t *testing.T) {
	b := registered(learned{"2025-03-03", news("liquidation", "1", "2022-07-27")})
	d := NewAdverseRegistry()
	in := b.at(date("2025-03-03"))
	v := d.Evaluate(in)
	if v.Raise != Critical || v.Reason != classA {
		t.Errorf("got %v %s, want critical CLASS_A", v.Raise, v.Reason)
	}
	if v := d.Evaluate(b.at(date("2025-03-02"))); v.Raise != None || v.Next != date("2025-03-03") {
		t.Errorf("the day before: got %v, next %v, want none, 2025-03-03", v.Raise, v.Next)
	}
	want := Detail{
		Facts: []Fact{ // of an exposure in 2022 nothing is kept
			{"registry_event", "liquidation", ""}, {"class", "CLASS_A", ""}, {"effective_date", "2022-07-27", ""},
			{"first_known_date", "2025-03-03", ""}, {"registry_events", "1", "1"},
		},
		ClearsIf: []Remedy{{Do: "registry_ended", To: None}},
		Actions:  recommended[occasion{"adverse_registry", Critical, classA}],
		Evidence: []string{b.events[1].ID},
	}
	if diff := cmp.Diff(want, d.Describe(in, v)); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

// T-D10-3.
func TestD103TheSameNewsFourTimesIsOneFact(t *testing.T) {
	again := learned{"2025-03-03", news("liquidation", "1", "2022-07-27")}
	b := registered(again, again, again, again)
	in := b.at(date("2025-03-04"))
	if got := len(in.View.RegistryFacts()); got != 1 {
		t.Errorf("got %d facts, want 1", got)
	}
	if v := NewAdverseRegistry().Evaluate(in); v.Raise != Critical {
		t.Errorf("got %v, want critical", v.Raise)
	}
}

func TestRegistryClassesAndWhatEndsThem(t *testing.T) {
	elsewhere := learned{"2025-03-03", news("liquidation", "1", "2025-03-03")}
	elsewhere.fact.Identifier.Value = "99999999"
	limited := limit("100000", "2025-01-01")
	for _, c := range []struct {
		name  string
		facts []learned
		day   string
		want  string // level and reason
	}{
		{"insolvency", []learned{heard("administration", "1", "2025-03-03")}, "2025-03-03", "critical CLASS_A"},
		{"insolvency stands for years", []learned{heard("administration", "1", "2025-03-03")}, "2035-03-03", "critical CLASS_A"},
		{"its case ended", []learned{heard("administration", "1", "2025-03-03"), heard("case_ended", "1", "2025-06-03")}, "2025-06-03", "none "},
		{"the day before it ended", []learned{heard("administration", "1", "2025-03-03"), heard("case_ended", "1", "2025-06-03")}, "2025-06-02", "critical CLASS_A"},
		{"another case ended", []learned{heard("administration", "1", "2025-03-03"), heard("case_ended", "2", "2025-06-03")}, "2025-06-03", "critical CLASS_A"},
		{"every case ended", []learned{heard("administration", "1", "2025-03-03"), heard("case_ended", "", "2025-06-03")}, "2025-06-03", "none "},
		{"an end from before", []learned{heard("case_ended", "1", "2025-02-03"), heard("administration", "1", "2025-03-03")}, "2025-06-03", "critical CLASS_A"},
		{"restored", []learned{heard("dissolved", "", "2025-03-03"), heard("restored", "", "2025-06-03")}, "2025-06-03", "none "},
		{"restored is no end of a petition", []learned{heard("winding_up_petition", "1", "2025-03-03"), heard("restored", "", "2025-06-03")}, "2025-06-03", "critical B1"},
		{"the case of a petition ended", []learned{heard("winding_up_petition", "1", "2025-03-03"), heard("case_ended", "1", "2025-06-03")}, "2025-06-03", "none "},
		{"severe", []learned{heard("winding_up_petition", "1", "2025-03-03")}, "2025-03-03", "critical B1"},
		{"severe until its last day", []learned{heard("winding_up_petition", "1", "2025-03-03")}, "2026-03-02", "critical B1"},
		{"severe for 365 days", []learned{heard("winding_up_petition", "1", "2025-03-03")}, "2026-03-03", "none "},
		{"severe, learned late", []learned{{"2025-12-01", news("moratorium", "1", "2025-03-03")}}, "2025-12-01", "critical B1"},
		{"severe, learned too late", []learned{{"2026-03-03", news("moratorium", "1", "2025-03-03")}}, "2026-03-03", "none "},
		{"strike-off discontinued", []learned{heard("strike_off_compulsory", "9", "2025-03-03"), heard("strike_off_discontinued", "", "2025-04-03")}, "2025-04-03", "none "},
		{"removed from the list", []learned{heard("dishonest_debtor", "7", "2025-03-03"), heard("removed_from_list", "", "2025-04-03")}, "2025-04-03", "none "},
		{"insurer's limit cancelled", []learned{heard("insurer_limit_cancelled", "", "2025-03-03")}, "2025-03-03", "critical B1"},
		{"ended by the register", []learned{heard("moratorium", "1", "2025-03-03"), learned{"2025-04-03", news("moratorium", "1", "2025-03-03")}.over()}, "2025-04-03", "none "},
		{"the day before that was known", []learned{heard("moratorium", "1", "2025-03-03"), learned{"2025-04-03", news("moratorium", "1", "2025-03-03")}.over()}, "2025-04-02", "critical B1"},
		{"taken back, it never was", []learned{heard("moratorium", "1", "2025-03-03"), learned{"2025-04-03", news("moratorium", "1", "2025-03-03")}.takenBack()}, "2025-04-02", "none "},
		{"effective later than known", []learned{{"2025-03-03", news("moratorium", "1", "2025-03-10")}}, "2025-03-09", "none "},
		{"effective", []learned{{"2025-03-03", news("moratorium", "1", "2025-03-10")}}, "2025-03-10", "critical B1"},
		{"terminal before severe", []learned{heard("moratorium", "1", "2025-03-03"), heard("liquidation", "1", "2025-03-03")}, "2025-03-03", "critical CLASS_A"},
		{"serious", []learned{heard("strike_off_voluntary", "1", "2025-03-03")}, "2025-03-03", "warning B2"},
		{"soft", []learned{heard("director_change", "1", "2025-03-03")}, "2025-03-03", "info C"},
		{"unknown kinds are soft", []learned{heard("eaten_by_bears", "1", "2025-03-03")}, "2025-03-03", "info C"},
		{"another company", []learned{elsewhere}, "2025-03-03", "none "},
		{"enforcement of 5 % of the limit", []learned{heard("enforcement", "1", "2025-03-03").amount("5000")}, "2025-03-03", "critical B1"},
		{"enforcement of a cent less", []learned{heard("enforcement", "1", "2025-03-03").amount("4999.99")}, "2025-03-03", "warning B2"},
		{"enforcement of an unknown amount", []learned{heard("enforcement", "1", "2025-03-03")}, "2025-03-03", "warning B2"},
		{"three within 180 days", []learned{heard("enforcement", "1", "2025-03-03"), heard("enforcement", "2", "2025-04-03"), heard("enforcement", "3", "2025-08-29")}, "2025-08-29", "critical B1"},
		{"three in 180 days to the day", []learned{heard("enforcement", "1", "2025-03-03"), heard("enforcement", "2", "2025-04-03"), heard("enforcement", "3", "2025-08-30")}, "2025-08-30", "critical B2"},
		{"one of three is over", []learned{
			heard("enforcement", "1", "2025-03-03"), heard("enforcement", "2", "2025-04-03"), heard("enforcement", "3", "2025-05-03"),
			learned{"2025-06-03", news("enforcement", "2", "2025-04-03")}.over(),
		}, "2025-06-03", "critical B2"},
	} {
		checkNews(t, c.name, registered(c.facts...).add(limited).at(date(c.day)), c.want)
	}
}

// checkNews holds what is made of a customer's news against a level and reason.
func checkNews(t *testing.T, name string, in *Input, want string) {
	t.Helper()
	v := NewAdverseRegistry().Evaluate(in)
	if got := v.Raise.String() + " " + v.Reason; got != want || v.Clear != above(v.Raise) {
		t.Errorf("%s: got %s, clear %03b, want %s", name, got, v.Clear, want)
	}
}

func TestEveryKindThatIsEndedIsAKind(t *testing.T) {
	for name, kind := range registryTypes {
		if (kind.class == positive) != (len(kind.ends) > 0) {
			t.Errorf("%s: class %d ends %v", name, kind.class, kind.ends)
		}
		for _, ended := range kind.ends {
			if other, known := registryTypes[ended]; !known || other.class == positive {
				t.Errorf("%s ends %s, which is no adverse kind", name, ended)
			}
		}
	}
	for _, name := range insolvencies {
		if registryTypes[name].class != terminal {
			t.Errorf("%s is not terminal", name)
		}
	}
}
