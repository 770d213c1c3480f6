package alerts

import (
	"bytes"
	"slices"

	"tocsin/detectors"
	"tocsin/state"
)

// work is one step in the making. It is used again from step to step, so that one in which nothing happens allocates
// nothing.
type work struct {
	judge   *Judge
	in      Input
	view    *state.View
	memory  memory
	closed  state.Parts // at the last close
	told    told
	next    state.Date
	input   detectors.Input    // of the detector in hand
	asking  *RuleSet           // of that detector
	waiting state.Inputs       // what the day was opened without, as far as it concerns the customer
	rules   []detectors.Rule   // of the set in hand
	chooses state.Inputs       // what the choice of those rests on
	others  detectors.Findings // what the sign in hand reads
	grade   *Graded            // nil: nobody has asked yet
	recount *Decision          // by which the time of the task is counted anew; nil: it is not
	buf     []byte
	part    uint32 // of tallies, that this work counts in
}

func (w *work) begin(j *Judge, in Input) {
	w.judge, w.in, w.view, w.next, w.told.read, w.recount = j, in, in.View, 0, false, nil
	if w.view == nil {
		w.view = in.Record.Customer.View(in.Ledger, in.Day)
	}
	if w.waiting = in.Waiting; w.waiting&state.InputRates != 0 && !w.view.IsForeign() {
		w.waiting &^= state.InputRates
	}
	w.memory.mustDecode(in.Record.Episodes)
	w.closed = in.Record.Closed
}

// look begins to read how a customer stands. A record that was stepped last on an earlier day is read as a step on this one would find
// it: what stood then stood at the last close.
func (w *work) look(j *Judge, in Input) {
	w.begin(j, in)
	if in.Record.Day < in.Day {
		w.memory.promote(in.Day)
		w.closed = in.Record.Now
	}
}

// end lets go of everything that the step was about.
func (w *work) end() {
	clear(w.memory.entries)
	clear(w.told.alerts)
	w.judge, w.in, w.view, w.closed, w.asking, w.rules, w.grade = nil, Input{}, nil, state.Parts{}, nil, nil, nil
	w.input = detectors.Input{}
}

// judgeSet judges one rule set: what changed in the customer may change the choice of its rules too, so that after a
// change of what that rests on all are judged.
func (w *work) judgeSet(s *RuleSet) {
	chosen := s.Rules.For(w.view)
	rules := chosen.Rules
	w.rules, w.chooses = rules, chosen.Inputs
	w.prepare(s)
	w.foresee(w.input.View.NextChange()) // a fact whose day comes may bring rules with it: the first document, a currency
	w.foresee(chosen.Next)
	for i := range rules {
		switch r := &rules[i]; {
		case r.Mode == detectors.Live:
			w.judgeRule(s, s.Name, r)
		case r.Mode == detectors.Shadow && s.Name == Live:
			w.judgeRule(s, Shadow, r)
		}
	}
}

// judgeRule brings the episode of one rule up to date.
func (w *work) judgeRule(s *RuleSet, set string, r *detectors.Rule) {
	at, known := 0, false
	if len(w.memory.entries) > 0 {
		at, known = w.memory.find(set, r.Sign.Signal)
	}
	if !known {
		if !w.due(s, r.Sign) {
			return
		}
		v := w.ask(r, s, &noEpisode)
		w.foresee(v.Next)
		if !v.NotEvaluable && (v.Raise > detectors.None || len(v.Keep) > 0) {
			w.memory.entries = slices.Insert(w.memory.entries, at, entry{set: set, signal: r.Sign.Signal, rule: r, source: s})
			w.live(&w.memory.entries[at], &v)
		}
		return
	}
	e := &w.memory.entries[at]
	e.rule, e.source = r, s
	if !w.due(s, r.Sign) && !w.correctable(e) {
		return
	}
	v := w.ask(r, s, &e.closed)
	w.foresee(v.Next)
	w.live(e, &v)
}

// noEpisode is what a detector judges a customer by of whom it has nothing to remember. Nobody writes it.
var noEpisode episode

// due tells whether a sign's verdict may differ from that of the step before.
func (w *work) due(s *RuleSet, sign *detectors.Sign) bool {
	return w.in.All || w.in.Changed&(sign.Inputs|w.chooses) != 0 || (len(sign.Reads) > 0 || sign.ReadsAll) && w.moved(s, sign)
}

