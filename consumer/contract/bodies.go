package contract

import "tocsin/state"

// slab hands out values of one type that are allocated many at a time.
type slab[T any] struct {
	block []T
	used  int
	given bool // the value after the used ones was handed out and may be anything
}

const slabSize = 128

// next is a zero value to fill. Unless it is kept, the following call returns the same.
func (s *slab[T]) next() *T {
	if s.used == len(s.block) {
		s.block, s.used = make([]T, slabSize), 0
	}
	v := &s.block[s.used]
	if s.given {
		var zero T
		*v = zero
	}
	s.given = true
	return v
}

// keep leaves the value that next returned to its holder.
func (s *slab[T]) keep() {
	s.used++
	s.given = false
}

// bodies are the slabs of all kinds of body.
type bodies struct {
	order            slab[state.Order]
	orderCancelled   slab[state.OrderCancelled]
	invoice          slab[state.Invoice]
	creditNote       slab[state.CreditNote]
	invoiceCancelled slab[state.InvoiceCancelled]
	writeOff         slab[state.WriteOff]
	payment          slab[state.Payment]
	application      slab[state.Application]
	paymentReturn    slab[state.Return]
	limit            slab[state.LimitRevision]
	profile          slab[state.Profile]
	registry         slab[state.RegistryFact]
}

// take makes a fresh body of a kind the target.
func (d *Decoder) take(k state.Kind) {
	b, t := &d.bodies, &d.target
	switch k {
	case state.KindOrder:
		t.order = b.order.next()
	case state.KindOrderCancelled:
		t.orderCancelled = b.orderCancelled.next()
	case state.KindInvoice:
		t.invoice = b.invoice.next()
	case state.KindInvoiceCredited:
		t.creditNote = b.creditNote.next()
	case state.KindInvoiceCancelled:
		t.invoiceCancelled = b.invoiceCancelled.next()
	case state.KindInvoiceWrittenOff:
		t.writeOff = b.writeOff.next()
	case state.KindPayment:
		t.payment = b.payment.next()
	case state.KindPaymentApplied:
		t.application = b.application.next()
	case state.KindPaymentReturned:
		t.paymentReturn = b.paymentReturn.next()
	case state.KindLimit:
		t.limit = b.limit.next()
	case state.KindProfile:
		t.profile = b.profile.next()
	case state.KindRegistry:
		t.registry = b.registry.next()
	}
}

// body is the target's body of a kind; nil for heartbeats.
func (t *target) body(k state.Kind) state.Body {
	switch k {
	case state.KindOrder:
		return t.order
	case state.KindOrderCancelled:
		return t.orderCancelled
	case state.KindInvoice:
		return t.invoice
	case state.KindInvoiceCredited:
		return t.creditNote
	case state.KindInvoiceCancelled:
		return t.invoiceCancelled
	case state.KindInvoiceWrittenOff:
		return t.writeOff
	case state.KindPayment:
		return t.payment
	case state.KindPaymentApplied:
		return t.application
	case state.KindPaymentReturned:
		return t.paymentReturn
	case state.KindLimit:
		return t.limit
	case state.KindProfile:
		t.profile.Customer = state.CustomerID(t.customer)
		return t.profile
	case state.KindRegistry:
		return t.registry
	}
	return nil
}

// setBody makes an event's body the target, for reading.
func (t *target) setBody(body state.Body) {
	switch b := body.(type) {
	case *state.Order:
		t.order = b
	case *state.OrderCancelled:
		t.orderCancelled = b
	case *state.Invoice:
		t.invoice = b
	case *state.CreditNote:
		t.creditNote = b
	case *state.InvoiceCancelled:
		t.invoiceCancelled = b
	case *state.WriteOff:
		t.writeOff = b
	case *state.Payment:
		t.payment = b
	case *state.Application:
		t.application = b
	case *state.Return:
		t.paymentReturn = b
	case *state.LimitRevision:
		t.limit = b
	case *state.Profile:
		t.profile = b
	case *state.RegistryFact:
		t.registry = b
	}
}

// keep leaves the body of a kind to its event.
func (b *bodies) keep(k state.Kind) {
	switch k {
	case state.KindOrder:
		b.order.keep()
	case state.KindOrderCancelled:
		b.orderCancelled.keep()
	case state.KindInvoice:
		b.invoice.keep()
	case state.KindInvoiceCredited:
		b.creditNote.keep()
	case state.KindInvoiceCancelled:
		b.invoiceCancelled.keep()
	case state.KindInvoiceWrittenOff:
		b.writeOff.keep()
	case state.KindPayment:
		b.payment.keep()
	case state.KindPaymentApplied:
		b.application.keep()
	case state.KindPaymentReturned:
		b.paymentReturn.keep()
	case state.KindLimit:
		b.limit.keep()
	case state.KindProfile:
		b.profile.keep()
	case state.KindRegistry:
		b.registry.keep()
	}
}
