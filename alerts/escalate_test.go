package alerts

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"tocsin/alerts/worktime"
	"tocsin/detectors"
	"tocsin/state"

	"pgregory.net/rapid"
)

// term is what the newest task tells of its time.
func (r *rig) term() string { return clock(r.tasks[len(r.tasks)-1].Term.Due) }

func TestWhenATaskIsLate(t *testing.T) {
	stories := []struct {
		name, events string
		core         bool
		want         string
	}{
		{"a warning that nobody has in hand within a business day", "4 15:00 A=w", false, "Mon 2025-01-06 15:00:00"},
		{"a critical one within four hours", "4 15:00 A=c", false, "Mon 2025-01-06 11:00:00"},
		{"class A within one", "4 16:30 A=c(CLASS_A)", false, "Mon 2025-01-06 09:30:00"},
		{"what comes on a weekend has its time from Monday on", "6 12:00 A=c", false, "Mon 2025-01-06 13:00:00"},
		{"a core customer's warning as a critical one", "4 15:00 A=w", true, "Mon 2025-01-06 11:00:00"},
		{"in hand, but not decided", "1 10:00 A=w\n1 11:00 ack", false, "Fri 2025-01-03 10:00:00"},
		{"in review, but not decided", "1 10:00 A=w\n1 11:00 ack\n1 11:10 review", false, "Fri 2025-01-03 10:00:00"},
		{"once more after twice the time", "1 10:00 A=w\n2 10:00 late:1", false, "Thu 2025-01-02 10:00:00"},
		{"after which nobody is left to tell", "1 10:00 A=w\n3 10:00 late:2", false, "never"},
		{"in hand too late: the decision's time is as it was", "1 10:00 A=w\n2 10:00 late:1\n2 11:00 ack", false, "Fri 2025-01-03 10:00:00"},
		{"what grows worse is late sooner", "1 10:00 A=w\n1 10:30 A=c", false, "Tue 2024-12-31 14:30:00"},
		{"what people know to be late, and grows worse, has twice its time", "1 10:00 A=w\n2 10:00 late:1\n2 10:30 A=c", false, "Thu 2025-01-02 10:00:00"},
		{"decided", "1 10:00 A=w\n1 11:00 ack\n1 12:00 decide", false, "never"},
		{"decided and in question again", "1 10:00 A=w\n1 11:00 ack\n1 12:00 decide\n2 10:00 A=c", false, "Thu 2025-01-02 10:00:00"},
		{"cleared before anybody had it in hand", "1 10:00 A=w\n1 11:00 A=-", false, "never"},
		{"cleared while somebody has it in hand", "1 10:00 A=w\n1 11:00 ack\n1 12:00 A=-", false, "never"},
		{"put off", "1 10:00 A=w\n1 11:00 snooze:3d", false, "never"},
		{"back on its day: its time begins anew", "1 10:00 A=w\n1 11:00 snooze:3d\n4 09:30 alarm", false, "Mon 2025-01-06 09:30:00"},
		{"woken: its time begins anew", "1 10:00 A=w\n1 11:00 snooze:14d\n3 12:00 wake", false, "Fri 2025-01-03 12:00:00"},
		{"back because it is worse: its time begins anew", "1 10:00 A=w\n1 11:00 snooze:14d\n3 12:00 A=c", false, "Thu 2025-01-02 16:00:00"},
		{"that it was late is over when it is put off", "1 10:00 A=w\n2 10:00 late:1\n2 11:00 snooze:3d\n5 09:30 alarm", false, "Mon 2025-01-06 17:00:00"},
		{"another owner has the time that is left", "1 10:00 A=w\n2 10:00 late:1\n2 11:00 give:ana", false, "Thu 2025-01-02 10:00:00"},
	}
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			r := newRig(t, 0, false)
			r.ledger = onWeekdays(t)
			r.rec.Customer.Weigh(s.core)
			r.playAt(t, s.events)
			if got := r.term(); got != s.want {
				t.Errorf("got %s, want %s", got, s.want)
			}
		})
	}
}

