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
	moved.bucket = 0
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
		k.sort(day)
		l.opening(k, day)
		l.familyDay(k, day)
	}
	for _, e := range k.members {
		e.last = nil
		l.remember(e)
	}
}

// sort puts who ends before his heir, else by id: so that an heir's step of an instant has all of it.
func (k *kin) sort(day state.Date) {
	heirs := make(map[state.CustomerID]state.CustomerID, len(k.members))
	for _, e := range k.members {
		heirs[e.id()] = e.record.Customer.Fate(day).Heir
	}
	ahead := func(e *entry) (n int) { // how many heirs come after a customer
		for id := heirs[e.id()]; id != "" && n <= len(heirs); id = heirs[id] {
			n++
		}
		return n
	}
	slices.SortFunc(k.members, func(a, b *entry) int {
		return cmp.Or(cmp.Compare(ahead(b), ahead(a)), cmp.Compare(a.id(), b.id()))
	})
}

func (e *entry) id() state.CustomerID { return e.record.Customer.ID }

// opening runs the alarms of a day.
func (l *lane) opening(k *kin, day state.Date) {
	left := make(legacies)
	for _, e := range k.members {
		if due := l.due(e); due != 0 && due <= day {
			e.alarm = 0
			l.inherit(e, left, consumer.Step{Day: l.chapter.day(day), KnownAt: day.Start(l.engine.Ledger.Zone), Alarm: true})
		}
	}
	l.settle(k, left, consumer.Step{Day: l.chapter.day(day), KnownAt: day.Start(l.engine.Ledger.Zone), All: true})
}

// familyDay plays the items of a day, one instant after the other: of each member one step.
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
		left := make(legacies)
		for _, e := range k.members {
			var his []*item
			for _, it := range items[:n] {
				if it.event.Customer == e.id() {
					his = append(his, it)
				}
			}
			if len(his) > 0 || left.has(e) {
				step := in
				for _, it := range his {
					step.Events = append(step.Events, it.event)
				}
				l.inherit(e, left, step)
				l.count(his)
			}
		}
		l.settle(k, left, in)
		items = items[n:]
	}
}

// legacies are what heirs have not been stepped by yet.
type legacies map[state.CustomerID]consumer.Bequest

func (left legacies) has(e *entry) bool { _, has := left[e.id()]; return has }

// inherit steps a customer, by what others have left him too, and leaves to his own heir what that changes.
func (l *lane) inherit(e *entry, left legacies, in consumer.Step) {
	legacy := left[e.id()]
	delete(left, e.id())
	in.Events, in.Estates = append(in.Events, legacy.Events...), legacy.Estates
	effects := l.step(e, in)
	effects.Bequeath(e.record.Customer, consumer.Bequest{Events: in.Events, Estates: in.Estates}, func(heir state.CustomerID, b consumer.Bequest) {
		to := left[heir]
		to.Events, to.Estates = append(to.Events, b.Events...), append(to.Estates, b.Estates...)
		left[heir] = to
	})
}

// settle steps heirs until nothing is left to any: of merges that became known at this instant, or that lead in a circle. Whom
// a merge names is kin by the chapter's beginning.
func (l *lane) settle(k *kin, left legacies, in consumer.Step) {
	for len(left) > 0 {
		for _, e := range k.members {
			if left.has(e) {
				l.inherit(e, left, in)
			}
		}
	}
}

// sortByInstant sorts items by when they were known, then by source and id.
func sortByInstant(items []*item) {
	slices.SortStableFunc(items, func(a, b *item) int {
		return cmp.Or(cmp.Compare(a.event.KnownAt, b.event.KnownAt), strings.Compare(a.event.Source, b.event.Source), strings.Compare(a.event.ID, b.event.ID))
	})
}
