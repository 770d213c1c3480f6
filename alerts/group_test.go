package alerts

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tocsin/detectors"
	"tocsin/state"
)

func groupTask(customer string, is string, severity detectors.Level, minor int64, due state.Instant) state.TaskRow {
	euro, _ := state.ParseCurrency("EUR")
	t := TaskChange{TaskID: "T-" + customer, Seq: 1, Customer: state.CustomerID(customer), State: is, Severity: severity, Due: due, ChangedAt: 1, MoneyAtRisk: state.Money{Minor: minor, Currency: euro}}
	return state.TaskRow{ID: t.TaskID, Seq: 1, Customer: t.Customer, State: is, Body: t.AppendJSON(nil)}
}

// A group is one work item where two of its tasks or more wait for a person: as grave as the worst of them, due with the first.
func TestAGroupIsOneWorkItemOfItsMembersTasks(t *testing.T) {
	top := func(id state.CustomerID) state.CustomerID { return id[:1] + "-top" }
	rows := []state.TaskRow{
		groupTask("a1", TaskOpen, detectors.Warning, 500, 90), groupTask("a2", TaskInReview, detectors.Critical, 100, 70), groupTask("a3", TaskAcknowledged, detectors.Critical, 900, 80),
		groupTask("b1", TaskOpen, detectors.Critical, 1, 10), groupTask("b2", TaskDecided, detectors.Critical, 1, 5), groupTask("b3", TaskClosed, detectors.Critical, 1, 5),
		groupTask("c1", TaskOpen, detectors.Warning, 1, 0), groupTask("c2", TaskOpen, detectors.Warning, 2, 0),
	}
	all, err := GroupTasks(rows, top)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i := range all {
		g := &all[i]
		said := fmt.Sprintf("%s %s due %d, %s:", g.Parent, g.Severity, g.Due, g.AtRisk[0])
		for j := range g.Members {
			said += " " + string(g.Members[j].Row.Customer)
		}
		got = append(got, said)
	}
	if want := "a-top critical due 70, 15.00: a3 a2 a1; c-top warning due 0, 0.03: c2 c1"; strings.Join(got, "; ") != want {
		t.Errorf("got %q, want %q", got, want)
	}

	d := &Digest{Day: 20_600, Last: 20_600, Seq: 1, Groups: NewDigestGroups(all)}
	d.Named(func(id state.CustomerID, name *string) {
		if id == "a3" {
			*name = "Acme"
		}
	})
	read, err := ParseDigest(d.AppendJSON(nil))
	if diff := cmp.Diff(d, read); err != nil || diff != "" {
		t.Errorf("read back: %v, %s", err, diff)
	}
	_, parts := English.Digest(d, func(text string) string { return text })
	want := DigestPart{"Groups with several tasks: 2", []string{
		"a-top: 3 tasks, to be looked at together: Acme (a3) critical; a2 critical; a1 warning · at risk EUR 15.00",
		"c-top: 2 tasks, to be looked at together: c2 warning; c1 warning · at risk EUR 0.03",
	}}
	if diff := cmp.Diff(want, parts[0]); diff != "" {
		t.Errorf("want -, got +: %s", diff)
	}
	if !d.Unname(func(id state.CustomerID) (state.CustomerID, bool) { return "gone", id == "a3" }) || strings.Contains(string(d.AppendJSON(nil)), "Acme") {
		t.Errorf("a member who is erased is still named: %s", d.AppendJSON(nil))
	}
}

// The cases of a group tell of each other while two of their tasks or more wait, whoever they are of; and that is read as it was written.
func TestCasesOfAGroupTellOfEachOther(t *testing.T) {
	of := func(n int, is string, severity detectors.Level, money state.Money) *CaseMessage {
		m := caseOfRisk(n, severity, money)
		m.Task = CaseTask{TaskID: fmt.Sprint("T-", n), State: is}
		return m
	}
	closed := of(5, TaskOpen, detectors.Critical, eur(1))
	closed.State = CaseClosed
	waits, reviewed := of(1, TaskOpen, detectors.Warning, eur(12_34)), of(2, TaskInReview, detectors.Critical, state.Money{Minor: 5, Currency: yen})
	all := []*CaseMessage{waits, of(3, TaskDecided, detectors.Critical, eur(1)), closed, caseOfRisk(4, detectors.Critical, eur(1))}
	Grouped(all)
	before := waits.Digest()
	for _, m := range all {
		if m.Group != nil {
			t.Errorf("customer %s: got %+v while one task waits", m.Customer, m.Group)
		}
	}
	Grouped(append(all, reviewed))
	want := &CaseGroup{Tasks: 2, Severity: detectors.Critical, AtRisk: []state.Money{eur(12_34), {Minor: 5, Currency: yen}}}
	for _, m := range all {
		if m == waits {
			continue
		}
		if m.Group != nil {
			t.Errorf("customer %s, whose task does not wait: got %+v", m.Customer, m.Group)
		}
	}
	if !cmp.Equal(waits.Group, want) || !cmp.Equal(reviewed.Group, want) || waits.Digest() == before || waits.Group.Same(nil) || !waits.Group.Same(want) {
		t.Errorf("got %+v, digest %q, want %+v", waits.Group, waits.Digest(), want)
	}
	again, err := ParseCaseMessage(waits.AppendJSON(nil))
	if err != nil || !cmp.Equal(again.Group, want) || again.Digest() != waits.Digest() {
		t.Errorf("got %+v, %v", again.Group, err)
	}
	Grouped(all)
	if waits.Group != nil || waits.Digest() != before {
		t.Errorf("got %+v when the other one is gone", waits.Group)
	}
}