// A signal that was muted comes into the case with its own time, and not with that of when it rose.
func TestTheTimeOfWhatWasMuted(t *testing.T) {
	r := newRig(t, 0, false)
	r.ledger = onWeekdays(t)
	r.playAt(t, `1 10:00 A=w
		1 11:00 ack
		1 12:00 accept
		2 10:00 A=-
		2 11:00 close
		6 10:00 A=w
		32 10:00 alarm`)
	last := r.tasks[len(r.tasks)-1]
	if got, want := clock(last.Due), "Wed 2025-02-05 10:00:00"; got != want || last.State != TaskOpen {
		t.Errorf("got a task that is %s and due %s, want one open and due %s", last.State, got, want)
	}
	if got, want := r.term(), "Mon 2025-02-03 10:00:00"; got != want {
		t.Errorf("late at %s, want %s", got, want)
	}
}

// Years, clocks and holidays do not count: what counts is time in which people work.
func TestLateInWorkingTime(t *testing.T) {
	zone := func(name string) *time.Location {
		where, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		return where
	}
	weekend := []time.Weekday{time.Saturday, time.Sunday}
	newYear := []state.Date{state.DateOf(2025, 1, 28), state.DateOf(2025, 1, 29), state.DateOf(2025, 1, 30), state.DateOf(2025, 1, 31),
		state.DateOf(2025, 2, 3), state.DateOf(2025, 2, 4)}
	for _, tt := range []struct {
		name, zone string
		holidays   []state.Date
		makeUp     []state.Date
		told, late string // a critical alert, 4 hours
		twice      string
	}{
		{"clocks go forward", "Europe/Berlin", nil, nil, "2025-03-28T16:00:00+01:00", "2025-03-31T12:00:00+02:00", "2025-03-31T16:00:00+02:00"},
		{"clocks go back", "America/New_York", nil, nil, "2025-10-31T15:00:00-04:00", "2025-11-03T11:00:00-05:00", "2025-11-03T15:00:00-05:00"},
		{"the year ends", "Europe/London", []state.Date{state.DateOf(2025, 1, 1)}, nil, "2024-12-31T15:00:00Z", "2025-01-02T11:00:00Z", "2025-01-02T15:00:00Z"},
		{"Chinese New Year", "Asia/Shanghai", newYear, []state.Date{state.DateOf(2025, 1, 26), state.DateOf(2025, 2, 8)},
			"2025-01-27T15:00:00+08:00", "2025-02-05T11:00:00+08:00", "2025-02-05T15:00:00+08:00"},
		{"a weekend on which work is made up", "Asia/Shanghai", newYear, []state.Date{state.DateOf(2025, 1, 26)},
			"2025-01-24T15:00:00+08:00", "2025-01-26T11:00:00+08:00", "2025-01-26T15:00:00+08:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			days, err := state.NewCalendar(weekend, tt.holidays)
			if err == nil {
				days, err = days.WithMakeUp(tt.makeUp)
			}
			if err != nil {
				t.Fatal(err)
			}
			instant := func(text string) state.Instant {
				at, err := time.Parse(time.RFC3339, text)
				if err != nil {
					t.Fatal(err)
				}
				return state.InstantOf(at)
			}
			r := newRig(t, 0, false)
			r.ledger = &state.Ledger{Zone: zone(tt.zone), Calendar: days}
			told := instant(tt.told)
			r.scripts["A"].learn(0, verdict("c"))
			in := func(at state.Instant, decision []byte) Result {
				return r.judge.Step(Input{Record: r.rec, Ledger: r.ledger, Day: told.Date(r.ledger.Zone), KnownAt: at, All: true, Decision: decision})
			}
			task := in(told, nil).Tasks[0]
			late := func(level uint8, at state.Instant) Result {
				return in(at, EncodeDecision(EscalationOf(task.TaskID, level, "boss", "tocsin", false, at)))
			}
			for level, want := range map[uint8]state.Instant{1: instant(tt.late), 2: instant(tt.twice)} {
				if early := late(level, want-1); early.Refused == nil || early.Refused.(*Refusal).Name != RefusedEarly {
					t.Errorf("level %d before %s: got %v, want it refused", level, want.Time(), early.Refused)
				}
			}
			if first := late(1, instant(tt.late)); first.Refused != nil || first.Tasks[0].Term.Due != instant(tt.twice) {
				t.Errorf("at %s: got %v, %+v", tt.late, first.Refused, first.Tasks)
			}
			if second := late(2, instant(tt.twice)); second.Refused != nil || second.Tasks[0].Escalation.Level != 2 {
				t.Errorf("at %s: got %v, %+v", tt.twice, second.Refused, second.Tasks)
			}
		})
	}
}

