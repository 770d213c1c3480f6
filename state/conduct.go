package state

import (
	"slices"
	"strings"
)

// conduct is the facts that few customers have: what they dispute, promise, answer and ask for, what covers them and what
// people put down. It lies behind one pointer, so that a customer who only buys and pays does not carry it.
type conduct struct {
	tables   [KindRate - KindDispute]table // but for promises, covers and erasures
	promises revisions
	covers   revisions
	erasures revisions
	channels uint8 // bit n: a contact over channel n was attempted, of contacts that have shrunk

	// Derived, like relations.
	disputing index // by invoice id: disputes that name it
	planning  index // by invoice id: accepted instalment plans that name it
}

// table is where the facts of a kind are, of which one revision stands.
func (c *Customer) table(kind Kind) *table {
	if kind < KindHeartbeat {
		return &c.tables[kind]
	}
	return &c.itsConduct().tables[kind-KindDispute]
}

// revisions is where the facts of a kind are, of which every revision is kept; nil for other kinds.
func (c *Customer) revisions(kind Kind) *revisions {
	switch kind {
	case KindLimit:
		return &c.limits
	case KindPromise:
		return &c.itsConduct().promises
	case KindCover:
		return &c.itsConduct().covers
	case KindErased:
		return &c.itsConduct().erasures
	}
	return nil
}

// itsConduct is the customer's conduct, made if there is none yet.
func (c *Customer) itsConduct() *conduct {
	if c.conduct == nil {
		c.conduct = &conduct{}
	}
	return c.conduct
}

// facts are the facts of a kind, for those who only read: by key and revision if every revision is kept, else in no order.
func (c *Customer) facts(kind Kind) []*fact {
	if inputsOf[kind] == 0 || kind > KindHeartbeat && c.conduct == nil {
		return nil
	}
	if kept := c.revisions(kind); kept != nil {
		return *kept
	}
	return c.table(kind).facts
}

// sorted are the facts of a kind by key and revision.
func (c *Customer) sorted(kind Kind) []*fact {
	facts := c.facts(kind)
	if keepsRevisions(kind) {
		return facts
	}
	facts = slices.Clone(facts)
	slices.SortFunc(facts, func(a, b *fact) int { return strings.Compare(a.body.Key(), b.body.Key()) })
	return facts
}
