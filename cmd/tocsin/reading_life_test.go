package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"tocsin/state"
)

// finding is what a day says of one signal. Levels are 0 to 3.
type finding struct {
	unknown bool // not evaluable
	raise   int
	clear   [4]bool // by level
	atOnce  bool
	norm    *readNorm // to freeze
}

// below is a finding whose levels are left by the absence of their raise condition.
func below(raise int) finding {
	f := finding{raise: raise}
	for l := raise + 1; l <= 3; l++ {
		f.clear[l] = true
	}
	return f
}

var everyLevel = [4]bool{false, true, true, true}

// readSignal is one signal as the rules have it.
type readSignal struct {
	name    string
	hold    state.Date
	lasting bool // never retracted
	find    func(r *reading, b *readBook, day, firstLimit state.Date) finding
}

var readSignals = []readSignal{
	{"broken_promise", 0, false, (*reading).brokenPromise},
	{"contact_lost", 0, false, (*reading).contactLost},
	{"dispute_stall", 14, false, (*reading).disputeStall},
	{"limit_breach", 0, true, (*reading).limitBreach},
	{"limit_missing", 14, true, (*reading).limitMissing},
	{"limit_review_due", 0, true, (*reading).limitReviewDue},
	{"limit_temporary_expiry", 0, true, (*reading).limitTemporaryExpiry},
	{"overdue", 0, false, (*reading).overdue},
	{"overdue_ratio", 14, false, (*reading).overdueRatio},
	{"partial_payment", 14, false, (*reading).partialPayment},
	{"payer_change", 14, false, (*reading).payerChange},
	{"payment_returned", 14, false, (*reading).paymentReturned},
	{"payment_slowdown", 14, false, (*reading).paymentSlowdown},
	{"terms_request", 14, false, (*reading).termsRequest},
	{"order_pattern_break", 14, false, (*reading).orderPatternBreak},
	{"turnover_swing", 14, false, (*reading).turnoverSwing},
}

// material is max(500, 1 % of the receivables).
func (b *readBook) material(amount int64) bool {
	return amount >= 500_00 && amount*100 >= b.receivables
}

func (r *reading) overdue(b *readBook, day, _ state.Date) finding {
	worst := 0
	for _, line := range b.lines {
		if b.material(line.tested) {
			worst = max(worst, int(day-line.effective))
		}
	}
	switch {
	case worst > 60:
		return below(3)
	case worst > 30:
		return below(2)
	case worst > 5:
		return below(1)
	}
	return below(0)
}

func (r *reading) overdueRatio(b *readBook, day, _ state.Date) finding {
	late := int64(0)
	for _, line := range b.lines {
		if line.effective < day {
			late += line.tested
		}
	}
	switch {
	case b.open < 3:
		return finding{unknown: true, clear: everyLevel}
	case b.material(late) && late*100 >= b.receivables*50:
		return below(3)
	case b.material(late) && late*100 >= b.receivables*25:
		return below(2)
	}
	return below(0)
}

// limits are the base limit in force, nil for none, and the increases.
func (r *reading) limits(day state.Date) (base *state.LimitRevision, increases []*state.LimitRevision) {
	ids := map[string]int64{}
	counts := map[string]*state.LimitRevision{}
	for i := range r.known {
		l, ok := r.known[i].Body.(*state.LimitRevision)
		if ok && l.ValidFrom <= day && r.known[i].Revision > ids[l.LimitID] {
			ids[l.LimitID], counts[l.LimitID] = r.known[i].Revision, l
		}
	}
	for _, l := range counts {
		over := l.Withdrawn || l.ValidTo != 0 && l.ValidTo < day
		switch {
		case l.Type == state.LimitTemporary && !over:
			increases = append(increases, l)
		case l.Type == state.LimitBase && (base == nil || cmp.Or(cmp.Compare(l.ValidFrom, base.ValidFrom), cmp.Compare(l.LimitID, base.LimitID)) > 0):
			base = l
		}
	}
	if base != nil && (base.Withdrawn || base.ValidTo != 0 && base.ValidTo < day) {
		base = nil
	}
	return base, increases
}

func effective(base *state.LimitRevision, increases []*state.LimitRevision) int64 {
	if base == nil {
		return 0
	}
	sum := base.Amount.Minor
	for _, l := range increases {
		sum += l.Amount.Minor
	}
	return sum
}

