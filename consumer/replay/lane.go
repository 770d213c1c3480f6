package replay

import (
	"slices"

	"tocsin/alerts"
	"tocsin/consumer"
	"tocsin/state"
)

// item is one decoded line on its way to its customer.
type item struct {
	day   state.Date
	lane  int32 // of its customer
	next  *item // of the same customer in the chapter; see entry
	event state.Event
	line  lineRef
}

// lineRef finds a line again: input is by (file, number).
type lineRef struct {
	file   int // index of the input; -1: brought along by another line
	number int
	raw    []byte // valid as long as the block that it was read in; nil where no rejects were asked for
}

// lane holds the customers of one worker and plays chapters to them.
type lane struct {
	number  int32
	engine  *consumer.Engine
	records map[state.CustomerID]*entry
	alarms  map[state.Date][]*entry
	looks   map[state.Date][]*entry // at whether customers are active
	played  state.Date              // the last day that was played
	from    state.Date              // transitions of earlier days are not written
	alerts  bool                    // transitions are asked for
	told    func(*alerts.CaseMessage)

	chapter  *chapter // in hand
	touched  []*entry
	items    []*item
	events   []state.Event
	outcomes []state.Outcome
	out      result
}

// entry is a customer in memory.
type entry struct {
	record      state.Record
	alarm       state.Date // the next day on which a date comes; zero: none
	bucket      state.Date // the earliest day whose bucket of alarms holds the entry, never later than alarm; zero: none does
	touched     bool       // it is among lane.touched
	first, last *item      // of the chapter in hand, in input order
	kin         *kin       // whom merges relate to the customer; nil: nobody
	panicked    bool       // a step has: the customer is stepped no more, and nothing is known of him
	presence
}

// result is what a lane made of a chapter.
type result struct {
	transitions []transition
	conflicts   []refusal // lines that lost against another content of the same revision
	panicked    []PanickedCustomer
	counts      Counts
	last        state.Date            // of the chapter
	tallies     map[state.Date]*tally // of its days on which there is something to tell
}

// transition is an alert record with what it is sorted by.
type transition struct {
	knownAt         state.Instant
	customer        state.CustomerID
	signal, ruleSet string
	seq             int64
	body            []byte
}

func newLane(number int, b *Backtest) *lane {
	return &lane{
		number: int32(number), engine: b.Engine, records: make(map[state.CustomerID]*entry), alarms: make(map[state.Date][]*entry),
		looks: make(map[state.Date][]*entry), from: b.From, alerts: b.Alerts != nil, told: b.Told,
	}
}

// play plays a chapter: customer by customer, each day by day.
func (l *lane) play(c *chapter, items []*item) result {
	l.out, l.chapter = result{last: c.last}, c
	l.move(c.moves)
	l.relate(c.pairs[l.number])
	l.assign(items)
	l.awake()
	for _, e := range l.touched {
		if e.touched = false; e.kin == nil {
			l.customer(e)
		} else {
			l.family(e.kin)
		}
	}
	l.touched = l.touched[:0]
	if c.surveys != nil {
		c.surveys <- l.survey()
	}
	if c.groups != nil {
		c.groups <- l.affiliatesOf(c.concerned, c.last)
	}
	l.played, l.chapter = max(l.played, c.last), nil
	return l.out
}

// assign gives the items to their customers; those of one customer come in input order.
func (l *lane) assign(items []*item) {
	for _, it := range items {
		e := l.entry(it.event.Customer)
		l.touch(e)
		if it.next = nil; e.first == nil {
			e.first = it
		} else {
			e.last.next = it
		}
		e.last = it
	}
}

// entry is a customer in memory, who need not have been known before.
func (l *lane) entry(id state.CustomerID) *entry {
	e := l.records[id]
	if e == nil {
		e = &entry{record: state.Record{Customer: state.NewCustomer(id)}}
		l.records[id] = e
	}
	return e
}

// awake finds the customers for whom a date comes in the chapter. On the first day of known limits it comes for all.
func (l *lane) awake() {
	if day := l.chapter.limitsKnown(); l.played < day && day <= l.chapter.last {
		for _, e := range l.records {
			l.touch(e)
		}
	}
	for _, id := range l.chapter.reclassed {
		if e := l.records[id]; e != nil {
			l.touch(e)
			e.alarm = l.chapter.last
		}
	}
	l.turn()
	if len(l.alarms)+len(l.looks) == 0 {
		return
	}
	for day := l.played + 1; day <= l.chapter.last; day++ {
		for _, e := range l.alarms[day] {
			if e.bucket == day {
				e.bucket = 0
				l.touch(e)
			}
		}
		for _, e := range l.looks[day] {
			if e.waits == day {
				e.waits = 0
				l.touch(e)
			}
		}
		delete(l.alarms, day)
		delete(l.looks, day)
	}
}

func (l *lane) touch(e *entry) {
	if !e.touched {
		e.touched = true
		l.touched = append(l.touched, e)
	}
}