func TestWhatAnEscalationTells(t *testing.T) {
	r := newRig(t, 0, false)
	r.ledger = onWeekdays(t)
	r.playAt(t, "1 10:00 A=c\n1 14:00 late:1")
	before, m := r.cases[0], r.cases[1]
	if got, want := m.Task.Escalation, (Escalation{Level: 1, To: "boss"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if m.Task.By != "" || m.Digest() == before.Digest() {
		t.Errorf("by %q; digests %q and %q", m.Task.By, before.Digest(), m.Digest())
	}
	if n := m.Since(&before); n == nil || !n.Late {
		t.Errorf("got news %+v", n)
	}
	back, err := ParseCaseMessage(m.AppendJSON(nil))
	if err != nil || back.Task.Escalation != m.Task.Escalation {
		t.Errorf("read as %+v, %v", back, err)
	}
	if record := string(r.tasks[1].AppendJSON(nil)); !strings.Contains(record, `"escalated":true,"escalated_to":"boss"`) {
		t.Errorf("got %s", record)
	}
	r.playAt(t, "1 15:00 ack")
	last := r.tasks[len(r.tasks)-1]
	if last.Escalation != (Escalation{}) || last.By != "li.wei" {
		t.Errorf("in hand: got %+v", last)
	}
	if n := r.cases[2].Since(&m); n == nil || n.Late {
		t.Errorf("in hand: got news %+v", n)
	}
	r.playAt(t, "2 10:00 late:1\n2 11:00 review")
	if got, want := r.tasks[len(r.tasks)-1].Escalation, (Escalation{Level: 1, To: "boss", Decision: true}); got != want {
		t.Errorf("not decided: got %+v, want %+v", got, want)
	}
}

func TestWhatIsNotEscalated(t *testing.T) {
	for _, tt := range []struct{ name, before, act, refused string }{
		{"what is not late", "1 10:00 A=c", "1 13:59 late:1", RefusedEarly},
		{"what is not late for long", "1 10:00 A=c\n1 14:00 late:1", "1 16:00 late:2", RefusedEarly},
		{"what was escalated", "1 10:00 A=c\n1 14:00 late:1", "1 16:00 late:1", RefusedState},
		{"below what it was escalated to", "1 10:00 A=c\n2 10:00 late:2", "2 16:00 late:1", RefusedState},
		{"what is put off", "1 10:00 A=c\n1 10:30 snooze:9d", "3 14:00 late:1", RefusedState},
		{"what is decided", "1 10:00 A=c\n1 10:30 ack\n1 11:00 decide", "3 14:00 late:1", RefusedState},
		{"what is closed", "1 10:00 A=c\n1 10:30 ack\n1 11:00 decide\n1 12:00 close", "3 14:00 late:1", RefusedState},
		{"what has cleared", "1 10:00 A=c\n1 10:30 ack\n1 11:00 A=-", "3 14:00 late:1", RefusedState},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, 0, false)
			r.ledger = onWeekdays(t)
			r.playAt(t, tt.before)
			if got := r.tries(t, tt.act); got != tt.refused {
				t.Errorf("got %q, want %q", got, tt.refused)
			}
		})
	}
}

// tries is why a decision of a day and time is refused, which changes nothing then; empty: it is taken.
func (r *rig) tries(t *testing.T, what string) string {
	t.Helper()
	told := len(r.tasks)
	day, rest, _ := strings.Cut(what, " ")
	at, act, _ := strings.Cut(rest, " ")
	passed, err := time.Parse("15:04", at)
	if err != nil {
		t.Fatal(err)
	}
	r.clock = (start + number(day)).Start(time.UTC) + state.Instant(passed.Hour()*60+passed.Minute())*state.Instant(time.Minute) - 2
	r.play(day + " " + act)
	if r.refused == nil {
		return ""
	}
	if len(r.tasks) != told {
		t.Errorf("%s: it is refused, and changes a task", what)
	}
	return r.refused.(*Refusal).Name
}

// plainLate is a task's time as DOMAIN tells it: minutes of work, counted one by one.
type plainLate struct {
	hours  *worktime.Hours
	now    state.Instant
	worked map[detectors.Level]int // minutes since people were told of a level that stands
	level  detectors.Level
	hand   bool
	over   bool // decided, or closed
	until  state.Date
	told   uint8 // how often it was escalated
	late   bool  // for its decision
}

const minute = state.Instant(time.Minute)

func (p *plainLate) pass(minutes int) {
	for range minutes {
		if p.hours.Include(p.now) {
			for level := range p.worked {
				p.worked[level]++
			}
		}
		if p.now += minute; p.until != 0 && p.now.Date(time.UTC) >= p.until {
			p.back()
		}
	}
}

