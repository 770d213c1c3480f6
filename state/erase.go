package state

import "slices"

// erasedText stands where something was that an event must have, or whose being there is read.
const erasedText = "erased"

// Erasure takes names, identifiers and people out of what is known of a customer, and leaves amounts and dates under its
// pseudonym. Ids of documents become pseudonyms, too, since publishers write customers' ids and names into them; so do
// accounts. Texts go: reasons, references, remarks, terms; so do events' ids and whatever of data the bodies do not hold.
// What a register says of the customer goes as a whole, for without the identifier it says nothing of anybody. Of the profile
// stay country, segment, kind, status, currency and since when.
//
// It is a function of the event alone, so it makes no difference whether an event was erased as it stood in the journal or
// came only afterwards.
type Erasure struct {
	Pseudonyms
	Customer CustomerID

	hashes map[uint64]uint64 // of the registers that were learnt: tombstones under their new names
}

// Learn tells the erasure of events that the customer's journal holds. A tombstone keeps no more than a hash of its document,
// so in an estate only those stand under their new names whose documents were learnt.
func (e *Erasure) Learn(events []Event) {
	if e.hashes == nil {
		e.hashes = make(map[uint64]uint64)
	}
	for i := range events {
		ev := &events[i]
		if body := e.body(ev.Body); ev.Customer == e.Customer && body != nil {
			e.hashes[hashKey(ev.Kind, ev.Body.Key())] = hashKey(ev.Kind, body.Key())
		}
	}
}

// Pseudonym is the customer's.
func (e *Erasure) Pseudonym() CustomerID { return e.Pseudonyms.Customer(e.Customer) }

// Event is an event without what is to be erased: of one of the customer's all that, of another one's the customer's id, where
// it is the heir of a merge or the parent in a profile. False: nothing is left of it.
func (e *Erasure) Event(ev Event) (erased Event, left bool) {
	if ev.Customer != e.Customer {
		return ev.Naming(e.Customer, e.Pseudonym()), true
	}
	body := e.body(ev.Body)
	if body == nil {
		return Event{}, false
	}
	ev.Customer, ev.Body, ev.Ext, ev.Canonical = e.Pseudonym(), body, "", ""
	ev.ID = plainID(body.Key(), ev.Revision)
	return ev, true
}

// Naming is an event that names one customer where it named another one: as the heir of a merge, as the parent in a profile.
// Whatever of data its body does not hold goes with the name, for it may be there, too.
func (e Event) Naming(was, is CustomerID) Event {
	switch b := e.Body.(type) {
	case *Merged:
		if b.Into == was {
			e.Body, e.Ext, e.Canonical = &Merged{Into: is, MergeDate: b.MergeDate}, "", ""
		}
	case *Profile:
		if b.Parent == was && was != "" {
			c := *b
			c.Parent = is
			e.Body, e.Ext, e.Canonical = &c, "", ""
		}
	}
	return e
}

func (e *Erasure) heir(id CustomerID) CustomerID {
	if id == e.Customer {
		return e.Pseudonym()
	}
	return id
}

// Applied is what a journal row holds, without what is to be erased.
func (e *Erasure) Applied(a Applied) Applied {
	var events []Event
	for _, ev := range a.Events {
		if erased, left := e.Event(ev); left {
			events = append(events, erased)
		}
	}
	a.Events = events
	a.Estates = slices.Clone(a.Estates)
	for i, encoded := range a.Estates {
		a.Estates[i] = e.estate(encoded)
	}
	return a
}

// estate is an encoded estate without what is to be erased. It panics on bytes that are none.
func (e *Erasure) estate(encoded []byte) []byte {
	old, err := decodeEstate(encoded)
	if err != nil {
		panic("erase: " + err.Error())
	}
	erased := NewCustomer(old.ID)
	if old.ID == e.Customer {
		erased.ID = e.Pseudonym()
	}
	erased.shrunk = old.shrunk
	erased.shrunk.earliest.id = e.documentOf(old.ID, old.shrunk.earliest.id)
	if old.conduct != nil {
		erased.itsConduct().channels = old.conduct.channels
	}
	for kind := range kindCount {
		for _, f := range old.facts(kind) {
			if first := f.firstSeen(); first != nil {
				e.take(erased, *first)
			}
			e.take(erased, f.event(old.ID))
		}
	}
	erased.tombstones = old.tombstones
	if old.ID == e.Customer {
		erased.tombstones = e.tombstones(old.tombstones)
	}
	return appendEstate(nil, erased)
}

func (e *Erasure) tombstones(old []tombstone) (erased []tombstone) {
	for _, stone := range old {
		if hash, learnt := e.hashes[stone.hash]; learnt {
			erased = append(erased, tombstone{hash, stone.revision})
		}
	}
	sortTombstones(erased, 0)
	return erased
}

func (e *Erasure) take(erased *Customer, ev Event) {
	if ev, left := e.Event(ev); left {
		erased.take(0, &ev)
	}
}

func (e *Erasure) documentOf(customer CustomerID, id string) string {
	if customer != e.Customer {
		return id
	}
	return e.document(id)
}

// body is the content of an event without what is to be erased; nil: nothing is left.
func (e *Erasure) body(body Body) Body {
	switch b := body.(type) {
	case *Profile:
		return &Profile{
			Customer: e.Pseudonym(), Name: erasedText, Country: b.Country, Segment: b.Segment, CustomerSince: b.CustomerSince,
			ReportingCurrency: b.ReportingCurrency, Status: b.Status, Type: b.Type,
		}
	case *Merged:
		return &Merged{Into: e.heir(b.Into), MergeDate: b.MergeDate}
	}
	return renaming(e.document).body(body)
}
