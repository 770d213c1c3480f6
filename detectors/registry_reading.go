package detectors

import (
	"slices"

	"tocsin/state"
)

// registryReading is what a day makes of a customer's registry facts.
type registryReading struct {
	*AdverseRegistry
	view    *state.View
	facts   []state.RegistryEntry
	day     state.Date
	limit   state.Limit
	country string // of the profile, for identifiers that name none
}

func (d *AdverseRegistry) reading(view *state.View, facts []state.RegistryEntry) registryReading {
	r := registryReading{AdverseRegistry: d, view: view, facts: facts, day: view.Day, limit: view.Limit()}
	if p := view.Profile(); p != nil {
		r.country = p.Country
	}
	return r
}

// stands tells whether a fact counts and is of class A or B1.
//
// DOMAIN's rule on facts that are 60 days old when first known spares what still stands of these two classes, so nothing
// of it is left here.
func (r *registryReading) stands(i int) (class, bool) {
	if !r.live(i) {
		return soft, false
	}
	switch c := r.class(i); {
	case c == terminal:
		return c, !r.ended(i)
	case c == severe:
		return c, r.day < r.expires(i) && !r.ended(i)
	default:
		return c, false
	}
}

// counts is the day from which on a fact counts.
func counts(f *state.RegistryEntry) state.Date { return max(f.Effective, f.FirstKnown) }

// live tells whether a fact counts by now and the register has not ended it itself.
func (r *registryReading) live(i int) bool {
	f := &r.facts[i]
	return counts(f) <= r.day && (f.EndedKnown == 0 || r.day < f.EndedKnown)
}

func (r *registryReading) expires(i int) state.Date {
	return r.facts[i].Effective + state.Date(r.SevereDays)
}

// next is the first later day on which a fact begins to count, is ended or expires, or an amount may be worth more by another
// exchange rate; zero: none.
func (r *registryReading) next(i int) state.Date {
	f := &r.facts[i]
	next := state.Date(0)
	if f.Type == enforcement && f.Amount.Minor != 0 && f.Amount.Currency != r.view.Currency() && r.limit.OnFile {
		next = r.day + 1
	}
	for _, day := range [...]state.Date{counts(f), f.EndedKnown, r.expires(i)} {
		if day > r.day {
			next = sooner(next, day)
		}
	}
	return next
}

// class is that of the fact's kind; enforcement rises with its amount and its number.
func (r *registryReading) class(i int) class {
	kind := r.facts[i].Type
	if kind == enforcement && (r.large(i) || r.oneOfMany(i)) {
		return severe
	}
	return registryTypes[kind].class
}

// large tells whether an amount reaches its share of the limit. Where one of them is not known, it does not.
func (r *registryReading) large(i int) bool {
	amount, known := r.view.Worth(r.facts[i].Amount)
	if !r.limit.OnFile || !r.limit.Known || amount == 0 || !known {
		return false
	}
	return r.EnforcementRatio.compare(amount, r.limit.Effective()) >= 0
}

// oneOfMany tells whether an enforcement belongs to enough of them within EnforcementDays. Facts stand by effective date.
func (r *registryReading) oneOfMany(i int) bool {
	var dates []state.Date
	for j := range r.facts {
		if r.facts[j].Type == enforcement && r.live(j) && !r.ended(j) {
			dates = append(dates, r.facts[j].Effective)
		}
	}
	own := r.facts[i].Effective
	for first := 0; first+r.EnforcementCount <= len(dates); first++ {
		last := first + r.EnforcementCount - 1
		if dates[last]-dates[first] < state.Date(r.EnforcementDays) && dates[first] <= own && own <= dates[last] {
			return true
		}
	}
	return false
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
