package alerts

import (
	"slices"

	"tocsin/detectors"
	"tocsin/state"
)

// Explained is how one signal of a customer stands, and what that rests on: the answer to who asks why.
type Explained struct {
	Rule     detectors.Rule
	Settings []detectors.Setting // of the rule, with what sets each; nil where the rule set cannot tell
	RuleSet  string              // Live or Shadow
	Judged   bool                // false: the rule is off, or the customer has no currency, and nothing below but what stands is told

	// The episode as it stands. A level can stand where nothing raises it today: its way out is narrower, or its hold runs.
	Level      detectors.Level
	Reason     string
	Since      state.Date // the day it was raised
	LevelSince state.Date
	Leaves     []Leaving // levels whose clear condition holds, and that their hold keeps

	// What rises of it before this day joins no case, for a person has decided that nothing is to be done about it; zero: it is not muted.
	MutedUntil state.Date

	Verdict    detectors.Verdict     // of the day, given the episode at the last close
	Conditions []detectors.Condition // what each level needs; of a detector that cannot say it, what its facts tell of the lowest
	Waits      bool                  // it would stand higher but for an input that the day was opened without

	// The baseline that was frozen for the episode; nil: none. It goes on judging for a while after the clear.
	Baseline      []byte
	BaselineFacts []detectors.Fact // what the detector says of it
	Cleared       state.Date       // the day on which the episode was; zero: it stands
	Remembered    state.Date       // the last day on which a cleared one's baseline goes on judging

	Detail detectors.Detail
}

// Leaving is a level that goes when its hold has been served.
type Leaving struct {
	Level detectors.Level
	From  state.Date // first day of the unbroken run of days on which its clear condition held
	On    state.Date // the day on which it goes, if nothing comes in between
}

// Explanation is what a rule set has to say of a customer on a day.
type Explanation struct {
	Trace   detectors.Trace // without its rules
	Signals []Explained     // in the order in which they are judged; those that are off too, where the rule set can tell
}

// Explain tells of each signal how it stands and why, as the live rule set judges it. in is what a step of the record would get; the
// record stays as it is.
func (j *Judge) Explain(in Input) Explanation {
	w := j.scratch.Get().(*work)
	defer j.scratch.Put(w)
	w.look(j, in)
	defer w.end()
	set := &j.sets[0]
	rules := set.Rules.For(w.view).Rules
	w.rules = rules
	var out Explanation
	if tracer, ok := set.Rules.(detectors.Tracer); ok {
		out.Trace = tracer.Trace(w.view)
	} else {
		for i := range rules {
			out.Trace.Rules = append(out.Trace.Rules, detectors.Traced{Rule: rules[i]})
		}
	}
	for _, traced := range out.Trace.Rules {
		judging := slices.IndexFunc(rules, func(r detectors.Rule) bool { return r.Sign.Signal == traced.Rule.Sign.Signal })
		var rule *detectors.Rule
		if judging >= 0 {
			rule = &rules[judging]
		}
		out.Signals = append(out.Signals, w.explain(set, &traced, rule))
	}
	out.Trace.Rules = nil
	return out
}

// explain tells of one signal; rule is nil where none judges it.
func (w *work) explain(set *RuleSet, traced *detectors.Traced, rule *detectors.Rule) Explained {
	out := Explained{Rule: traced.Rule, Settings: traced.Settings, RuleSet: Live}
	if traced.Rule.Mode == detectors.Shadow {
		out.RuleSet = Shadow
	}
	closed, now := &noEpisode, &noEpisode
	if at, known := w.memory.find(out.RuleSet, traced.Rule.Sign.Signal); known {
		closed, now = &w.memory.entries[at].closed, &w.memory.entries[at].now
	}
	out.stands(now, traced.Rule.HoldDays)
	if at, found := w.memory.file.muteOf(traced.Rule.Sign.Signal); found && out.RuleSet == Live && w.in.Day < w.memory.file.mutes[at].until {
		out.MutedUntil = w.memory.file.mutes[at].until
	}
	if rule == nil {
		return out
	}
	out.Judged = true
	in := w.pose(set, rule, closed)
	out.Verdict = rule.Detector.Evaluate(in)
	out.Waits = w.waits(rule.Sign) && out.Verdict.Raise > now.level()
	if d, ok := rule.Detector.(detectors.Explainer); ok {
		out.Conditions = d.Explain(in)
	} else if out.Verdict.Raise == detectors.None {
		out.Conditions = conditionsOf(rule.Sign, rule.Detector.Describe(in, out.Verdict).Facts, in.View.Currency())
	}
	if d, ok := rule.Detector.(detectors.BaselineTeller); ok && len(out.Baseline) > 0 {
		out.BaselineFacts = d.TellBaseline(out.Baseline)
	}
	out.Detail = rule.Detector.Describe(w.pose(set, rule, now), out.Verdict)
	return out
}

// stands fills in what is remembered of the episode.
func (x *Explained) stands(e *episode, hold int) {
	x.Level, x.Reason, x.Since, x.LevelSince = e.level(), e.reason, e.raised, e.levelSince
	for l := detectors.Info; l <= detectors.Critical; l++ {
		if e.clearFrom[l] != 0 {
			x.Leaves = append(x.Leaves, Leaving{l, e.clearFrom[l], e.clearFrom[l] + state.Date(hold)})
		}
	}
	if x.Baseline = e.baseline; len(x.Baseline) == 0 {
		return
	}
	if !e.stands() {
		x.Cleared, x.Remembered = e.cleared, e.cleared+memoryDays
	}
}
