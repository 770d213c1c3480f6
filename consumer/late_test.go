package consumer

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"tocsin/alerts"
	"tocsin/state"
)

// teller is an escalator whose cases are told in one of two channels.
func (g *rig) teller() *Escalator {
	e := g.escalator()
	e.Channels = func(m *alerts.CaseMessage) []string {
		if strings.HasSuffix(string(m.Customer), "1") {
			return []string{"#ones"}
		}
		return []string{"#credit"}
	}
	return e
}

// lines are what channels are told of tasks that are late at once, newest of each, as "channel: cases, the first of them".
func (g *rig) lines() (all []string, seqs []int64) {
	g.t.Helper()
	rows, err := g.store.Summaries(g.t.Context())
	if err != nil {
		g.t.Fatal(err)
	}
	for i := range rows {
		sum, err := alerts.ParseSummary(rows[i].Body)
		if err != nil || sum.Why != alerts.WhyLateTasks {
			continue
		}
		all = append(all, fmt.Sprintf("%s: %d, %s", sum.Channel, sum.Cases(), sum.Worst[0].Customer))
		seqs = append(seqs, sum.Seq)
	}
	return all, seqs
}

// lateAtNoon is a rig with so many tasks that are late at noon of the second day.
func lateAtNoon(t *testing.T, customers int) *rig {
	t.Helper()
	g := newRig(t, invoices)
	g.load(customers)
	g.at(firstDay+2, 12, 0)
	return g
}

// Each channel gets one line a day of the tasks that are late at once, whoever looks, however often, and wherever who looked has died.
func TestChannelsAreToldOfManyLateTasksTogether(t *testing.T) {
	g := lateAtNoon(t, 30)
	deaf := g.teller()
	deaf.Desk.Store = &mute{Store: g.store, left: 1, err: errors.New("gone")}
	if done, err := deaf.Once(t.Context()); err == nil || done != 30 {
		t.Fatalf("got %d, %v, want 30 escalated by who dies before the second channel is told", done, err)
	}
	for range 3 {
		if done, err := g.teller().Once(t.Context()); err != nil || done != 0 {
			t.Fatalf("got %d, %v, want that none is left", done, err)
		}
	}
	lines, first := g.lines()
	if got := strings.Join(lines, "; "); got != "#credit: 27, C-00; #ones: 3, C-01" && got != "#ones: 3, C-01; #credit: 27, C-00" {
		t.Fatalf("got %s, want a line for each channel", got)
	}

	// The same day more come, again too many at once: the line counts on.
	for i := range 30 {
		g.late(fmt.Sprintf("D-%02d", i), firstDay-70, g.now)
	}
	g.turns(60)
	g.at(firstDay+2, 16, 30)
	e := g.teller()
	for range 2 {
		if _, err := e.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	again, seqs := g.lines()
	if len(again) != 2 || seqs[0] <= first[0] || !strings.Contains(strings.Join(again, "; "), "#credit: 54") {
		t.Errorf("got %q at %v after %v, want the same two lines with twice as many", again, seqs, first)
	}

	// Another day has a line of its own.
	g.at(firstDay+9, 16, 59)
	if _, err := g.teller().Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	if all, _ := g.lines(); len(all) != 4 || !strings.Contains(strings.Join(all, "; "), "#credit: 27, D-00") {
		t.Errorf("got %q, want lines of their own for those who are late twice then", all)
	}
}

// However many are late at once, one look escalates them all, and counts all of them: those behind the first that are read are not few.
func TestMoreTasksAreLateThanAreReadTogether(t *testing.T) {
	const many = lateAtOnce + 10
	g := lateAtNoon(t, many)
	for _, want := range []int{many, 0} {
		if done, err := g.teller().Once(t.Context()); err != nil || done != want {
			t.Fatalf("got %d, %v, want %d escalated", done, err, want)
		}
	}
	told := 0
	for i := range many {
		rows, err := g.store.CasesOf(t.Context(), []state.CustomerID{state.CustomerID(fmt.Sprintf("C-%02d", i))})
		if err != nil || len(rows) != 1 {
			t.Fatalf("customer %d: got %d cases, %v", i, len(rows), err)
		}
		m, err := alerts.ParseCaseMessage(rows[0].Body)
		if err != nil {
			t.Fatal(err)
		}
		if m.Task.Escalation.Level > 0 && m.Task.Escalation.Among {
			told++
		}
	}
	if told != many {
		t.Errorf("%d of %d are told among many", told, many)
	}
}

// Few that are late are told of each for itself, and who cannot be told of many is not.
func TestFewLateTasksAreNoLine(t *testing.T) {
	g := lateAtNoon(t, 20)
	if done, err := g.teller().Once(t.Context()); err != nil || done != 20 {
		t.Fatalf("got %d, %v", done, err)
	}
	if lines, _ := g.lines(); len(lines) > 0 {
		t.Errorf("got %q, want none: they are not too many", lines)
	}
	g = lateAtNoon(t, 30)
	if done, err := g.escalator().Once(t.Context()); err != nil || done != 30 {
		t.Fatalf("got %d, %v", done, err)
	}
	if lines, _ := g.lines(); len(lines) > 0 {
		t.Errorf("got %q, want none without channels", lines)
	}
}

// Where somebody is erased between the reading and the writing it is read anew.
func TestALineIsMadeAnewWhereSomebodyIsErased(t *testing.T) {
	g := lateAtNoon(t, 30)
	e := g.teller()
	e.Desk.Store = &mute{Store: g.store, err: state.ErrConflict}
	if _, err := e.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(e.late.tasks) > 0 {
		t.Error("what may name who is erased is kept")
	}
	e.Desk.Store = g.store
	if _, err := e.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	if lines, _ := g.lines(); len(lines) != 2 {
		t.Errorf("got %q, want both lines", lines)
	}
}

// The first row of a day is found wherever it is.
func TestTheAuditIsReadFromTheDayOn(t *testing.T) {
	g := lateAtNoon(t, 30)
	e := g.teller()
	if _, err := e.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	head, _, err := g.store.AuditHead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[state.Instant]int64{0: 0, g.now + 1: head.Seq} {
		if got, err := e.auditFrom(t.Context(), at, head.Seq); err != nil || got != want {
			t.Errorf("from %v: got row %d, %v, want %d", at.Time(), got, err, want)
		}
	}
	rows, err := g.store.Audit(t.Context(), 0, 999)
	if err != nil {
		t.Fatal(err)
	}
	before := int64(0)
	for _, row := range rows {
		if row.At < g.now {
			before = row.Seq
		}
	}
	if got, err := e.auditFrom(t.Context(), g.now, head.Seq); err != nil || got != before || got == head.Seq {
		t.Errorf("from noon: got row %d, %v, want %d of %d", got, err, before, head.Seq)
	}
}

// mute is a store that owes so many messages and no more.
type mute struct {
	state.Store
	left int
	err  error
}

func (s *mute) Owe(ctx context.Context, at state.Instant, m state.Message, erased int) (bool, error) {
	if s.left == 0 {
		return false, s.err
	}
	s.left--
	return s.Store.Owe(ctx, at, m, erased)
}
