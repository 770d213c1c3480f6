package detectors

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tocsin/state"
)

func (l learned) detail(text string) learned { l.fact.Detail = text; return l }
func (l learned) share(text string) learned  { l.fact.Share = text; return l }
func (l learned) notches(n int64) learned    { l.fact.Rating.Notches = n; return l }

// late is a fact that became known on a later day than its effective date.
func late(kind, subject, effective, known string) learned {
	return learned{known, news(kind, subject, effective)}
}

func note(id, on string, sign state.NoteSign) *state.Note {
	return &state.Note{NoteID: id, NoteDate: date(on), Sign: sign}
}

// T-D10-1.
func TestD101TwoSoftKindsWithin90DaysAreAWarning(t *testing.T) {
	b := registered(heard("director_change", "o-1", "2025-04-01").detail("left"), heard("address_change", "", "2025-05-10"))
	for _, c := range []struct{ day, want string }{
		{"2025-03-31", "none "},
		{"2025-04-01", "info C"},
		{"2025-05-09", "info C"},
		{"2025-05-10", "warning C"},
		{"2025-06-29", "warning C"},
		{"2025-06-30", "info C"}, // the first is 90 days old
		{"2025-08-07", "info C"},
		{"2025-08-08", "none "},
	} {
		checkNews(t, c.day, b.at(date(c.day)), c.want)
	}
}

func TestSeriousNews(t *testing.T) {
	day := "2025-03-03"
	for _, c := range []struct {
		name  string
		facts []learned
		day   string
		want  string
	}{
		{"stands for 365 days", []learned{heard("tax_arrears", "1", day)}, "2026-03-02", "warning B2"},
		{"and no longer", []learned{heard("tax_arrears", "1", day)}, "2026-03-03", "none "},
		{"two of one kind within 180 days", []learned{heard("tax_arrears", "1", day), heard("tax_arrears", "2", "2025-08-29")}, "2025-08-29", "critical B2"},
		{"two of two kinds, one subject", []learned{heard("tax_arrears", "1", day), heard("equity_frozen", "1", day)}, day, "critical B2"},
		{"two 180 days apart", []learned{heard("tax_arrears", "1", day), heard("tax_arrears", "2", "2025-08-30")}, "2025-08-30", "warning B2"},
		{"a repeat is no second one", []learned{heard("tax_arrears", "1", day), late("tax_arrears", "1", day, "2025-03-10")}, "2025-03-10", "warning B2"},
		{"two until the first is over", []learned{heard("tax_arrears", "1", day), heard("tax_arrears", "2", "2025-08-29")}, "2026-03-03", "warning B2"},
		{"60 days old when known", []learned{late("tax_arrears", "1", "2025-01-02", day)}, day, "warning B2"},
		{"61 days old when known", []learned{late("tax_arrears", "1", "2025-01-01", day)}, day, "none "},
		{"soft and 61 days old", []learned{late("name_change", "1", "2025-01-01", day)}, day, "none "},
		{"solvent liquidation is no insolvency", []learned{heard("solvent_liquidation", "1", day)}, day, "warning B2"},
		{"a charge that is satisfied", []learned{heard("charge_all_assets", "c-1", day), heard("charge_satisfied", "c-1", "2025-04-03")}, "2025-04-03", "none "},
		{"another charge is satisfied", []learned{heard("charge_all_assets", "c-1", day), heard("charge_satisfied", "c-2", "2025-04-03")}, "2025-04-03", "warning B2"},
		{"voluntary strike-off discontinued", []learned{heard("strike_off_voluntary", "", day), heard("strike_off_discontinued", "", "2025-04-03")}, "2025-04-03", "none "},
		{"severe wins", []learned{heard("tax_arrears", "1", day), heard("moratorium", "1", day)}, day, "critical B1"},
	} {
		checkNews(t, c.name, registered(c.facts...).at(date(c.day)), c.want)
	}
}

