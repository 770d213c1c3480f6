package alerts

import (
	"tocsin/detectors"
	"tocsin/state"
)

// keptDays is how long closed documents are kept whole. A day of which a detector would look further back than that cannot be
// judged anew: it counts as it was judged then.
const keptDays = 550

// retract finds the levels of an episode that a correction shows never to have been right: today's condition is below
// them, an event was applied today, and what is known now, judged as of each day since the level was first reached in
// this episode, gives less on every one of them.
//
// One day is enough to support a level, so the likeliest come first: the last one on which it stood without its clear
// condition, which at the first correction is yesterday, and the one on which it was reached, for one that stands by its clear
// condition alone may have had no ground for long. Then the others follow backwards.
func (w *work) retract(e *entry) detectors.Rungs {
	if !w.in.Applied || e.rule.Sign.Lasting {
		return 0
	}
	suspects := w.suspects(e)
	if suspects == 0 {
		return 0
	}
	likely := w.likely(e, highest(suspects))
	suspects = w.without(suspects, e, likely)
	for l := detectors.Critical; l > detectors.None; l-- {
		if reached := e.closed.reached[l]; suspects.Has(l) && reached != likely {
			suspects = w.without(suspects, e, reached)
		}
	}
	never := detectors.Rungs(0)
	for day := w.in.Day - 1; suspects != 0; day-- {
		for l := detectors.Info; l <= detectors.Critical; l++ {
			if suspects.Has(l) && e.closed.reached[l] > day {
				suspects &^= detectors.Rung(l)
				never |= detectors.Rung(l)
			}
		}
		if suspects != 0 && day != likely {
			suspects = w.without(suspects, e, day)
		}
	}
	return never
}

// likely is the day on which a level most likely had ground.
func (w *work) likely(e *entry, l detectors.Level) state.Date {
	if from := e.closed.clearFrom[l]; from != 0 {
		return from - 1
	}
	return w.in.Day - 1
}

// without is a set of levels but for those that have ground on a past day.
func (w *work) without(suspects detectors.Rungs, e *entry, day state.Date) detectors.Rungs {
	supported := w.levelOn(e, day, highest(suspects))
	for l := detectors.Info; l <= supported; l++ {
		if e.closed.reached[l] <= day {
			suspects &^= detectors.Rung(l)
		}
	}
	return suspects
}

// suspects are the levels that stood at the last close and have no ground today, as far back as can be judged anew. A
// level was first reached on a day that gave it ground; if that day counts as it was judged then, the level was right.
func (w *work) suspects(e *entry) detectors.Rungs {
	set, furthest := detectors.Rungs(0), state.Date(keptDays)
	if d, back := e.rule.Detector.(detectors.LookBacker); back {
		furthest -= state.Date(d.LookBack())
	}
	for l := detectors.Info; l <= detectors.Critical; l++ {
		grounded := e.verdict.Raise >= l
		if e.verdict.NotEvaluable {
			grounded = !e.verdict.Clear.Has(l)
		}
		if e.closed.set.Has(l) && !grounded && w.in.Day-e.closed.reached[l] <= furthest {
			set |= detectors.Rung(l)
		}
	}
	return set
}

// levelOn is the level for which the facts known now give ground as of a past day; one that is enough may stand for a higher one. It
// is judged by that day's own baseline, or by the remembered one that judged then. The others that a sign reads only raise its level,
// so they are not asked where it is enough without.
func (w *work) levelOn(e *entry, day state.Date, enough detectors.Level) (level detectors.Level) {
	w.in.Record.Customer.Then(w.in.Ledger, day, func(view *state.View) {
		in := detectors.Input{View: e.source.view(view), Materiality: e.source.Materiality, LimitsKnown: w.in.LimitsKnown, LevelOnly: true}
		own := in
		in.Baseline = e.closed.inherited()
		if level = grounds(e.rule.Detector, &in); level >= enough || len(e.rule.Sign.Reads) == 0 {
			return
		}
		if in.Others = w.othersOn(e, &own); len(in.Others) > 0 {
			level = grounds(e.rule.Detector, &in)
		}
	})
	return level
}

// grounds is the level that a detector finds ground for; none where it is not evaluable.
func grounds(d detectors.Detector, in *detectors.Input) detectors.Level {
	if v := d.Evaluate(in); !v.NotEvaluable {
		return v.Raise
	}
	return detectors.None
}
