package state

import "strconv"

// fact is the winning event of one register, with what the book derives from it. One type serves all kinds, so that
// taking, encoding and relating facts is written once; it is laid out for small size, since a ledger holds millions.
type fact struct {
	revision int64
	time     Instant
	origin   *origin // shared by the customer's facts
	rare     *rare   // nil for most
	body     Body

	// Derived: never encoded, valid while the customer has a book.
	source  *fact    // of an invoice: the first fact that may book on it; of a fact that names one invoice: that invoice
	sources *[]*fact // further ones; nil for most
	figure
}

// origin is where events come from.
type origin struct {
	source, entity string
}

// rare is what few facts have.
type rare struct {
	id         string // the envelope's id, where it is not "<key>/<revision>"
	told       bool   // id is told here
	ext        string // Stamp.Ext
	canonical  string // Stamp.Canonical
	first      *Event // of an invoice: the event of the lowest revision seen, where that is not this one
	firstKnown Date   // of a registry fact: first day on which any revision was known
	endedKnown Date   // of a registry fact: first day on which any revision said that it has ended
}

// newFact is an event as a fact.
func (c *Customer) newFact(ev *Event) *fact {
	f := &fact{}
	c.hold(f, ev)
	return f
}

// hold makes an event the content of a fact. What is kept beside the winning event stays.
func (c *Customer) hold(f *fact, ev *Event) {
	f.revision, f.time, f.body = ev.Revision, ev.Time, ev.Body
	f.origin = c.originOf(ev.Source, ev.Entity)
	plain := isPlainID(ev.ID, ev.Body.Key(), ev.Revision)
	if f.rare == nil {
		if plain && ev.Ext == "" && ev.Canonical == "" {
			return
		}
		f.rare = &rare{}
	}
	f.rare.id, f.rare.told, f.rare.ext, f.rare.canonical = "", !plain, ev.Ext, ev.Canonical
	if !plain {
		f.rare.id = ev.ID
	}
	if *f.rare == (rare{}) {
		f.rare = nil
	}
}

// rarely is where the fact keeps what few have.
func (f *fact) rarely() *rare {
	if f.rare == nil {
		f.rare = &rare{}
	}
	return f.rare
}

// event is the fact as its event; when it was known is not kept.
func (f *fact) event(customer CustomerID) Event {
	ev := Event{Kind: kindOf(f.body), Customer: customer, Body: f.body, Stamp: Stamp{
		Revision: f.revision, Time: f.time, ID: f.eventID(), Source: f.origin.source, Entity: f.origin.entity,
	}}
	if f.rare != nil {
		ev.Ext, ev.Canonical = f.rare.ext, f.rare.canonical
	}
	if ev.Kind == KindRegistry {
		ev.Customer = ""
	}
	return ev
}

// eventID is the id of the fact's event.
func (f *fact) eventID() string {
	if f.rare != nil && f.rare.told {
		return f.rare.id
	}
	return plainID(f.body.Key(), f.revision)
}

// plainID is how publishers best name events; such ids are not kept.
func plainID(key string, revision int64) string {
	return key + "/" + strconv.FormatInt(revision, 10)
}

// isPlainID is id == plainID(key, revision) without making it.
func isPlainID(id, key string, revision int64) bool {
	if len(id) <= len(key)+1 || id[:len(key)] != key || id[len(key)] != '/' {
		return false
	}
	var digits [20]byte
	return id[len(key)+1:] == string(strconv.AppendInt(digits[:0], revision, 10))
}

// originOf is the customer's one copy of an origin. Customers hear from few systems.
func (c *Customer) originOf(source, entity string) *origin {
	for _, o := range c.origins {
		if o.source == source && o.entity == entity {
			return o
		}
	}
	o := &origin{source, entity}
	c.origins = append(c.origins, o)
	return o
}

// kindOf is the kind of event that a body belongs to.
func kindOf(body Body) Kind {
	switch body.(type) {
	case *Order:
		return KindOrder
	case *OrderCancelled:
		return KindOrderCancelled
	case *Invoice:
		return KindInvoice
	case *CreditNote:
		return KindInvoiceCredited
	case *InvoiceCancelled:
		return KindInvoiceCancelled
	case *WriteOff:
		return KindInvoiceWrittenOff
	case *Payment:
		return KindPayment
	case *Application:
		return KindPaymentApplied
	case *Return:
		return KindPaymentReturned
	case *LimitRevision:
		return KindLimit
	case *Profile:
		return KindProfile
	case *RegistryFact:
		return KindRegistry
	case *Dispute:
		return KindDispute
	case *DisputeClosed:
		return KindDisputeClosed
	case *Promise:
		return KindPromise
	case *Contact:
		return KindContact
	case *TermsRequest:
		return KindTermsRequest
	case *PayerVerified:
		return KindPayerVerified
	case *Cover:
		return KindCover
	case *GradeOverride:
		return KindGradeOverride
	case *Note:
		return KindNote
	case *Merged:
		return KindMerged
	case *Erased:
		return KindErased
	case *Rate:
		return KindRate
	}
	return KindNone
}
