package erp

import (
	"fmt"

	"tocsin/state"
)

// ledger is what rows have told: documents and customers, in the order in which they came.
type ledger struct {
	documents []*document
	at        map[key]int
	customers []*customer
	of        map[state.CustomerID]*customer
	left      map[item]bool // documents with a row that was left out
	gap       bool          // rows were left out that do not tell their document
	unread    bool          // a file has no heading
}

// item names a document of a customer.
type item struct {
	customer state.CustomerID
	document string
}

// key names a document and what it is: a payment may bear its invoice's number.
type key struct {
	item
	register Kind
}

// document is what one row tells, or, of a payment or credit note that is for several invoices, several rows.
type document struct {
	row
	rows        int
	allocations []state.Allocation
	refused     bool // by the contract: it is no document of this import
}

// customer is what rows tell of a customer besides its documents.
type customer struct {
	id      state.CustomerID
	profile *state.Profile // nil: none is told
	limit   state.Money    // without currency: none is told
	since   state.Date     // of its earliest document

	file string // where it was told last
	line int
}

// register is the kind under which the contract keeps a document: a debit note is an invoice to it.
func (w *row) register() key {
	k := key{item{w.customer, w.document}, w.kind}
	switch w.kind {
	case DebitNote:
		k.register = Invoice
	case Returned:
		k.document = w.applies
	}
	return k
}

// add takes a row. It is refused if it cannot be joined with an earlier row of its document.
func (l *ledger) add(w *row) *Fault {
	if l.at == nil {
		l.at, l.of = make(map[key]int), make(map[state.CustomerID]*customer)
	}
	k := w.register()
	at, known := l.at[k]
	switch {
	case !known:
		l.at[k] = len(l.documents)
		l.documents = append(l.documents, &document{row: *w, rows: 1, allocations: allocation(w)})
	case !l.documents[at].join(w):
		return &Fault{File: w.file, Line: w.line, Text: fmt.Sprintf("%s %s of customer %s stands twice, first in line %d of %s; if these are items of one document, join the item's number to it",
			w.kind, quoted(w.document), w.customer, l.documents[at].line, l.documents[at].file)}
	}
	l.customer(w)
	return nil
}

// allocation is what a row books on the invoice that it names. A return is not booked: which invoices it opens again, the
// payment's own allocations tell.
func allocation(w *row) []state.Allocation {
	if w.applies == "" || w.kind != Payment && w.kind != CreditNote {
		return nil
	}
	return []state.Allocation{{InvoiceID: w.applies, Amount: state.Money{Minor: w.open, Currency: w.currency}}}
}

// join adds a further row of a payment or credit note. Rows of one document agree in all but the invoice and the amount.
func (d *document) join(w *row) bool {
	same := d.kind == w.kind && d.date == w.date && d.currency == w.currency && d.entity == w.entity
	if !same || d.kind != Payment && d.kind != CreditNote {
		return false
	}
	for _, a := range d.allocations {
		if a.InvoiceID == w.applies {
			return false
		}
	}
	if w.applies == "" && len(d.allocations) < d.rows {
		return false // a second part that is for no invoice
	}
	d.amount, d.open = state.Sum(d.amount, w.amount), state.Sum(d.open, w.open)
	d.allocations = append(d.allocations, allocation(w)...)
	d.rows++
	return true
}

// customer notes what a row tells of its customer; later rows go before earlier ones.
func (l *ledger) customer(w *row) {
	c := l.of[w.customer]
	if c == nil {
		c = &customer{id: w.customer, since: w.date}
		l.of[w.customer] = c
		l.customers = append(l.customers, c)
	}
	c.since = min(c.since, w.date)
	if w.profile != nil {
		c.profile, c.file, c.line = w.profile, w.file, w.line
	}
	if w.limit.Told() {
		c.limit, c.file, c.line = w.limit, w.file, w.line
	}
}

// leave notes that a row was left out.
func (l *ledger) leave(w row) {
	if w.customer == "" || w.document == "" {
		l.gap = true
		return
	}
	if l.left == nil {
		l.left = make(map[item]bool)
	}
	l.left[item{w.customer, w.document}] = true
}
