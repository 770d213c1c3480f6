package alerts

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tocsin/detectors"
	"tocsin/state"
)

func caseOfRisk(n int, severity detectors.Level, money state.Money) *CaseMessage {
	return &CaseMessage{
		CaseID: fmt.Sprint("case-", n), Seq: 3, Customer: state.CustomerID(fmt.Sprintf("C-%02d", n)), Name: fmt.Sprint("Customer ", n), State: CaseOpen,
		Severity: severity, Opened: state.DateOf(2026, 3, 1) + state.Date(n), At: state.DateOf(2026, 5, 1) + state.Date(n), MoneyAtRisk: money,
		Alerts: []CaseAlert{alertOf("overdue", "", detectors.Fact{Name: "days_past_due", Value: "31", Threshold: "30"}), alertOf("limit_missing", "")},
	}
}

// It counts what is open, sums for each currency, and names the worst first, whatever order they come in.
func TestASummaryCountsSumsAndRanks(t *testing.T) {
	cases := []*CaseMessage{
		caseOfRisk(1, detectors.Warning, eur(900_000_00)), caseOfRisk(2, detectors.Critical, eur(5_00)), caseOfRisk(3, detectors.Critical, state.Money{Minor: 400, Currency: yen}),
		caseOfRisk(4, detectors.Critical, eur(5_00)), caseOfRisk(5, detectors.Critical, state.Money{}), caseOfRisk(6, detectors.None, eur(1)),
	}
	cases[5].State = CaseClosed
	for n := range 12 {
		cases = append(cases, caseOfRisk(20+n, detectors.Warning, eur(int64(n)*100)))
	}
	var first []SummaryCase
	for range 3 {
		s := Summary{Seq: 1}
		for i, m := range cases {
			s.Add(m, i == 0)
		}
		if s.Critical != 4 || s.Warning != 13 || s.Cases() != 17 {
			t.Errorf("got %d critical and %d warning, want 4 and 13", s.Critical, s.Warning)
		}
		if want := []state.Money{eur(900_000_00 + 10_00 + 66_00), {Minor: 400, Currency: yen}}; !slices.Equal(s.AtRisk, want) {
			t.Errorf("got %v at risk, want %v", s.AtRisk, want)
		}
		var order []string
		for _, c := range s.Worst {
			order = append(order, string(c.Customer))
		}
		if got, want := strings.Join(order, " "), "C-03 C-02 C-04 C-05 C-01 C-31 C-30 C-29 C-28 C-27"; got != want {
			t.Errorf("got order %s, want %s", got, want)
		}
		if first != nil && !cmp.Equal(first, s.Worst) {
			t.Error("another order of the same cases is another summary")
		}
		first = s.Worst
		slices.Reverse(cases[1:])
	}
}

// What nobody has seen yet has been withheld since it opened; what people have, since it changed.
func TestASummaryTellsSinceWhen(t *testing.T) {
	for seen, want := range map[bool]state.Date{false: state.DateOf(2026, 3, 2), true: state.DateOf(2026, 5, 2)} {
		s := Summary{To: state.DateOf(2026, 6, 1)}
		s.Add(caseOfRisk(1, detectors.Critical, eur(1)), seen)
		if s.From != want {
			t.Errorf("seen %v: got from %v, want %v", seen, s.From, want)
		}
	}
}

func TestASummaryIsReadAsItWasWritten(t *testing.T) {
	s := &Summary{
		SummaryID: SummaryID([]state.MessageKey{{Case: "a", Seq: 1}}), Seq: 1, Why: WhyBehind, From: state.DateOf(2026, 3, 1), To: state.DateOf(2026, 3, 9), KnownAt: 17,
	}
	s.Add(caseOfRisk(1, detectors.Critical, eur(12_34)), false)
	s.Add(caseOfRisk(2, detectors.Warning, state.Money{Minor: 5, Currency: yen}), false)
	again, err := ParseMessage(s.AppendJSON(nil))
	if err != nil || !cmp.Equal(again, Message(s)) {
		t.Errorf("got %v, %v", cmp.Diff(s, again), err)
	}
	for _, body := range []string{`{"kind":"summary"}`, `{"kind":"summary","version":1,"summary_id":"","seq":1}`, `{"kind":"summary","version":2,"summary_id":"a","seq":1}`, `[`} {
		if _, err := ParseMessage([]byte(body)); err == nil {
			t.Errorf("%s: got no error", body)
		}
	}
	other := SummaryID([]state.MessageKey{{Case: "a", Seq: 2}})
	if other == s.SummaryID || len(other) != 32 {
		t.Errorf("got id %s of another message, want one of its own", other)
	}
}

