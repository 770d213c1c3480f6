package alerts

import (
	"cmp"
	"math/big"
	"slices"

	"tocsin/detectors"
	"tocsin/state"
)

// mute keeps a signal out of a customer's case: a person has decided that nothing is to be done about it. What rises of it within
// muteDays is told where all alerts are told, and bothers nobody (DOMAIN.md 4).
//
// It is over on its day, and breaks when the signal reaches a higher level than the person saw, or when its figure is worse by a
// quarter of its threshold. The gravest news of a register is not muted at all. Within a day breaking is provisional, as levels are:
// what does not stand at the close leaves the mute as it was.
//
// The alert that the person saw stays in the case until it clears: the decision about it says what is to be seen.
type mute struct {
	signal string
	raised state.Date      // of the alert that the person saw, which stays in its case
	level  detectors.Level // as the person saw it
	until  state.Date      // the day on which it is over
	figure string          // its driving fact as the person saw it, a decimal number; empty: it has none
	worse  bool            // by the last step the figure is
}

// muteDays is for how long a signal is muted.
const muteDays = 30

// covers tells whether an episode of a live signal bothers nobody.
func (m *mute) covers(e *episode) bool {
	return e.raised != m.raised && e.level() <= m.level && gravity(e.reason) == 0 && !m.worse
}

// muted tells whether an episode of a live signal is kept out of the case.
func (f *caseFile) muted(signal string, e *episode) bool {
	at, found := f.muteOf(signal)
	return found && f.mutes[at].covers(e)
}

func (f *caseFile) muteOf(signal string) (int, bool) {
	return slices.BinarySearchFunc(f.mutes, signal, func(m mute, signal string) int { return cmp.Compare(m.signal, signal) })
}

// silence mutes the signals of alerts that a person has decided to do nothing about. Figure is an alert's driving fact.
func (f *caseFile) silence(day state.Date, alerts []standing, figure func(*standing) string) {
	for i := range alerts {
		a := &alerts[i]
		if gravity(a.reason) > 0 {
			continue
		}
		at, found := f.muteOf(a.signal)
		if !found {
			f.mutes = slices.Insert(f.mutes, at, mute{})
		}
		f.mutes[at] = mute{signal: a.signal, raised: a.raised, level: a.level, until: day + muteDays, figure: figure(a)}
	}
}

// renew counts the days of the mutes that a decision has left from its closing.
func (f *caseFile) renew(day state.Date, decided []standing) {
	for i := range decided {
		if at, found := f.muteOf(decided[i].signal); found {
			f.mutes[at].until = day + muteDays
		}
	}
}

// hush brings the mutes up to date: which are over, and of which the figure has grown worse.
func (w *work) hush() {
	f := &w.memory.file
	f.mutes = slices.DeleteFunc(f.mutes, func(m mute) bool { return w.in.Day >= m.until })
	for i := range f.mutes {
		m := &f.mutes[i]
		at, known := w.memory.find(Live, m.signal)
		if m.worse = false; !known {
			continue
		}
		e := &w.memory.entries[at]
		if e.now.level() < detectors.Warning || !m.covers(&e.now) {
			continue
		}
		m.worse = w.grownWorse(e, m.figure)
		w.foresee(m.until)
		if m.figure != "" {
			w.foresee(w.in.Day + 1) // time alone may change a figure
		}
	}
}

// figure is an alert's driving fact: the first that is held against a number. Empty: it has none.
func (w *work) figure(a *standing) string {
	at, _ := w.memory.find(Live, a.signal)
	if fact, _, _ := driving(w.describe(&w.memory.entries[at]).Facts); fact != nil {
		return fact.Value
	}
	return ""
}

// grownWorse tells whether an alert that today's facts raise is further from its threshold than it was at an earlier figure, by a
// quarter of the threshold or more.
func (w *work) grownWorse(e *entry, earlier string) bool {
	before, known := new(big.Rat).SetString(earlier)
	if fact, value, threshold := driving(w.describe(e).Facts); known && fact != nil && e.verdict.Raise >= e.now.level() {
		far, was := new(big.Rat).Sub(value, threshold), new(big.Rat).Sub(before, threshold)
		moved := new(big.Rat).Sub(value, before)
		quarter := new(big.Rat).Quo(threshold, big.NewRat(4, 1))
		return far.Abs(far).Cmp(was.Abs(was)) > 0 && moved.Abs(moved).Cmp(quarter.Abs(quarter)) >= 0
	}
	return false
}

// driving is the first fact whose value and threshold are numbers; nil: there is none.
func driving(facts []detectors.Fact) (fact *detectors.Fact, value, threshold *big.Rat) {
	for i := range facts {
		value, known := new(big.Rat).SetString(facts[i].Value)
		threshold, bounded := new(big.Rat).SetString(facts[i].Threshold)
		if known && bounded {
			return &facts[i], value, threshold
		}
	}
	return nil, nil, nil
}

// unmute takes what stands at a close for good: a mute that is broken is over, and so is one on its day of which nothing stands. What
// does is for the step of that day, by which it comes to bother people. It tells whether one is over.
func (m *memory) unmute(day state.Date) bool {
	before := len(m.file.mutes)
	m.file.mutes = slices.DeleteFunc(m.file.mutes, func(o mute) bool {
		at, known := m.find(Live, o.signal)
		if !known || m.entries[at].now.level() < detectors.Warning || m.entries[at].now.raised == o.raised {
			return day >= o.until
		}
		return !o.covers(&m.entries[at].now)
	})
	return len(m.file.mutes) < before
}
