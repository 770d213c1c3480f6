package state

import (
	"bytes"
	"cmp"
	"slices"
)

// estates are what a customer is made of into whom others have been merged: what it was told itself, and what each of the
// others has brought along. The customer's own tables then hold them united: of equal document ids the higher revision.
//
// An estate is the other one's facts but for its profile, registry facts, limits and overridden grades, which say who that
// one was and what he was thought good for: the heir's own count. It also keeps the other one's merge, so that an heir can
// tell by itself who leads to it: an estate goes when no chain of merges leads here any more, and of merges that lead in a
// circle none counts.
//
// # Why they are kept apart
//
// A merge may be taken back by a higher revision that names another heir, on the same day before or after it becomes known
// here; and what somebody brought along must be found again when it is erased. Facts that were united for good could do
// neither. An heir holds its facts twice for that, in memory, and its documents do not shrink; few customers are heirs.
type estates struct {
	own     *Customer
	brought []*Customer  // by id
	counted []CustomerID // of brought, those that are united; derived
	undated bool         // counted is not as of any day
}

// bequeathed tells whether facts of a kind go to an heir; united, whether they count among the heir's.
func bequeathed(kind Kind) bool { return kind == KindMerged || united(kind) }

func united(kind Kind) bool {
	switch kind {
	case KindProfile, KindRegistry, KindLimit, KindGradeOverride, KindMerged, KindErased:
		return false
	}
	return true
}

// Bequeathed tells whether an event of a customer who has ended is given to the heir.
func (e *Event) Bequeathed() bool { return bequeathed(e.Kind) }

// Estate is what an heir is handed of one of the customer's parts, encoded: of the customer itself, or of one who left an
// estate to it.
func (c *Customer) Estate(of CustomerID) []byte {
	if of != c.ID {
		return appendEstate(nil, c.part(of))
	}
	own := c
	if c.estates != nil {
		own = c.estates.own
	}
	left := own.alone()
	left.tables[KindProfile], left.tables[KindRegistry], left.limits = table{}, table{}, nil
	if left.conduct != nil {
		left.conduct.tables[KindGradeOverride-KindDispute] = table{}
		left.conduct.erasures = nil
	}
	return appendEstate(nil, left)
}

// Brought lists the customers of whom this one holds an estate, sorted.
func (c *Customer) Brought() []CustomerID {
	if c.estates == nil {
		return nil
	}
	ids := make([]CustomerID, len(c.estates.brought))
	for i, other := range c.estates.brought {
		ids[i] = other.ID
	}
	return ids
}

// Inherit takes the estates of others, as [Customer.Estate] encodes them, and returns which inputs changed. An estate that is
// there already is replaced. It panics on bytes that are no estate: [DecodeApplied] refuses such a row.
func (c *Customer) Inherit(day Date, encoded [][]byte) Inputs {
	before := c.estates.content()
	for _, one := range encoded {
		estate, err := decodeEstate(one)
		if err != nil {
			panic("inherit: " + err.Error())
		}
		if estate.ID == c.ID {
			continue
		}
		if c.estates == nil {
			c.estates = &estates{own: c.alone()}
		}
		c.estates.put(estate)
	}
	if c.estates == nil {
		return 0
	}
	c.estates.settle(c.ID, day)
	if bytes.Equal(before, c.estates.content()) {
		if len(c.estates.brought) == 0 {
			c.estates = nil
		}
		return 0
	}
	c.unite()
	return everyInput()
}

// content is the estates that are there, and which of them count, for comparing.
func (e *estates) content() (content []byte) {
	if e == nil {
		return nil
	}
	for _, other := range e.brought {
		content = appendEstate(content, other)
	}
	for _, id := range e.counted {
		content = append(append(content, id...), 0)
	}
	return content
}

// alone is the customer's facts without what is derived of them.
func (c *Customer) alone() *Customer {
	own := &Customer{ID: c.ID, tables: c.tables, limits: c.limits, origins: c.origins, tombstones: c.tombstones, shrunk: c.shrunk}
	if c.conduct != nil {
		conduct := *c.conduct
		conduct.disputing, conduct.planning = nil, nil
		own.conduct = &conduct
	}
	return own
}

// put keeps an estate, in place of an earlier one of the same customer.
func (e *estates) put(estate *Customer) {
	at, known := e.find(estate.ID)
	if !known {
		e.brought = slices.Insert(e.brought, at, nil)
	}
	e.brought[at] = estate
}

func (e *estates) find(id CustomerID) (int, bool) {
	return slices.BinarySearchFunc(e.brought, id, func(c *Customer, id CustomerID) int { return cmp.Compare(c.ID, id) })
}

// part is what the customer was told of one: itself, or one who left an estate; nil for others.
func (c *Customer) part(id CustomerID) *Customer {
	if id == c.ID || id == "" {
		return c.estates.own
	}
	if at, known := c.estates.find(id); known {
		return c.estates.brought[at]
	}
	return nil
}