// Where what is told of a fact splits its class.
func TestSplitClasses(t *testing.T) {
	day := "2025-03-03"
	for _, c := range []struct {
		name  string
		facts []learned
		day   string
		want  string
	}{
		{"unreachable", []learned{heard("abnormal_list", "", day).detail("unreachable")}, day, "warning B2"},
		{"false information", []learned{heard("abnormal_list", "", day).detail("false_information")}, day, "warning B2"},
		{"late report", []learned{heard("abnormal_list", "", day).detail("late_report")}, day, "info C"},
		{"on a list for no reason told", []learned{heard("abnormal_list", "", day)}, day, "info C"},
		{"off the list", []learned{heard("abnormal_list", "", day), heard("removed_from_list", "", "2025-03-10")}, "2025-03-10", "none "},
		{"sued by a supplier", []learned{heard("lawsuit_defendant", "1", day).detail("supplier_claim")}, day, "warning B2"},
		{"sued for 5 % of the limit", []learned{heard("lawsuit_defendant", "1", day).amount("5000")}, day, "warning B2"},
		{"sued for a cent less", []learned{heard("lawsuit_defendant", "1", day).amount("4999.99")}, day, "info C"},
		{"accounts overdue", []learned{heard("accounts_overdue", "", day)}, "2025-05-31", "info C"},
		{"accounts overdue for 90 days", []learned{heard("accounts_overdue", "", day)}, "2025-06-01", "warning B2"},
		{"accounts overdue for a year", []learned{heard("accounts_overdue", "", day)}, "2026-03-03", "none "},
		{"three quarters change hands", []learned{heard("owner_change", "", day).share("0.75")}, day, "warning B2"},
		{"less changes hands", []learned{heard("owner_change", "", day).share("0.7499999999")}, day, "info C"},
		{"half of the capital goes", []learned{heard("capital_reduced", "", day).share("0.5")}, day, "warning B2"},
		{"less of it goes", []learned{heard("capital_reduced", "", day).share("0.49")}, day, "info C"},
		{"two notches down", []learned{heard("rating_down", "", day).notches(-2)}, day, "warning B2"},
		{"two notches without a sign", []learned{heard("score_down", "", day).notches(2)}, day, "warning B2"},
		{"one notch down", []learned{heard("rating_down", "", day).notches(-1)}, day, "info C"},
		{"a manager leaves", []learned{heard("director_change", "o-1", day).detail("left")}, day, "info C"},
		{"two within 30 days", []learned{heard("director_change", "o-1", day).detail("left"), heard("director_change", "o-2", "2025-04-01").detail("left")}, "2025-04-01", "warning B2"},
		{"two 30 days apart", []learned{heard("director_change", "o-1", day).detail("left"), heard("director_change", "o-2", "2025-04-02").detail("left")}, "2025-04-02", "info C"},
		{"one comes, one leaves", []learned{heard("director_change", "o-1", day).detail("left"), heard("director_change", "o-2", day).detail("joined")}, day, "info C"},
		{"they are one fact of the later date", []learned{heard("director_change", "o-1", day).detail("left"), heard("director_change", "o-2", "2025-04-01").detail("left")}, "2026-03-31", "warning B2"},
		{"which ends with it", []learned{heard("director_change", "o-1", day).detail("left"), heard("director_change", "o-2", "2025-04-01").detail("left")}, "2026-04-01", "none "},
		{"the later date counts towards a second one", []learned{
			heard("director_change", "o-1", day).detail("left"), heard("director_change", "o-2", "2025-04-01").detail("left"), heard("tax_arrears", "1", "2025-09-27"),
		}, "2025-09-27", "critical B2"},
		{"one that was known too late leaves alone", []learned{
			late("director_change", "o-1", "2025-01-01", day).detail("left"), late("director_change", "o-2", "2025-01-20", day).detail("left"),
		}, day, "info C"},
	} {
		checkNews(t, c.name, registered(c.facts...).add(limit("100000", "2025-01-01")).at(date(c.day)), c.want)
	}
}

func TestSoftNews(t *testing.T) {
	day := "2025-03-03"
	for _, c := range []struct {
		name  string
		facts []learned
		notes []*state.Note
		want  string
	}{
		{"two of one kind are one", []learned{heard("name_change", "1", day), heard("name_change", "2", day)}, nil, "info C"},
		{"kinds that nobody knows are one", []learned{heard("eaten_by_bears", "", day), heard("other", "", day)}, nil, "info C"},
		{"a kind that nobody knows and one that is known", []learned{heard("eaten_by_bears", "", day), heard("penalty", "", day)}, nil, "warning C"},
		{"what people noted", nil, []*state.Note{note("n-1", day, state.NoteLayoffs)}, "info C"},
		{"a note without a sign", nil, []*state.Note{note("n-1", day, state.NoteSignUnset)}, "none "},
		{"two notes of one sign", nil, []*state.Note{note("n-1", day, state.NoteLayoffs), note("n-2", day, state.NoteLayoffs)}, "info C"},
		{"two signs", nil, []*state.Note{note("n-1", day, state.NoteLayoffs), note("n-2", day, state.NoteRumour)}, "warning C"},
		{"a note beside news", []learned{heard("name_change", "1", day)}, []*state.Note{note("n-1", "2024-12-04", state.NoteLayoffs)}, "warning C"},
		{"a note that is 90 days old", []learned{heard("name_change", "1", day)}, []*state.Note{note("n-1", "2024-12-03", state.NoteLayoffs)}, "info C"},
		{"good news is none", []learned{heard("restored", "1", day)}, nil, "none "},
	} {
		b := registered(c.facts...)
		for _, n := range c.notes {
			b = b.add(n)
		}
		checkNews(t, c.name, b.at(date(day)), c.want)
	}
}

