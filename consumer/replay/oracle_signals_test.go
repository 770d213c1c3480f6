package replay

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tocsin/state"
)

// oracleRung is one level of a signal as the facts of a day say. A rung that is set is left when leave stands, and stood
// at so many closes before.
type oracleRung struct {
	level        int // of oracleLevels
	raise, leave bool
	hold         int
}

var oracleLevels = []string{"none", "info", "warning", "critical"}

// oracleSignals are the signals that have rungs here.
var oracleSignals = []string{"limit_breach", "limit_missing", "limit_review_due", "limit_temporary_expiry", "overdue", "overdue_ratio", "partial_payment", "payer_change", "payment_returned", "payment_slowdown", "terms_request", "turnover_swing", "order_pattern_break"}

// judge gives the rungs of each signal, low to high; nil where it cannot be evaluated.
func (f oracleFacts) judge(day state.Date, limitsKnown bool) map[string][]oracleRung {
	b, verdict := f.book(day), make(map[string][]oracleRung)
	base, temporary := f.limits(day)
	limit, onFile := f.limit(day)
	e := b.exposure
	plain := func(level int, raise bool, hold int) oracleRung { return oracleRung{level, raise, !raise, hold} }
	gone := func(level int) oracleRung { return oracleRung{level: level, leave: true} }

	verdict["limit_breach"] = []oracleRung{gone(1), gone(2), gone(3), gone(3)}
	if onFile {
		hard, prepay := !base.soft || limit == 0, limit == 0
		high, breach := 2, 3
		if !hard {
			high, breach = 1, 2
		}
		verdict["limit_breach"] = []oracleRung{
			{1, !prepay && e > 0 && 100*e >= 80*limit, prepay || 100*e < 75*limit, 0},
			{high, !prepay && e > 0 && 100*e >= 90*limit, prepay || 100*e < 85*limit, 0},
			{breach, e > 0 && 100*(e-limit) > min(max(limit, 50_000*100), 5*limit), 100*e <= 95*limit, 0},
			{3, !hard && 100*e > 110*limit, hard || 100*e <= 110*limit, 0},
		}
	}
	if limitsKnown {
		missing := oracleRung{2, !onFile && e > 0, onFile || e == 0, 14}
		if onFile {
			missing.hold = 0
		}
		verdict["limit_missing"] = []oracleRung{missing}
	}
	late := state.Date(0)
	if onFile && base.review != 0 {
		late = day - base.review
	}
	verdict["limit_review_due"] = []oracleRung{plain(2, late > 0, 0), plain(3, late > 30, 0)}
	expiring := false
	for _, t := range temporary {
		after, _ := f.limit(t.due + 1)
		expiring = expiring || onFile && t.due-day <= 7 && e > after
	}
	verdict["limit_temporary_expiry"] = []oracleRung{plain(2, expiring, 0)}

	worst, overdue := state.Date(0), int64(0)
	material := func(cents int64) bool { return cents >= 50_000 && 100*cents >= b.receivables }
	for _, line := range b.tested {
		if line.cents > 0 && line.due < day {
			overdue += line.cents
			if material(line.cents) {
				worst = max(worst, day-line.due)
			}
		}
	}
	verdict["overdue"] = []oracleRung{plain(1, worst > 5, 0), plain(2, worst > 30, 0), plain(3, worst > 60, 0)}
	much := b.count >= 3 && material(overdue)
	verdict["overdue_ratio"] = []oracleRung{plain(2, much && 100*overdue >= 25*b.receivables, 14), plain(3, much && 100*overdue >= 50*b.receivables, 14)}
	verdict["payer_change"] = f.payers(day, material(overdue))
	verdict["payment_returned"] = f.returned(day)
	verdict["terms_request"] = f.moved(b, day)
	verdict["payment_slowdown"] = f.slowdown(day, &b)
	verdict["partial_payment"] = f.partial(day, overdue, material(overdue))
	verdict["turnover_swing"], _ = f.swing(day, nil) // of which nothing can be known here: all history is shorter than its windows
	return verdict
}

// moved are the rungs of terms_request: nobody asks here, but due dates are moved. An event's time is on the day on which it is
// known.
func (f oracleFacts) moved(b oracleBook, day state.Date) []oracleRung {
	count, sum := 0, int64(0)
	for _, line := range b.unsettled {
		now := f.standing("invoice.issued", day)[line.invoice]
		if now.known > day-60 && now.known <= day && now.due >= f.toldDue(line.invoice)+7 {
			count, sum = count+1, sum+line.cents
		}
	}
	silent := count >= 2 && 100*sum >= 20*b.receivables
	return []oracleRung{{1, silent, !silent, 14}, {2, silent, !silent, 14}}
}

// oracleEpisode is how a signal stood at the last close.
type oracleEpisode struct {
	set    []bool
	streak []int        // closes in a row at which a rung's condition for leaving stood
	first  []state.Date // when a rung was first set in the episode
	never  []bool       // rungs that are taken back today
	level  int
}

// oracleTold is a change of a level.
type oracleTold struct{ KnownAt, Signal, From, To, Change string }

