package contract

import "tocsin/state"

// typeInfo is one type of the contract.
type typeInfo struct {
	name     string
	doc      string // for publishers: what happened, when to send it
	kind     state.Kind
	data     *table
	customer bool // data carries the customer
	body     bodyShape
	check    func(*Decoder) // what holds between members, once all are read; nil: nothing
	index    int
}

const prefix, version = "tocsin.", ".v1"

// types are all types of the contract, in its order.
var types = func() []typeInfo {
	all := []typeInfo{
		{name: "order.placed", kind: state.KindOrder, data: orderTable, customer: true, check: (*Decoder).oneCurrencyOfOrder,
			body: bodyIn(func(s *slots) *slot[state.Order] { return &s.order })},
		{name: "order.changed", kind: state.KindOrder, data: orderTable, customer: true, check: (*Decoder).oneCurrencyOfOrder,
			body: bodyIn(func(s *slots) *slot[state.Order] { return &s.order })},
		{name: "order.cancelled", kind: state.KindOrderCancelled, data: orderCancelledTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.OrderCancelled] { return &s.orderCancelled })},
		{name: "invoice.issued", kind: state.KindInvoice, data: invoiceTable, customer: true, check: (*Decoder).oneCurrencyOfInvoice,
			body: bodyIn(func(s *slots) *slot[state.Invoice] { return &s.invoice })},
		{name: "invoice.credited", kind: state.KindInvoiceCredited, data: creditNoteTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.CreditNote] { return &s.creditNote })},
		{name: "invoice.cancelled", kind: state.KindInvoiceCancelled, data: invoiceCancelledTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.InvoiceCancelled] { return &s.invoiceCancelled })},
		{name: "invoice.written_off", kind: state.KindInvoiceWrittenOff, data: writeOffTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.WriteOff] { return &s.writeOff })},
		{name: "dispute.opened", kind: state.KindDispute, data: disputeTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.Dispute] { return &s.dispute })},
		{name: "dispute.closed", kind: state.KindDisputeClosed, data: disputeClosedTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.DisputeClosed] { return &s.disputeClosed })},
		{name: "payment.received", kind: state.KindPayment, data: paymentTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.Payment] { return &s.payment })},
		{name: "payment.applied", kind: state.KindPaymentApplied, data: applicationTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.Application] { return &s.application })},
		{name: "payment.returned", kind: state.KindPaymentReturned, data: returnTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.Return] { return &s.paymentReturn })},
		{name: "promise.made", kind: state.KindPromise, data: promiseTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.Promise] { return &s.promise })},
		{name: "contact.attempted", kind: state.KindContact, data: contactTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.Contact] { return &s.contact })},
		{name: "terms.requested", kind: state.KindTermsRequest, data: termsRequestTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.TermsRequest] { return &s.termsRequest })},
		{name: "payer.verified", kind: state.KindPayerVerified, data: payerVerifiedTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.PayerVerified] { return &s.payerVerified })},
		{name: "customer.profile", kind: state.KindProfile, data: profileTable, customer: true, check: (*Decoder).ownProfile,
			body: bodyIn(func(s *slots) *slot[state.Profile] { return &s.profile })},
		{name: "customer.merged", kind: state.KindMerged, data: mergedTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.Merged] { return &s.merged })},
		{name: "customer.erased", kind: state.KindErased, data: erasedTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.Erased] { return &s.erased })},
		{name: "grade.overridden", kind: state.KindGradeOverride, data: gradeOverrideTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.GradeOverride] { return &s.gradeOverride })},
		{name: "note.added", kind: state.KindNote, data: noteTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.Note] { return &s.note })},
		{name: "limit.set", kind: state.KindLimit, data: limitTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.LimitRevision] { return &s.limit })},
		{name: "cover.set", kind: state.KindCover, data: coverTable, customer: true, check: (*Decoder).coverOfPart,
			body: bodyIn(func(s *slots) *slot[state.Cover] { return &s.cover })},
		{name: "registry.event", kind: state.KindRegistry, data: registryTable,
			body: bodyIn(func(s *slots) *slot[state.RegistryFact] { return &s.registry })},
		{name: "fx.rate", kind: state.KindRate, data: rateTable, check: (*Decoder).realRate,
			body: bodyIn(func(s *slots) *slot[state.Rate] { return &s.rate })},
		{name: "heartbeat", kind: state.KindHeartbeat, data: heartbeatTable, body: bodiless},
	}
	for i := range all {
		all[i].name = prefix + all[i].name + version
		all[i].index = i
		all[i].data.number = i + 1
	}
	envelopeTable.number, receivedTable.number = len(all)+1, len(all)+2
	return all
}()

// typeNamed is a type of the contract by its name on the wire; nil when there is none.
func typeNamed(name string) *typeInfo {
	for i := range types {
		if types[i].name == name {
			return &types[i]
		}
	}
	return nil
}

// typeOf is the type under which an event is written.
func typeOf(ev *state.Event) *typeInfo {
	for i := range types {
		// An order's first revision was placed; later ones changed it.
		changed := types[i].name == prefix+"order.changed"+version
		if types[i].kind == ev.Kind && (ev.Kind != state.KindOrder || changed == (ev.Revision > 1)) {
			return &types[i]
		}
	}
	return nil
}
