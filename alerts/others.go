package alerts

import "tocsin/detectors"

// A signal may read the levels of others: those of the same rule set that stand now. They are judged before it, so that what
// it reads is of the same facts and day as what it sees itself, whatever the order in which these came. A rule in shadow mode
// reads the live ones; nobody reads one that is in shadow mode.

// standing are the levels that stand now of the signals that a sign reads. A signal that the customer has no rule for any more
// does not stand, though its episode ends only when all are judged.
func (w *work) standing(s *RuleSet, sign *detectors.Sign) detectors.Findings {
	if len(sign.Reads) == 0 && !sign.ReadsAll {
		return nil
	}
	w.others = w.others[:0]
	for i := range w.memory.entries {
		e := &w.memory.entries[i]
		if e.set == s.Name && e.now.stands() && sign.Heeds(e.signal) && w.ruleOf(e.signal) != nil {
			w.others = append(w.others, detectors.Finding{Signal: e.signal, Level: e.now.level(), Reason: e.now.reason})
		}
	}
	return w.others
}

// moved tells whether this step has changed what a sign reads.
func (w *work) moved(s *RuleSet, sign *detectors.Sign) bool {
	for i := range w.memory.entries {
		e := &w.memory.entries[i]
		if e.set == s.Name && (e.was.level() != e.now.level() || e.was.reason != e.now.reason) && sign.Heeds(e.signal) {
			return true
		}
	}
	return false
}

// ruleOf is the live rule of a signal in the set in hand, nil when there is none.
func (w *work) ruleOf(signal string) *detectors.Rule {
	for i := range w.rules {
		if r := &w.rules[i]; r.Sign.Signal == signal && r.Mode == detectors.Live {
			return r
		}
	}
	return nil
}

// othersOn are the levels on a past day of the signals that an entry's reads. A level stood that has ground as of that day in
// what is known now, and one that had been reached by then and stood until the last close, unless it was taken back today:
// a hold may have kept it, which the facts of a day do not tell.
func (w *work) othersOn(e *entry, in *detectors.Input) (levels detectors.Findings) {
	for _, signal := range e.rule.Sign.Reads {
		r := w.ruleOf(signal)
		if r == nil {
			continue
		}
		level := grounds(r.Detector, in)
		if at, known := w.memory.find(e.source.Name, signal); known {
			level = max(level, w.memory.entries[at].stoodOn(in))
		}
		if level > detectors.None {
			levels = append(levels, detectors.Finding{Signal: signal, Level: level})
		}
	}
	return levels
}

// stoodOn is the highest level that an episode had reached by the day of a question, of those that stood at the last close and
// were not taken back today.
func (e *entry) stoodOn(in *detectors.Input) detectors.Level {
	for l := detectors.Critical; l > detectors.None; l-- {
		if e.closed.set.Has(l) && !e.never.Has(l) && e.closed.reached[l] <= in.View.Day {
			return l
		}
	}
	return detectors.None
}
