package outbox

import (
	"context"
	"fmt"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// family is a bench on which a heads the group of b and c, and x is alone.
func family() *bench {
	b := newBench()
	b.store.day = state.DateOf(2026, 11, 20)
	for _, id := range []state.CustomerID{"C-a", "C-b", "C-c", "C-x"} {
		row := state.AffiliateRow{Customer: id, Seq: 1, Known: b.store.day - 9, Parent: "C-a"}
		if id == "C-a" || id == "C-x" {
			row.Parent = ""
		}
		b.store.affiliates = append(b.store.affiliates, row)
	}
	return b
}

// oweTask owes a case with a task that stands so.
func (b *bench) oweTask(caseID string, seq int64, is string, risk int64, euro state.Currency) {
	severity := detectors.Warning
	if caseID == "b" {
		severity = detectors.Critical
	}
	if is == "" {
		severity = detectors.None
	}
	b.owe(caseID, seq, severity)
	m := caseAt(caseID, seq, severity)
	if is != "" {
		m.Task = alerts.CaseTask{TaskID: "t-" + caseID, State: is}
		m.MoneyAtRisk = state.Money{Minor: risk, Currency: euro}
	}
	b.store.messages[len(b.store.messages)-1].Body = m.AppendJSON(nil)
}

// groups is what the message of each case says of its group.
func (b *bench) groups() map[string]string {
	said := map[string]string{}
	for _, n := range b.wall.posted {
		said[n.of] = "-"
		if g := n.shows.Group; g != nil {
			said[n.of] = fmt.Sprint(g.Tasks, " ", g.Severity, " ", g.AtRisk)
		}
	}
	return said
}

// The case of each member tells of the tasks of all, in the message that people have: as another one comes, is decided and closes, and however
// often the process begins anew.
func TestTheCasesOfAGroupTellOfEachOther(t *testing.T) {
	b, euro := family(), euro(t)
	wants := func(when string, want map[string]string) {
		t.Helper()
		b.passes(5 * time.Minute)
		if got := b.groups(); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: got %v, want %v", when, got, want)
		}
		if len(b.store.messages) > 0 {
			t.Errorf("%s: still owed: %v", when, b.store.messages)
		}
	}
	b.oweTask("a", 1, alerts.TaskOpen, 100, euro)
	b.oweTask("x", 1, alerts.TaskOpen, 100, euro)
	wants("one is alone", map[string]string{"a": "-", "x": "-"})
	b.oweTask("b", 1, alerts.TaskOpen, 900, euro)
	wants("another one comes", map[string]string{"a": "2 critical [10.00]", "b": "2 critical [10.00]", "x": "-"})
	b.oweTask("c", 1, alerts.TaskInReview, 50, euro)
	wants("a third one", map[string]string{"a": "3 critical [10.50]", "b": "3 critical [10.50]", "c": "3 critical [10.50]", "x": "-"})
	edits, _ := b.edits("a")
	b.oweTask("c", 2, alerts.TaskInReview, 70, euro)
	wants("its amount alone", map[string]string{"a": "3 critical [10.50]", "b": "3 critical [10.50]", "c": "3 critical [10.50]", "x": "-"})
	if now, _ := b.edits("a"); now != edits {
		t.Errorf("got %d edits for an amount, want none", now-edits)
	}
	b.oweTask("b", 2, alerts.TaskDecided, 900, euro)
	wants("one is decided", map[string]string{"a": "2 warning [1.70]", "b": "-", "c": "2 warning [1.70]", "x": "-"})
	b.oweTask("c", 3, "", 0, euro)
	wants("one is left", map[string]string{"a": "-", "b": "-", "c": "-", "x": "-"})
	for _, id := range []string{"a", "b", "c", "x"} {
		if _, posts := b.edits(id); posts != 1 {
			t.Errorf("case %s: got %d posts, want 1", id, posts)
		}
	}
	if edits, _ := b.edits("a"); edits != 4 {
		t.Errorf("got %d edits of the first one, want one for each change of the group's tasks", edits)
	}
}

// Wherever the process dies, and whatever becomes of a call, each message says in the end what the group's tasks are, and there is one of each case.
func TestALostEditOfAGroupIsMadeUpFor(t *testing.T) {
	euro := euro(t)
	for name, fault := range map[string][]error{"none": nil, "lost": {errLost}, "unsent": {errUnsent}, "busy": {told{Busy, time.Second}}} {
		for step := range 24 {
			b := family()
			b.oweTask("a", 1, alerts.TaskOpen, 100, euro)
			b.passes(5 * time.Minute)
			b.oweTask("b", 1, alerts.TaskOpen, 900, euro)
			b.wall.fail = fault
			*b.store.fuse = fuse{armed: true, left: step, crash: func() { panic(crashed{}) }}
			for range 3 {
				dies(func() { b.runOnce(context.Background()) })
			}
			b.store.fuse.armed = false
			b.restart()
			b.passes(time.Hour)
			want := map[string]string{"a": "2 critical [10.00]", "b": "2 critical [10.00]"}
			if got := b.groups(); fmt.Sprint(got) != fmt.Sprint(want) || len(b.wall.posted) != 2 || len(b.store.messages) > 0 {
				t.Errorf("%s, died at step %d: got %v in %d messages, still owed %d", name, step, got, len(b.wall.posted), len(b.store.messages))
			}
		}
	}
}

// A group is in force on the day after its profiles became known, and one that has turned is told of with the next change of a member.
func TestAGroupIsThatOfTheOpenDay(t *testing.T) {
	b, euro := family(), euro(t)
	for i := range b.store.affiliates {
		b.store.affiliates[i].Known = b.store.day
	}
	b.oweTask("a", 1, alerts.TaskOpen, 100, euro)
	b.oweTask("b", 1, alerts.TaskOpen, 900, euro)
	b.passes(5 * time.Minute)
	if got := b.groups(); got["a"] != "-" || got["b"] != "-" {
		t.Errorf("on the day itself: got %v, want no group", got)
	}
	b.store.day++
	b.oweTask("b", 2, alerts.TaskInReview, 900, euro)
	b.passes(5 * time.Minute)
	if got := b.groups(); got["a"] != "2 critical [10.00]" || got["b"] != "2 critical [10.00]" {
		t.Errorf("on the next day: got %v, want both to tell of it", got)
	}
}