func TestWhoIsErasedLeavesASummary(t *testing.T) {
	s := &Summary{Seq: 1}
	s.Add(caseOfRisk(1, detectors.Critical, eur(9_00)), false)
	s.Add(caseOfRisk(2, detectors.Critical, eur(5_00)), false)
	as := func(id state.CustomerID) (state.CustomerID, bool) {
		return "erased-1", id == "C-01" || id == "erased-1"
	}
	if !s.Unname(as) || s.Seq != 2 {
		t.Errorf("got seq %d, want another wording", s.Seq)
	}
	if text := string(s.AppendJSON(nil)); strings.Contains(text, "C-01") || strings.Contains(text, "Customer 1") || strings.Contains(text, "case-1") || !strings.Contains(text, "Customer 2") {
		t.Errorf("got %s, want nothing of the first and all of the second", text)
	}
	if s.Unname(as) || s.Seq != 2 {
		t.Error("whoever is erased already is erased once more")
	}
}

// What tells of what is systemic keeps its rules, and is worded anew once for each time that people let some go.
func TestASummaryOfWhatIsSystemicSaysWhoLetItGo(t *testing.T) {
	day := state.DateOf(2026, 5, 1)
	withheld := []state.Systemic{{Day: day, Signal: "limit_missing", Risen: 7, Active: 20}, {Day: day, Signal: "overdue", Risen: 9, Active: 20}, {Day: day + 1, Signal: "overdue"}}
	m := caseOfRisk(1, detectors.Critical, eur(12_34))
	m.Alerts[0].Since, m.Alerts[1].LevelSince = day, day
	s := NewNotice(WhySystemic, "#credit", 17, 18)
	s.Add(m, false)
	s.Withhold(m, withheld)
	s.Withhold(m, withheld)
	if !cmp.Equal(s.Rules, withheld[:2]) || s.LetGo() {
		t.Fatalf("got %+v, want the two rules in which it rose", s.Rules)
	}
	amends := func(want bool) {
		t.Helper()
		before := s.Seq
		if got := s.Amend(withheld, 19); got != want || got != (s.Seq > before) {
			t.Errorf("got %v, from wording %d to %d, want %v", got, before, s.Seq, want)
		}
		again, err := ParseMessage(s.AppendJSON(nil))
		if err != nil || !cmp.Equal(again, Message(s)) {
			t.Errorf("got %v, %v", cmp.Diff(s, again), err)
		}
	}
	amends(false)
	withheld[1].By, withheld[1].Released = "ana", 19
	amends(true)
	amends(false)
	if s.LetGo() || English.Why(s) == "" || strings.Contains(English.Why(s), "let go") {
		t.Errorf("while one is withheld: got %q", English.Why(s))
	}
	withheld[0].By, withheld[2].By = "bo", "bo"
	amends(true)
	if !s.LetGo() || !strings.Contains(English.Why(s), "They are let go") {
		t.Errorf("when all are let go: got %q", English.Why(s))
	}
	earlier, err := ParseSummary([]byte(`{"kind":"summary","version":2,"channel":"#credit","summary_id":"a","seq":4,"why":"systemic"}`))
	if err != nil || earlier.LetGo() || earlier.Amend(withheld, 20) {
		t.Errorf("of an earlier program: got %+v, %v, want it left as it is", earlier, err)
	}
}
