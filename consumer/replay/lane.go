package replay

import (
	"cmp"
	"slices"
	"strings"

	"tocsin/consumer"
	"tocsin/state"
)

// item is one decoded line on its way to its customer.
type item struct {
	event state.Event
	line  lineRef
	day   state.Date
}

// lineRef finds a line again: input is by (file, number).
type lineRef struct {
	file   int // index of the input; -1: brought along by another line
	number int
	raw    []byte
}

// lane holds the customers of one worker and plays days to them.
type lane struct {
	engine  *consumer.Engine
	records map[state.CustomerID]*entry
	alarms  map[state.Date][]*entry
	day     state.Day
	from    state.Date // transitions of earlier days are not written
	alerts  bool       // transitions are asked for

	touched  []*entry
	events   []state.Event
	outcomes []state.Outcome
	out      dayResult
}

// entry is a customer in memory.
type entry struct {
	record  state.Record
	alarm   state.Date // the day whose bucket holds it; zero: none
	pending []*item
}

// dayResult is what a lane made of the days up to and with one day of input.
type dayResult struct {
	transitions []transition
	conflicts   []refusal // lines that lost against another content of the same revision
	counts      Counts
}

// transition is an alert record with what it is sorted by.
type transition struct {
	knownAt         state.Instant
	customer        state.CustomerID
	signal, ruleSet string
	seq             int64
	body            []byte
}

func newLane(e *consumer.Engine, from state.Date, alerts bool) *lane {
	return &lane{engine: e, records: make(map[state.CustomerID]*entry), alarms: make(map[state.Date][]*entry), from: from, alerts: alerts}
}

// play advances to day and steps its items; the items of one customer come in input order.
func (l *lane) play(day state.Day, items []*item) dayResult {
	l.out = dayResult{}
	l.advance(day)
	for _, it := range items {
		e := l.records[it.event.Customer]
		if e == nil {
			e = &entry{record: state.Record{Customer: state.NewCustomer(it.event.Customer)}}
			l.records[it.event.Customer] = e
		}
		if len(e.pending) == 0 {
			l.touched = append(l.touched, e)
		}
		e.pending = append(e.pending, it)
	}
	for _, e := range l.touched {
		l.customer(e)
	}
	l.touched = l.touched[:0]
	return l.out
}

// advance opens each day up to day and runs its alarms.
func (l *lane) advance(day state.Day) {
	if l.day.Date == 0 {
		l.day.Date = day.Date - 1
	}
	for l.day.Date < day.Date {
		l.day = state.Day{Date: l.day.Date + 1, Config: day.Config, FirstLimit: day.FirstLimit}
		due := l.alarms[l.day.Date]
		delete(l.alarms, l.day.Date)
		if l.day.LimitsKnown() && l.day.FirstLimit+1 == l.day.Date {
			for _, e := range l.records {
				e.alarm = l.day.Date
				due = append(due, e)
			}
		}
		opening := l.day.Date.Start(l.engine.Ledger.Zone)
		for _, e := range due {
			if e.alarm == l.day.Date {
				e.alarm = 0
				l.step(e, consumer.Step{Day: l.day, KnownAt: opening, Alarm: true})
			}
		}
	}
	l.day.FirstLimit = day.FirstLimit
}

// customer plays a customer's items of the open day: those of one instant are one step.
func (l *lane) customer(e *entry) {
	slices.SortStableFunc(e.pending, func(a, b *item) int {
		return cmp.Or(cmp.Compare(a.event.KnownAt, b.event.KnownAt), strings.Compare(a.event.Source, b.event.Source), strings.Compare(a.event.ID, b.event.ID))
	})
	for rest := e.pending; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].event.KnownAt == rest[0].event.KnownAt {
			n++
		}
		l.events = l.events[:0]
		for _, it := range rest[:n] {
			l.events = append(l.events, it.event)
		}
		l.step(e, consumer.Step{Day: l.day, KnownAt: rest[0].event.KnownAt, Events: l.events})
		l.count(rest[:n])
		rest = rest[n:]
	}
	clear(e.pending)
	e.pending = e.pending[:0]
}

// step runs the engine and keeps what it says.
func (l *lane) step(e *entry, in consumer.Step) {
	l.outcomes = slices.Grow(l.outcomes[:0], len(in.Events))[:len(in.Events)]
	effects := l.engine.Step(&e.record, in, l.outcomes)
	if next := effects.Next; next != 0 && (e.alarm == 0 || next < e.alarm) {
		e.alarm = next
		l.alarms[next] = append(l.alarms[next], e)
	}
	if l.day.Date < l.from {
		return
	}
	l.out.counts.Alerts += len(effects.Transitions)
	if !l.alerts {
		return
	}
	for i := range effects.Transitions {
		t := &effects.Transitions[i]
		t.Config = l.engine.Config
		l.out.transitions = append(l.out.transitions, transition{t.KnownAt, t.Customer, t.Signal, t.RuleSet, t.Seq, t.AppendJSON(nil)})
	}
}

// count tells what became of items; what another line brought along counts nowhere.
func (l *lane) count(items []*item) {
	for i, it := range items {
		if it.line.file < 0 {
			continue
		}
		switch l.outcomes[i] {
		case state.Duplicate:
			l.out.counts.Duplicates++
		case state.Stale:
			l.out.counts.Stale++
		case state.ConflictLost:
			l.out.counts.Refused++
			l.out.conflicts = append(l.out.conflicts, refusal{it.line, consumer.Conflicted(&it.event)})
		default:
			l.out.counts.Accepted++
		}
	}
}

// close ends the day: every record is promoted to what stood at its close.
func (l *lane) close(day state.Day) []consumer.CustomerRecord {
	l.out = dayResult{}
	l.advance(day)
	ids := make([]state.CustomerID, 0, len(l.records))
	for id := range l.records {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	records := make([]consumer.CustomerRecord, len(ids))
	for i, id := range ids {
		records[i] = l.engine.CustomerRecord(&l.records[id].record, day)
	}
	return records
}
