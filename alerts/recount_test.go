package alerts

import (
	"strings"
	"testing"

	"tocsin/state"
)

// The time of a task is counted from when people were told of it: so are what is shown, and when it is late.
func TestDeadlinesCountFromWhenPeopleWereTold(t *testing.T) {
	for _, s := range []struct{ name, events, acknowledge, due, late string }{
		{"told at once", "1 10:00 A=c", "Tue 2024-12-31 14:00:00", "Wed 2025-01-01 10:00:00", "Tue 2024-12-31 14:00:00"},
		{"told a week later", "1 10:00 A=c\n8 12:00 recount", "Tue 2025-01-07 16:00:00", "Wed 2025-01-08 12:00:00", "Tue 2025-01-07 16:00:00"},
		{"of two levels the shorter time", "1 10:00 A=w\n2 10:00 A=c\n8 12:00 recount", "Tue 2025-01-07 16:00:00", "Wed 2025-01-08 12:00:00", "Tue 2025-01-07 16:00:00"},
		{"what came since has its own", "1 10:00 A=w\n8 12:00 recount\n8 15:00 B=c", "Wed 2025-01-08 11:00:00", "Wed 2025-01-08 15:00:00", "Wed 2025-01-08 11:00:00"},
		{"what came since, and is due later, changes nothing", "1 10:00 A=c\n8 12:00 recount\n8 15:00 B=w", "Tue 2025-01-07 16:00:00", "Wed 2025-01-08 12:00:00", "Tue 2025-01-07 16:00:00"},
		{"in hand", "1 10:00 A=c\n8 12:00 recount\n8 13:00 ack", "never", "Wed 2025-01-08 12:00:00", "Wed 2025-01-08 12:00:00"},
		{"late, and told so", "1 10:00 A=c\n8 12:00 recount\n8 16:00 late:1", "Tue 2025-01-07 16:00:00", "Wed 2025-01-08 12:00:00", "Wed 2025-01-08 12:00:00"},
	} {
		t.Run(s.name, func(t *testing.T) {
			r := newRig(t, 0, false)
			r.ledger = onWeekdays(t)
			r.playAt(t, s.events)
			task, m := r.tasks[len(r.tasks)-1], r.cases[len(r.cases)-1]
			if got := [3]string{clock(task.Acknowledge), clock(task.Due), clock(task.Term.Due)}; got != [3]string{s.acknowledge, s.due, s.late} {
				t.Errorf("got %s, want %s, %s, %s", got, s.acknowledge, s.due, s.late)
			}
			if m.Task.Acknowledge != task.Acknowledge || m.Task.Due != task.Due {
				t.Errorf("the message tells %s and %s, the record %s and %s", m.Task.Acknowledge, m.Task.Due, task.Acknowledge, task.Due)
			}
		})
	}
}

// A message of other deadlines is another one to a channel that has one, and no news for its thread. A case of which a summary has told
// gets none for that, and the next one is like any.
func TestAMessageOfOtherDeadlines(t *testing.T) {
	r := newRig(t, 0, false)
	r.ledger = onWeekdays(t)
	r.playAt(t, "1 10:00 A=c\n8 12:00 recount\n9 12:00 recount:unposted\n9 13:00 ack")
	if len(r.cases) != 4 {
		t.Fatalf("got %d messages, want four", len(r.cases))
	}
	first, told, summed, ack := &r.cases[0], &r.cases[1], &r.cases[2], &r.cases[3]
	if told.Digest() == first.Digest() || told.Since(first) != nil || !told.Recounted || told.Unposted {
		t.Errorf("got %+v, want an edit without news", told)
	}
	if !summed.Unposted || ack.Unposted || ack.Recounted || first.Recounted || ack.Task.By != "li.wei" || summed.Task.By != "" {
		t.Errorf("got %+v and then %+v, want the first not to be posted", summed, ack)
	}
	for _, m := range r.cases {
		read, err := ParseCaseMessage(m.AppendJSON(nil))
		if err != nil || read.Recounted != m.Recounted || read.Unposted != m.Unposted || read.Digest() != m.Digest() {
			t.Errorf("got %+v, %v, want it to be read as it was written", read, err)
		}
	}
	if strings.Contains(string(first.AppendJSON(nil)), "recounted") || strings.Contains(string(first.AppendJSON(nil)), "unposted") {
		t.Error("an ordinary message says that it is none")
	}
}

func TestWhatIsNotCountedAnew(t *testing.T) {
	for _, s := range []struct{ name, events, at, want string }{
		{"told later", "1 10:00 A=w", "3 12:00", ""},
		{"twice, the second time later", "1 10:00 A=w\n2 12:00 recount", "3 12:00", ""},
		{"put off", "1 10:00 A=w\n1 11:00 snooze:5d", "3 12:00", RefusedState},
		{"decided", "1 10:00 A=w\n1 11:00 ack\n1 12:00 decide", "3 12:00", RefusedState},
		{"cleared while somebody has it in hand", "1 10:00 A=w\n1 11:00 ack\n1 12:00 A=-", "3 12:00", RefusedState},
	} {
		t.Run(s.name, func(t *testing.T) {
			r := newRig(t, 0, false)
			r.ledger = onWeekdays(t)
			r.playAt(t, s.events)
			if got := r.tries(t, s.at+" recount"); got != s.want {
				t.Errorf("got %q, want %q", got, s.want)
			}
		})
	}
	d := RecountOf("T-1", 1, 5e9, false, "tocsin")
	hand := inHand{caseView: &caseView{alerts: []standing{{}}}, since: 5e9}
	if err := d.recounts(&hand); err == nil {
		t.Error("a time that runs since then was counted anew")
	}
	if d.Code = "else"; d.recounts(&hand) == nil {
		t.Error("a code that is none was taken")
	}
}

// Where no working time lies between, nothing is counted anew: what comes at night is told in the morning.
func TestWhatClocksAreCountedAnew(t *testing.T) {
	r := newRig(t, 0, false)
	r.ledger = onWeekdays(t)
	night := r.ledger.Zone
	at := func(day, hour int) state.Instant {
		return (start + state.Date(day)).Start(night) + state.Instant(hour)*3600*1e9
	}
	for _, s := range []struct {
		from, told state.Instant
		want       bool
	}{
		{at(1, 10), 0, false},
		{at(1, 10), at(1, 10) + 5e8, false},
		{at(1, 10), at(1, 11), true},
		{at(1, 20), at(2, 8), false},
		{at(1, 20), at(2, 10), true},
		{at(1, 10), at(1, 9), false},
	} {
		if got := r.judge.Recounts(r.ledger, &state.Clock{From: s.from, Told: s.told}); got != s.want {
			t.Errorf("from %s, told %s: got %v, want %v", s.from, s.told, got, s.want)
		}
	}
}
