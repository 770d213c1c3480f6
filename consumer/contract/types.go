package contract

import "tocsin/state"

// typeInfo is one type of the contract.
type typeInfo struct {
	name     string
	doc      string     // for publishers: what happened, when to send it
	kind     state.Kind // KindNone: set aside as type_unsupported
	data     *table     // nil when set aside
	customer bool       // data carries the customer
	check    func(*Decoder)
	index    int
}

const prefix, version = "tocsin.", ".v1"

// types are all types of the contract, in its order.
var types = func() []typeInfo {
	all := []typeInfo{
		{name: "order.placed", kind: state.KindOrder, data: orderTable, customer: true, check: (*Decoder).oneCurrencyOfOrder},
		{name: "order.changed", kind: state.KindOrder, data: orderTable, customer: true, check: (*Decoder).oneCurrencyOfOrder},
		{name: "order.cancelled", kind: state.KindOrderCancelled, data: orderCancelledTable, customer: true},
		{name: "invoice.issued", kind: state.KindInvoice, data: invoiceTable, customer: true, check: (*Decoder).oneCurrencyOfInvoice},
		{name: "invoice.credited", kind: state.KindInvoiceCredited, data: creditNoteTable, customer: true},
		{name: "invoice.cancelled", kind: state.KindInvoiceCancelled, data: invoiceCancelledTable, customer: true},
		{name: "invoice.written_off", kind: state.KindInvoiceWrittenOff, data: writeOffTable, customer: true},
		{name: "dispute.opened"},
		{name: "dispute.closed"},
		{name: "payment.received", kind: state.KindPayment, data: paymentTable, customer: true},
		{name: "payment.applied", kind: state.KindPaymentApplied, data: applicationTable, customer: true},
		{name: "payment.returned", kind: state.KindPaymentReturned, data: returnTable, customer: true},
		{name: "promise.made"},
		{name: "contact.attempted"},
		{name: "terms.requested"},
		{name: "payer.verified"},
		{name: "customer.profile", kind: state.KindProfile, data: profileTable, customer: true},
		{name: "customer.merged"},
		{name: "customer.erased"},
		{name: "grade.overridden"},
		{name: "note.added"},
		{name: "limit.set", kind: state.KindLimit, data: limitTable, customer: true},
		{name: "cover.set"},
		{name: "registry.event", kind: state.KindRegistry, data: registryTable},
		{name: "fx.rate"},
		{name: "heartbeat", kind: state.KindHeartbeat, data: heartbeatTable},
	}
	for i := range all {
		all[i].name = prefix + all[i].name + version
		all[i].index = i
		if all[i].data != nil {
			all[i].data.number = i + 1
		}
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
