package consumer

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tocsin/alerts"
	"tocsin/state"
)

// A closed day is digested alike whatever comes later, a quiet one tells when the last event came, and an open one not at all.
func TestTheDigestOfAStore(t *testing.T) {
	g := newRig(t, peopleTopic)
	if _, err := g.desk().Digest(t.Context(), g.engine.Ledger, 0); !errors.Is(err, ErrNoDay) {
		t.Errorf("before the first day: got %v, want %v", err, ErrNoDay)
	}
	g.learn("C-1", "customer.profile", `"name":"C-1 plc","country":"GB"`)
	g.learn("C-1", "invoice.issued", `"invoice_id":"INV-1","issue_date":"2025-11-03","due_date":"2025-12-01","total":{"amount":"20000.00","currency":"EUR"}`)
	g.turns(40)
	told := func(day state.Date) string {
		t.Helper()
		d, err := g.desk().Digest(t.Context(), g.engine.Ledger, day)
		if err != nil {
			t.Fatal(err)
		}
		head, parts := alerts.English.Digest(d, func(s string) string { return s })
		return fmt.Sprint(head, parts)
	}
	var early *NotClosedError
	if _, err := g.desk().Digest(t.Context(), g.engine.Ledger, firstDay); !errors.As(err, &early) {
		t.Errorf("of the open day: got %v, want that it is not over", err)
	}
	g.now += state.Instant(24 * time.Hour)
	g.turns(40)
	first := told(firstDay)
	for _, want := range []string{"New cases: 1", "critical: C-1 plc (C-1): ", " · at risk EUR 20,000.00"} {
		if !strings.Contains(first, want) {
			t.Errorf("got %s, want %q in it", first, want)
		}
	}
	owed, err := g.desk().Store.Owed(t.Context(), g.now, 9)
	if err != nil || len(owed) != 1 {
		t.Fatalf("got %d owed, %v, want one case", len(owed), err)
	}
	for why, want := range map[int]string{0: "", state.WaitQuiet: "", state.WaitBudget: "held back: 1", state.WaitFlood: "held back: 1"} {
		off := []state.Waiting{{MessageKey: owed[0].Key(), Wait: state.Wait{Why: why, Until: g.now + 1}}}
		if err := g.desk().Store.Postpone(t.Context(), state.Lease{}, off, nil); err != nil {
			t.Fatal(err)
		}
		if got := told(0); strings.Contains(got, "held back: 1") != (want != "") {
			t.Errorf("put off for %d: got %s", why, got)
		}
	}
	if err := g.desk().Store.Postpone(t.Context(), state.Lease{}, []state.Waiting{{MessageKey: owed[0].Key()}}, nil); err != nil {
		t.Fatal(err)
	}
	if got := told(0); got != first {
		t.Errorf("the last one: got %s, want %s", got, first)
	}
	if got, want := told(firstDay-3), "customers watched: 1; the last event came at no time, for none ever came"; !strings.Contains(got, want) {
		t.Errorf("before everything: got %s, want %q in it", got, want)
	}
	if !strings.Contains(first, "Tasks due today: 1") && !strings.Contains(first, "Overdue tasks: 1") {
		t.Errorf("got %s, want its task", first)
	}
	g.now += state.Instant(24 * time.Hour)
	g.turns(40)
	g.now += state.Instant(24 * time.Hour)
	g.turns(40)
	if got, want := told(firstDay+1), "Nothing new; customers watched: 1; the last event came at 2026-03-02 "; !strings.Contains(got, want) {
		t.Errorf("a quiet day: got %s, want %q in it", got, want)
	}
	if got, want, _ := strings.Cut(first, "]} {"); !strings.HasPrefix(told(firstDay), got) || want == "" {
		t.Errorf("the first day, later: got %s, want it to begin as %s", told(firstDay), got)
	}
	if got := told(0); !strings.Contains(got, "Overdue tasks: 1") {
		t.Errorf("the third day: got %s, want the task overdue", got)
	}
}

