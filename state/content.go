package state

import (
	"bytes"
	"cmp"
	"strings"
)

// sameContent tells whether an event says what a fact says, whatever their ids, sources and times.
func (f *fact) sameContent(ev *Event) bool {
	if f.origin.entity != ev.Entity {
		return false
	}
	var standing Stamp
	if f.rare != nil {
		standing.Ext, standing.Canonical = f.rare.ext, f.rare.canonical
	}
	if standing.Ext != ev.Ext || standing.Canonical != ev.Canonical {
		if !standing.keptOtherwise(&ev.Stamp) {
			return false
		}
		whole := f.event(ev.Customer)
		return bytes.Equal(canonicalData(&whole, ev.Customer), canonicalData(ev, ev.Customer))
	}
	var left, right [256]byte
	return bytes.Equal(appendBody(left[:0], f.body), appendBody(right[:0], ev.Body))
}

// keptOtherwise tells whether one of two has its ext by itself and the other one within Canonical, as all had it before there was Ext.
func (s *Stamp) keptOtherwise(t *Stamp) bool {
	return s.Ext != "" && t.Canonical != "" || s.Canonical != "" && t.Ext != ""
}

// compare orders an event and a fact of the same register by what decides between them: revision, then time, id, source
// and content. It is +1 when the event stands, 0 when they are the same.
func (f *fact) compare(customer CustomerID, ev *Event) int {
	if c := cmp.Or(cmp.Compare(ev.Revision, f.revision), cmp.Compare(ev.Time, f.time)); c != 0 {
		return c
	}
	if !f.sameID(ev) {
		return strings.Compare(ev.ID, f.eventID())
	}
	if c := strings.Compare(ev.Source, f.origin.source); c != 0 || f.sameContent(ev) {
		return c
	}
	standing := f.event(customer)
	return bytes.Compare(canonicalData(ev, customer), canonicalData(&standing, customer))
}

// sameID is ev.ID == f.eventID() without making the latter.
func (f *fact) sameID(ev *Event) bool {
	if f.rare != nil && f.rare.told {
		return f.rare.id == ev.ID
	}
	return isPlainID(ev.ID, f.body.Key(), f.revision)
}

// compareEvents is compare for two events.
func (c *Customer) compareEvents(a, b *Event) int {
	if order := cmp.Or(cmp.Compare(a.Revision, b.Revision), cmp.Compare(a.Time, b.Time), strings.Compare(a.ID, b.ID),
		strings.Compare(a.Source, b.Source)); order != 0 {
		return order
	}
	return bytes.Compare(canonicalData(a, c.ID), canonicalData(b, c.ID))
}