// correctable tells whether an event, which need not be one that the sign reads, makes today a day on which the episode
// may be retracted.
func (w *work) correctable(e *entry) bool {
	return w.in.Changed != 0 && w.in.Applied && !e.rule.Sign.Lasting && e.closed.stands()
}

// ask is the verdict of today, given the episode at the last close. Above that nothing rises of a signal that waits for an input:
// what could clear it may lie where nobody could read it. What is known clears it all the same.
func (w *work) ask(r *detectors.Rule, s *RuleSet, closed *episode) detectors.Verdict {
	r.Asked.Add(w.part)
	v := r.Detector.Evaluate(w.pose(s, r, closed))
	if w.waits(r.Sign) {
		v = v.UpTo(closed.level(), closed.reason)
	}
	return v
}

// waits tells whether the day was opened without an input that could clear a signal.
func (w *work) waits(sign *detectors.Sign) bool { return w.waiting&sign.ClearedBy != 0 }

// pose puts the question that a detector answers of today, given the episode at the last close.
func (w *work) pose(s *RuleSet, r *detectors.Rule, closed *episode) *detectors.Input {
	w.prepare(s)
	w.input.Standing, w.input.Reason, w.input.Baseline, w.input.Kept = closed.level(), closed.reason, closed.baseline, closed.kept
	w.input.HoldDays = r.HoldDays
	w.input.Others = w.standing(s, r.Sign)
	if r.Sign.ReadsAll {
		w.input.Default = w.inDefault()
	}
	return &w.input
}

// prepare fills in what all rules of a set are given today. It is called before each question, and only writes when the
// last one was of another set.
func (w *work) prepare(s *RuleSet) {
	if w.asking == s {
		return
	}
	w.asking = s
	w.input = detectors.Input{
		View: s.view(w.view), Materiality: s.Materiality, LimitsKnown: w.in.LimitsKnown, Closed: w.closed,
	}
}

// foresee keeps the first later day on which something could change.
func (w *work) foresee(day state.Date) {
	if day > w.in.Day {
		w.next = earlier(w.next, day)
	}
}

// live takes a verdict into an episode's life.
func (w *work) live(e *entry, v *detectors.Verdict) {
	e.verdict, e.asked = *v, true
	e.never = w.retract(e)
	e.now = e.closed.after(ground{day: w.in.Day, hold: e.rule.HoldDays, verdict: &e.verdict, never: e.never})
	w.foresee(e.now.next(e.rule.HoldDays))
	if len(e.closed.baseline) > 0 && len(e.now.baseline) == 0 { // by which today is judged still, and tomorrow no more
		w.foresee(w.in.Day + 1)
	}
}

// abandon ends the episodes of signals for which the customer has no rule any more, or which no rule judged because he is
// gone.
func (w *work) abandon() {
	for i := range w.memory.entries {
		if e := &w.memory.entries[i]; e.rule == nil {
			e.now = episode{}
		}
	}
}

// finish says what changed, and gives the record its memory back.
func (w *work) finish() Result {
	if len(w.memory.entries) == 0 && w.memory.file.opened == 0 && w.in.Decision == nil {
		return Result{Next: w.next}
	}
	result := Result{Transitions: w.transitions()}
	caused := len(result.Transitions) > 0 || w.in.Decision != nil || w.in.Gone != w.in.WasGone
	if caused || w.memory.file.snooze.until != 0 || len(w.memory.file.mutes) > 0 {
		w.caseChange(&result, caused)
	}
	result.Next = w.next
	rec := w.in.Record
	w.buf = w.memory.append(w.buf[:0])
	if !bytes.Equal(w.buf, rec.Episodes) {
		rec.Episodes = bytes.Clone(w.buf)
	}
	if w.told.read {
		rec.Told = w.encoded(&w.told)
	}
	return result
}

// encoded is what is appended to no bytes, nil where that is nothing.
func (w *work) encoded(what interface{ append([]byte) []byte }) []byte {
	if w.buf = what.append(w.buf[:0]); len(w.buf) == 0 {
		return nil
	}
	return bytes.Clone(w.buf)
}
