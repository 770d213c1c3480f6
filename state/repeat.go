package state

import "bytes"

// Repeats tells whether an event of the same register says what another one said at the same revision, whatever their
// ids, sources and times.
func (e *Event) Repeats(other *Event) bool {
	if e.Revision != other.Revision || e.Entity != other.Entity {
		return false
	}
	if e.keptOtherwise(&other.Stamp) {
		return bytes.Equal(canonicalData(e, e.Customer), canonicalData(other, other.Customer))
	}
	return e.Ext == other.Ext && e.Canonical == other.Canonical && bytes.Equal(appendBody(nil, e.Body), appendBody(nil, other.Body))
}

// Outranks tells whether an event of the same register and revision goes before another one, of which it says something
// else: the later time, then the greater id, source and data.
func (e *Event) Outranks(other *Event) bool {
	c := Customer{ID: e.Customer}
	return c.compareEvents(e, other) > 0
}
