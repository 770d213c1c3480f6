package detectors

import (
	"slices"

	"tocsin/state"
)

// registryReading is what a day makes of a customer's registry facts, and of what people noted.
type registryReading struct {
	*AdverseRegistry
	view    *state.View
	facts   []state.RegistryEntry // by effective date
	notes   []*state.Note
	day     state.Date
	limit   state.Limit
	country string // of the profile, for identifiers that name none
	over    int    // a fact that is taken as over; -1: none
}

func (d *AdverseRegistry) reading(view *state.View, facts []state.RegistryEntry, notes []*state.Note) *registryReading {
	r := &registryReading{AdverseRegistry: d, view: view, facts: facts, notes: notes, day: view.Day, limit: view.Limit(), over: -1}
	if p := view.Profile(); p != nil {
		r.country = p.Country
	}
	return r
}

// registryWeight is what stands, the newest of each class first.
type registryWeight struct {
	terminal, severe, serious, soft []int
	together                        int      // serious ones, at most, within PairDays
	kinds                           []string // distinct, of soft ones and notes
	notes                           []*state.Note
}

func (r *registryReading) weigh() registryWeight {
	var w registryWeight
	var dates []state.Date
	for i := range slices.Backward(r.facts) {
		class, stands := r.stands(i)
		if !stands {
			continue
		}
		switch class {
		case terminal:
			w.terminal = append(w.terminal, i)
		case severe:
			w.severe = append(w.severe, i)
		case serious:
			w.serious = append(w.serious, i)
			if !r.joined(i) {
				dates = append(dates, r.facts[i].Effective)
			}
		default:
			w.soft = append(w.soft, i)
			w.addKind(r.kind(i))
		}
	}
	w.together = mostWithin(dates, r.PairDays)
	for _, n := range slices.Backward(r.notes) {
		if kind := noteKinds[n.Sign]; kind != "" && r.day < n.NoteDate+state.Date(r.SoftDays) {
			w.notes = append(w.notes, n)
			w.addKind(kind)
		}
	}
	return w
}

func (w *registryWeight) addKind(kind string) {
	if !slices.Contains(w.kinds, kind) {
		w.kinds = append(w.kinds, kind)
	}
}

// mostWithin is how many of some dates, newest first, lie less than so many days apart.
func mostWithin(dates []state.Date, days int) int {
	most := 0
	for first := range dates {
		n := 0
		for _, d := range dates[first:] {
			if dates[first]-d < state.Date(days) {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

// stands tells whether a fact counts, and its class. What is old when it first becomes known counts only where it is terminal
// or severe.
func (r *registryReading) stands(i int) (class, bool) {
	if !r.live(i) {
		return soft, false
	}
	c := r.class(i)
	switch c {
	case terminal:
		return c, !r.ended(i)
	case severe:
		return c, r.day < r.since(i, r.SevereDays) && !r.ended(i)
	case serious:
		return c, r.day < r.since(i, r.SeriousDays) && r.news(i) && !r.ended(i)
	case soft:
		return c, r.day < r.since(i, r.SoftDays) && r.news(i) && !r.ended(i)
	}
	return c, false
}

// counts is the day from which on a fact counts.
func counts(f *state.RegistryEntry) state.Date { return max(f.Effective, f.FirstKnown) }

// live tells whether a fact counts by now and the register has not ended it itself.
func (r *registryReading) live(i int) bool {
	f := &r.facts[i]
	return i != r.over && counts(f) <= r.day && (f.EndedKnown == 0 || r.day < f.EndedKnown)
}

// news tells whether a fact became known while it was new.
func (r *registryReading) news(i int) bool {
	f := &r.facts[i]
	return f.FirstKnown-f.Effective <= state.Date(r.NewsDays)
}

func (r *registryReading) since(i, days int) state.Date {
	return r.facts[i].Effective + state.Date(days)
}

// next is the first later day on which a fact begins to count, is ended, changes its class or expires, or an amount may be
// worth more by another exchange rate; zero: none.
func (r *registryReading) next() state.Date {
	next := state.Date(0)
	for i := range r.facts {
		f := &r.facts[i]
		if f.Amount.Minor != 0 && f.Amount.Currency != r.view.Currency() && r.limit.OnFile {
			next = r.day + 1
		}
		for _, day := range [...]state.Date{
			counts(f), f.EndedKnown, r.since(i, r.SevereDays), r.since(i, r.SeriousDays), r.since(i, r.SoftDays), r.since(i, r.AccountsDays),
		} {
			if day > r.day {
				next = sooner(next, day)
			}
		}
	}
	for _, n := range r.notes {
		if day := n.NoteDate + state.Date(r.SoftDays); day > r.day {
			next = sooner(next, day)
		}
	}
	return next
}

// ended tells whether a positive fact of the same party has ended this one.
func (r *registryReading) ended(i int) bool {
	for j := range r.facts {
		if r.live(j) && r.ends(&r.facts[j], &r.facts[i]) {
			return true
		}
	}
	return false
}

func (r *registryReading) ends(good, bad *state.RegistryEntry) bool {
	kind := registryTypes[good.Type]
	if !slices.Contains(kind.ends, bad.Type) || bad.Effective > good.Effective || !r.sameParty(good.Identifier, bad.Identifier) {
		return false
	}
	switch kind.reach {
	case wholeParty:
		return true
	case caseOrAll:
		return good.SubjectID == "" || good.SubjectID == bad.SubjectID
	default:
		return good.SubjectID == bad.SubjectID
	}
}

// sameParty compares identifiers. Numbers of national registers count within their country, by default the customer's.
func (r *registryReading) sameParty(a, b state.Identifier) bool {
	return r.located(a) == r.located(b)
}

func (r *registryReading) located(id state.Identifier) state.Identifier {
	if (id.Scheme == "reg" || id.Scheme == "vat") && id.Country == "" {
		id.Country = r.country
	}
	return id
}