func TestSoftNewsIsCorroboratedByConduct(t *testing.T) {
	soft, serious := heard("name_change", "1", "2025-03-03"), heard("tax_arrears", "1", "2025-03-03")
	asked := func(facts ...learned) *Input { return registered(facts...).at(date("2025-03-03")) }
	for _, signal := range []string{"payment_slowdown", "broken_promise", "contact_lost", "payment_returned", "partial_payment", "terms_request"} {
		checkNews(t, signal, asked(soft).beside(signal, Warning), "warning CORROBORATED")
		checkNews(t, signal, asked(soft).beside(signal, Critical), "warning CORROBORATED")
		checkNews(t, signal, asked(soft).beside(signal, Info), "info C")
		if !slices.Contains(NewAdverseRegistry().Sign().Reads, signal) {
			t.Errorf("%s is not read", signal)
		}
	}
	checkNews(t, "another signal", asked(soft).beside("overdue", Critical), "info C")
	checkNews(t, "no news", asked().beside("broken_promise", Critical), "none ")
	checkNews(t, "serious news needs nobody", asked(serious).beside("broken_promise", Critical), "warning B2")
	checkNews(t, "nor do two kinds", asked(soft, heard("penalty", "", "2025-03-03")).beside("broken_promise", Critical), "warning C")
}

func TestWhatIsToldOfNews(t *testing.T) {
	b := registered(
		heard("tax_arrears", "1", "2025-03-03"), heard("address_change", "", "2025-03-05"), heard("equity_frozen", "2", "2025-03-10"),
	).add(invoice("INV-1", "1000", "2025-03-04", "2025-06-30"), note("n-1", "2025-03-11", state.NoteRumour))
	in := b.at(date("2025-03-12"))
	d := NewAdverseRegistry()
	want := Detail{
		Facts: []Fact{
			{"registry_event", "equity_frozen", ""}, {"class", "B2", ""}, {"effective_date", "2025-03-10", ""},
			{"first_known_date", "2025-03-10", ""}, {"registry_events", "3", "1"}, {"exposure_then", "1000.00", ""},
			{"serious_events", "2", "2"}, {"note", "rumour", ""},
		},
		MoneyAtRisk: eur("1000"),
		ClearsIf:    []Remedy{{Do: endRegistry, To: Warning}},
		Actions:     []string{"hold_orders", "secure_receivables", "notify_insurer"},
		Evidence:    []string{b.events[3].ID, b.events[1].ID, b.events[2].ID, "n-1"},
	}
	if diff := cmp.Diff(want, d.Describe(in, d.Evaluate(in))); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}

	in = registered(heard("name_change", "1", "2025-03-03")).at(date("2025-03-12")).beside("broken_promise", Critical)
	want = Detail{
		Facts: []Fact{
			{"registry_event", "name_change", ""}, {"class", "C", ""}, {"effective_date", "2025-03-03", ""},
			{"first_known_date", "2025-03-03", ""}, {"registry_events", "1", "1"},
			{"soft_kinds", "1", "2"}, {"corroborated_by", "broken_promise", "warning"},
		},
		ClearsIf: []Remedy{{Do: endRegistry, To: None}},
		Actions:  []string{"update_file", "request_information"},
		Evidence: in.evidence(),
	}
	if diff := cmp.Diff(want, d.Describe(in, d.Evaluate(in))); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

// evidence are the events of the customer's news.
func (in *Input) evidence() (ids []string) {
	for _, f := range in.View.RegistryFacts() {
		ids = append(ids, f.EventID)
	}
	return ids
}

// What would end an alert of news does: the register says of the gravest fact that it is over.
func TestTheEndOfTheGravestNewsBringsTheLevelThatIsTold(t *testing.T) {
	day := date("2025-03-12")
	for _, facts := range [][]learned{
		{heard("liquidation", "1", "2025-03-03")},
		{heard("liquidation", "1", "2025-03-03"), heard("tax_arrears", "1", "2025-03-03")},
		{heard("liquidation", "1", "2025-03-03"), heard("administration", "1", "2025-03-03")},
		{heard("tax_arrears", "1", "2025-03-03"), heard("tax_arrears", "2", "2025-03-03"), heard("penalty", "", "2025-03-04")},
		{heard("name_change", "1", "2025-03-03"), heard("penalty", "", "2025-03-04")},
		{heard("name_change", "1", "2025-03-03")},
		{heard("director_change", "1", "2025-03-03").detail("left"), heard("director_change", "2", "2025-03-04").detail("left")},
	} {
		b, d := registered(facts...), NewAdverseRegistry()
		in := b.at(day)
		v := d.Evaluate(in)
		ways := d.Describe(in, v).ClearsIf
		gravest := in.View.RegistryFacts()[d.reading(in.View, in.View.RegistryFacts(), nil).weigh().gravestFact()]
		over := *gravest.RegistryFact
		over.Status = state.RegistryEnded
		after := d.Evaluate(b.addKnown(day, &over).at(day)).Raise
		if len(ways) == 0 && after == v.Raise {
			continue
		}
		if len(ways) != 1 || ways[0] != (Remedy{Do: endRegistry, To: after}) || after >= v.Raise {
			t.Errorf("%s: got %v, and the end of it leaves %v of %v", gravest.Type, ways, after, v.Raise)
		}
	}
}

func (w registryWeight) gravestFact() int { return w.standing()[0] }
