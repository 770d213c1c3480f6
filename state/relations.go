package state

import (
	"slices"
	"strings"
)

// relations tell which facts bear on each other. They are part of the book: kept while there is one, built anew with it.
//
// An invoice knows the payments and credit notes that name it; those find their invoices by their own allocations.
type relations struct {
	waiting   index // by invoice id: payments and credit notes that name an invoice which is not known
	replacing index // by invoice id: invoices that replace it
	deposits  index // by order id: payments that are deposits for it
	placed    placedOrders
	received  received
}

// index relates keys to facts, sorted by key.
type index []related

type related struct {
	key  string
	fact *fact
}

// of is the part of the index that has the key.
func (x index) of(key string) index {
	if len(x) == 0 {
		return nil
	}
	low, _ := slices.BinarySearchFunc(x, key, func(r related, key string) int { return strings.Compare(r.key, key) })
	high := low
	for high < len(x) && x[high].key == key {
		high++
	}
	return x[low:high]
}

// add relates a key to a fact, once.
func (x *index) add(key string, f *fact) {
	at, _ := slices.BinarySearchFunc(*x, key, func(r related, key string) int { return strings.Compare(r.key, key) })
	for ; at < len(*x) && (*x)[at].key == key; at++ {
		if (*x)[at].fact == f {
			return
		}
	}
	*x = slices.Insert(*x, at, related{key, f})
}

// drop takes a relation away.
func (x *index) drop(key string, f *fact) {
	at, _ := slices.BinarySearchFunc(*x, key, func(r related, key string) int { return strings.Compare(r.key, key) })
	for ; at < len(*x) && (*x)[at].key == key; at++ {
		if (*x)[at].fact == f {
			*x = slices.Delete(*x, at, at+1)
			return
		}
	}
}

// arrive relates a fact that has just got its content, and lets what depends on it be derived anew.
func (c *Customer) arrive(f *fact) {
	c.noteEarliest(f)
	c.notePayer(f)
	if c.book == nil {
		return
	}
	switch body := f.body.(type) {
	case *Invoice:
		c.arriveInvoice(f, body)
	case *Payment:
		c.linkAll(f)
		c.received.add(f)
		if body.DepositForOrder != "" {
			c.deposits.add(body.DepositForOrder, f)
		}
		c.touch(f)
	case *CreditNote:
		c.linkAll(f)
		c.touch(f)
	case *Application:
		if payment := c.tables[KindPayment].find(body.PaymentID); payment != nil {
			c.linkAll(payment)
			c.touch(payment)
		}
	case *Return:
		c.touch(c.tables[KindPayment].find(body.PaymentID))
	case *InvoiceCancelled:
		c.touch(c.tables[KindInvoice].find(body.InvoiceID))
	case *WriteOff:
		c.touch(c.tables[KindInvoice].find(body.InvoiceID))
	case *Order:
		c.placed.add(f)
		c.touch(f)
	case *OrderCancelled:
		c.touch(c.tables[KindOrder].find(body.OrderID))
		for _, deposit := range c.deposits.of(body.OrderID) {
			c.touch(deposit.fact)
		}
	default:
		c.arriveConduct(f)
	}
}

// arriveInvoice gives an invoice the facts that have waited for it.
func (c *Customer) arriveInvoice(f *fact, body *Invoice) {
	for waits := c.waiting.of(body.InvoiceID); len(waits) > 0; waits = c.waiting.of(body.InvoiceID) {
		source := waits[0].fact
		c.waiting.drop(body.InvoiceID, source)
		c.linkAll(source)
	}
	if body.Replaces != "" {
		c.replacing.add(body.Replaces, f)
	}
	c.touch(f)
}

// leave takes a fact's present content out of the book and its relations, before it gets another. What depended on it is
// touched: without it a component may fall apart.
func (c *Customer) leave(f *fact) {
	c.forgetEarliest(f)
	if c.book == nil {
		return
	}
	switch body := f.body.(type) {
	case *Invoice:
		c.book.retract(f)
		if body.Replaces != "" {
			c.replacing.drop(body.Replaces, f)
			c.touch(c.tables[KindInvoice].find(body.Replaces))
		}
	case *Payment:
		c.book.retract(f)
		c.unlinkAll(f)
		c.received.drop(f)
		if body.DepositForOrder != "" {
			c.deposits.drop(body.DepositForOrder, f)
			c.touch(c.tables[KindOrder].find(body.DepositForOrder))
		}
	case *CreditNote:
		c.book.retract(f)
		c.unlinkAll(f)
	case *Application:
		if payment := c.tables[KindPayment].find(body.PaymentID); payment != nil {
			c.unlinkAll(payment)
			c.touch(payment)
		}
	case *Order:
		c.placed.drop(f)
		c.book.retract(f)
	default:
		c.leaveConduct(f)
	}
}

// named are the allocations of a payment or credit note: its own, and those of its payment.applied.
func (c *Customer) named(f *fact) [2][]Allocation {
	switch body := f.body.(type) {
	case *CreditNote:
		return [2][]Allocation{body.Allocations}
	case *Payment:
		if application := c.application(body.PaymentID); application != nil {
			return [2][]Allocation{body.Allocations, application.Allocations}
		}
		return [2][]Allocation{body.Allocations}
	}
	return [2][]Allocation{}
}

// linkAll relates a payment or credit note to every invoice that it names, on whatever day.
func (c *Customer) linkAll(f *fact) {
	f.source = nil
	named := c.named(f)
	for _, allocations := range named {
		for i := range allocations {
			id := allocations[i].InvoiceID
			if invoice := c.tables[KindInvoice].find(id); invoice != nil {
				invoice.addSource(f)
				if len(named[0])+len(named[1]) == 1 {
					f.source = invoice
				}
			} else {
				c.waiting.add(id, f)
			}
		}
	}
}

// unlinkAll takes a payment or credit note off every invoice that it names.
func (c *Customer) unlinkAll(f *fact) {
	f.source = nil
	for _, allocations := range c.named(f) {
		for i := range allocations {
			id := allocations[i].InvoiceID
			if invoice := c.tables[KindInvoice].find(id); invoice != nil {
				invoice.dropSource(f)
				c.touch(invoice)
			} else {
				c.waiting.drop(id, f)
			}
		}
	}
}

// application is the payment.applied of a payment, nil when there is none.
func (c *Customer) application(payment string) *Application {
	if len(c.tables[KindPaymentApplied].facts) == 0 {
		return nil
	}
	if f := c.tables[KindPaymentApplied].find(payment); f != nil {
		return f.body.(*Application)
	}
	return nil
}

// addSource relates an invoice to a fact that names it, once.
func (f *fact) addSource(source *fact) {
	switch {
	case f.source == nil:
		f.source = source
	case f.source == source:
	case f.sources == nil:
		f.sources = &[]*fact{source}
	case !slices.Contains(*f.sources, source):
		*f.sources = append(*f.sources, source)
	}
}

// dropSource takes such a relation away.
func (f *fact) dropSource(source *fact) {
	if f.sources != nil {
		if at := slices.Index(*f.sources, source); at >= 0 {
			*f.sources = slices.Delete(*f.sources, at, at+1)
		}
	}
	if f.source != source {
		return
	}
	f.source = nil
	if f.sources != nil && len(*f.sources) > 0 {
		f.source = (*f.sources)[0]
		*f.sources = slices.Delete(*f.sources, 0, 1)
	}
}

// touch has a fact derived anew.
func (c *Customer) touch(f *fact) {
	if c.book != nil && f != nil {
		c.book.touched = append(c.book.touched, f)
	}
}
