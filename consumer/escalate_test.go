package consumer

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/state"
)

// escalator is one more process that looks for tasks that are late.
func (g *rig) escalator() *Escalator {
	to := func(owner string, level uint8) []string { return []string{[]string{"", "boss", "head"}[level]} }
	return &Escalator{
		Desk: &Desk{Store: g.store, Engines: g.engines, Now: func() state.Instant { return g.now }, Via: state.ViaProcess},
		By:   "tocsin", To: to, Many: 20, Log: slog.New(slog.DiscardHandler),
	}
}

// escalates fails the test unless so many tasks are escalated now, whoever looks, and none a second time.
func (g *rig) escalates(want int) {
	g.t.Helper()
	for _, want := range []int{want, 0} {
		if got, err := g.escalator().Once(g.t.Context()); err != nil || got != want {
			g.t.Fatalf("%s: %d tasks were escalated, %v, want %d", g.now.Time(), got, err, want)
		}
	}
}

// at moves the clock to a time of a day.
func (g *rig) at(day state.Date, hours, minutes int) {
	g.now = day.Start(time.UTC) + state.Instant(time.Duration(hours)*time.Hour+time.Duration(minutes)*time.Minute)
}

// escalated counts tasks by how they are escalated, as their newest messages say.
func (g *rig) escalated() map[alerts.Escalation]int {
	g.t.Helper()
	rows, err := g.store.Owed(g.t.Context(), g.now+state.Instant(time.Hour), 999)
	if err != nil {
		g.t.Fatal(err)
	}
	levels := map[alerts.Escalation]int{}
	for i := range rows {
		m, err := alerts.ParseCaseMessage(rows[i].Body)
		if err != nil {
			continue // the summary
		}
		levels[m.Task.Escalation]++
	}
	return levels
}

// What a first load finds has had no time before people are told of it, however long it stands.
func TestAFirstLoadEscalatesNothingBeforePeopleKnow(t *testing.T) {
	g := newRig(t, invoices)
	g.runner.Hold.All = true
	g.load(30)
	g.escalates(0)
	g.at(firstDay+2, 12, 0)
	g.turns(50)
	g.escalates(0) // withheld for two days

	g.runner.Hold.All = false
	g.turns(50)
	if sum := g.summary(); sum.Cases() != 30 {
		t.Fatalf("told of %d cases, want 30", sum.Cases())
	}
	for _, look := range []struct {
		day        state.Date
		hour, min  int
		want       int
		what, also string
	}{
		{firstDay + 2, 15, 59, 0, "four hours are not over", ""},
		{firstDay + 2, 16, 0, 30, "nobody has them in hand", ""},
		{firstDay + 2, 23, 0, 0, "at night", ""},
		{firstDay + 3, 11, 59, 0, "eight hours are not over", ""},
		{firstDay + 3, 12, 0, 30, "nor in twice the time", ""},
		{firstDay + 9, 12, 0, 0, "once for all", ""},
	} {
		g.at(look.day, look.hour, look.min)
		if got, err := g.escalator().Once(t.Context()); err != nil || got != look.want {
			t.Errorf("%s: %d tasks were escalated, %v, want %d", look.what, got, err, look.want)
		}
		g.escalates(0)
	}
	if got := g.escalated()[alerts.Escalation{Level: 2, To: "head", Among: true}]; got != 30 {
		t.Errorf("got %v, want 30 cases that tell of the head of credit, and no channel of each", g.escalated())
	}
}

