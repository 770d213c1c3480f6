package state

import (
	"cmp"
	"slices"
)

// keepDays is how long documents are kept whole after they are closed: the longest window that any signal looks back.
const keepDays = 550

// KeptDays is for how many days back a customer's view is of all his documents: of an earlier day those are missing that were closed since.
const KeptDays = keepDays

// tombstone is what is left of a register whose document is long closed. It still drops repeats: a system that publishes
// its old invoices again must not bring them back as years overdue.
type tombstone struct {
	hash     uint64 // of kind and key
	revision int64
}

// hashKey is 64-bit FNV-1a over kind and key. Two of one customer's documents meet in it about once in 10¹⁰ customers with
// 50,000 documents each; then the second is taken for a repeat of the first.
func hashKey(kind Kind, key string) uint64 {
	const offset, prime = 14695981039346656037, 1099511628211
	h := (uint64(offset) ^ uint64(kind)) * prime
	for i := range len(key) {
		h = (h ^ uint64(key[i])) * prime
	}
	return h
}

// bury takes an event of a register that has shrunk: at most the tombstone's revision is raised.
func (c *Customer) bury(ev *Event) (outcome Outcome, changed, buried bool) {
	if len(c.tombstones) == 0 {
		return 0, false, false
	}
	at, found := c.searchTombstone(hashKey(ev.Kind, ev.Body.Key()))
	if !found {
		return 0, false, false
	}
	stone := &c.tombstones[at]
	switch {
	case ev.Revision > stone.revision:
		stone.revision = ev.Revision
		return Stale, true, true
	case ev.Revision == stone.revision:
		return Duplicate, false, true
	}
	return Stale, false, true
}

func (c *Customer) searchTombstone(hash uint64) (int, bool) {
	return slices.BinarySearchFunc(c.tombstones, hash, func(t tombstone, hash uint64) int { return cmp.Compare(t.hash, hash) })
}

// Shrink is called when a customer is first touched on a later open day, before anything else happens on it. It forgets
// registry facts that do not concern the customer, and lets documents shrink to tombstones that had been closed for more
// than 550 days when the season of the ledger began: whole components only, on which nothing is open to the cent, and orders
// with nothing left to deliver or to invoice. How often it is called makes no difference to what is left after the last
// call.
//
// Documents of an heir do not shrink, nor those of one whose facts have been an heir's since an earlier day: what shrinks in one
// place and not in another would take the next event differently.
//
// # Why by the season
//
// A customer who trades daily has a document that comes of age each day; looking for it means looking at all documents.
func (c *Customer) Shrink(l *Ledger, day Date) {
	if c.estates != nil {
		c.estates.own.forgetForeignRegistry()
		c.resettle(day)
	}
	c.forgetForeignRegistry()
	if c.book != nil && c.book.day > day {
		c.book, c.view.c = nil, nil // somebody looked ahead
	}
	if c.estates != nil || c.heir(day-1) != "" {
		return
	}
	if c.book != nil && c.book.ledger == l && c.book.nothingShrinks(day) {
		return
	}
	b := c.bookOn(l, day)
	if b.nothingShrinks(day) {
		return
	}
	if !c.markLongClosed(b, day) {
		return
	}
	old := len(c.tombstones)
	for kind := range c.tables {
		c.entombMarked(&c.tables[kind])
	}
	c.entombConduct()
	b.settled = slices.DeleteFunc(b.settled, func(s Settled) bool { return s.fact.traits&shrinking != 0 })
	sortTombstones(c.tombstones, old)
	c.tombstones = slices.CompactFunc(c.tombstones, func(a, b tombstone) bool { return a.hash == b.hash })
	c.waiting.forgetShrinking()
	c.replacing.forgetShrinking()
	c.deposits.forgetShrinking()
	c.placed.forgetShrinking()
	c.received.forgetShrinking()
}

// forgetShrinking drops relations to facts that are about to become tombstones.
func (x *index) forgetShrinking() {
	*x = slices.DeleteFunc(*x, func(r related) bool { return r.fact.traits&shrinking != 0 })
}

// sortTombstones sorts tombstones by hash, of which the first old are sorted already. Of equal ones, which only a collision
// makes, the greater revision comes first.
func sortTombstones(stones []tombstone, old int) {
	order := func(a, b tombstone) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(b.revision, a.revision))
	}
	added := slices.Clone(stones[old:])
	slices.SortFunc(added, order)
	for at := len(stones) - 1; len(added) > 0; at-- {
		last := added[len(added)-1]
		if old > 0 && order(stones[old-1], last) > 0 {
			old--
			stones[at] = stones[old]
			continue
		}
		stones[at] = last
		added = added[:len(added)-1]
	}
}

