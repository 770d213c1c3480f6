package alerts

import (
	"math/bits"

	"tocsin/detectors"
	"tocsin/state"
)

// levels is the size of an array that a Level indexes.
const levels = int(detectors.Critical) + 1

// memoryDays is how long after a clear the episode's baseline goes on judging.
const memoryDays = 30

// episode is the life of one signal of one customer at one point: at the last close, or now. The zero episode is none.
//
// Each level is a latch. An episode stands while one is set, and its level is the highest of them. After the last has
// gone, what is left of the episode is its frozen baseline, for memoryDays, and what its detector keeps. Of one that was never
// right no baseline of its own is left: it was frozen of facts that were wrong. One that it went on with, of an episode before, is.
type episode struct {
	set        detectors.Rungs
	raised     state.Date
	levelSince state.Date // day of the present level
	reason     string     // of the present level

	reached   [levels]state.Date // first day on which each level was reached in this episode; zero: never
	clearFrom [levels]state.Date // first day of the unbroken run of days on which a set level's clear condition held; zero: not today

	baseline []byte     // frozen for the detector; nil: none
	cleared  state.Date // the day on which the last level went of the episode that the baseline is left of, this one or one before; zero: it is this one's and that stands

	kept []byte // what the detector keeps from close to close, be a level set or not; nil: nothing
}

// level is the highest that is set.
func (e *episode) level() detectors.Level { return highest(e.set) }

// stands tells whether a level is set.
func (e *episode) stands() bool { return e.set != 0 }

// none tells whether there is nothing to remember.
func (e *episode) none() bool { return e.set == 0 && e.cleared == 0 && len(e.kept) == 0 }

// inherited is the baseline of an episode before, which has judged this one from its first day on; nil: it has one of its own or none.
func (e *episode) inherited() []byte {
	if e.cleared == 0 {
		return nil
	}
	return e.baseline
}

// forgets tells whether a day is too late for the baseline of a cleared episode.
func (e *episode) forgets(day state.Date) bool {
	return !e.stands() && e.cleared != 0 && day > e.cleared+memoryDays
}

// highest is the highest level of a set; None of an empty one.
func highest(set detectors.Rungs) detectors.Level {
	if set == 0 {
		return detectors.None
	}
	return detectors.Level(bits.Len8(uint8(set)) - 1)
}

// ground is what an episode is judged by on one day.
type ground struct {
	day     state.Date
	hold    int // closes on which a clear condition must have stood
	verdict *detectors.Verdict
	never   detectors.Rungs // levels that a correction showed never to have been right
}

// after is the episode now, where e is the one at the last close. It depends on nothing else, so what was judged earlier in
// the day leaves no trace: what rose today and has no ground any more is gone, and what fell today and rises again goes
// on as if it had not left.
func (e *episode) after(g ground) episode {
	now := *e
	now.set, now.clearFrom = 0, [levels]state.Date{}
	for l := detectors.Info; l <= detectors.Critical; l++ {
		now.latch(e, g, l)
	}
	if !g.verdict.NotEvaluable {
		now.kept = g.verdict.Keep
	}
	switch {
	case !now.stands():
		left := e.left(g)
		left.kept = now.kept
		return left
	case !e.stands():
		now.raised = g.day
	}
	now.settle(e, g)
	return now
}

// latch sets one level if it has ground, or if it was set at the last close and nothing lets it go.
func (e *episode) latch(closed *episode, g ground, l detectors.Level) {
	v, rung := g.verdict, detectors.Rung(l)
	switch {
	case !v.NotEvaluable && v.Raise >= l:
		e.set |= rung
		if e.reached[l] == 0 {
			e.reached[l] = g.day
		}
	case !closed.set.Has(l) || g.never.Has(l):
	case !v.Clear.Has(l):
		e.set |= rung
	default:
		from := closed.clearFrom[l]
		if from == 0 {
			from = g.day
		}
		if int(g.day-from) < g.hold && !v.AtOnce {
			e.set |= rung
			e.clearFrom[l] = from
		}
	}
}

// settle fills in what follows from the levels that are set: reason, day of the level, baseline.
func (e *episode) settle(closed *episode, g ground) {
	level := e.level()
	e.reason = g.verdict.ReasonAt(level, closed.reason)
	if level != closed.level() {
		e.levelSince = g.day
	}
	if len(e.baseline) == 0 {
		e.baseline = g.verdict.Baseline
	}
}

// left is what stays of an episode of which no level is set.
func (e *episode) left(g ground) episode {
	switch {
	case len(e.baseline) == 0:
		return episode{}
	case !e.stands():
		return *e
	case g.never != e.set:
		return episode{baseline: e.baseline, cleared: g.day}
	case e.cleared == 0 || g.day > e.cleared+memoryDays:
		return episode{}
	default:
		return episode{baseline: e.baseline, cleared: e.cleared}
	}
}

// next is the first later day on which the episode could change without event or verdict: a hold has been served, or a
// baseline is no longer remembered. Zero: never.
func (e *episode) next(hold int) state.Date {
	first := state.Date(0)
	for l := detectors.Info; l <= detectors.Critical; l++ {
		if e.clearFrom[l] != 0 {
			first = earlier(first, e.clearFrom[l]+state.Date(hold))
		}
	}
	if e.cleared != 0 && !e.stands() {
		first = earlier(first, e.cleared+memoryDays+1)
	}
	return first
}

// earlier is the earlier of two optional dates.
func earlier(a, b state.Date) state.Date {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}
