package state

import (
	"cmp"
	"slices"
	"strings"
)

// terms of limits in force: rows of the table of limits, none of them withdrawn or ended.
type limitsInForce struct {
	base, group *LimitRevision
	temporary   []*LimitRevision // by id
}

// limitsOn are the limits in force on a day. Of each id the highest revision with valid_from up to the day counts; of the
// bases the one that began last, the greater id where two began together. If that one is withdrawn or has ended there is
// none: older ones do not come back. Increases add.
func (c *Customer) limitsOn(day Date) limitsInForce {
	var in limitsInForce
	limits := c.limits
	for i := 0; i < len(limits); {
		id := limits[i].body.(*LimitRevision).LimitID
		var counts *LimitRevision
		for ; i < len(limits); i++ {
			revision := limits[i].body.(*LimitRevision)
			if revision.LimitID != id {
				break
			}
			if revision.ValidFrom <= day {
				counts = revision
			}
		}
		if counts != nil {
			in.take(counts, day)
		}
	}
	if in.base != nil && in.base.over(day) {
		in.base = nil
	}
	if in.group != nil && in.group.over(day) {
		in.group = nil
	}
	return in
}

// take takes in what counts of one id; ids come in ascending order, so that of two that began together the later stays.
func (in *limitsInForce) take(b *LimitRevision, day Date) {
	switch b.Type {
	case LimitBase:
		if in.base == nil || b.ValidFrom >= in.base.ValidFrom {
			in.base = b
		}
	case LimitGroup:
		if in.group == nil || b.ValidFrom >= in.group.ValidFrom {
			in.group = b
		}
	case LimitTemporary:
		if !b.over(day) {
			in.temporary = append(in.temporary, b)
		}
	}
}

// over tells whether a limit that has begun is withdrawn or has ended. Its last day is still its own.
func (b *LimitRevision) over(day Date) bool {
	return b.Withdrawn || b.ValidTo != 0 && b.ValidTo < day
}

// limit is what is in force, in a currency.
func (in *limitsInForce) limit(x exchange, currency Currency) Limit {
	l := Limit{Known: true}
	worth := func(m Money) int64 {
		minor, known := x.worth(m, currency)
		l.Known = l.Known && known
		return minor
	}
	if in.base != nil {
		l.OnFile, l.ID, l.Base = true, in.base.LimitID, worth(in.base.Amount)
		l.Hard, l.Review = in.base.Hard.Or(true), in.base.ReviewDate
	}
	if len(in.temporary) == 0 {
		return l
	}
	l.Increases = make([]TemporaryLimit, 0, len(in.temporary))
	for _, b := range in.temporary {
		amount := worth(b.Amount)
		l.Temporary = add(l.Temporary, amount)
		l.Increases = append(l.Increases, TemporaryLimit{ID: b.LimitID, Amount: amount, From: b.ValidFrom, To: b.ValidTo})
	}
	return l
}

// nextLimit is the first day after day on which a limit begins or ends; zero: never.
func (c *Customer) nextLimit(day Date) Date {
	next := Date(0)
	for _, f := range c.limits {
		b := f.body.(*LimitRevision)
		if b.ValidFrom > day {
			next = earlier(next, b.ValidFrom)
		}
		if b.ValidTo != 0 && b.ValidTo >= day {
			next = earlier(next, b.ValidTo+1)
		}
	}
	return next
}

// Currency is the customer's currency on a day, zero where nothing tells it yet; see CONTRACT.md 4.
func (c *Customer) Currency(l *Ledger, day Date) Currency {
	limits := c.limitsOn(day)
	return c.currencyOn(l, day, &limits)
}

// currencyOn is the customer's currency on a day (CONTRACT.md 4): what the profile says, else the ledger's base, else that
// of the base limit in force, else of the earliest document dated by then, else of the group limit in force.
func (c *Customer) currencyOn(l *Ledger, day Date, in *limitsInForce) Currency {
	if p := c.profile(); p != nil && p.ReportingCurrency != 0 {
		return p.ReportingCurrency
	}
	if l.Base != 0 {
		return l.Base
	}
	if in.base != nil {
		return in.base.Amount.Currency
	}
	if first := c.earliestDocument(); first.date != 0 && first.date <= day {
		return first.currency
	}
	if in.group != nil {
		return in.group.Amount.Currency
	}
	return 0
}

// profile is the customer's profile, nil when none is known.
func (c *Customer) profile() *Profile {
	if t := c.tables[KindProfile].facts; len(t) > 0 {
		return t[0].body.(*Profile)
	}
	return nil
}

// registryOn are the registry facts of the identifiers that the profile carries, by effective date and key.
func (c *Customer) registryOn(day Date) []RegistryEntry {
	p := c.profile()
	if p == nil {
		return nil
	}
	var entries []RegistryEntry
	for _, f := range c.tables[KindRegistry].facts {
		b := f.body.(*RegistryFact)
		if b.Effective > day || b.Retracts == FlagTrue || !p.carries(b.Identifier) {
			continue
		}
		entry := RegistryEntry{RegistryFact: b, FirstKnown: f.rare.firstKnown, EventID: f.eventID()}
		if b.Status == RegistryEnded {
			entry.EndedKnown = f.rare.endedKnown
		}
		entries = append(entries, entry)
	}
	slices.SortFunc(entries, func(a, b RegistryEntry) int {
		return cmp.Or(cmp.Compare(a.Effective, b.Effective), strings.Compare(a.Key(), b.Key()))
	})
	return entries
}

// carries tells whether the profile names an identifier. The country counts for the schemes reg and vat, where a missing
// one is the profile's.
func (b *Profile) carries(id Identifier) bool {
	for _, own := range b.Identifiers {
		if own.Scheme == id.Scheme && own.Value == id.Value && (!id.byCountry() || b.countryOf(own) == b.countryOf(id)) {
			return true
		}
	}
	return false
}

func (b *Profile) countryOf(id Identifier) string {
	if id.Country == "" {
		return b.Country
	}
	return id.Country
}

// byCountry tells whether the identifier's country is part of what it names.
func (id Identifier) byCountry() bool { return id.Scheme == "reg" || id.Scheme == "vat" }