// entombMarked takes the marked facts out of a table. The book's sums stay as they are: nothing was open on them.
func (c *Customer) entombMarked(t *table) {
	t.drop(func(f *fact) bool {
		marked := f.traits&shrinking != 0
		if marked {
			c.entomb(f)
		}
		return marked
	})
}

// seasonOf is the first day of the ledger's season: a block of 128 days, since only its regularity matters.
func seasonOf(day Date) Date { return day &^ 127 }

// nothingShrinks tells whether nothing shrinks on a day, as far as the book can tell without looking.
func (b *book) nothingShrinks(day Date) bool {
	return len(b.touched) == 0 && (b.next == 0 || day < b.next) && (b.closing == 0 || seasonOf(day) < b.closing)
}

// forgetForeignRegistry drops registry facts of identifiers that the profile does not carry.
func (c *Customer) forgetForeignRegistry() {
	t := &c.tables[KindRegistry]
	if len(t.facts) == 0 {
		return
	}
	p := c.profile()
	t.drop(func(f *fact) bool {
		return p == nil || !p.carries(f.body.(*RegistryFact).Identifier)
	})
}

// markLongClosed marks the facts to shrink, tells whether there are any, and notes when the next may be.
func (c *Customer) markLongClosed(b *book, day Date) bool {
	b.closing = 0
	found := false
	s := startSettling(b.day)
	defer s.release()
	c.eachDocument(func(f *fact) {
		if f.traits&done == 0 {
			return
		}
		if seasonOf(day) <= f.latest+keepDays {
			b.noteClosing(&f.figure) // its component is not ready before it is itself
			return
		}
		from := len(s.facts)
		c.gather(s, f)
		if component := s.facts[from:]; b.longClosed(component, day) {
			found = true
			for _, member := range component {
				member.traits |= shrinking
			}
		}
	})
	if found {
		c.markDependants()
	}
	return found
}

// longClosed tells whether a component is to shrink, and notes when it may be if it is closed.
func (b *book) longClosed(component []*fact, day Date) bool {
	closed, last := len(component) > 0, Date(0)
	for _, f := range component {
		closed = closed && f.traits&(done|unrated) == done
		last = max(last, f.latest)
	}
	if closed && seasonOf(day) <= last+keepDays {
		b.closing = earlier(b.closing, last+keepDays+1)
		return false
	}
	return closed
}

// markDependants marks what only speaks of documents that shrink, and keeps what returns have reopened of them.
func (c *Customer) markDependants() {
	follow := func(kind, of Kind) {
		for _, f := range c.facts(kind) {
			document := c.table(of).find(f.body.Key())
			if document == nil || document.traits&shrinking == 0 {
				continue
			}
			f.traits |= shrinking
			if back, ok := f.body.(*Return); ok {
				c.reopened(document.body.(*Payment), back, c.shrunk.addReturned)
			}
		}
	}
	follow(KindOrderCancelled, KindOrder)
	follow(KindInvoiceCancelled, KindInvoice)
	follow(KindInvoiceWrittenOff, KindInvoice)
	follow(KindPaymentReturned, KindPayment) // before the application, which tells what was reopened
	follow(KindPaymentApplied, KindPayment)
	follow(KindDisputeClosed, KindDispute)
}

// entomb keeps what is to stay of a fact.
func (c *Customer) entomb(f *fact) {
	c.keepTrade(f)
	f.traits &^= crossing // the book may still have it among the recent ones
	c.tombstones = append(c.tombstones, tombstone{hashKey(kindOf(f.body), f.body.Key()), f.revision})
	if d, ok := documentOf(f.body); ok {
		c.shrunk.noteEarliest(d)
	}
	if contact, ok := f.body.(*Contact); ok {
		c.conduct.channels |= 1 << contact.Channel
	}
}

func (s *shrunk) noteEarliest(d document) {
	if d.before(&s.earliest) {
		s.earliest = d
	}
}

func (s *shrunk) addReturned(m Money) {
	if m.Minor == 0 {
		return
	}
	at, found := slices.BinarySearchFunc(s.returned, m.Currency, func(m Money, c Currency) int { return cmp.Compare(m.Currency, c) })
	if !found {
		s.returned = slices.Insert(s.returned, at, Money{Currency: m.Currency})
	}
	s.returned[at].Minor = add(s.returned[at].Minor, m.Minor)
}

// noteClosing keeps the day on which a document may first be ready to shrink.
func (b *book) noteClosing(g *figure) {
	if g.traits&done != 0 {
		b.closing = earlier(b.closing, g.latest+keepDays+1)
	}
}