// now is how a signal stands, given how it stood at the last close. asOf is its highest level raised on an earlier day by
// today's facts, where an event of today may take back what they do not bear out; else nil.
func (p oracleEpisode) now(rungs []oracleRung, asOf func(state.Date) int, day state.Date) (next oracleEpisode, retracted bool) {
	if rungs == nil {
		return oracleEpisode{set: p.set, level: p.level}, false
	}
	next.set, next.never, retracted = make([]bool, len(rungs)), make([]bool, len(rungs)), p.level > 0
	raised := -1
	for i, r := range rungs {
		if r.raise {
			raised = i
		}
	}
	for i, r := range rungs {
		standing := p.level > 0 && p.set[i]
		never := standing && asOf != nil && i > raised
		for d := day - 1; never && d >= p.first[i]; d-- {
			never = asOf(d) < r.level
		}
		retracted, next.never[i] = retracted && (!standing || never), never
		if next.set[i] = i <= raised || standing && !never && !(r.leave && p.streak[i] >= r.hold); next.set[i] {
			next.level = r.level
		}
	}
	return next, retracted
}

// close makes what stands now what stood at the close of a day. A signal that cannot be evaluated breaks the streaks.
func (p oracleEpisode) close(next oracleEpisode, rungs []oracleRung, day state.Date) oracleEpisode {
	next.streak, next.first = make([]int, len(next.set)), make([]state.Date, len(next.set))
	for i, set := range next.set {
		if rungs != nil && rungs[i].leave && i < len(p.streak) {
			next.streak[i] = p.streak[i] + 1
		}
		switch {
		case p.level > 0 && next.level > 0 && p.first[i] != 0:
			next.first[i] = p.first[i]
		case set:
			next.first[i] = day
		}
	}
	return next
}

// reached is the level that had been reached on a past day, of those that stood at the last close and are not taken back today.
func (p oracleEpisode) reached(day state.Date, now oracleEpisode) (level int) {
	for i, set := range p.set {
		if set && p.level > 0 && p.first[i] <= day && (i >= len(now.never) || !now.never[i]) {
			level = []int{2, 3}[i]
		}
	}
	return level
}

// playOracle plays all days to the last one, and returns what was told and what was known at the end.
func playOracle(events []oracleEvent, until state.Date) (told []oracleTold, known oracleFacts) {
	events = slices.Clone(events)
	slices.SortStableFunc(events, func(a, b oracleEvent) int { return cmp.Or(cmp.Compare(a.known, b.known), cmp.Compare(a.hour, b.hour)) })
	firstLimit := until + 1
	for _, e := range events {
		if e.kind == "limit.set" && !e.temporary {
			firstLimit = min(firstLimit, e.known)
		}
	}
	closed := make(map[string]oracleEpisode)
	var held oracleGrade // at the last close
	for day := events[0].known; day <= until; day++ {
		now, judged := make(map[string]oracleEpisode), make(map[string][]oracleRung)
		grade := held
		evaluate := func(at string, applied bool) {
			judged = known.judge(day, firstLimit < day)
			level, from := make(map[string]int), len(told)
			past := make(map[state.Date]map[string][]oracleRung)
			for _, signal := range oracleSignals {
				var asOf func(state.Date) int
				if applied && !strings.HasPrefix(signal, "limit_") {
					asOf = func(d state.Date) int {
						if past[d] == nil {
							past[d] = known.judge(d, false)
						}
						return highest(past[d][signal])
					}
				}
				if signal == "order_pattern_break" { // which comes last, and reads others
					judged[signal] = known.outsized(day, func(other string) int { return level[other] })
				}
				if signal == "order_pattern_break" && applied {
					asOf = func(d state.Date) int {
						return highest(known.outsized(d, func(other string) int {
							return max(highest(known.judge(d, false)[other]), closed[other].reached(d, now[other]))
						}))
					}
				}
				before, stood := now[signal]
				if !stood {
					before = closed[signal]
				}
				next, retracted := closed[signal].now(judged[signal], asOf, day)
				level[signal] = next.level
				if now[signal] = next; next.level != before.level {
					told = append(told, oracleTold{at, signal, oracleLevels[before.level], oracleLevels[next.level], change(before.level, next.level, retracted)})
				}
			}
			before := grade.level()
			if grade = held.now(oracleScore(level, known.book(day), day), level); known.hasCurrency(day) && grade.level() != before {
				told = append(told, oracleTold{at, "composite", oracleLevels[before], oracleLevels[grade.level()], change(before, grade.level(), false)})
			}
			slices.SortFunc(told[from:], func(a, b oracleTold) int { return strings.Compare(a.Signal, b.Signal) })
		}
		if len(known) > 0 {
			evaluate(fmt.Sprintf("%vT00:00:00Z", day), false)
		}
		for len(events) > 0 && events[0].known == day {
			hour := events[0].hour
			for len(events) > 0 && events[0].known == day && events[0].hour == hour {
				known, events = append(known, events[0]), events[1:]
			}
			evaluate(fmt.Sprintf("%vT%02d:00:00Z", day, hour), true)
		}
		for _, signal := range oracleSignals {
			closed[signal] = closed[signal].close(now[signal], judged[signal], day)
		}
		held = grade
	}
	return told, known
}

func highest(rungs []oracleRung) (level int) {
	for _, r := range rungs {
		if r.raise {
			level = r.level
		}
	}
	return level
}

func change(from, to int, retracted bool) string {
	switch {
	case from == 0:
		return "raised"
	case to > from:
		return "escalated"
	case to > 0:
		return "deescalated"
	case retracted:
		return "retracted"
	}
	return "cleared"
}
