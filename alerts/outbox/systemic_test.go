package outbox

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// oweRisen owes a case that rose to critical on a day in some rules.
func (b *bench) oweRisen(caseID string, seq int64, on state.Date, signals ...string) {
	b.owe(caseID, seq, detectors.Critical)
	m := caseAt(caseID, seq, detectors.Critical)
	m.Alerts = nil
	for _, s := range signals {
		m.Alerts = append(m.Alerts, alerts.CaseAlert{AlertID: s, Signal: s, Level: detectors.Critical, Since: on, LevelSince: on})
	}
	b.store.messages[len(b.store.messages)-1].Body = m.AppendJSON(nil)
}

// What rose in a systemic rule is not posted, however critical, until a person lets it go; what else becomes of its customers is.
func TestWhatIsSystemicWaitsForAPerson(t *testing.T) {
	b := newBench()
	day := state.DateOf(2026, 11, 20)
	rose := b.oweRisen
	rose("told", 1, day, "overdue")
	b.passes(5 * time.Minute)
	b.store.systemic = []state.Systemic{{Day: day, Signal: "overdue", Risen: 9, Active: 20}, {Day: day, Signal: "limit_breach", Risen: 9, Active: 20}}
	rose("told", 2, day, "limit_breach", "overdue") // it is edited
	rose("waits", 1, day, "overdue")
	rose("over", 1, day, "overdue")
	rose("both", 1, day, "limit_breach", "overdue")
	rose("limit", 1, day, "limit_breach")
	rose("other", 1, day, "broken_promise", "overdue")
	rose("before", 1, day-1, "overdue")
	b.passes(48 * time.Hour)
	cases, notices := b.cases()
	if want := []string{"before", "other", "told"}; !slices.Equal(cases, want) {
		t.Errorf("before it is let go: got %v, want %v", cases, want)
	}
	if sum := notices[alerts.WhySystemic]; sum == nil || sum.Cases() != 4 {
		t.Fatalf("got the notice %+v, want one of 4 cases", sum)
	}
	b.owe("over", 2, detectors.None)
	b.store.systemic[0].By = "ana"
	b.passes(5 * time.Minute)
	if cases, _ := b.cases(); !slices.Equal(cases, []string{"before", "both", "other", "told", "waits"}) {
		t.Errorf("when one is let go: got %v, and still owed %v", cases, b.store.messages)
	}
	if len(b.store.messages) != 1 || b.store.messages[0].Case != "limit" {
		t.Errorf("still owed: %v, want the case of the other one", b.store.messages)
	}
	b.store.systemic[1].By = "ana"
	b.passes(5 * time.Minute)
	if cases, _ := b.cases(); !slices.Contains(cases, "limit") || len(b.store.messages) > 0 {
		t.Errorf("when both are: got %v, and still owed %v", cases, b.store.messages)
	}
}

// What rose on a day that is over and has not closed waits for its close, but not for ever; what rose before does not.
func TestWhatRoseOnADayWaitsForItsClose(t *testing.T) {
	b := newBench()
	today := b.now.Date(time.UTC)
	b.store.day = today - 1
	rose := func(caseID string, on ...state.Date) {
		b.owe(caseID, 1, detectors.Critical)
		m := caseAt(caseID, 1, detectors.Critical)
		m.Alerts = nil
		for _, day := range on {
			m.Alerts = append(m.Alerts, alerts.CaseAlert{AlertID: fmt.Sprint(day), Signal: "overdue", Level: detectors.Critical, Since: day - 9, LevelSince: day})
		}
		b.store.messages[len(b.store.messages)-1].Body = m.AppendJSON(nil)
	}
	wants := func(when string, want ...string) {
		t.Helper()
		if cases, _ := b.cases(); !slices.Equal(cases, want) {
			t.Errorf("%s: got %v, want %v", when, cases, want)
		}
	}
	b.closes = 16 * time.Minute
	b.restart()
	rose("before", today-2)
	rose("on it", today-1)
	rose("both", today-2, today-1)
	b.passes(10 * time.Minute)
	wants("before it closes", "before", "both")
	b.restart()
	b.passes(10 * time.Minute)
	wants("when somebody else goes on", "before", "both")
	b.store.day = today
	b.store.systemic = []state.Systemic{{Day: today - 1, Signal: "overdue", Risen: 9, Active: 20}}
	b.passes(time.Minute)
	wants("when it has turned out to be systemic", "before", "both")
	b.store.systemic[0].By = "ana"
	b.passes(time.Minute)
	wants("when it is let go", "before", "both", "on it")

	b.now += state.Instant(24 * time.Hour)
	rose("tomorrow's", today)
	b.passes(10 * time.Minute)
	wants("before the next day closes", "before", "both", "on it")
	for range 20 {
		b.pass()
		b.now = later(b.now, time.Minute)
	}
	wants("when nothing closes it", "before", "both", "on it", "tomorrow's")
}

// edits is how often a message was edited, and how often it was posted.
func (b *bench) edits(of string) (edits, posts int) {
	for _, call := range b.wall.calls {
		switch call {
		case "edit " + of:
			edits++
		case "post " + of:
			posts++
		}
	}
	return edits, posts
}

