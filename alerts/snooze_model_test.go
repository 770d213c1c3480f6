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

	stands, closed map[string]plainAlert
	risk           int64
}

type plainAlert struct {
	level  detectors.Level
	raised state.Date
	grave  int
}

func (p *plainTask) worstNow() (worst detectors.Level, grave int) {
	for _, a := range p.stands {
		worst, grave = max(worst, a.level), max(grave, a.grave)
	}
	return worst, grave
}

// shows is the stage that people see, for a task that somebody decided or closed is open to question while more stands.
func (p *plainTask) shows() string {
	more := false
	for signal, a := range p.stands {
		saw, known := p.seen[signal]
		more = more || !known || saw.raised != a.raised || saw.level < a.level
	}
	switch {
	case p.stage == TaskOpen && len(p.stands) == 0:
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
	if worst > p.worst || grave > p.grave || p.percent > 0 && len(p.stands) > 0 && p.risk*100 >= p.risked*(100+p.percent) {
		return true
	}
	for _, a := range p.stands {
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
	switch {
	case p.opened == 0 && len(p.stands) > 0:
		*p = plainTask{day: p.day, opened: p.day, stage: TaskOpen, said: map[string]string{}, stands: p.stands, closed: p.closed, risk: p.risk}
	case p.opened == p.day && len(p.stands) == 0 && p.stage == TaskOpen && p.by == "":
		p.opened = 0
	}
}

// close ends the day and begins another.
func (p *plainTask) close() {
	if p.until != 0 && p.isBroken() {
		p.until = 0
	}
	if len(p.stands) == 0 && (p.stage == TaskOpen || p.stage == TaskClosed) {
		p.opened = 0
	}
	p.closed = map[string]plainAlert{}
	for signal, a := range p.stands {
		p.closed[signal] = a
	}
	p.day++
	if p.until != 0 && p.until <= p.day {
		p.until = 0
	}
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
			p.seen = map[string]plainAlert{}
			for signal, a := range p.stands {
				p.seen[signal] = a
			}
		}
	}
	switch {
	case what == "ack" && shows == TaskOpen:
		look(TaskAcknowledged)
	case what == "review" && shows == TaskAcknowledged:
		look(TaskInReview)
	case what == "decide" && (shows == TaskAcknowledged || shows == TaskInReview):
		look(TaskDecided)
	case what == "close" && shows != TaskClosed && (shows == TaskDecided || len(p.stands) == 0):
		look(TaskClosed)
	case what == "snooze" && shows != TaskDecided && shows != TaskClosed:
		days, percent, _ := strings.Cut(how, "d:")
		more, _ := strconv.ParseInt(strings.TrimSuffix(percent, "%"), 10, 64)
		if more > 0 && len(p.stands) == 0 {
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

// Whatever happens and whatever people do, a task is where the plain model of it is, and what the model refuses is refused.
func TestATaskLivesAsItsModelDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, p := newRig(t, 0, false), &plainTask{day: start + 1, stands: map[string]plainAlert{}, closed: map[string]plainAlert{}}
		r.open(p.day)
		t.Repeat(map[string]func(*rapid.T){
			"learn": func(t *rapid.T) {
				signal, text := rapid.SampledFrom([]string{"A", "B"}).Draw(t, "signal"), rapid.SampledFrom([]string{"-", "w", "w(B2)", "c", "c(B1)", "c(CLASS_A)"}).Draw(t, "verdict")
				risk := rapid.Int64Range(1, 20).Draw(t, "risk")
				v := verdict(text)
				r.scripts["A"].risk, r.scripts["B"].risk = risk, risk
				r.scripts[signal].learn(p.day, v)
				r.step(p.day, state.AllInputs, false, nil)
				p.learn(signal, v.Raise, gravity(v.Reason), risk)
			},
			"act": func(t *rapid.T) {
				what := rapid.SampledFrom([]string{"ack", "review", "decide", "close", "snooze:1d", "snooze:5d", "snooze:14d", "snooze:3d:50%", "snooze:9d:1%", "wake", "give:ana", "give:bo"}).Draw(t, "act")
				r.act(p.day, what)
				what, how, _ := strings.Cut(what, ":")
				var refusal *Refusal
				if could := p.act(what, how); errors.As(r.refused, &refusal) == could {
					t.Fatalf("day %d: %s: got %v, want it possible: %v, at %s", p.day-start, what, r.refused, could, p)
				}
			},
			"look": func(*rapid.T) { r.step(p.day, 0, true, nil) },
			"close": func(*rapid.T) {
				p.close()
				r.open(p.day)
			},
			"": func(t *rapid.T) {
				if p.opened == 0 || len(r.tasks) == 0 {
					return
				}
				last := r.tasks[len(r.tasks)-1]
				got := last.State
				if last.SnoozedUntil != 0 {
					got += fmt.Sprintf(" until %d", last.SnoozedUntil-start)
				}
				if got += " of " + last.Owner; got != p.String() {
					t.Fatalf("day %d: got %s, want %s", p.day-start, got, p)
				}
			},
		})
	})
}