func (r *reading) limitBreach(b *readBook, day, _ state.Date) finding {
	base, increases := r.limits(day)
	e, limit := b.exposure(), effective(base, increases)
	switch {
	case base == nil:
		return finding{unknown: true, clear: everyLevel}
	case e == 0:
		return finding{clear: everyLevel}
	case limit == 0:
		return finding{raise: 3}
	}
	breach := (e-limit)*100 > min(max(limit, 500_00*100), 5*limit)
	raised := [4]bool{true, e*100 >= 80*limit, e*100 >= 90*limit, breach}
	f := finding{clear: [4]bool{false, e*100 < 75*limit, e*100 < 85*limit, e*100 <= 95*limit}}
	if base.Hard == state.FlagFalse {
		raised = [4]bool{true, e*100 >= 80*limit, breach, e*100 > 110*limit}
		f.clear = [4]bool{false, e*100 < 75*limit, e*100 <= 95*limit, e*100 <= 110*limit}
	}
	for l, is := range raised {
		if is {
			f.raise = l
		}
	}
	return f
}

func (r *reading) limitMissing(b *readBook, day, firstLimit state.Date) finding {
	base, _ := r.limits(day)
	switch {
	case firstLimit == 0 || firstLimit >= day || base != nil:
		return finding{clear: everyLevel, atOnce: true}
	case b.exposure() > 0:
		return below(2)
	}
	return below(0)
}

func (r *reading) limitReviewDue(_ *readBook, day, _ state.Date) finding {
	base, _ := r.limits(day)
	switch {
	case base == nil || base.ReviewDate == 0 || base.ReviewDate >= day:
		return below(0)
	case day-base.ReviewDate > 30:
		return below(3)
	}
	return below(2)
}

func (r *reading) limitTemporaryExpiry(b *readBook, day, _ state.Date) finding {
	base, increases := r.limits(day)
	for _, l := range increases {
		if base != nil && l.ValidTo != 0 && l.ValidTo-day <= 7 && b.exposure() > effective(r.limits(l.ValidTo+1)) {
			return below(2)
		}
	}
	return below(0)
}

// readEpisode is an episode at a close or now, by level.
type readEpisode struct {
	set            [4]bool
	reached, clear [4]state.Date // first day of each; clear: of the unbroken run
	norm           *readNorm     // frozen
	cleared        state.Date    // while nothing is set any more but the norm is kept
	before         state.Date    // the day on which the episode cleared whose norm this one goes on with
	never          [4]bool       // today's events take that level back
}

func (e *readEpisode) level() int {
	for l := 3; l > 0; l-- {
		if e.set[l] {
			return l
		}
	}
	return 0
}

// after is the episode now, given the one at the last close; retracted tells that no level of it was ever right.
func (r *reading) after(s *readSignal, closed readEpisode, f finding, day, firstLimit state.Date, applied bool) (now readEpisode, retracted bool) {
	retracted = closed.level() > 0
	for l := 1; l <= 3; l++ {
		grounded := f.raise >= l || f.unknown && !f.clear[l]
		never := closed.set[l] && !grounded && applied && !s.lasting && r.neverRight(s, l, closed, day, firstLimit)
		retracted = retracted && (!closed.set[l] || never)
		now.never[l] = never
		clear := state.Date(0)
		if f.clear[l] && f.raise < l {
			if clear = closed.clear[l]; clear == 0 {
				clear = day
			}
		}
		switch {
		case f.raise >= l:
			now.set[l] = true
		case closed.set[l] && !never && (clear == 0 || day-clear < s.hold && !f.atOnce):
			now.set[l], now.clear[l] = true, clear
		}
		if now.reached[l] = closed.reached[l]; now.set[l] && now.reached[l] == 0 {
			now.reached[l] = day
		}
	}
	switch {
	case now.level() > 0:
		if now.norm = closed.norm; now.norm == nil {
			now.norm = f.norm
		}
		if now.before = closed.before; closed.level() == 0 {
			now.before = closed.cleared
		}
		return now, false
	case closed.level() == 0:
		return closed, false
	case retracted && closed.before != 0 && day <= closed.before+30:
		return readEpisode{norm: closed.norm, cleared: closed.before, never: now.never}, true
	case retracted || closed.norm == nil:
		return readEpisode{never: now.never}, retracted
	}
	return readEpisode{norm: closed.norm, cleared: day, never: now.never}, retracted
}

// readLooksBack is how many days before the one judged count of a signal that looks back. A day of which more than 550 days ago would
// count is left as it was judged then.
var readLooksBack = map[string]state.Date{
	"broken_promise": 180 + 2*3, "contact_lost": 45, "dispute_stall": 60 + 365, "order_pattern_break": 520, "partial_payment": 60 + 365,
	"payer_change": 60 + 365, "payment_returned": 90 + 2*10, "payment_slowdown": 120 + 365, "terms_request": 90, "turnover_swing": 5 * 90,
}

