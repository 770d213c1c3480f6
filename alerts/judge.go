package alerts

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"tocsin/detectors"
	"tocsin/state"
)

// Rules tells which rules judge a customer: those of the first segment that it belongs to.
type Rules interface {
	// For chooses the customer's rules, each signal once, always in the same order.
	For(v *state.View) detectors.Choice
	// ReadsClass tells whether the choice rests on customers' classes.
	ReadsClass() bool
	// Lapses tells whether any choice lets limits lapse. It never changes.
	Lapses() bool
}

// RuleSet is a named set of rules. Sets are judged on the same facts in the same pass and know nothing of each other.
type RuleSet struct {
	Name        string
	Rules       Rules
	Materiality detectors.Materiality
}

// view is a customer as the set sees it.
func (s *RuleSet) view(v *state.View) *state.View {
	if s.Rules.Lapses() && s.Rules.For(v).Lapse {
		return v.Lapsing()
	}
	return v
}

// Judge runs rule sets over records. It is immutable and shared: any number of lanes may step records with it at once.
type Judge struct {
	config  string
	sla     SLA
	sets    []RuleSet
	order   []string // names of the rule sets as transitions are sorted
	scratch sync.Pool
}

// NewJudge is a judge of rule sets under a version of the configuration, which asks for decisions within an SLA. The first set is the live one and is named so;
// its rules in shadow mode are told under the name of the set Shadow, which no other set may have. Rules in shadow mode
// of other sets are not judged.
func NewJudge(config string, sla SLA, sets ...RuleSet) (*Judge, error) {
	if len(sets) == 0 || sets[0].Name != Live {
		return nil, fmt.Errorf("rule sets: the first must be %q", Live)
	}
	j := &Judge{config: config, sla: sla, sets: slices.Clone(sets), order: []string{Live, Shadow}}
	for _, s := range sets[1:] {
		if s.Name == "" || slices.Contains(j.order, s.Name) {
			return nil, fmt.Errorf("rule set %q: needs a name of its own", s.Name)
		}
		j.order = append(j.order, s.Name)
	}
	var works atomic.Uint32
	j.scratch.New = func() any { return &work{part: works.Add(1)} }
	return j, nil
}

// Step judges a record after its events were applied and returns what changed. Promote must have been called if the day
// is later than the record's. It panics when the record's episodes are none that this package wrote: that record must
// not be stepped.
func (j *Judge) Step(in Input) Result {
	w := j.scratch.Get().(*work)
	w.begin(j, in)
	for i := range j.sets {
		if in.Gone == "" {
			w.judgeSet(&j.sets[i])
		}
	}
	w.abandon()
	result := w.finish()
	w.end()
	j.scratch.Put(w)
	return result
}

// Promote makes what stands what stood at the close before day, and forgets the counters of what is over. It returns the
// same slices when there is nothing to do.
func (j *Judge) Promote(episodes, told []byte, day state.Date) ([]byte, []byte) {
	if len(episodes) == 0 {
		return episodes, nil
	}
	w := j.scratch.Get().(*work)
	w.memory.mustDecode(episodes)
	if w.memory.promote(day) {
		episodes = w.encoded(&w.memory)
	}
	w.told.mustDecode(told)
	if w.told.keep(&w.memory) {
		told = w.encoded(&w.told)
	}
	w.end()
	j.scratch.Put(w) // not after a panic
	return episodes, told
}

// Untimed are episodes without whom a clock has told: who was reminded of the task, or heard that it is late. When that is follows from
// since when people know of an alert, and so from how a day's events were batched.
func (j *Judge) Untimed(episodes []byte) []byte {
	if len(episodes) == 0 {
		return episodes
	}
	w := j.scratch.Get().(*work)
	w.memory.mustDecode(episodes)
	if f := &w.memory.file; f.reminded || f.escalation.Level > 0 {
		f.reminded, f.escalation = false, Escalation{}
		episodes = w.encoded(&w.memory)
	}
	w.end()
	j.scratch.Put(w) // not after a panic
	return episodes
}

// ReadsClass tells whether a verdict may rest on a customer's class, and so on its share of the whole.
func (j *Judge) ReadsClass() bool {
	return slices.ContainsFunc(j.sets, func(s RuleSet) bool { return s.Rules.ReadsClass() })
}

// View is a customer as the live rules see it: where they say so, a limit whose review is overdue is worth nothing.
func (j *Judge) View(v *state.View) *state.View { return j.sets[0].view(v) }

// Evaluations is how often steps have asked each signal's detector, by rule set. Rules in shadow mode count with their set. A set that does
// not count is not among them.
func (j *Judge) Evaluations() map[string]map[string]uint64 {
	all := make(map[string]map[string]uint64, len(j.sets))
	for i := range j.sets {
		if counts, is := j.sets[i].Rules.(interface{ Asked() map[string]uint64 }); is {
			all[j.sets[i].Name] = counts.Asked()
		}
	}
	return all
}

// Severity is the highest level of a live episode.
func (j *Judge) Severity(episodes []byte) detectors.Level {
	worst := detectors.None
	for _, s := range j.Signals(episodes) {
		worst = max(worst, s.Level)
	}
	return worst
}

// Signal is one live signal of a customer as it stands.
type Signal struct {
	Name       string
	Level      detectors.Level
	Reason     string
	Since      state.Date // the day it was raised
	LevelSince state.Date // the day of its present level
}

// Signals lists the live signals that stand, by name.
func (j *Judge) Signals(episodes []byte) []Signal {
	if len(episodes) == 0 {
		return nil
	}
	var m memory
	m.mustDecode(episodes)
	return signals(&m)
}

// Stands is what Signals lists, and the grade that a customer was given last: excellent, as everybody begins, also of whom no rule grades.
// It reads what is kept and asks no rule, so that a customer whose steps panic is counted, too.
func (j *Judge) Stands(episodes []byte) ([]Signal, state.Grade) {
	var m memory
	if len(episodes) > 0 {
		m.mustDecode(episodes)
	}
	var kept []byte
	if at, known := m.find(Live, detectors.Grading); known {
		kept = m.entries[at].now.kept
	}
	return signals(&m), detectors.LastGrade(kept)
}

func signals(m *memory) (list []Signal) {
	for i := range m.entries {
		if e := &m.entries[i]; e.set == Live && e.now.stands() {
			list = append(list, Signal{e.signal, e.now.level(), e.now.reason, e.now.raised, e.now.levelSince})
		}
	}
	return list
}

// NotEvaluable lists the live signals of which too little is known, by name: they cannot be judged at all, or would stand higher but
// for an input that the day was opened without. in is what a step of the record would get.
func (j *Judge) NotEvaluable(in Input) []string {
	w := j.scratch.Get().(*work)
	defer j.scratch.Put(w)
	w.look(j, in)
	defer w.end()
	rules := j.sets[0].Rules.For(w.view).Rules
	w.rules = rules
	var names []string
	for i := range rules {
		if r := &rules[i]; r.Mode == detectors.Live {
			at, known := w.memory.find(Live, r.Sign.Signal)
			closed, stands := &noEpisode, detectors.None
			if known {
				closed, stands = &w.memory.entries[at].closed, w.memory.entries[at].now.level()
			}
			v := r.Detector.Evaluate(w.pose(&j.sets[0], r, closed))
			if v.NotEvaluable || v.Raise > stands && w.waits(r.Sign) {
				names = append(names, r.Sign.Signal)
			}
		}
	}
	slices.Sort(names)
	return names
}