func TestATaskThatIsLateIsEscalatedOnce(t *testing.T) {
	g := newRig(t, invoices)
	g.load(3)
	g.at(firstDay, 16, 0)
	first, second := g.escalator(), g.escalator()
	clocks, err := g.store.DueClocks(t.Context(), g.now, 99)
	if err != nil || len(clocks) != 3 {
		t.Fatalf("got clocks %+v, %v, want three", clocks, err)
	}
	late := lateTask{clocks[0], 1, "boss"}
	for _, e := range []*Escalator{first, second} { // both have seen it before one of them has decided
		if _, err := e.escalate(t.Context(), &late, false); err != nil {
			t.Fatal(err)
		}
	}
	g.escalates(2)
	if got := g.escalated()[alerts.Escalation{Level: 1, To: "boss"}]; got != 3 {
		t.Errorf("got %v, want three of the manager", g.escalated())
	}
	rows, err := g.store.Audit(t.Context(), 0, 99)
	if err != nil {
		t.Fatal(err)
	}
	rows = slices.DeleteFunc(rows, func(a state.AuditRow) bool { return a.Deed != "escalate" })
	slices.SortFunc(rows, func(a, b state.AuditRow) int { return cmp.Compare(a.Customer, b.Customer) })
	if len(rows) != 3 || rows[0].By != "tocsin" || rows[0].Via != state.ViaProcess || !strings.Contains(string(rows[0].Body), `"owner":"boss"`) {
		t.Errorf("got the audit %+v, want three escalations", rows)
	}

	// Somebody who takes a task in hand has the time that its decision has; the others are late twice over. The clock jumps.
	tasks, err := g.store.Tasks(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ack := alerts.Decision{TaskID: tasks[0].ID, Action: alerts.Acknowledge, By: "ana", At: g.now}
	if err := first.Desk.Decide(t.Context(), tasks[0].Customer, ack, "ack"); err != nil {
		t.Fatal(err)
	}
	g.at(firstDay+30, 18, 0)
	g.escalates(0)
	g.at(firstDay+31, 9, 0)
	g.escalates(3)
	want := map[alerts.Escalation]int{{Level: 2, To: "head"}: 2, {Level: 2, To: "head", Decision: true}: 1}
	if got := g.escalated(); len(got) != 2 || got[alerts.Escalation{Level: 2, To: "head"}] != 2 || got[alerts.Escalation{Level: 2, To: "head", Decision: true}] != 1 {
		t.Errorf("got %v, want %v", got, want)
	}
	g.start(g.store)
	g.at(firstDay+60, 9, 0)
	g.escalates(0)
}

func TestNobodyIsToldWhereThereIsNobody(t *testing.T) {
	g := newRig(t, invoices)
	g.load(3)
	e := g.escalator()
	e.To = func(owner string, level uint8) []string { return []string{[]string{"", "", "head"}[level]} }
	for _, look := range []struct {
		day        state.Date
		hour, want int
	}{{firstDay, 16, 0}, {firstDay + 1, 11, 0}, {firstDay + 1, 12, 3}} {
		g.at(look.day, look.hour, 0)
		if got, err := e.Once(t.Context()); err != nil || got != look.want {
			t.Errorf("%s: %d tasks were escalated, %v, want %d", g.now.Time(), got, err, look.want)
		}
	}
	e.To = func(string, uint8) []string { return []string{""} }
	if level, again := e.isLate(g.engine, &state.Clock{Task: "T", Owner: "ana", From: g.now - 1, Due: g.now}, g.now); level != nil || again <= g.now {
		t.Errorf("got %+v, to be looked at at %s, want nobody, and later", level, again.Time())
	}
}

// overdue is a rig at noon of the first day, when so many customers are told of who have long been overdue.
func overdue(t *testing.T, customers int) *rig {
	t.Helper()
	g := newRig(t, peopleTopic)
	for i := range customers {
		g.learn(fmt.Sprint("C-", i), "invoice.issued",
			fmt.Sprintf(`"invoice_id":"INV-%d","issue_date":"2025-11-03","due_date":"2025-12-01","total":{"amount":"20000.00","currency":"EUR"}`, i))
	}
	g.turns(40)
	return g
}

// reminded are the customers of whose task the newest message says that its owner was reminded of it.
func (g *rig) reminded() (customers []state.CustomerID) {
	g.t.Helper()
	rows, err := g.store.Owed(g.t.Context(), g.now+state.Instant(time.Hour), 999)
	if err != nil {
		g.t.Fatal(err)
	}
	for i := range rows {
		if m, err := alerts.ParseCaseMessage(rows[i].Body); err == nil && m.Task.Reminded {
			customers = append(customers, m.Customer)
		}
	}
	return customers
}

// Owners are reminded two hours of work before a task is to be decided, once, whoever looks, and not of what was decided meanwhile. Their
// managers hear of what is late all the same.
func TestOwnersAreRemindedOnce(t *testing.T) {
	g := overdue(t, 3)
	tasks, err := g.store.Tasks(t.Context())
	if err != nil || len(tasks) != 3 {
		t.Fatalf("got %d tasks, %v, want three", len(tasks), err)
	}
	look := func(want int) {
		t.Helper()
		for range 2 {
			e := g.escalator()
			e.Remind = true
			if _, err := e.Once(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if got := g.reminded(); len(got) != want {
			t.Fatalf("%s: reminded of %v, want %d", g.now.Time(), got, want)
		}
	}
	decide := func(task *state.TaskRow, d alerts.Decision) {
		t.Helper()
		d.TaskID, d.By, d.At = task.ID, "ana", g.now
		if err := g.desk().Decide(t.Context(), task.Customer, d, fmt.Sprint(task.ID, d.Action)); err != nil {
			t.Fatal(err)
		}
	}
	decide(&tasks[0], alerts.Decision{Action: alerts.Acknowledge})
	decide(&tasks[0], alerts.Decision{Action: alerts.Decide, Code: "call", NextReview: firstDay + 30})
	decide(&tasks[1], alerts.Decision{Action: alerts.Acknowledge})
	g.at(firstDay+1, 9, 59) // told at noon: eight hours are over at noon
	look(0)
	g.at(firstDay+1, 10, 0)
	look(2)
	if got := g.escalated()[alerts.Escalation{Level: 1, To: "boss"}]; got != 1 {
		t.Errorf("got %v, want one that nobody has in hand told to the manager beside it", g.escalated())
	}
	g.start(g.store)
	g.at(firstDay+1, 11, 59)
	look(2)
	g.at(firstDay+1, 12, 0)
	look(2)
	if got := g.escalated()[alerts.Escalation{Level: 1, To: "boss", Decision: true}]; got != 1 {
		t.Errorf("got %v, want the other one told to the manager when it is late", g.escalated())
	}
	rows, err := g.store.Audit(t.Context(), 0, 99)
	if err != nil {
		t.Fatal(err)
	}
	if rows = slices.DeleteFunc(rows, func(a state.AuditRow) bool { return a.Deed != "remind" }); len(rows) != 2 || rows[0].By != "tocsin" || rows[0].Via != state.ViaProcess {
		t.Errorf("got the audit %+v, want two reminders", rows)
	}
	before := g.standing("C-1")
	if _, broken, err := g.rebuild(g.store, true); err != nil || len(broken) > 0 {
		t.Errorf("rebuilt from the journal: got %+v, %v, want the same", broken, err)
	}
	if got := g.standing("C-1"); got != before {
		t.Errorf("rebuilt from the journal: got %s, want %s", got, before)
	}
}

// Where nobody is told of late tasks, and clocks are put off for days, reminders come in time; where they are not wanted, none comes; and
// what nobody looked at before it was late is no reminder any more.
func TestRemindersWithoutManagers(t *testing.T) {
	for name, tt := range map[string]struct {
		off   bool
		hours []int // of the second day
		want  int
	}{"in time": {false, []int{9, 10, 11}, 2}, "not wanted": {true, []int{9, 10, 11}, 0}, "too late": {false, []int{12}, 0}, "at night": {false, []int{7, 8}, 0}} {
		t.Run(name, func(t *testing.T) {
			g := overdue(t, 2)
			e := g.escalator()
			e.Remind, e.To = !tt.off, func(string, uint8) []string { return nil }
			g.at(firstDay, 16, 0) // nobody has them in hand
			if _, err := e.Once(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, hour := range tt.hours {
				g.at(firstDay+1, hour, 0)
				if _, err := e.Once(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if got := g.reminded(); len(got) != tt.want {
				t.Errorf("reminded of %v, want %d", got, tt.want)
			}
		})
	}
}

// A reminder that cannot be given now, for somebody else changes the customer, is given soon, and not when the clock would be looked at else.
func TestAReminderIsTriedAgain(t *testing.T) {
	g := overdue(t, 1)
	e := g.escalator()
	e.Remind, e.To = true, func(string, uint8) []string { return nil }
	busy := &busyStore{Store: g.store, conflicts: 99}
	e.Desk.Store = busy
	g.at(firstDay+1, 10, 0)
	if _, err := e.Once(t.Context()); err != nil || len(g.reminded()) > 0 {
		t.Fatalf("got %v, %v, want nobody reminded yet", g.reminded(), err)
	}
	busy.conflicts = 0
	g.at(firstDay+1, 10, 15)
	if _, err := e.Once(t.Context()); err != nil || len(g.reminded()) != 1 {
		t.Errorf("got %v, %v, want him reminded a quarter of an hour later", g.reminded(), err)
	}
}

// What an outbox puts off, so that nobody was told of it, is not late. Its time begins when people are told, and then it is as long as any; who
// takes a task in hand has heard of it all the same.
func TestWhatIsPutOffHasNoTimeBeforePeopleKnow(t *testing.T) {
	g := overdue(t, 3)
	owed, err := g.store.Owed(t.Context(), g.now+state.Instant(time.Hour), 9)
	if err != nil || len(owed) != 3 {
		t.Fatalf("got %d messages, %v, want three", len(owed), err)
	}
	var waits []state.Waiting
	for i := range owed {
		waits = append(waits, state.Waiting{MessageKey: owed[i].Key(), Wait: state.Wait{Why: state.WaitBudget, Since: g.now, Until: g.now + state.Instant(48*time.Hour)}})
	}
	if err := g.store.Postpone(t.Context(), state.Lease{}, waits, nil); err != nil {
		t.Fatal(err)
	}
	tasks, err := g.store.Tasks(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	g.at(firstDay, 13, 0)
	ack := alerts.Decision{TaskID: tasks[0].ID, Action: alerts.Acknowledge, By: "ana", At: g.now}
	if err := g.desk().Decide(t.Context(), tasks[0].Customer, ack, "ack"); err != nil {
		t.Fatal(err)
	}
	told := owed[slices.IndexFunc(owed, func(m state.Message) bool { return m.Customer == tasks[1].Customer })]
	for _, look := range []struct {
		day        state.Date
		hour, min  int
		want       int
		what, tell string
	}{
		{firstDay, 16, 0, 0, "four hours after it was known", ""},
		{firstDay + 1, 12, 0, 1, "who has it in hand has had eight hours", ""},
		{firstDay + 2, 10, 0, 0, "one is told", told.Case},
		{firstDay + 2, 12, 0, 1, "who has it in hand has had sixteen", ""},
		{firstDay + 2, 13, 59, 0, "four hours after people were told are not over", ""},
		{firstDay + 2, 14, 0, 1, "they are", ""},
		{firstDay + 9, 16, 0, 1, "who knows is late twice, and never who does not", ""},
	} {
		g.at(look.day, look.hour, look.min)
		if look.tell != "" {
			r := state.Receipt{Case: look.tell, Channel: "#credit", Attempt: g.now}
			heard := state.Heard{Channel: "#credit", Seq: told.Seq, At: g.now, Who: "ana"}
			posted := state.Receipt{Case: look.tell, Channel: "#credit", Seq: told.Seq, Timestamp: "1"}
			if err := cmp.Or(g.store.Speak(t.Context(), state.Lease{}, r, heard), g.store.Deliver(t.Context(), state.Lease{}, posted)); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := g.escalator().Once(t.Context()); err != nil || got != look.want {
			t.Errorf("%s: %d tasks were escalated, %v, want %d", look.what, got, err, look.want)
		}
	}
}

// busyStore is a store in which somebody else is always first, so many times.
type busyStore struct {
	state.Store
	conflicts int
}

func (s *busyStore) Commit(ctx context.Context, c *state.Commit) error {
	if s.conflicts > 0 {
		s.conflicts--
		return state.ErrConflict
	}
	return s.Store.Commit(ctx, c)
}