// neverRight judges each day since a level was reached by what is known now, and by the norm of the episode before if this one goes on
// with that.
func (r *reading) neverRight(s *readSignal, level int, closed readEpisode, day, firstLimit state.Date) bool {
	reached := closed.reached[level]
	frozen, beside := r.frozen, r.beside
	defer func() { r.frozen, r.beside = frozen, beside }()
	if day-reached > 550-readLooksBack[s.name] {
		return false
	}
	r.frozen, r.beside = nil, r.besideOn
	if closed.before != 0 {
		r.frozen = closed.norm
	}
	for d := reached; d < day; d++ {
		if f := s.find(r, r.book(d), d, firstLimit); !f.unknown && f.raise >= level {
			return false
		}
	}
	return true
}

// stoodOn is the level of a signal on a past day: what the facts known now give, or what had been reached by then, stood at the last
// close and is not taken back today.
func (r *reading) stoodOn(signal string, closed, now []readEpisode, day, firstLimit state.Date) (level int) {
	for i := range readSignals {
		if readSignals[i].name != signal {
			continue
		}
		defer func(frozen *readNorm) { r.frozen = frozen }(r.frozen)
		r.frozen = nil
		if f := readSignals[i].find(r, r.book(day), day, firstLimit); !f.unknown {
			level = f.raise
		}
		for l := level + 1; l <= 3; l++ {
			if closed[i].set[l] && !now[i].never[l] && closed[i].reached[l] <= day {
				level = l
			}
		}
	}
	return level
}

// transitions are the lines that a story of one customer must want, without their sentences but with what ended an alert.
func (r *reading) transitions(script *storyScript) []string {
	events := slices.Clone(script.events)
	slices.SortStableFunc(events, func(a, b state.Event) int { return cmp.Compare(a.KnownAt, b.KnownAt) })
	closed := make([]readEpisode, len(readSignals))
	firstLimit, held := state.Date(0), readGrade{}
	var out []string
	for day := dayOf(events[0].KnownAt); day <= script.end; day++ {
		for i := range closed {
			if e := &closed[i]; e.cleared != 0 && day > e.cleared+30 {
				*e = readEpisode{}
			}
		}
		now, grade := slices.Clone(closed), held
		applied := false
		judge := func() {
			book, levels, lines := r.book(day), map[string]int{}, map[string]string{}
			r.beside = func(signal string, _ state.Date) int { return levels[signal] }
			r.besideOn = func(signal string, d state.Date) int { return r.stoodOn(signal, closed, now, d, firstLimit) }
			for i := range readSignals {
				s := &readSignals[i]
				if r.only != "" && s.name != r.only {
					continue
				}
				was := now[i].level()
				var retracted bool
				r.frozen = closed[i].norm
				now[i], retracted = r.after(s, closed[i], s.find(r, book, day, firstLimit), day, firstLimit, applied)
				if levels[s.name] = now[i].level(); levels[s.name] != was {
					lines[s.name] = readLineOf(day, s.name, was, levels[s.name], retracted)
				}
			}
			was := grade.level()
			if grade = held.graded(r.score(levels, book, day), levels, day); grade.level() != was {
				lines["composite"] = readLineOf(day, "composite", was, grade.level(), false)
			}
			for _, signal := range slices.Sorted(maps.Keys(lines)) {
				out = append(out, lines[signal])
			}
		}
		if len(r.known) > 0 {
			judge()
		}
		for len(events) > 0 && dayOf(events[0].KnownAt) == day {
			at, changed := events[0].KnownAt, false
			for ; len(events) > 0 && events[0].KnownAt == at; events = events[1:] {
				changed = r.learn(events[0]) || changed
				if l, ok := events[0].Body.(*state.LimitRevision); ok && l.Type == state.LimitBase && firstLimit == 0 {
					firstLimit = day
				}
			}
			if applied = applied || changed; changed {
				judge()
			}
		}
		closed, held = now, grade
	}
	return out
}

// learn takes an event in and tells whether it changes what is known: an older revision does not, but for the first due
// date that it may tell, for limits, of which each holds from its own day on, and for promises, of which each tells a date.
func (r *reading) learn(ev state.Event) bool {
	lowest, highest := ev.Revision, int64(0)
	for i := range r.known {
		if k := &r.known[i]; k.Kind == ev.Kind && k.Body.Key() == ev.Body.Key() {
			lowest, highest = min(lowest, k.Revision), max(highest, k.Revision)
		}
	}
	older := highest > ev.Revision
	r.known = append(r.known, ev)
	return !older || ev.Kind == state.KindLimit || ev.Kind == state.KindPromise || ev.Kind == state.KindInvoice && lowest == ev.Revision
}

func readLineOf(day state.Date, signal string, was, is int, retracted bool) string {
	names := [...]string{"none", "info", "warning", "critical"}
	line := fmt.Sprintf("%s %s %s -> %s", day, signal, names[was], names[is])
	switch {
	case is > 0:
		return line
	case retracted:
		return line + " retracted"
	}
	return line + " cleared"
}
