package alerts

import (
	"strings"
	"testing"
	"time"

	"tocsin/state"
)

// onWeekdays is a ledger with business from Monday to Friday. Day 1 of a story is Tuesday, 2024-12-31.
func onWeekdays(t *testing.T) *state.Ledger {
	t.Helper()
	weekend, err := state.NewCalendar([]time.Weekday{time.Saturday, time.Sunday}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return &state.Ledger{Zone: time.UTC, Calendar: weekend}
}

// playAt plays lines that have a time of day behind their day.
func (r *rig) playAt(t *testing.T, lines string) {
	t.Helper()
	for line := range strings.Lines(unindent(lines)) {
		day, rest, _ := strings.Cut(line, " ")
		clock, events, _ := strings.Cut(rest, " ")
		at, err := time.Parse("15:04", clock)
		if err != nil {
			t.Fatal(err)
		}
		passed := time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute
		r.clock = (start + number(day)).Start(time.UTC) + state.Instant(passed) - 1
		r.play(day + " " + events)
		if r.refused != nil {
			t.Fatal(r.refused)
		}
	}
}

// due is when the newest task is.
func (r *rig) due() string { return clock(r.tasks[len(r.tasks)-1].Due) }

// clock is an instant with its day of the week.
func clock(at state.Instant) string {
	if at == 0 {
		return "never"
	}
	return at.Time().Format("Mon 2006-01-02 15:04:05.999")
}

func TestWhenADecisionIsDue(t *testing.T) {
	stories := []struct {
		name, events string
		core         bool
		want         string
	}{
		{"a warning within three business days", "1 10:00 A=w", false, "Fri 2025-01-03 10:00:00"},
		{"over a weekend", "4 15:00 A=w", false, "Wed 2025-01-08 15:00:00"},
		{"a critical one within one", "4 15:00 A=c", false, "Mon 2025-01-06 15:00:00"},
		{"class A within four hours", "4 15:00 A=c(CLASS_A)", false, "Mon 2025-01-06 11:00:00"},
		{"what comes in the evening counts from the morning", "3 21:30 A=c(CLASS_A)", false, "Fri 2025-01-03 13:00:00"},
		{"of a core customer one level tighter", "1 10:00 A=w", true, "Wed 2025-01-01 10:00:00"},
		{"and a critical one as class A", "1 10:00 A=c", true, "Tue 2024-12-31 14:00:00"},
		{"class A has nothing tighter", "1 10:00 A=c(CLASS_A)", true, "Tue 2024-12-31 14:00:00"},
		{"the earliest of several", "1 10:00 A=w\n1 12:00 B=c", false, "Wed 2025-01-01 12:00:00"},
		{"one that grows worse is due sooner", "1 10:00 A=w\n1 12:00 A=c", false, "Wed 2025-01-01 12:00:00"},
		{"and never later than it was", "1 10:00 A=w\n3 15:00 A=c", false, "Fri 2025-01-03 10:00:00"},
		{"one that gets better has the time of its level since it is one", "1 10:00 A=c\n2 12:00 A=w", false, "Fri 2025-01-03 10:00:00"},
		{"and a critical one begins anew", "1 10:00 A=c\n2 12:00 A=w\n3 11:00 A=c", false, "Fri 2025-01-03 10:00:00"},
		{"what went and came back on a day begins anew", "1 10:00 A=w\n1 12:00 A=-\n1 15:00 A=w", false, "Fri 2025-01-03 15:00:00"},
		{"who has it in hand makes no difference", "1 10:00 A=w\n2 16:00 ack", false, "Fri 2025-01-03 10:00:00"},
		{"decided: the end of work on the day of the review", "1 10:00 A=w\n2 10:00 ack\n2 11:00 decide", false, "Fri 2025-01-31 17:00:00"},
		{"or on the next business day", "1 10:00 A=w\n2 10:00 ack\n3 11:00 decide", false, "Mon 2025-02-03 17:00:00"},
		{"decided and in question again: what was decided counts no more", "1 10:00 A=w\n2 10:00 ack\n2 11:00 decide\n9 10:30 B=c", false, "Thu 2025-01-09 10:30:00"},
		{"nor when it was closed, is open again and in somebody's hands", "1 10:00 A=w\n1 11:00 ack\n1 12:00 decide\n1 13:00 close\n9 10:30 B=w\n10 09:00 ack\n10 10:00 review", false, "Mon 2025-01-13 10:30:00"},
		{"what was decided as a warning and is critical now has the time of that", "1 10:00 A=w\n1 11:00 ack\n1 12:00 decide\n9 10:30 A=c", false, "Thu 2025-01-09 10:30:00"},
		{"of what is left nothing is new", "1 10:00 A=w\n1 11:00 ack\n1 12:00 decide\n1 13:00 close\n9 10:30 B=w\n9 11:00 ack\n9 12:00 B=-", false, "Mon 2025-01-13 10:30:00"},
		{"signals cleared: as it was told to be", "1 10:00 A=w\n1 11:00 ack\n2 12:00 A=-", false, "Fri 2025-01-03 10:00:00"},
		{"also at a later close", "1 10:00 A=w\n1 11:00 ack\n2 12:00 A=-\n8 12:00 review", false, "Fri 2025-01-03 10:00:00"},
		{"closed: never", "1 10:00 A=w\n2 12:00 A=-", false, "never"},
		{"closed by a person: never", "1 10:00 A=w\n1 11:00 ack\n2 12:00 A=-\n3 12:00 close", false, "never"},
	}
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			r := newRig(t, 0, false)
			r.ledger = onWeekdays(t)
			r.rec.Customer.Weigh(s.core)
			r.playAt(t, s.events)
			if got := r.due(); got != s.want {
				t.Errorf("got %s, want %s", got, s.want)
			}
		})
	}
}