// back is when time begins anew.
func (p *plainLate) back() {
	p.until = 0
	for level := range p.worked {
		p.worked[level] = 0
	}
}

func (p *plainLate) lateBy(times int) bool {
	if p.over || p.until != 0 {
		return false
	}
	const day = 8 * 60
	hand, decide := map[detectors.Level]int{detectors.Warning: day, detectors.Critical: 4 * 60}, map[detectors.Level]int{detectors.Warning: 3 * day, detectors.Critical: day}
	for level, worked := range p.worked {
		if worked >= times*decide[level] || !p.hand && worked >= times*hand[level] {
			return true
		}
	}
	return false
}

// However the clock jumps and whatever people do, a task is escalated when it is late, to each level once for each step that is missing,
// and never before.
func TestATaskIsEscalatedWhenItIsLate(t *testing.T) {
	calendar := onWeekdays(t)
	rapid.Check(t, func(t *rapid.T) {
		r := newRig(t, 0, false)
		r.ledger = calendar
		p := &plainLate{now: (start + 1).Start(time.UTC) + 10*60*minute, worked: map[detectors.Level]int{}}
		sla := DefaultSLA()
		p.hours = &worktime.Hours{Zone: time.UTC, Days: calendar.Calendar, From: sla.From, To: sla.To}
		play := func(what string) bool {
			day := p.now.Date(time.UTC)
			r.open(day)
			r.clock = p.now - 1
			r.refused = nil
			r.play(strconv.Itoa(int(day-start)) + " " + what)
			return r.refused == nil
		}
		raise := func(level detectors.Level, verdict string) {
			if level <= p.level || p.over {
				return
			}
			for l := max(p.level+1, detectors.Warning); l <= level; l++ {
				p.worked[l] = 0
			}
			if p.level = level; p.until != 0 {
				p.back() // it is graver than whoever put it off knew
			}
			play("A=" + verdict)
		}
		raise(detectors.Warning, "w")
		late := func(level uint8) {
			want := p.lateBy(int(level)) && level > p.told
			if got := play("late:" + string('0'+rune(level))); got != want {
				t.Fatalf("%s, level %d: escalated %v, want %v: %v; %+v", clock(p.now), level, got, want, r.refused, p)
			}
			if want {
				p.told, p.late = level, r.tasks[len(r.tasks)-1].Escalation.Decision
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"minutes pass": func(t *rapid.T) { p.pass(rapid.IntRange(1, 300).Draw(t, "minutes")) },
			"days pass":    func(t *rapid.T) { p.pass(rapid.IntRange(1, 6).Draw(t, "days") * 24 * 60) },
			"worse":        func(*rapid.T) { raise(detectors.Critical, "c") },
			"late":         func(t *rapid.T) { late(uint8(rapid.IntRange(1, 2).Draw(t, "level"))) },
			"acknowledge": func(*rapid.T) {
				if play("ack") {
					if p.hand = true; p.until != 0 {
						p.back() // whoever works on it has it back
					}
					if !p.late {
						p.told = 0
					}
				}
			},
			"put off": func(t *rapid.T) {
				days := rapid.IntRange(1, 5).Draw(t, "days")
				if play("snooze:" + string('0'+rune(days)) + "d") {
					p.until, p.told, p.late = p.now.Date(time.UTC)+state.Date(days), 0, false
				}
			},
			"decide": func(*rapid.T) {
				if play("decide") {
					p.over, p.told, p.late = true, 0, false
				}
			},
			"": func(t *rapid.T) {
				r.open(p.now.Date(time.UTC)) // whoever has put it off has it back
				last := r.tasks[len(r.tasks)-1]
				if last.Escalation.Level != p.told {
					t.Fatalf("%s: escalated to %d, want %d", clock(p.now), last.Escalation.Level, p.told)
				}
				if waits, want := last.Term.Due != 0, !p.over && p.until == 0 && p.told < 2; waits != want {
					t.Fatalf("%s: waits %v, want %v: %+v", clock(p.now), waits, want, p)
				} else if waits && (last.Term.Due <= p.now) != p.lateBy(int(p.told)+1) {
					t.Fatalf("%s: late at %s, want late %v: %+v", clock(p.now), clock(last.Term.Due), p.lateBy(int(p.told)+1), p)
				}
			},
		})
	})
}
