package routing

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

func money(minor int64, code string) state.Money {
	c, _ := state.ParseCurrency(code)
	return state.Money{Minor: minor, Currency: c}
}

// acme is a key account with a critical breach and an overdue invoice, in li.wei's hands.
func acme() *alerts.CaseMessage {
	return &alerts.CaseMessage{
		CaseID: "1", Seq: 1, Customer: "C-1", Segment: "key_account", State: alerts.CaseOpen, Severity: detectors.Critical, MoneyAtRisk: money(10_000_000, "EUR"),
		Alerts: []alerts.CaseAlert{{Signal: "limit_breach", Level: detectors.Critical}, {Signal: "overdue", Level: detectors.Warning}},
		Task:   alerts.CaseTask{Owner: "li.wei"},
	}
}

func TestARouteAsksForEachOfItsConditions(t *testing.T) {
	for _, tt := range []struct {
		name  string
		route Route
		want  bool
	}{
		{"nothing is asked", Route{}, true},
		{"the segment", Route{Segments: []string{"retail", "key_account"}}, true},
		{"another segment", Route{Segments: []string{"retail"}}, false},
		{"the owner", Route{Owners: []string{"li.wei"}}, true},
		{"another owner", Route{Owners: []string{"ana"}}, false},
		{"a signal of the second alert", Route{Signals: []string{"overdue"}}, true},
		{"a signal that is quiet", Route{Signals: []string{"contact_lost"}}, false},
		{"as grave", Route{Severity: detectors.Critical}, true},
		{"graver than asked", Route{Severity: detectors.Warning}, true},
		{"exactly the amount", Route{AtRisk: money(10_000_000, "EUR")}, true},
		{"a cent more", Route{AtRisk: money(10_000_001, "EUR")}, false},
		{"another currency", Route{AtRisk: money(1, "CNY")}, false},
		{"all at once", Route{Segments: []string{"key_account"}, Owners: []string{"li.wei"}, Severity: detectors.Critical, AtRisk: money(1, "EUR")}, true},
		{"all but one", Route{Segments: []string{"key_account"}, Owners: []string{"ana"}, Severity: detectors.Critical}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.route.Channels = []string{"#a", "#b"}
			table := Table{Routes: []Route{tt.route}, Channel: "#default"}
			want := []string{"#default"}
			if tt.want {
				want = tt.route.Channels
			}
			if got := table.Channels(acme()); !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestACaseOfWhichLittleIsKnownFitsNothingThatIsAsked(t *testing.T) {
	bare := &alerts.CaseMessage{CaseID: "1", Seq: 1, Severity: detectors.Warning}
	for _, r := range []Route{
		{Segments: []string{"retail"}}, {Owners: []string{"ana"}}, {Signals: []string{"overdue"}}, {Severity: detectors.Critical}, {AtRisk: money(1, "EUR")},
	} {
		if r.fits(bare) {
			t.Errorf("%+v fits a case that has nothing of it", r)
		}
	}
}

func TestTheFirstRouteWins(t *testing.T) {
	table := Table{Channel: "#default", Routes: []Route{
		{Severity: detectors.Critical, Segments: []string{"retail"}, Channels: []string{"#first"}},
		{Severity: detectors.Critical, Channels: []string{"#second"}},
		{Channels: []string{"#third"}},
	}}
	if got := table.Of(acme()); got != 1 {
		t.Errorf("got route %d, want 1", got)
	}
	calm := acme()
	if calm.Severity = detectors.Warning; table.Of(calm) != 2 {
		t.Errorf("got route %d of a warning, want 2", table.Of(calm))
	}
}

func TestWhoIsAwayHasADeputy(t *testing.T) {
	day := func(d int) state.Date { return state.DateOf(2026, 12, d) }
	table := Table{Absences: []Absence{
		{"li.wei", "ana", day(1), day(5)}, {"li.wei", "bo", day(20), day(31)}, {"ana", "bo", day(4), day(4)},
		{"cy", "di", day(1), day(9)}, {"di", "cy", day(5), day(9)},
	}}
	for _, tt := range []struct {
		who  string
		on   int
		want string
	}{
		{"li.wei", 1, "ana"}, {"li.wei", 3, "ana"}, {"li.wei", 4, "bo"}, {"li.wei", 5, "ana"}, {"li.wei", 6, ""}, {"li.wei", 20, "bo"},
		{"ana", 3, ""}, {"ana", 4, "bo"}, {"bo", 4, ""}, {"cy", 4, "di"}, {"cy", 5, ""}, {"di", 5, ""}, {"", 1, ""},
	} {
		if got := table.Deputy(tt.who, day(tt.on)); got != tt.want {
			t.Errorf("%q on day %d: got deputy %q, want %q", tt.who, tt.on, got, tt.want)
		}
	}
}

// Whoever stands in is there, whatever absences people have entered.
func TestADeputyIsNeverAway(t *testing.T) {
	people := []string{"a", "b", "c", "d"}
	rapid.Check(t, func(t *rapid.T) {
		var table Table
		for range rapid.IntRange(0, 6).Draw(t, "absences") {
			from := state.Date(rapid.IntRange(1, 9).Draw(t, "from"))
			table.Absences = append(table.Absences, Absence{
				rapid.SampledFrom(people).Draw(t, "who"), rapid.SampledFrom(people).Draw(t, "deputy"), from, from + state.Date(rapid.IntRange(0, 5).Draw(t, "days")),
			})
		}
		on, who := state.Date(rapid.IntRange(0, 15).Draw(t, "on")), rapid.SampledFrom(people).Draw(t, "of")
		away := func(who string) bool {
			return slices.ContainsFunc(table.Absences, func(a Absence) bool { return a.Who == who && a.From <= on && on <= a.Until })
		}
		switch deputy := table.Deputy(who, on); {
		case deputy != "" && away(deputy):
			t.Fatalf("%s stands in for %s and is away", deputy, who)
		case deputy != "" && !away(who):
			t.Fatalf("%s stands in for %s, who is there", deputy, who)
		}
	})
}
