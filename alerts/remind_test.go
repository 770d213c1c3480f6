package alerts

import (
	"strings"
	"testing"
	"time"
)

// Two hours of work before a task is to be decided its owner is reminded of it, once for each time that it is to be.
func TestWhenPeopleAreReminded(t *testing.T) {
	for _, s := range []struct {
		name, events string
		core         bool
		want         string
	}{
		{"a warning", "1 10:00 A=w", false, "Thu 2025-01-02 16:00:00"},
		{"a critical one, of the day after", "1 10:00 A=c", false, "Tue 2024-12-31 16:00:00"},
		{"class A", "1 10:00 A=c(CLASS_A)", false, "Tue 2024-12-31 12:00:00"},
		{"before the clock's own day begins: the day before", "1 16:30 A=c(CLASS_A)", false, "Wed 2025-01-01 10:30:00"},
		{"over the weekend", "4 15:00 A=c", false, "Mon 2025-01-06 13:00:00"},
		{"a core customer's warning as a critical one", "1 10:00 A=w", true, "Tue 2024-12-31 16:00:00"},
		{"in hand and in review", "1 10:00 A=w\n1 11:00 ack\n1 11:10 review", false, "Thu 2025-01-02 16:00:00"},
		{"what grows worse is due sooner", "1 10:00 A=w\n1 10:30 A=c", false, "Tue 2024-12-31 16:30:00"},
		{"reminded", "1 10:00 A=w\n3 16:00 remind", false, "never"},
		{"reminded, and worse", "1 10:00 A=w\n3 16:00 remind\n3 16:10 A=c", false, "never"},
		{"decided", "1 10:00 A=w\n1 11:00 ack\n1 12:00 decide", false, "never"},
		{"reminded, decided and in question again", "1 10:00 A=w\n1 11:00 ack\n3 16:00 remind\n3 16:10 decide\n6 10:00 A=c", false, "Mon 2025-01-06 15:00:00"},
		{"put off", "1 10:00 A=w\n1 11:00 snooze:3d", false, "never"},
		{"reminded, put off and back", "1 10:00 A=w\n3 16:00 remind\n3 16:10 snooze:3d\n6 09:30 alarm", false, "Wed 2025-01-08 15:00:00"},
		{"cleared", "1 10:00 A=w\n1 11:00 ack\n1 12:00 A=-", false, "never"},
	} {
		t.Run(s.name, func(t *testing.T) {
			r := newRig(t, 0, false)
			r.ledger = onWeekdays(t)
			r.rec.Customer.Weigh(s.core)
			r.playAt(t, s.events)
			if got := clock(r.tasks[len(r.tasks)-1].Remind); got != s.want {
				t.Errorf("got %s, want %s", got, s.want)
			}
		})
	}
}

// What stands is the same whether a clock has told anybody or not.
func TestWhatStandsIsUntimed(t *testing.T) {
	for _, at := range []string{"3 16:00 remind", "7 16:00 late:1"} {
		var stands []string
		for _, then := range []string{at, at[:8] + "alarm"} {
			r := newRig(t, 0, false)
			r.ledger = onWeekdays(t)
			r.playAt(t, "1 10:00 A=w\n1 11:00 ack\n"+then)
			stands = append(stands, string(r.rec.Episodes), string(r.judge.Untimed(r.rec.Episodes)))
		}
		if stands[0] == stands[2] || stands[1] != stands[3] || stands[2] != stands[3] {
			t.Errorf("%s: got %x, want the last three alike, and another one before them", at, stands)
		}
	}
}

// The thread tells it once, and neither the channel nor who acted last has to do with it.
func TestAReminderIsNews(t *testing.T) {
	r := newRig(t, 0, false)
	r.ledger = onWeekdays(t)
	r.playAt(t, "1 10:00 A=w\n1 11:00 ack\n3 16:00 remind\n3 16:30 give:ana")
	if len(r.cases) != 4 {
		t.Fatalf("got %d messages, want four", len(r.cases))
	}
	m, before := r.cases[2], r.cases[1]
	n := m.Since(&before)
	if n == nil || !n.Remind || n.Late || n.Task == nil || !n.Task.Reminded || m.Digest() == before.Digest() || n.Task.By == "tocsin" {
		t.Errorf("got %+v, want a reminder", n)
	}
	if n := r.cases[3].Since(&m); n == nil || n.Remind {
		t.Errorf("a new owner: got %+v, want no reminder once more", n)
	}
	read, err := ParseCaseMessage(m.AppendJSON(nil))
	if err != nil || !read.Task.Reminded || strings.Contains(string(before.AppendJSON(nil)), "reminded") {
		t.Errorf("got %+v, %v, want it to be read as it was written", read.Task, err)
	}
}

func TestWhatNobodyIsRemindedOf(t *testing.T) {
	for _, s := range []struct{ name, events, at, want string }{
		{"too early", "1 10:00 A=w", "3 15:59", RefusedEarly},
		{"just in time", "1 10:00 A=w", "3 16:01", ""},
		{"in the last minute", "1 10:00 A=w", "4 09:59", ""},
		{"when it is due", "1 10:00 A=w", "4 10:01", RefusedState},
		{"twice", "1 10:00 A=w\n3 16:00 remind", "3 16:10", RefusedState},
		{"put off", "1 10:00 A=w\n1 11:00 snooze:5d", "3 16:10", RefusedState},
		{"decided", "1 10:00 A=w\n1 11:00 ack\n1 12:00 decide", "3 16:10", RefusedState},
		{"closed", "1 10:00 A=w\n1 11:00 A=-", "3 16:10", RefusedNoTask},
	} {
		t.Run(s.name, func(t *testing.T) {
			r := newRig(t, 0, false)
			r.ledger = onWeekdays(t)
			r.playAt(t, s.events)
			if got := r.tries(t, s.at+" remind"); got != s.want {
				t.Errorf("got %q, want %q", got, s.want)
			}
		})
	}
}

// Where no more time is given than that, or nobody wants it, nobody is reminded.
func TestNobodyIsRemindedAtOnce(t *testing.T) {
	for before, want := range map[int]string{0: "never", 1: "Tue 2024-12-31 13:00:00", 4: "never", 9: "never"} {
		r := newRig(t, 0, false)
		r.ledger = onWeekdays(t)
		r.judge.sla.RemindBefore.Time = time.Duration(before) * time.Hour
		r.playAt(t, "1 10:00 A=c(CLASS_A)")
		if got := clock(r.tasks[len(r.tasks)-1].Remind); got != want {
			t.Errorf("%d hours before: got %s, want %s", before, got, want)
		}
	}
}