// applyApart is Apply for a customer who holds estates: each event is of the part that its customer names, and of the whole
// if it counts there.
func (c *Customer) applyApart(day Date, events []Event, outcomes []Outcome) Inputs {
	changed, led, again := Inputs(0), false, false
	for i := range events {
		ev := &events[i]
		part := c.part(ev.Customer)
		own := part == c.estates.own
		outcomes[i] = Accepted
		if part == nil || !own && !bequeathed(ev.Kind) {
			continue
		}
		took := false
		if outcomes[i], took = part.take(day, ev); !took {
			continue
		}
		changed |= inputsOf[ev.Kind]
		led = led || ev.Kind == KindMerged
		switch {
		case !own && (!united(ev.Kind) || !slices.Contains(c.estates.counted, part.ID)):
		case c.estates.pseudonymous(), !own && (outcomes[i] == ConflictWon || outcomes[i] == Stale):
			again = true // which of two equal revisions stands may depend on whom they are told of: the part has decided that
		default:
			mine := *ev
			mine.Customer = c.ID
			c.take(day, &mine)
		}
	}
	switch {
	case led && c.resettle(day):
		changed = everyInput()
	case again:
		c.unite()
		changed = everyInput()
	}
	if changed != 0 {
		c.view.c = nil
	}
	return changed
}

// resettle looks again which estates there are and count, and tells whether they are others than before.
func (c *Customer) resettle(day Date) bool {
	before := slices.Clone(c.estates.counted)
	held := len(c.estates.brought)
	c.estates.settle(c.ID, day)
	if held == len(c.estates.brought) && slices.Equal(before, c.estates.counted) {
		return false
	}
	c.unite()
	return true
}

// settle drops the estates from which no chain of merges leads to the customer any more, and notes which of the others
// count: those whose chain does not enter a circle before it gets here.
func (e *estates) settle(customer CustomerID, day Date) {
	var leading []*Customer
	for _, other := range e.brought {
		if slices.Contains(e.chain(other, day), customer) {
			leading = append(leading, other)
		}
	}
	e.brought = leading
	circle := e.circle(customer, day)
	e.counted = e.counted[:0]
	for _, other := range e.brought {
		if slices.Contains(circle, other.ID) {
			continue
		}
		chain := e.chain(other, day)
		first := slices.IndexFunc(chain, func(id CustomerID) bool { return id == customer || slices.Contains(circle, id) })
		if chain[first] == customer {
			e.counted = append(e.counted, other.ID)
		}
	}
}

// chain is who follows a customer from heir to heir, as far as the estates tell, each once.
func (e *estates) chain(from *Customer, day Date) (chain []CustomerID) {
	for from != nil {
		heir := from.heir(day)
		if heir == "" || slices.Contains(chain, heir) {
			break
		}
		chain = append(chain, heir)
		at, known := e.find(heir)
		if from = nil; known {
			from = e.brought[at]
		}
	}
	return chain
}

// circle is the customers of the circle of merges that the customer is in, itself included; none where it is in none.
func (e *estates) circle(customer CustomerID, day Date) []CustomerID {
	chain := e.chain(e.own, day)
	if at := slices.Index(chain, customer); at >= 0 {
		return chain[:at+1]
	}
	return nil
}

// inCircle tells whether the customer's merge leads back to itself.
func (c *Customer) inCircle(day Date) bool {
	return c.estates != nil && c.estates.circle(c.ID, day) != nil
}

// unite makes the customer's tables anew from its parts. What derived facts there were goes with the old ones.
func (c *Customer) unite() {
	e := c.estates
	whole := Customer{ID: c.ID, estates: e, rates: c.rates, names: c.names, core: c.core, affiliates: c.affiliates, causes: c.causes}
	parts := []*Customer{e.own}
	for _, id := range e.counted {
		parts = append(parts, c.part(id))
	}
	clear := c.clear(parts)
	for _, part := range parts { // tombstones first: what one part has buried does not rise from another
		whole.tombstones = append(whole.tombstones, part.tombstonesAs(clear)...)
		whole.shrunk.add(&part.shrunk)
		if part.conduct != nil {
			whole.itsConduct().channels |= part.conduct.channels
		}
	}
	sortTombstones(whole.tombstones, 0)
	whole.tombstones = slices.CompactFunc(whole.tombstones, func(a, b tombstone) bool { return a.hash == b.hash })
	for _, part := range parts {
		for kind := range kindCount {
			if part == e.own || united(kind) {
				whole.adopt(part, kind, clear)
			}
		}
	}
	*c = whole
	if len(e.brought) == 0 {
		c.estates = nil
	}
}

// adopt takes a part's facts of a kind.
func (c *Customer) adopt(part *Customer, kind Kind, clear clearIDs) {
	for _, f := range part.facts(kind) {
		if first := f.firstSeen(); first != nil {
			ev := *first
			ev.Customer, ev.Body = c.ID, clear.body(part, ev.Body)
			c.take(0, &ev)
		}
		ev := f.event(c.ID)
		ev.Body = clear.body(part, ev.Body)
		if kind != KindRegistry {
			c.take(0, &ev)
			continue
		}
		c.take(f.rare.firstKnown, &ev)
		taken := c.table(kind).find(f.body.Key())
		taken.rare.firstKnown, taken.rare.endedKnown = f.rare.firstKnown, f.rare.endedKnown
	}
}

// add takes what stays of another customer's documents that have shrunk.
func (s *shrunk) add(o *shrunk) {
	if o.earliest.before(&s.earliest) {
		s.earliest = o.earliest
	}
	s.earliest.known = false
	for _, m := range o.returned {
		s.addReturned(m)
	}
	if o.trade == nil {
		return
	}
	if s.trade == nil {
		s.trade = &pastTrade{}
	}
	s.trade.first = earlier(s.trade.first, o.trade.first)
	s.trade.settled += o.trade.settled
	for _, m := range o.trade.sales {
		s.trade.add(m.month, m.sold)
	}
}

// everyInput is all parts of a customer that detectors depend on.
func everyInput() Inputs {
	all := Inputs(0)
	for _, in := range inputsOf {
		all |= in
	}
	return all
}
