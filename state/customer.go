package state

// Customer is the facts of one customer, and the book that is derived from them.
//
// Facts are the events that stand, one for each register, and what dropped revisions alone can tell. They are all that
// is encoded. The book (what is open, late, unapplied) is a cache of a computation over facts as of a day: it may be thrown
// away at any time, and no fact depends on it.
type Customer struct {
	ID CustomerID

	tables     [KindHeartbeat]table // of documents, profile and registry facts
	limits     revisions
	conduct    *conduct // nil for most
	origins    []*origin
	tombstones []tombstone // of registers that have shrunk, by hash
	shrunk     shrunk
	estates    *estates // nil for most; else tables and what follows them unite own facts and estates

	earliest document // cached; see earliestDocument
	book     *book    // nil until somebody looks
	relations
	rates      *Rates      // those that amounts are converted at; see Convert
	names      *Pseudonyms // of those who are erased; see Equip
	view       View        // the last one of the book's day
	core       bool        // see Weigh
	payer      payerTold   // cached; see TellsPayers
	affiliates *Affiliates // see Equip
	causes     Causes      // as far as anybody knows; see Equip
}

const kindCount = KindRate + 1

// NewCustomer is a customer of whom nothing is known.
func NewCustomer(id CustomerID) *Customer { return &Customer{ID: id} }

// Outcome is what became of an event.
type Outcome uint8

const (
	Accepted     Outcome = iota + 1 // it is the register's content now
	Duplicate                       // same register, revision and content as what is known
	Stale                           // a higher revision is known; what it alone can tell is kept
	ConflictWon                     // another content at the same revision is known; this one stands now
	ConflictLost                    // another content at the same revision is known and stays
)

// Apply takes events known on the open day into the facts. It writes what became of each into outcomes, which is as long
// as events, and returns which inputs changed: zero exactly when the facts are what they were. (A repeat under a greater
// id changes facts too, though nothing that is derived: the greatest stamp is kept, or a conflict would be decided by who
// came first.) The facts afterwards do not depend on the order of events, nor on how a day's events were batched.
//
// Registry facts of identifiers that the profile does not carry are kept until the day is over, since a profile of the
// same day may yet name them; then [Customer.Shrink] forgets them. No view shows them.
//
// A customer into whom others have been merged is given their events too. Those have no part in what it is told itself, and
// their outcomes are their own customers'.
func (c *Customer) Apply(day Date, events []Event, outcomes []Outcome) Inputs {
	if c.estates != nil {
		return c.applyApart(day, events, outcomes)
	}
	changed := Inputs(0)
	for i := range events {
		took := false
		outcomes[i], took = c.take(day, &events[i])
		if took {
			changed |= inputsOf[events[i].Kind]
		}
	}
	if changed != 0 {
		c.view.c = nil
	}
	return changed
}

// take takes one event and tells whether the facts changed.
func (c *Customer) take(day Date, ev *Event) (Outcome, bool) {
	if ev.Body == nil || ev.Kind >= kindCount || inputsOf[ev.Kind] == 0 {
		return Accepted, false
	}
	if kept := c.revisions(ev.Kind); kept != nil {
		return c.takeRevision(kept, ev)
	}
	t := c.table(ev.Kind)
	f := t.find(ev.Body.Key())
	if f == nil {
		if outcome, changed, buried := c.bury(ev); buried {
			return outcome, changed
		}
		f = c.newFact(ev)
		t.add(f)
		f.known(day, ev)
		c.arrive(f)
		return Accepted, true
	}
	changed := f.known(day, ev)
	switch {
	case ev.Revision > f.revision:
		c.replace(f, ev)
		return Accepted, true
	case ev.Revision < f.revision:
		return Stale, c.keepFirst(f, ev) || changed
	}
	outcome, restamped := c.settleTie(f, ev)
	return outcome, restamped || changed
}

// settleTie decides between a fact and an event of the same revision. Of two with the same content the greater stamp is
// kept.
func (c *Customer) settleTie(f *fact, ev *Event) (outcome Outcome, changed bool) {
	stands := f.compare(c.ID, ev) > 0
	switch {
	case f.sameContent(ev):
		if stands {
			c.hold(f, ev)
		}
		return Duplicate, stands
	case stands:
		c.replace(f, ev)
		return ConflictWon, true
	}
	return ConflictLost, false
}

// replace makes an event the content of a fact.
func (c *Customer) replace(f *fact, ev *Event) {
	if ev.Kind == KindInvoice && ev.Revision > f.revision && f.firstSeen() == nil {
		first := f.event(c.ID)
		f.rarely().first = &first
	}
	c.leave(f)
	c.hold(f, ev)
	c.arrive(f)
}

// keepFirst keeps an invoice's event if its revision is the lowest seen: it tells the first due date.
func (c *Customer) keepFirst(f *fact, ev *Event) bool {
	if ev.Kind != KindInvoice {
		return false
	}
	first := f.firstSeen()
	if first != nil && (ev.Revision > first.Revision || ev.Revision == first.Revision && c.compareEvents(ev, first) <= 0) {
		return false
	}
	kept := *ev
	kept.KnownAt, kept.Customer = 0, c.ID
	f.rarely().first = &kept
	c.touch(f)
	return true
}

// firstSeen is the event of the lowest revision seen of an invoice, nil where that is the fact itself.
func (f *fact) firstSeen() *Event {
	if f.rare == nil {
		return nil
	}
	return f.rare.first
}

// known notes on which day a registry fact, and its end, were first known. What any revision told counts, so the order
// within a day does not matter.
func (f *fact) known(day Date, ev *Event) bool {
	body, ok := ev.Body.(*RegistryFact)
	if !ok {
		return false
	}
	r := f.rarely()
	before := *r
	if r.firstKnown == 0 || day < r.firstKnown {
		r.firstKnown = day
	}
	if body.Status == RegistryEnded && (r.endedKnown == 0 || day < r.endedKnown) {
		r.endedKnown = day
	}
	return *r != before
}
