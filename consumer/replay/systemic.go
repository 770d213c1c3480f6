package replay

import (
	"cmp"
	"maps"
	"slices"

	"tocsin/alerts"
	"tocsin/consumer"
	"tocsin/detectors"
	"tocsin/state"
)

// A rule in which too many customers rose on one day is for all lanes together to say, and a lane is long past a close when it turns to its
// next customer. So each of them tells by how many the active ones became more or fewer on each day of a chapter, and how many rose; who
// merges the lanes' results adds up. A customer's part in that is looked at once for each day on which he is stepped, as it ends, and on
// the few on which time alone may have made him active or not.

// tally is what a day brought to a lane's customers.
type tally struct {
	active int            // so many more who are active at its close than at that of the day before
	risen  map[string]int // by signal, customers who rose to warning or above
}

// presence is a customer's part in it.
type presence struct {
	since   state.Date // the first day on which anything was known of him: then, nobody rises
	stepped state.Date // the day that has not ended; 0: none
	rises   []rise     // of that day
	active  bool       // at the close that was looked at last
	look    state.Date // when that may change by time alone; 0: never
	waits   state.Date // the earliest day whose bucket of looks holds the entry, never later than look; 0: none does
}

// rise is how a signal of a customer stood before a day and stands on it.
type rise struct {
	signal string
	was    detectors.Level
	stands detectors.Level
}

// attend notices a step of a day that has not ended.
func (l *lane) attend(e *entry, day state.Date, effects *consumer.Effects) {
	e.stepped = day
	if e.since == 0 && effects.Changed {
		e.since = day
	}
	for i := range effects.Transitions {
		t := &effects.Transitions[i]
		if t.RuleSet != alerts.Live {
			continue
		}
		at := slices.IndexFunc(e.rises, func(r rise) bool { return r.signal == t.Signal })
		if at < 0 {
			at = len(e.rises)
			e.rises = append(e.rises, rise{signal: t.Signal, was: t.From})
		}
		e.rises[at].stands = t.To
	}
}

// ends has a customer's days before a day behind him: what comes is of that day or later.
func (l *lane) ends(e *entry, day state.Date) {
	if e.stepped != 0 && e.stepped < day {
		l.reckon(e, e.stepped)
		for _, r := range e.rises {
			if e.since < e.stepped && r.was < detectors.Warning && r.stands >= detectors.Warning {
				t := l.tally(e.stepped)
				if t.risen == nil {
					t.risen = make(map[string]int)
				}
				t.risen[r.signal]++
			}
		}
		e.rises, e.stepped = e.rises[:0], 0
	}
	for e.look != 0 && e.look < day {
		l.reckon(e, e.look)
	}
}

// reckon looks whether a customer is active at the close of a day.
func (l *lane) reckon(e *entry, day state.Date) {
	var active bool
	if active, e.look = e.record.Customer.Active(l.engine.Ledger, day); active && !consumer.Listed(&e.record, day) {
		active = false
	}
	if active != e.active {
		if e.active = active; active {
			l.tally(day).active++
		} else {
			l.tally(day).active--
		}
	}
}

func (l *lane) tally(day state.Date) *tally {
	t := l.out.tallies[day]
	if t == nil {
		if t = new(tally); l.out.tallies == nil {
			l.out.tallies = make(map[state.Date]*tally)
		}
		l.out.tallies[day] = t
	}
	return t
}

// portfolio is all customers, as they stood at the close of each day.
type portfolio struct {
	active int
	held   []transition // known at the first instant after the last chapter, so among those of the next one
}

// closes are the rules that were systemic on the days of a chapter, and the alerts that tell of it, beginning with what the chapter before
// has left: its last day's is known only when that is over.
func (p *portfolio) closes(b *Backtest, lanes []result) (told []transition, found Counts) {
	all := make(map[state.Date]*tally)
	last := state.Date(0)
	for _, lane := range lanes {
		last = max(last, lane.last)
		for day, one := range lane.tallies {
			t := all[day]
			if t == nil {
				all[day] = one
				continue
			}
			t.active += one.active
			if t.risen == nil {
				t.risen = one.risen
				continue
			}
			for signal, n := range one.risen {
				t.risen[signal] += n
			}
		}
	}
	told, p.held = p.held, nil
	for _, day := range slices.Sorted(maps.Keys(all)) {
		t := all[day]
		p.active += t.active
		systemic := alerts.Systemic(day, t.sorted(), p.active)
		if len(systemic) == 0 || day < b.From {
			continue
		}
		found.Alerts++
		for _, y := range systemic {
			found.Systemic = append(found.Systemic, SystemicRule{y.Day.String(), y.Signal, y.Risen, y.Active})
		}
		r := alerts.SystemicRaised(systemic, (day + 1).Start(b.Engine.Ledger.Zone), b.Engine.Config)
		raised := transition{r.KnownAt, r.Customer, r.Signal, r.RuleSet, r.Seq, r.AppendJSON(nil)}
		if day < last {
			told = append(told, raised)
		} else {
			p.held = append(p.held, raised)
		}
	}
	return told, found
}

func (t *tally) sorted() []state.Risen {
	risen := make([]state.Risen, 0, len(t.risen))
	for signal, n := range t.risen {
		risen = append(risen, state.Risen{Signal: signal, Customers: n})
	}
	slices.SortFunc(risen, func(a, b state.Risen) int { return cmp.Compare(a.Signal, b.Signal) })
	return risen
}