func TestByWhenATaskIsToBeInHand(t *testing.T) {
	stories := []struct {
		name, events string
		core         bool
		want         string
	}{
		{"a warning within a business day", "4 15:00 A=w", false, "Mon 2025-01-06 15:00:00"},
		{"a critical one within four hours", "4 15:00 A=c", false, "Mon 2025-01-06 11:00:00"},
		{"class A within one", "4 16:30 A=c(CLASS_A)", false, "Mon 2025-01-06 09:30:00"},
		{"of a core customer one level tighter", "4 15:00 A=w", true, "Mon 2025-01-06 11:00:00"},
		{"what grows worse is not put off", "1 16:00 A=w\n2 15:00 A=c", false, "Wed 2025-01-01 16:00:00"},
		{"somebody has it in hand", "1 10:00 A=w\n1 11:00 ack", false, "never"},
		{"it is closed", "1 10:00 A=w\n1 11:00 A=-", false, "never"},
		{"closed, and open again", "1 10:00 A=w\n1 11:00 ack\n1 12:00 decide\n1 13:00 close\n2 10:00 B=c", false, "Wed 2025-01-01 14:00:00"},
	}
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			r := newRig(t, 0, false)
			r.ledger = onWeekdays(t)
			r.rec.Customer.Weigh(s.core)
			r.playAt(t, s.events)
			if got := clock(r.tasks[len(r.tasks)-1].Acknowledge); got != s.want {
				t.Errorf("got %s, want %s", got, s.want)
			}
			if task, told := r.tasks[len(r.tasks)-1].Acknowledge, r.cases[len(r.cases)-1].Task.Acknowledge; task != told {
				t.Errorf("the message says %s", clock(told))
			}
		})
	}
}

// A program before version 2 of the counters has told of an alert without keeping when. Its level counts from the beginning of its day.
func TestADeadlineOfWhatAnEarlierProgramTold(t *testing.T) {
	r := newRig(t, 0, false)
	r.ledger = onWeekdays(t)
	r.playAt(t, "1 10:00 A=w")
	var earlier told
	earlier.mustDecode(r.rec.Told)
	earlier.due, earlier.alerts[0].warning = 0, 0
	if r.rec.Told = earlier.append(nil); r.rec.Told[0] != 1 {
		t.Fatalf("got counters of version %d, want 1", r.rec.Told[0])
	}
	r.playAt(t, "2 16:00 ack")
	if got, want := r.due(), "Thu 2025-01-02 17:00:00"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A record at a close does not depend on when within a day something was told.
func TestWhenSomethingWasToldIsNoPartOfTheEpisodes(t *testing.T) {
	episodes := func(events string) string {
		r := newRig(t, 0, false)
		r.ledger = onWeekdays(t)
		r.playAt(t, events)
		r.promote(r.day + 1)
		return string(r.rec.Episodes)
	}
	if got, want := episodes("1 09:30 A=w\n2 10:00 ack\n3 10:00 A=c"), episodes("1 16:59 A=w\n2 12:00 ack\n3 23:00 A=c"); got != want {
		t.Errorf("got %x, want %x", got, want)
	}
}

// While orders are open, a breach of the limit holds them up.
func TestABreachThatHoldsOrdersUpIsDecidedWithinHours(t *testing.T) {
	for _, s := range []struct {
		name string
		kind state.Kind
		body state.Body
		want string
	}{
		{"open orders wait", state.KindOrder, &state.Order{OrderID: "SO-1", OrderDate: start, Gross: eur(9_000_00)}, "Mon 2024-12-30 13:00:00"},
		{"nothing waits", state.KindInvoice, &state.Invoice{InvoiceID: "INV-1", IssueDate: start, DueDate: start + 30, Total: eur(9_000_00)}, "Mon 2024-12-30 17:00:00"},
	} {
		d := newDebtor(t)
		d.rec = &state.Record{Customer: state.NewCustomer("C-1")}
		in := d.input(start)
		in.Ledger, in.Applied, in.LimitsKnown = onWeekdays(t), true, true
		in.Changed = d.rec.Customer.Apply(start, []state.Event{
			{Kind: state.KindLimit, Customer: "C-1", Stamp: state.Stamp{Revision: 1, ID: "L-1"},
				Body: &state.LimitRevision{LimitID: "L-1", Type: state.LimitBase, Amount: eur(1_000_00), ValidFrom: start}},
			{Kind: s.kind, Customer: "C-1", Body: s.body, Stamp: state.Stamp{Revision: 1, ID: s.body.Key()}},
		}, make([]state.Outcome, 2))
		d.last = d.judge.Step(in)
		if len(d.last.Tasks) != 1 || clock(d.last.Tasks[0].Due) != s.want {
			t.Errorf("%s: got %+v, want a task that is due %s", s.name, d.last.Tasks, s.want)
		}
	}
}
