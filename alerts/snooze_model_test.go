package alerts

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tocsin/detectors"
	"tocsin/state"
)

// plainTask is the life of a review task as DOMAIN tells it, without any economy: it knows what stands now and what stood at the
// last close, and asks each time anew.
type plainTask struct {
	day, opened state.Date // of the case; zero: none
	stage, by   string
	owner       string
	seen        map[string]plainAlert
	said        map[string]string
	until, on   state.Date
	worst       detectors.Level // as the person saw it who put the task off
	grave       int
	percent     int64
	risked      int64

	stands, closed map[string]plainAlert // also what is muted
	figure         map[string]int64
	risk           int64

	mutes    map[string]plainMute
	accepted bool // the last decision was that nothing is to be done
}

type plainAlert struct {
	level  detectors.Level
	raised state.Date
	grave  int
}

// plainMute is what a person has decided to do nothing about.
type plainMute struct {
	saw    plainAlert
	figure int64
	until  state.Date
}

func (m plainMute) covers(a plainAlert, figure int64) bool {
	worse := abs(figure-100) > abs(m.figure-100) && abs(figure-m.figure) >= 25
	return a.raised != m.saw.raised && a.level <= m.saw.level && a.grave == 0 && !worse
}

func abs(n int64) int64 { return max(n, -n) }

// bothers are the alerts of the case.
func (p *plainTask) bothers() map[string]plainAlert {
	bother := map[string]plainAlert{}
	for signal, a := range p.stands {
		if m, muted := p.mutes[signal]; !muted || !m.covers(a, p.figure[signal]) {
			bother[signal] = a
		}
	}
	return bother
}

func (p *plainTask) worstNow() (worst detectors.Level, grave int) {
	for _, a := range p.bothers() {
		worst, grave = max(worst, a.level), max(grave, a.grave)
	}
	return worst, grave
}

// shows is the stage that people see, for a task that somebody decided or closed is open to question while more stands.
func (p *plainTask) shows() string {
	more, bother := false, p.bothers()
	for signal, a := range bother {
		saw, known := p.seen[signal]
		more = more || !known || saw.raised != a.raised || saw.level < a.level
	}
	switch {
	case p.stage == TaskOpen && len(bother) == 0:
		return TaskClosed
	case p.stage == TaskClosed && more:
		return TaskOpen
	case p.stage == TaskDecided && more:
		return TaskInReview
	}
	return p.stage
}

func (p *plainTask) isBroken() bool {
	worst, grave := p.worstNow()
	if worst > p.worst || grave > p.grave || p.percent > 0 && len(p.bothers()) > 0 && p.risk*100 >= p.risked*(100+p.percent) {
		return true
	}
	for _, a := range p.bothers() {
		if a.grave > 0 && a.raised > p.on {
			return true
		}
	}
	return false
}

func (p *plainTask) asleep() bool {
	shows := p.shows()
	return p.until > p.day && shows != TaskDecided && shows != TaskClosed && !p.isBroken()
}

func (p *plainTask) String() string {
	text := p.shows()
	if p.asleep() {
		text += fmt.Sprintf(" until %d", p.until-start)
	}
	return text + " of " + p.owner
}

// learn takes what a signal stands at now, and what is at risk.
func (p *plainTask) learn(signal string, level detectors.Level, grave int, risk int64) {
	if p.risk = risk; level == detectors.None {
		delete(p.stands, signal)
	} else {
		a := plainAlert{level, p.day, grave}
		if stood, did := p.closed[signal]; did {
			a.raised = stood.raised
		}
		if stands, does := p.stands[signal]; does {
			a.raised = stands.raised
		}
		p.stands[signal] = a
	}
	p.look()
}

// look opens a case where something bothers people, and forgets one of today that nobody has touched and nothing is left of.
func (p *plainTask) look() {
	switch bother := p.bothers(); {
	case p.opened == 0 && len(bother) > 0:
		*p = plainTask{
			day: p.day, opened: p.day, stage: TaskOpen, said: map[string]string{}, stands: p.stands, closed: p.closed, risk: p.risk,
			figure: p.figure, mutes: p.mutes,
		}
	case p.opened == p.day && len(bother) == 0 && p.stage == TaskOpen && p.by == "":
		p.opened = 0
	}
}

// close ends the day and begins another.
func (p *plainTask) close() {
	if p.until != 0 && p.isBroken() {
		p.until = 0
	}
	if len(p.bothers()) == 0 && (p.stage == TaskOpen || p.stage == TaskClosed) {
		p.opened = 0
	}
	for signal, m := range p.mutes {
		if a, stands := p.stands[signal]; stands && a.raised != m.saw.raised && !m.covers(a, p.figure[signal]) || p.day+1 >= m.until {
			delete(p.mutes, signal)
		}
	}
	p.closed = map[string]plainAlert{}
	for signal, a := range p.stands {
		p.closed[signal] = a
	}
	p.day++
	if p.until != 0 && p.until <= p.day {
		p.until = 0
	}
	p.look()
}