// withholds is a bench of which two channels tell of one case each that is withheld: in #risk of two rules, elsewhere of one.
func withholds(day state.Date) (b *bench, other *wall) {
	b = newBench()
	other = &wall{fuse: b.store.fuse, now: b.wall.now}
	b.route = func(m *alerts.CaseMessage) []string {
		if m.CaseID == "both" {
			return []string{"#risk"}
		}
		return []string{channel}
	}
	b.open = func(string) Sender { return other }
	b.restart()
	b.store.systemic = []state.Systemic{{Day: day, Signal: "limit_breach", Risen: 7, Active: 20}, {Day: day, Signal: "overdue", Risen: 9, Active: 20}}
	b.oweRisen("one", 1, day, "overdue")
	b.oweRisen("both", 1, day, "limit_breach", "overdue")
	b.passes(5 * time.Minute)
	return b, other
}

// What tells of cases that are withheld says in its place, once, who has let them go and when, however long after and by whatever way; while one
// of its rules is withheld it goes on asking.
func TestWhatToldOfSystemicSaysWhoLetItGo(t *testing.T) {
	day := state.DateOf(2026, 11, 20)
	b, other := withholds(day)
	b.now = later(b.now, 3*24*time.Hour)
	told := func(at *wall, of string) *alerts.Summary {
		t.Helper()
		for i := range at.posted {
			if sum := &at.posted[i].tells; sum.Why == alerts.WhySystemic {
				if edits, posts := (&bench{wall: at}).edits(sum.SummaryID); fmt.Sprint(edits, posts) != of {
					t.Errorf("got %d edits and %d posts, want %s", edits, posts, of)
				}
				return sum
			}
		}
		t.Fatal("nothing tells of it")
		return nil
	}
	if sum := told(b.wall, "0 1"); sum.LetGo() || len(sum.Rules) != 1 || sum.Rules[0].Risen != 9 {
		t.Errorf("while it is withheld: got %+v", sum.Rules)
	}
	b.store.systemic[1].By, b.store.systemic[1].Released = "ana", b.now // by a command, while this process is down
	b.restart()
	b.passes(5 * time.Minute)
	if sum := told(b.wall, "1 1"); !sum.LetGo() || !slices.Equal(sum.Rules, b.store.systemic[1:]) {
		t.Errorf("when its rule is let go: got %+v, want that ana has", sum.Rules)
	}
	if sum := told(other, "1 1"); sum.LetGo() || !slices.Equal(sum.Rules, b.store.systemic) {
		t.Errorf("when one of two is: got %+v, want that it goes on asking and says which one ana has", sum.Rules)
	}
	b.store.systemic[0].By, b.store.systemic[0].Released = "bo", b.now
	b.passes(48 * time.Hour)
	told(b.wall, "1 1")
	if sum := told(other, "2 1"); !sum.LetGo() || sum.Rules[0].By != "bo" || sum.Rules[1].By != "ana" {
		t.Errorf("when both are: got %+v", sum.Rules)
	}
	if len(b.store.messages) > 0 {
		t.Errorf("still owed: %v", b.store.messages)
	}
}

// Wherever the process dies between the release and the edit, and whatever becomes of a call, the message says in the end who let it go,
// and there is one.
func TestALostEditOfWhatIsSystemicIsMadeUpFor(t *testing.T) {
	day := state.DateOf(2026, 11, 20)
	faults := map[string][]error{"none": nil, "lost": {errLost}, "unsent": {errUnsent}, "busy": {told{Busy, time.Second}}}
	for name, fault := range faults {
		for step := range 24 {
			b, _ := withholds(day)
			b.wall.fail = fault
			b.store.systemic[0].By, b.store.systemic[1].By = "ana", "bo"
			*b.store.fuse = fuse{armed: true, left: step, crash: func() { panic(crashed{}) }}
			for range 3 {
				dies(func() { b.runOnce(context.Background()) })
			}
			b.store.fuse.armed = false
			b.restart()
			b.passes(time.Hour)
			var sums []*alerts.Summary
			for i := range b.wall.posted {
				if sum := &b.wall.posted[i].tells; sum.SummaryID != "" {
					sums = append(sums, sum)
				}
			}
			if len(sums) != 1 || !sums[0].LetGo() || sums[0].Rules[0].By != "bo" || len(b.store.messages) > 0 {
				t.Errorf("%s, died at step %d: got %d messages, %+v, still owed %d", name, step, len(sums), sums, len(b.store.messages))
			}
		}
	}
}

// A summary that an erasure words anew between the look and the write is looked at again.
func TestWhatSomebodyElseWordsIsAmendedAfterwards(t *testing.T) {
	b, _ := withholds(state.DateOf(2026, 11, 20))
	b.store.systemic[1].By = "ana"
	b.pass()
	at := slices.IndexFunc(b.store.ended, func(m state.Message) bool {
		sum, err := alerts.ParseSummary(m.Body)
		return err == nil && sum.LetGo()
	})
	if at < 0 {
		t.Fatal("nothing was amended")
	}
	again := b.store.ended[at]
	b.store.ended = slices.Delete(b.store.ended, at, at+1)
	sum, _ := alerts.ParseSummary(again.Body)
	sum.Rules[0].By, sum.Rules[0].Released = "", 0
	again.Body = sum.AppendJSON(nil)
	b.store.messages = append(b.store.messages, again)
	receipt := b.store.receipts[again.Case]
	receipt.Body = nil
	b.store.receipts[again.Case] = receipt
	for range 20 {
		b.pass()
		b.now = later(b.now, time.Minute)
	}
	for _, n := range b.wall.posted {
		if n.tells.SummaryID != "" && !n.tells.LetGo() {
			t.Errorf("got %+v, want that it is let go", n.tells.Rules)
		}
	}
}
