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
			body: bodyIn(func(s *slots) *slot[state.Order] { return &s.order }),
			doc: "The customer ordered. What is not yet delivered counts against the credit limit. Send it when the order is " +
				"confirmed; a frame contract is not sent, its call-offs are."},
		{name: "order.changed", kind: state.KindOrder, data: orderTable, customer: true, check: (*Decoder).oneCurrencyOfOrder,
			body: bodyIn(func(s *slots) *slot[state.Order] { return &s.order }),
			doc: "The order is another one than before: amount, delivery, invoicing, hold or status changed. Send the whole order " +
				"as it now stands, with a higher revision than before."},
		{name: "order.cancelled", kind: state.KindOrderCancelled, data: orderCancelledTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.OrderCancelled] { return &s.orderCancelled }),
			doc:  "Nothing more of the order will be delivered. A cancellation is final."},
		{name: "invoice.issued", kind: state.KindInvoice, data: invoiceTable, customer: true, check: (*Decoder).oneCurrencyOfInvoice,
			body: bodyIn(func(s *slots) *slot[state.Invoice] { return &s.invoice }),
			doc: "The customer owes an amount by a day. Send it when the invoice is posted, and again with a higher revision when " +
				"its total, its due date or anything else changes."},
		{name: "invoice.credited", kind: state.KindInvoiceCredited, data: creditNoteTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.CreditNote] { return &s.creditNote }),
			doc:  "You owe the customer something back: a return, a bonus, a wrong price. Send it when the credit note is posted."},
		{name: "invoice.cancelled", kind: state.KindInvoiceCancelled, data: invoiceCancelledTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.InvoiceCancelled] { return &s.invoiceCancelled }),
			doc: "The invoice was wrong and never was owed. If it is issued anew, that one names it in replaces. A cancellation is " +
				"final."},
		{name: "invoice.written_off", kind: state.KindInvoiceWrittenOff, data: writeOffTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.WriteOff] { return &s.writeOff }),
			doc:  "You do not count on the money any more. Send it when the loss is booked."},
		{name: "dispute.opened", kind: state.KindDispute, data: disputeTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.Dispute] { return &s.dispute }),
			doc: "The customer contests invoices. Send it when the complaint is recorded, so that the customer is not dunned for " +
				"what may be your fault."},
		{name: "dispute.closed", kind: state.KindDisputeClosed, data: disputeClosedTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.DisputeClosed] { return &s.disputeClosed }),
			doc:  "The complaint is decided."},
		{name: "payment.received", kind: state.KindPayment, data: paymentTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.Payment] { return &s.payment }),
			doc:  "Money came in, matched or not. Send it when the bank's statement is read: until then the customer looks overdue."},
		{name: "payment.applied", kind: state.KindPaymentApplied, data: applicationTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.Application] { return &s.application }),
			doc:  "Cash was matched with invoices, or matched anew. Send it whenever the allocation of a payment changes."},
		{name: "payment.returned", kind: state.KindPaymentReturned, data: returnTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.Return] { return &s.paymentReturn }),
			doc:  "A payment came back: a direct debit without funds, a cheque that bounced, a bill that was not honoured."},
		{name: "promise.made", kind: state.KindPromise, data: promiseTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.Promise] { return &s.promise }),
			doc: "The customer promised to pay by a day. Send it when a collector records it, and again when it is put off or " +
				"withdrawn."},
		{name: "contact.attempted", kind: state.KindContact, data: contactTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.Contact] { return &s.contact }),
			doc:  "Somebody tried to reach the customer about what is owed, or the customer got in touch."},
		{name: "terms.requested", kind: state.KindTermsRequest, data: termsRequestTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.TermsRequest] { return &s.termsRequest }),
			doc:  "The customer asks for other terms, or for more credit. Send it when it is asked, and again when it is decided."},
		{name: "payer.verified", kind: state.KindPayerVerified, data: payerVerifiedTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.PayerVerified] { return &s.payerVerified }),
			doc:  "This account is known and agreed for the customer, so that payments from it surprise nobody."},
		{name: "customer.profile", kind: state.KindProfile, data: profileTable, customer: true, check: (*Decoder).ownProfile,
			body: bodyIn(func(s *slots) *slot[state.Profile] { return &s.profile }),
			doc: "Who the customer is. Send it for every customer before its documents, if you can, and whenever something " +
				"changes."},
		{name: "customer.merged", kind: state.KindMerged, data: mergedTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.Merged] { return &s.merged }),
			doc: "Two records of one customer become one: the customer of this event ends, another one goes on with its documents and covers, " +
				"but with a profile and limits of its own. A higher revision may name another heir."},
		{name: "customer.erased", kind: state.KindErased, data: erasedTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.Erased] { return &s.erased }),
			doc: "A person asks to be forgotten: names, identifiers and people go from everything that is kept, amounts stay under a pseudonym. " +
				"The customer's id stays erased; who comes back takes a new one. What was published before is not taken back: " +
				"whoever reads the topics acts on this event as well."},
		{name: "grade.overridden", kind: state.KindGradeOverride, data: gradeOverrideTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.GradeOverride] { return &s.gradeOverride }),
			doc:  "A person gives the customer a grade, against what is computed."},
		{name: "note.added", kind: state.KindNote, data: noteTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.Note] { return &s.note }),
			doc:  "What a person saw or heard and no system carries."},
		{name: "limit.set", kind: state.KindLimit, data: limitTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.LimitRevision] { return &s.limit }),
			doc:  "What the customer may owe. Without a limit nobody can tell whether it is passed."},
		{name: "cover.set", kind: state.KindCover, data: coverTable, customer: true,
			body: bodyIn(func(s *slots) *slot[state.Cover] { return &s.cover }),
			doc:  "What of a loss somebody else bears: a credit insurer, or a collateral."},
		{name: "registry.event", kind: state.KindRegistry, data: registryTable,
			body: bodyIn(func(s *slots) *slot[state.RegistryFact] { return &s.registry }),
			doc: "A public register, a rating agency or a credit insurer has news of a party. It is of no customer: it finds its " +
				"customers by the identifier."},
		{name: "fx.rate", kind: state.KindRate, data: rateTable, check: (*Decoder).twoCurrencies,
			body: bodyIn(func(s *slots) *slot[state.Rate] { return &s.rate }),
			doc: "What one currency is worth in another. Send a rate for each foreign currency on each business day, at the latest " +
				"when the day closes."},
		{name: "heartbeat", kind: state.KindHeartbeat, data: heartbeatTable, body: bodiless,
			doc: "Nothing happened, and the publisher is alive. In a file it moves time on."},
	}
	for i := range all {
		all[i].name = prefix + all[i].name + version
		all[i].index = i
		all[i].data.number = i + 1
	}
	inner := []*table{envelopeTable, dueTable, allocationTable, receivedTable, appliedTable, identifierTable, payerTable, ratingTable}
	for i, t := range inner {
		t.number = len(all) + 1 + i
	}
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
