package replay

import (
	"cmp"
	"slices"
	"strings"

	"tocsin/consumer"
	"tocsin/state"
)

// kin is customers whom merges relate; they are played together.
type kin struct {
	members []*entry
	chapter *chapter // the last one that was played to them
}

// move takes customers in and gives them away, in the one order of all lanes: so whoever waits, waits for one who is behind.
func (l *lane) move(moves []*move) {
	for _, m := range moves {
		if m.from == l.number {
			m.entry <- l.release(m.customer)
		}
		if m.to == l.number {
			if e := <-m.entry; e != nil {
				l.records[m.customer] = e
				l.remember(e)
			}
		}
	}
}

// release gives a customer away; nil: nobody knew him. What moves is a copy: buckets of alarms whose day has not come may
// still hold the entry, which is left empty, so that nothing is due to it.
func (l *lane) release(id state.CustomerID) *entry {
	e := l.records[id]
	if e == nil {
		return nil
	}
	delete(l.records, id)
	moved := *e
	moved.bucket, moved.waits = 0, 0
	if k := moved.kin; k != nil {
		k.members[slices.Index(k.members, e)] = &moved
	}
	*e = entry{}
	return &moved
}

// relate makes kin of pairs, of which one may not be known yet.
func (l *lane) relate(pairs []pair) {
	for _, p := range pairs {
		heir, ends := l.entry(p.heir), l.entry(p.ends)
		if ends.kin != nil && ends.kin == heir.kin {
			continue
		}
		all := &kin{}
		for _, e := range [...]*entry{heir, ends} {
			if e.kin == nil {
				all.members = append(all.members, e)
			} else {
				all.members = append(all.members, e.kin.members...)
			}
		}
		for _, e := range all.members {
			e.kin = all
		}
	}
}

// family plays the chapter's days to kin.
func (l *lane) family(k *kin) {
	if k.chapter == l.chapter {
		return
	}
	k.chapter = l.chapter
	for {
		day := l.chapter.last + 1
		for _, e := range k.members {
			if e.first != nil {
				day = min(day, e.first.day)
			}
			if due := l.due(e); due != 0 {
				day = min(day, due)
			}
		}
		if day > l.chapter.last {
			break
		}
		l.opening(k, day)
		l.familyDay(k, day)
	}
	for _, e := range k.members {
		e.last = nil
		l.ends(e, l.chapter.last+1)
		l.remember(e)
	}
}

func (e *entry) id() state.CustomerID { return e.record.Customer.ID }

// opening runs the alarms of a day.
func (l *lane) opening(k *kin, day state.Date) {
	in := consumer.Step{Day: l.chapter.day(day), KnownAt: day.Start(l.engine.Ledger.Zone), Alarm: true}
	var stepped consumer.Kin
	for _, e := range k.members {
		if due := l.due(e); due != 0 && due <= day {
			e.alarm = 0
			effects := l.step(e, in)
			stepped.Stepped(e.record.Customer, in, &effects)
		}
	}
	l.bequeath(k, &stepped, in.Day)
}

// familyDay plays the items of a day, one instant after the other: of each member one step, and one more of each heir.
func (l *lane) familyDay(k *kin, day state.Date) {
	var items []*item
	for _, e := range k.members {
		for ; e.first != nil && e.first.day == day; e.first = e.first.next {
			items = append(items, e.first)
		}
	}
	sortByInstant(items)
	for len(items) > 0 {
		in := consumer.Step{Day: l.chapter.day(day), KnownAt: items[0].event.KnownAt, All: true}
		n := slices.IndexFunc(items, func(it *item) bool { return it.event.KnownAt != in.KnownAt })
		if n < 0 {
			n = len(items)
		}
		var stepped consumer.Kin
		for _, e := range k.members {
			var his []*item
			step := in
			for _, it := range items[:n] {
				if it.event.Customer == e.id() {
					his, step.Events = append(his, it), append(step.Events, it.event)
				}
			}
			if len(his) > 0 {
				effects := l.step(e, step)
				stepped.Stepped(e.record.Customer, step, &effects)
				l.count(his)
			}
		}
		l.bequeath(k, &stepped, in.Day)
		items = items[n:]
	}
}

// bequeath hands on to heirs what steps have changed. Whom a merge names is kin by the chapter's beginning.
func (l *lane) bequeath(k *kin, stepped *consumer.Kin, day state.Day) {
	for missing := stepped.Missing(); len(missing) > 0; missing = stepped.Missing() {
		for _, id := range missing {
			e, in := l.records[id], consumer.Step{Day: day, KnownAt: day.Date.Start(l.engine.Ledger.Zone)}
			effects := l.step(e, in)
			stepped.Stepped(e.record.Customer, in, &effects)
		}
	}
	legacies := stepped.Legacies()
	for _, e := range k.members {
		if legacy := legacies[e.id()]; legacy != nil {
			l.step(e, consumer.Step{Day: day, KnownAt: legacy.KnownAt, Events: legacy.Events, Estates: legacy.Estates, All: true})
		}
	}
}

// sortByInstant sorts items by when they were known, then by source and id.
func sortByInstant(items []*item) {
	slices.SortStableFunc(items, func(a, b *item) int {
		return cmp.Or(cmp.Compare(a.event.KnownAt, b.event.KnownAt), strings.Compare(a.event.Source, b.event.Source), strings.Compare(a.event.ID, b.event.ID))
	})
}