// customer plays the chapter's days to one customer: each day's alarm at its opening, then its items. Every step judges
// all rules, so that it knows the next alarm and those that were set before, mostly for invoices that are paid now, need
// not be run.
func (l *lane) customer(e *entry) {
	last := l.chapter.last
	for {
		day := last
		if e.first != nil {
			day = e.first.day
		}
		if due := l.due(e); due != 0 && due <= day {
			e.alarm = 0
			l.step(e, consumer.Step{Day: l.chapter.day(due), KnownAt: due.Start(l.engine.Ledger.Zone), Alarm: true})
			continue
		}
		if e.first == nil {
			break
		}
		l.items = l.items[:0]
		for ; e.first != nil && e.first.day == day; e.first = e.first.next {
			l.items = append(l.items, e.first)
		}
		l.day(e, l.items)
	}
	e.last = nil
	l.ends(e, last+1)
	l.remember(e)
}

// remember puts a customer among the alarms, and among those whom somebody has to look at.
func (l *lane) remember(e *entry) {
	if e.alarm != 0 && (e.bucket == 0 || e.alarm < e.bucket) {
		e.bucket = e.alarm
		l.alarms[e.alarm] = append(l.alarms[e.alarm], e)
	}
	if e.look != 0 && (e.waits == 0 || e.look < e.waits) {
		e.waits = e.look
		l.looks[e.look] = append(l.looks[e.look], e)
	}
}

// due is the day on which the customer is to be judged anew; zero: never.
func (l *lane) due(e *entry) state.Date {
	all := l.chapter.limitsKnown()
	if e.record.Day != 0 && e.record.Day < all && l.played < all && (e.alarm == 0 || all < e.alarm) {
		return all
	}
	return e.alarm
}

// day plays a customer's items of one day: those of one instant are one step.
func (l *lane) day(e *entry, items []*item) {
	if len(items) > 1 {
		sortByInstant(items)
	}
	day := l.chapter.day(items[0].day)
	for rest := items; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].event.KnownAt == rest[0].event.KnownAt {
			n++
		}
		l.events = l.events[:0]
		for _, it := range rest[:n] {
			l.events = append(l.events, it.event)
		}
		l.step(e, consumer.Step{Day: day, KnownAt: rest[0].event.KnownAt, Events: l.events, All: true})
		l.count(rest[:n])
		rest = rest[n:]
	}
}

// step runs the engine and keeps what it says. Nothing of a customer is played after a step that panicked: his record is spoilt.
func (l *lane) step(e *entry, in consumer.Step) consumer.Effects {
	l.outcomes = slices.Grow(l.outcomes[:0], len(in.Events))[:len(in.Events)]
	if e.panicked {
		clear(l.outcomes)
		return consumer.Effects{}
	}
	l.ends(e, in.Day.Date)
	in.Tell = alerts.TellChanges
	switch {
	case in.Day.Date < l.from:
	case l.told != nil:
		in.Tell = alerts.TellAll
	case l.alerts:
		in.Tell = alerts.TellTransitions
	}
	effects, panicked := l.engine.TryStep(&e.record, in, l.outcomes)
	if panicked != nil {
		clear(l.outcomes)
		id := e.id()
		l.out.panicked = append(l.out.panicked, PanickedCustomer{id, in.Day.Date, panicked})
		e.record, e.alarm, e.panicked = state.Record{Customer: state.NewCustomer(id)}, 0, true
		l.attend(e, in.Day.Date, &effects)
		return consumer.Effects{}
	}
	l.attend(e, in.Day.Date, &effects)
	if effects.Whole {
		e.alarm = effects.Next
	}
	if in.Day.Date < l.from {
		return effects
	}
	l.out.counts.Alerts += len(effects.Transitions)
	if l.told != nil && effects.Case != nil {
		l.told(effects.Case)
	}
	if !l.alerts {
		return effects
	}
	for i := range effects.Transitions {
		t := &effects.Transitions[i]
		t.Config = l.engine.Config
		l.out.transitions = append(l.out.transitions, transition{t.KnownAt, t.Customer, t.Signal, t.RuleSet, t.Seq, t.AppendJSON(nil)})
	}
	return effects
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
			if it.line.raw != nil {
				l.out.conflicts = append(l.out.conflicts, refusal{it.line.kept(), consumer.Conflicted(&it.event)})
			}
		default:
			l.out.counts.Accepted++
		}
	}
}

// survey tells what is asked of the close of the chapter's last day.
func (l *lane) survey() (s survey) {
	if l.chapter.weighs {
		s.parts = l.parts()
	}
	s.disputed = l.disputed()
	return s
}

// parts are the customers' parts of the whole at the close of the chapter's last day.
func (l *lane) parts() []consumer.Part {
	parts, day := make([]consumer.Part, 0, len(l.records)), l.chapter.day(l.chapter.last)
	for _, e := range l.records {
		parts = append(parts, l.engine.Part(&e.record, day))
	}
	return parts
}

// close says how every customer stood at the close of the last day that was played.
func (l *lane) close(day state.Day) []consumer.CustomerRecord {
	ids := make([]state.CustomerID, 0, len(l.records))
	for id, e := range l.records {
		if consumer.Listed(&e.record, day.Date) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	records := make([]consumer.CustomerRecord, len(ids))
	for i, id := range ids {
		rec := &l.records[id].record
		rec.Customer.Equip(&day)
		records[i] = l.engine.CustomerRecord(rec, day)
	}
	return records
}