// It is owed on business days alone, once everything before is closed, and once.
func TestADigestIsOwedOnce(t *testing.T) {
	g := newRig(t, peopleTopic)
	owe := func() bool {
		t.Helper()
		owed, err := g.desk().OweDigest(t.Context(), g.engine.Ledger, Daily)
		if err != nil {
			t.Fatal(err)
		}
		return owed
	}
	digests := func() (days []string) {
		t.Helper()
		all, err := g.store.Summaries(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range all {
			days = append(days, m.Case)
		}
		return days
	}
	if owe() {
		t.Error("it is owed before the first day")
	}
	g.learn("C-1", "customer.profile", `"name":"Acme","country":"GB"`)
	g.turns(40) // firstDay is a Monday
	for range 2 {
		if !owe() {
			t.Error("it is not owed")
		}
	}
	if got, want := digests(), []string{"digest/" + (firstDay - 3).String()}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	g.now += state.Instant(24 * time.Hour)
	if owe() {
		t.Error("it is owed while the day before is open")
	}
	g.turns(40)
	if !owe() {
		t.Error("it is not owed on the next day")
	}
	g.now += state.Instant(4 * 24 * time.Hour) // a Saturday
	g.turns(80)
	if g.wantOpen(firstDay + 5); owe() {
		t.Error("it is owed on a Saturday")
	}
	if got, want := digests(), []string{"digest/" + (firstDay - 3).String(), "digest/" + firstDay.String()}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// While the ledger's day is behind the clock people are told where it stands and what holds it, once on each day, and the digest follows
// under its own name.
func TestADigestThatIsLateIsTold(t *testing.T) {
	more := Partition{Topic: "more"}
	g := newRig(t, peopleTopic, more)
	var held []alerts.HeldSource
	g.runner.Holding = func(day state.Date, of []alerts.HeldSource) {
		if day == firstDay {
			held = of
		}
	}
	g.learn("C-1", "customer.profile", `"name":"Acme","country":"GB"`)
	g.turns(40)
	today := func() state.Date { return g.now.Date(time.UTC) }
	owe := func(want bool) {
		t.Helper()
		got, err := g.desk().OweBehind(t.Context(), g.engine.Ledger, today(), func(state.Date) []alerts.HeldSource { return held })
		if err != nil || got != want {
			t.Fatalf("on %v: got %v, %v, want %v", today(), got, err, want)
		}
	}
	owe(false)
	g.broker.silent[more] = true
	g.now += state.Instant(24 * time.Hour)
	since := g.now
	g.turns(40)
	owe(true)
	owe(true)
	if owed, err := g.desk().OweDigest(t.Context(), g.engine.Ledger, Daily); err != nil || owed {
		t.Errorf("got %v, %v, want no digest of a day that is open", owed, err)
	}
	row, found, err := g.store.Last(t.Context(), "behind/")
	if err != nil || !found || row.Case != "behind/"+today().String() || row.Seq != 1 {
		t.Fatalf("got %+v, %v, %v, want what is told on that day", row, found, err)
	}
	told, err := alerts.ParseBehind(row.Body)
	want := &alerts.Behind{Day: today(), Stands: firstDay, Since: (firstDay + 1).Start(time.UTC), MadeAt: since,
		Sources: []alerts.HeldSource{{Topic: "more", Since: since}}}
	if err != nil || !cmp.Equal(told, want) {
		t.Errorf("got %+v, %v, want %+v", told, err, want)
	}
	g.broker.silent[more] = false
	g.start(g.store) // who has asked no broker yet
	g.turns(40)
	owe(false)
	if owed, err := g.desk().OweDigest(t.Context(), g.engine.Ledger, Daily); err != nil || !owed {
		t.Errorf("got %v, %v, want the digest itself once the day is closed", owed, err)
	}
}

// Who is erased is taken out of a digest that people have read, and a digest that was made before the erasure is not owed after it.
func TestADigestNamesNobodyWhoIsErased(t *testing.T) {
	g := newRig(t, peopleTopic)
	g.publish("customer.profile", "P-1", `"name":"Acme Ltd","country":"GB"`)
	g.invoice("INV-1", "5000.00")
	g.turns(40)
	g.now += state.Instant(24 * time.Hour)
	g.turns(40)
	made, err := g.desk().Digest(t.Context(), g.engine.Ledger, 0)
	if err != nil {
		t.Fatal(err)
	}
	if owed, err := g.desk().OweDigest(t.Context(), g.engine.Ledger, Daily); err != nil || !owed {
		t.Fatalf("got %v, %v, want it owed", owed, err)
	}
	if !strings.Contains(string(made.AppendJSON(nil)), "Acme Ltd") {
		t.Fatalf("the digest does not name him: %s", made.AppendJSON(nil))
	}
	g.erase(g.open())
	g.turns(40)
	g.wantNothingPersonal()
	all, err := g.store.Summaries(t.Context())
	if err != nil || len(all) != 1 || all[0].Seq != 2 {
		t.Fatalf("got %+v, %v, want the digest in other words", all, err)
	}
	made.Day++
	if _, err := g.store.Owe(t.Context(), g.now, *rowOf(made), 0); !errors.Is(err, state.ErrConflict) {
		t.Errorf("got %v, want a conflict", err)
	}
}

// Nor does it name an owner whose only tasks were of customers who are erased.
func TestADigestForgetsWhoseTasksAreErased(t *testing.T) {
	g := aPerson(t)
	g.now += state.Instant(24 * time.Hour)
	g.turns(40)
	if owed, err := g.desk().OweDigest(t.Context(), g.engine.Ledger, Daily); err != nil || !owed {
		t.Fatalf("got %v, %v, want it owed", owed, err)
	}
	all, err := g.store.Summaries(t.Context())
	if err != nil || len(all) != 1 || !strings.Contains(string(all[0].Body), `"owner":"li.wei"`) {
		t.Fatalf("got %+v, %v, want her manager's tasks", all, err)
	}
	g.erase(g.open())
	g.turns(10)
	g.wantNothingPersonal()
}
