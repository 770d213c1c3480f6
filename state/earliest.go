package state

import (
	"cmp"
	"strings"
)

// document is what the currency rule reads of an order, invoice, payment, credit note or promise.
type document struct {
	date     Date
	rank     int8
	known    bool // of a cached one: it is up to date
	currency Currency
	id       string
}

// shrunk is what stays of documents that have shrunk to tombstones, beside the tombstones.
type shrunk struct {
	earliest document
	returned []Money    // amounts that returns reopened, by currency
	trade    *pastTrade // nil: no invoice or credit note has shrunk
}

// documentOf is a fact as a document; false for facts that are none, and for promises, of which one revision counts.
func documentOf(body Body) (document, bool) {
	switch b := body.(type) {
	case *CreditNote:
		return document{date: b.CreditDate, rank: 0, currency: b.Amount.Currency, id: b.CreditNoteID}, true
	case *Invoice:
		return document{date: b.IssueDate, rank: 1, currency: b.Total.Currency, id: b.InvoiceID}, true
	case *Order:
		return document{date: b.OrderDate, rank: 2, currency: b.Gross.Currency, id: b.OrderID}, true
	case *Payment:
		return document{date: b.ValueDate, rank: 3, currency: b.Amount.Currency, id: b.PaymentID}, true
	}
	return document{}, false
}

// document is the promise as its highest revision has it.
func (b *Promise) document() document {
	return document{date: b.MadeDate, rank: 4, currency: b.Amount.Currency, id: b.PromiseID}
}

// before tells whether a document comes before another: by date, credit note, invoice, order, payment, promise, then id.
func (d *document) before(other *document) bool {
	if other.date == 0 {
		return d.date != 0
	}
	return d.date != 0 && cmp.Or(cmp.Compare(d.date, other.date), cmp.Compare(d.rank, other.rank), strings.Compare(d.id, other.id)) < 0
}

// noteEarliest keeps the cached earliest document up to date when a fact arrives.
func (c *Customer) noteEarliest(f *fact) {
	if !c.earliest.known {
		return
	}
	if _, is := f.body.(*Promise); is {
		c.earliest.known = false // which revision counts shows when somebody looks
	}
	if d, ok := documentOf(f.body); ok && d.before(&c.earliest) {
		d.known = true
		c.earliest = d
	}
}

// forgetEarliest drops the cached earliest document when it is about to change.
func (c *Customer) forgetEarliest(f *fact) {
	if d, ok := documentOf(f.body); ok && d.rank == c.earliest.rank && d.id == c.earliest.id {
		c.earliest.known = false
	}
}

// earliestDocument is the customer's earliest document, those included that have shrunk. Its date is none when there is no
// document.
func (c *Customer) earliestDocument() document {
	if c.earliest.known {
		return c.earliest
	}
	first := c.shrunk.earliest
	c.eachDocument(func(f *fact) {
		if d, _ := documentOf(f.body); d.before(&first) {
			first = d
		}
	})
	for at, f := range c.facts(KindPromise) {
		if d := f.body.(*Promise).document(); c.conduct.promises.isHighest(at) && d.before(&first) {
			first = d
		}
	}
	first.known = true
	c.earliest = first
	return first
}