// act does what a person does, and tells whether that is possible.
func (p *plainTask) act(what, how string) bool {
	if p.opened == 0 {
		return false
	}
	shows := p.shows()
	look := func(stage string) {
		p.stage, p.until = stage, 0
		if stage == TaskDecided || stage == TaskClosed {
			p.seen = p.bothers()
		}
	}
	switch {
	case what == "ack" && shows == TaskOpen:
		look(TaskAcknowledged)
	case what == "review" && shows == TaskAcknowledged:
		look(TaskInReview)
	case what == "accept" && (shows == TaskAcknowledged || shows == TaskInReview):
		look(TaskDecided)
		p.accepted = true
		for signal, a := range p.seen {
			if a.grave == 0 {
				p.mutes[signal] = plainMute{a, p.figure[signal], p.day + 30}
			}
		}
	case what == "decide" && (shows == TaskAcknowledged || shows == TaskInReview):
		look(TaskDecided)
		p.accepted = false
	case what == "close" && shows != TaskClosed && (shows == TaskDecided || len(p.bothers()) == 0):
		if p.accepted && shows == TaskDecided {
			for signal := range p.seen {
				if m, muted := p.mutes[signal]; muted {
					m.until = p.day + 30
					p.mutes[signal] = m
				}
			}
		}
		look(TaskClosed)
	case what == "snooze" && shows != TaskDecided && shows != TaskClosed:
		days, percent, _ := strings.Cut(how, "d:")
		more, _ := strconv.ParseInt(strings.TrimSuffix(percent, "%"), 10, 64)
		if more > 0 && len(p.bothers()) == 0 {
			return false
		}
		p.worst, p.grave = p.worstNow()
		p.until, p.on, p.percent, p.risked = p.day+number(strings.TrimSuffix(days, "d")), p.day, more, p.risk
	case what == "wake" && p.asleep():
		p.until = 0
	case what == "give" && shows != TaskClosed:
		p.owner = how
	default:
		return false
	}
	p.by = "li.wei"
	return true
}

func newPlainTask() *plainTask {
	return &plainTask{day: start + 1, stands: map[string]plainAlert{}, closed: map[string]plainAlert{}, figure: map[string]int64{}, mutes: map[string]plainMute{}}
}

// Whatever happens and whatever people do, a task is where the plain model of it is, and what the model refuses is refused.
func TestATaskLivesAsItsModelDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, p := newRig(t, 0, false), newPlainTask()
		r.open(p.day)
		learn := func(t *rapid.T, signal, text string) {
			v, risk, figure := verdict(text), rapid.Int64Range(1, 20).Draw(t, "risk"), rapid.Int64Range(60, 140).Draw(t, "figure")
			r.scripts["A"].risk, r.scripts["B"].risk = risk, risk
			r.scripts[signal].figure, p.figure[signal] = figure, figure
			r.scripts[signal].learn(p.day, v)
			r.step(p.day, state.AllInputs, false, nil)
			p.learn(signal, v.Raise, gravity(v.Reason), risk)
		}
		act := func(t *rapid.T, what string) {
			r.act(p.day, what)
			what, how, _ := strings.Cut(what, ":")
			var refusal *Refusal
			if could := p.act(what, how); errors.As(r.refused, &refusal) == could {
				t.Fatalf("day %d: %s: got %v, want it possible: %v, at %s", p.day-start, what, r.refused, could, p)
			}
		}
		pass := func(days int) {
			for range days {
				p.close()
				r.open(p.day)
			}
		}
		signals, verdicts := rapid.SampledFrom([]string{"A", "B"}), rapid.SampledFrom([]string{"-", "w", "w(B2)", "c", "c(B1)", "c(CLASS_A)"})
		acts := rapid.SampledFrom([]string{"ack", "review", "decide", "accept", "close", "snooze:1d", "snooze:5d", "snooze:14d", "snooze:3d:50%", "snooze:9d:1%", "wake", "give:ana", "give:bo"})
		t.Repeat(map[string]func(*rapid.T){
			"learn":      func(t *rapid.T) { learn(t, signals.Draw(t, "signal"), verdicts.Draw(t, "verdict")) },
			"act":        func(t *rapid.T) { act(t, acts.Draw(t, "act")) },
			"look":       func(*rapid.T) { r.step(p.day, 0, true, nil) },
			"close":      func(*rapid.T) { pass(1) },
			"weeks pass": func(*rapid.T) { pass(25) },
			"nothing is to be done, and it goes": func(t *rapid.T) {
				for _, what := range []string{"ack", "accept"} {
					act(t, what)
				}
				learn(t, "A", "-")
				learn(t, "B", "-")
				pass(rapid.IntRange(1, 9).Draw(t, "days"))
				act(t, "close")
				pass(1)
			},
			"": func(t *rapid.T) {
				if len(r.tasks) == 0 {
					return
				}
				last := r.tasks[len(r.tasks)-1]
				got, want := last.State, p.String()
				if last.SnoozedUntil != 0 {
					got += fmt.Sprintf(" until %d", last.SnoozedUntil-start)
				}
				if got += " of " + last.Owner; p.opened == 0 {
					got, want = last.State, TaskClosed
				}
				if got != want {
					t.Fatalf("day %d: got %s, want %s", p.day-start, got, want)
				}
			},
		})
	})
}
