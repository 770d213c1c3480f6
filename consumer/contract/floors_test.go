package contract

import "tocsin/state"

// floorCase is a document, and what reads the body of those that are like it.
type floorCase struct {
	name     string
	document string
	kind     state.Kind
	body     func(*floor, *state.Event) state.Body
}

// floorCases are the example, the samples and the heartbeat.
func floorCases() []floorCase {
	cases := []floorCase{{"example", exampleInvoice, state.KindInvoice, (*floor).exampleBody}}
	for _, s := range samples {
		cases = append(cases, floorCase{s.typ, s.document(), typeNamed(prefix + s.typ + version).kind, floors[s.typ]})
	}
	return append(cases, floorCase{"heartbeat", heartbeat, state.KindHeartbeat, func(f *floor, ev *state.Event) state.Body {
		f.head(ev, `","type":"tocsin.heartbeat.v1`)
		f.over(`","data":{}}`)
		return nil
	}})
}

// read makes an event of a document.
func (f *floor) read(c *floorCase, doc []byte, ev *state.Event) {
	f.doc, f.p, f.wrong = doc, 0, false
	*ev = state.Event{Kind: c.kind}
	ev.Body = c.body(f, ev)
}

// head reads the attributes of the events of no customer.
func (f *floor) head(ev *state.Event, typ string) {
	ev.ID = f.unique(`{"specversion":"1.0","id":"`)
	ev.Source = f.recurring(`","source":"`)
	f.over(typ)
	ev.Time = f.instant(`","time":"`)
	ev.KnownAt = ev.Time
}

// customerHead reads the attributes of a customer's event and the customer.
func (f *floor) customerHead(ev *state.Event, typ string) {
	ev.ID = f.unique(`{"specversion":"1.0","id":"`)
	ev.Source = f.recurring(`","source":"`)
	f.over(typ)
	f.quoted(`","subject":"`)
	ev.Time = f.instant(`","time":"`)
	ev.KnownAt = ev.Time
	ev.Customer = state.CustomerID(f.recurring(`","data":{"customer_id":"`))
}

// tail reads what stands at the end of all samples. lead goes before it.
func (f *floor) tail(ev *state.Event, lead string) {
	ev.Revision = f.integer(lead)
	ev.Entity = f.recurring(`,"entity_id":"`)
	f.over(`"}}`)
}

const (
	afterText  = `","revision":`
	afterOther = `,"revision":`
)

func (f *floor) exampleBody(ev *state.Event) state.Body {
	ev.ID = f.unique(`{"specversion":"1.0","id":"`)
	ev.Source = f.recurring(`","source":"`)
	f.over(`","type":"tocsin.invoice.issued.v1`)
	f.quoted(`","subject":"`)
	ev.Time = f.instant(`","time":"`)
	ev.KnownAt = ev.Time
	f.quoted(`","datacontenttype":"`)
	ev.Customer = state.CustomerID(f.recurring(`","data":{"customer_id":"`))
	ev.Revision = f.integer(`","revision":`)
	ev.Entity = f.recurring(`,"entity_id":"`)
	f.invoice = state.Invoice{
		InvoiceID: f.unique(`","invoice_id":"`),
		IssueDate: f.date(`","issue_date":"`),
		DueDate:   f.date(`","due_date":"`),
		Total:     f.money(`","total":`),
		OrderIDs:  f.idList(`,"order_ids":[`),
	}
	f.over(`}}`)
	return &f.invoice
}

// valuesOf are the values of an enum of a table.
func valuesOf(t *table, name string) []string { return t.fields[t.find([]byte(name))].values }

var (
	orderStatuses     = valuesOf(orderTable, "status")
	invoiceKinds      = valuesOf(invoiceTable, "kind")
	factorings        = valuesOf(invoiceTable, "factored")
	disputeReasons    = valuesOf(disputeTable, "reason")
	disputeOutcomes   = valuesOf(disputeClosedTable, "outcome")
	paymentMethods    = valuesOf(paymentTable, "method")
	billKinds         = valuesOf(paymentTable, "bill_kind")
	allocators        = valuesOf(receivedTable, "by")
	residualReasons   = valuesOf(appliedTable, "residual_reason")
	promiseStatuses   = valuesOf(promiseTable, "status")
	contactDirections = valuesOf(contactTable, "direction")
	contactChannels   = valuesOf(contactTable, "channel")
	contactOutcomes   = valuesOf(contactTable, "outcome")
	termRequests      = valuesOf(termsRequestTable, "request")
	requesters        = valuesOf(termsRequestTable, "requester")
	requestStatuses   = valuesOf(termsRequestTable, "status")
	payerKinds        = valuesOf(payerVerifiedTable, "kind")
	schemes           = valuesOf(identifierTable, "scheme")
	profileStatuses   = valuesOf(profileTable, "status")
	profileKinds      = valuesOf(profileTable, "kind")
	grades            = valuesOf(gradeOverrideTable, "grade")
	noteSigns         = valuesOf(noteTable, "sign")
	limitKinds        = valuesOf(limitTable, "kind")
	coverKinds        = valuesOf(coverTable, "kind")
	registryDetails   = valuesOf(registryTable, "detail")
	registryStatuses  = valuesOf(registryTable, "status")
)

// floors read the samples.
var floors = map[string]func(*floor, *state.Event) state.Body{
	"order.placed": func(f *floor, ev *state.Event) state.Body {
		f.customerHead(ev, `","type":"tocsin.order.placed.v1`)
		f.order = state.Order{
			OrderID:           f.unique(`","order_id":"`),
			OrderDate:         f.date(`","order_date":"`),
			Gross:             f.money(`","gross":`),
			Delivered:         f.money(`,"delivered":`),
			Invoiced:          f.money(`,"invoiced":`),
			Prepaid:           f.money(`,"prepaid":`),
			RequestedDelivery: f.date(`,"requested_delivery_date":"`),
			Status:            state.OrderStatus(f.enum(`","status":"`, orderStatuses)),
			CreditHold:        f.flag(`","credit_hold":`),
			Project:           f.flag(`,"project":`),
		}
		f.tail(ev, afterOther)
		return &f.order
	},
	"order.changed": func(f *floor, ev *state.Event) state.Body {
		f.customerHead(ev, `","type":"tocsin.order.changed.v1`)
		f.order = state.Order{
			OrderID:   f.unique(`","order_id":"`),
			OrderDate: f.date(`","order_date":"`),
			Gross:     f.money(`","gross":`),
			Status:    state.OrderStatus(f.enum(`,"status":"`, orderStatuses)),
		}
		f.tail(ev, afterText)
		return &f.order
	},
	"order.cancelled": func(f *floor, ev *state.Event) state.Body {
		f.customerHead(ev, `","type":"tocsin.order.cancelled.v1`)
		f.orderCancelled = state.OrderCancelled{
			OrderID:    f.unique(`","order_id":"`),
			CancelDate: f.date(`","cancel_date":"`),
			Reason:     f.recurring(`","reason":"`),
		}
		f.tail(ev, afterText)
		return &f.orderCancelled
	},
	"invoice.issued": func(f *floor, ev *state.Event) state.Body {
		f.customerHead(ev, `","type":"tocsin.invoice.issued.v1`)
		f.invoice = state.Invoice{
			InvoiceID:       f.unique(`","invoice_id":"`),
			Type:            state.InvoiceType(f.enum(`","kind":"`, invoiceKinds)),
			IssueDate:       f.date(`","issue_date":"`),
			DueDate:         f.date(`","due_date":"`),
			Total:           f.money(`","total":`),
			OriginalDueDate: f.date(`,"original_due_date":"`),
			DeliveryDate:    f.date(`","delivery_date":"`),
			Terms:           f.recurring(`","terms":"`),
			DiscountUntil:   f.date(`","discount_until_date":"`),
			Instalments:     f.dueList(`","instalments":[`),
			Retention:       f.due(`,"retention":{"due_date":"`),
			OrderIDs:        f.idList(`,"order_ids":[`),
			Replaces:        f.unique(`,"replaces":"`),
			ChangedDate:     f.date(`","changed_date":"`),
			Factored:        state.Factoring(f.enum(`","factored":"`, factorings)),
			Batch:           f.recurring(`","batch":"`),
		}
		f.tail(ev, afterText)
		return &f.invoice
	},
	"invoice.credited": func(f *floor, ev *state.Event) state.Body {
		f.customerHead(ev, `","type":"tocsin.invoice.credited.v1`)
		f.creditNote = state.CreditNote{
			CreditNoteID: f.unique(`","credit_note_id":"`),
			CreditDate:   f.date(`","credit_date":"`),
			Amount:       f.money(`","amount":`),
			Allocations:  f.allocationList(`,"allocations":[`, (*floor).allocation),
			Reason:       f.recurring(`,"reason":"`),
			Cancelled:    f.flag(`","cancelled":`),
		}
		f.tail(ev, afterOther)
		return &f.creditNote
	},
	"invoice.cancelled": func(f *floor, ev *state.Event) state.Body {
		f.customerHead(ev, `","type":"tocsin.invoice.cancelled.v1`)
		f.invoiceCancelled = state.InvoiceCancelled{
			InvoiceID:  f.unique(`","invoice_id":"`),
			CancelDate: f.date(`","cancel_date":"`),
		}
		f.tail(ev, afterText)
		return &f.invoiceCancelled
	},
	"invoice.written_off": func(f *floor, ev *state.Event) state.Body {
		f.customerHead(ev, `","type":"tocsin.invoice.written_off.v1`)
		f.writeOff = state.WriteOff{
			InvoiceID:    f.unique(`","invoice_id":"`),
			WriteOffDate: f.date(`","write_off_date":"`),
			Amount:       f.money(`","amount":`),
		}
		f.tail(ev, afterOther)
		return &f.writeOff
	},
	"dispute.opened": func(f *floor, ev *state.Event) state.Body {
		f.customerHead(ev, `","type":"tocsin.dispute.opened.v1`)
		f.dispute = state.Dispute{
			DisputeID:  f.unique(`","dispute_id":"`),
			OpenedDate: f.date(`","opened_date":"`),
			InvoiceIDs: f.idList(`","invoice_ids":[`),
			Amount:     f.money(`,"amount":`),
			Reason:     state.DisputeReason(f.enum(`,"reason":"`, disputeReasons)),
		}
		f.tail(ev, afterText)
		return &f.dispute
	},
	"dispute.closed": func(f *floor, ev *state.Event) state.Body {
		f.customerHead(ev, `","type":"tocsin.dispute.closed.v1`)
		f.disputeClosed = state.DisputeClosed{
			DisputeID:  f.unique(`","dispute_id":"`),
			ClosedDate: f.date(`","closed_date":"`),
			Outcome:    state.DisputeOutcome(f.enum(`","outcome":"`, disputeOutcomes)),
			Accepted:   f.money(`","accepted_amount":`),
		}
		f.tail(ev, afterOther)
		return &f.disputeClosed
	},
	"payment.received": func(f *floor, ev *state.Event) state.Body {
		f.customerHead(ev, `","type":"tocsin.payment.received.v1`)
		f.payment = state.Payment{
			PaymentID:       f.unique(`","payment_id":"`),
			ValueDate:       f.date(`","value_date":"`),
			Amount:          f.money(`","amount":`),
			Method:          state.Method(f.enum(`,"method":"`, paymentMethods)),
			Cleared:         f.flag(`","cleared":`),
			MaturityDate:    f.date(`,"maturity_date":"`),
			BillKind:        state.BillKind(f.enum(`","bill_kind":"`, billKinds)),
			RemittanceRef:   f.unique(`","remittance_ref":"`),
			PayerAccount:    f.recurring(`","payer":{"account_hash":"`),
			PayerName:       f.recurring(`","name":"`),
			EndToEndID:      f.unique(`"},"end_to_end_id":"`),
			Allocations:     f.allocationList(`","allocations":[`, (*floor).received),
			DepositForOrder: f.unique(`,"deposit_for_order":"`),
		}
		f.tail(ev, afterText)
		return &f.payment
	},
	"payment.applied": func(f *floor, ev *state.Event) state.Body {
		f.customerHead(ev, `","type":"tocsin.payment.applied.v1`)
		f.application = state.Application{
			PaymentID:   f.unique(`","payment_id":"`),
			AppliedDate: f.date(`","applied_date":"`),
			Allocations: f.allocationList(`","allocations":[`, (*floor).applied),
		}
		f.tail(ev, afterOther)
		return &f.application
	},
	"payment.returned": func(f *floor, ev *state.Event) state.Body {
		f.customerHead(ev, `","type":"tocsin.payment.returned.v1`)
		f.paymentReturn = state.Return{
			PaymentID:     f.unique(`","payment_id":"`),
			ReturnDate:    f.date(`","return_date":"`),
			Amount:        f.money(`","amount":`),
			ReasonCode:    f.recurring(`,"reason_code":"`),
			Allocations:   f.allocationList(`","allocations":[`, (*floor).allocation),
			BookedInError: f.flag(`,"booked_in_error":`),
		}
		f.tail(ev, afterOther)
		return &f.paymentReturn
	},
	"promise.made": func(f *floor, ev *state.Event) state.Body {
		f.customerHead(ev, `","type":"tocsin.promise.made.v1`)
		f.promise = state.Promise{
			PromiseID:    f.unique(`","promise_id":"`),
			MadeDate:     f.date(`","made_date":"`),
			PromisedDate: f.date(`","promised_date":"`),
			Amount:       f.money(`","amount":`),
			InvoiceIDs:   f.idList(`,"invoice_ids":[`),
			Status:       state.PromiseStatus(f.enum(`,"status":"`, promiseStatuses)),
			ChangedDate:  f.date(`","changed_date":"`),
		}
		f.tail(ev, afterText)
		return &f.promise
	},
	"contact.attempted": func(f *floor, ev *state.Event) state.Body {
		f.customerHead(ev, `","type":"tocsin.contact.attempted.v1`)
		f.contact = state.Contact{
			ContactID:   f.unique(`","contact_id":"`),
			ContactDate: f.date(`","contact_date":"`),
			Direction:   state.ContactDirection(f.enum(`","direction":"`, contactDirections)),
			Channel:     state.ContactChannel(f.enum(`","channel":"`, contactChannels)),
			Outcome:     state.ContactOutcome(f.enum(`","outcome":"`, contactOutcomes)),
		}
		f.tail(ev, afterText)
		return &f.contact
	},
	"terms.requested": func(f *floor, ev *state.Event) state.Body {
		f.customerHead(ev, `","type":"tocsin.terms.requested.v1`)
		f.termsRequest = state.TermsRequest{
			RequestID:   f.unique(`","request_id":"`),
			RequestDate: f.date(`","request_date":"`),
			Type:        state.RequestType(f.enum(`","request":"`, termRequests)),
			Requester:   state.Requester(f.enum(`","requester":"`, requesters)),
			Status:      state.RequestStatus(f.enum(`","status":"`, requestStatuses)),
			InvoiceIDs:  f.idList(`","invoice_ids":[`),
			Plan:        f.dueList(`,"plan":[`),
		}
		f.tail(ev, afterOther)
		return &f.termsRequest
	},
	"payer.verified": func(f *floor, ev *state.Event) state.Body {
		f.customerHead(ev, `","type":"tocsin.payer.verified.v1`)
		f.payerVerified = state.PayerVerified{
			AccountHash:  f.recurring(`","account_hash":"`),
			VerifiedDate: f.date(`","verified_date":"`),
			Type:         state.PayerType(f.enum(`","kind":"`, payerKinds)),
		}
		f.tail(ev, afterText)
		return &f.payerVerified
	},
	"customer.profile": func(f *floor, ev *state.Event) state.Body {
		f.customerHead(ev, `","type":"tocsin.customer.profile.v1`)
		f.profile = state.Profile{
			Customer:          ev.Customer,
			Name:              f.recurring(`","name":"`),
			Country:           f.recurring(`","country":"`),
			Identifiers:       f.identifierList(`","identifiers":[`),
			Segment:           f.recurring(`,"segment":"`),
			Parent:            state.CustomerID(f.recurring(`","parent_customer_id":"`)),
			CreditManager:     f.recurring(`","credit_manager":"`),
			AccountOwner:      f.recurring(`","account_owner":"`),
			CustomerSince:     f.date(`","customer_since_date":"`),
			ReportingCurrency: f.currency(`","reporting_currency":"`),
			Status:            state.ProfileStatus(f.enum(`","status":"`, profileStatuses)),
			Type:              state.ProfileType(f.enum(`","kind":"`, profileKinds)),
		}
		f.tail(ev, afterText)
		return &f.profile
	},
	"customer.merged": func(f *floor, ev *state.Event) state.Body {
		f.customerHead(ev, `","type":"tocsin.customer.merged.v1`)
		f.merged = state.Merged{
			Into:      state.CustomerID(f.recurring(`","into":"`)),
			MergeDate: f.date(`","merge_date":"`),
		}
		f.tail(ev, afterText)
		return &f.merged
	},
	"customer.erased": func(f *floor, ev *state.Event) state.Body {
		f.customerHead(ev, `","type":"tocsin.customer.erased.v1`)
		f.erased = state.Erased{EraseDate: f.date(`","erase_date":"`)}
		f.tail(ev, afterText)
		return &f.erased
	},
	"grade.overridden": func(f *floor, ev *state.Event) state.Body {
		f.customerHead(ev, `","type":"tocsin.grade.overridden.v1`)
		f.gradeOverride = state.GradeOverride{
			OverrideID: f.unique(`","override_id":"`),
			Grade:      state.Grade(f.enum(`","grade":"`, grades)),
			SetDate:    f.date(`","set_date":"`),
			Reason:     f.recurring(`","reason":"`),
			By:         f.recurring(`","by":"`),
		}
		f.tail(ev, afterText)
		return &f.gradeOverride
	},
	"note.added": func(f *floor, ev *state.Event) state.Body {
		f.customerHead(ev, `","type":"tocsin.note.added.v1`)
		f.note = state.Note{
			NoteID:   f.unique(`","note_id":"`),
			NoteDate: f.date(`","note_date":"`),
			Sign:     state.NoteSign(f.enum(`","sign":"`, noteSigns)),
			Text:     f.unique(`","text":"`),
		}
		f.tail(ev, afterText)
		return &f.note
	},
	"limit.set": func(f *floor, ev *state.Event) state.Body {
		f.customerHead(ev, `","type":"tocsin.limit.set.v1`)
		f.limit = state.LimitRevision{
			LimitID:    f.unique(`","limit_id":"`),
			Type:       state.LimitType(f.enum(`","kind":"`, limitKinds)),
			Amount:     f.money(`","amount":`),
			ValidFrom:  f.date(`,"valid_from_date":"`),
			ValidTo:    f.date(`","valid_to_date":"`),
			ReviewDate: f.date(`","review_date":"`),
			Hard:       f.flag(`","hard":`),
		}
		f.tail(ev, afterOther)
		return &f.limit
	},
	"cover.set": func(f *floor, ev *state.Event) state.Body {
		f.customerHead(ev, `","type":"tocsin.cover.set.v1`)
		f.cover = state.Cover{
			CoverID:      f.unique(`","cover_id":"`),
			Type:         state.CoverType(f.enum(`","kind":"`, coverKinds)),
			Amount:       f.money(`","amount":`),
			Ratio:        f.recurring(`,"cover_ratio":"`),
			ValidFrom:    f.date(`","valid_from_date":"`),
			ValidTo:      f.date(`","valid_to_date":"`),
			MEPDays:      f.integer(`","mep_days":`),
			ReportDays:   f.integer(`,"report_days":`),
			TransferDays: f.integer(`,"transfer_days":`),
		}
		f.tail(ev, afterOther)
		return &f.cover
	},
	"registry.event": func(f *floor, ev *state.Event) state.Body {
		f.head(ev, `","type":"tocsin.registry.event.v1`)
		f.registry = state.RegistryFact{
			Registry:   f.recurring(`","data":{"registry":"`),
			Identifier: f.identifier(`","identifier":{"scheme":"`),
			Type:       f.word(`,"kind":"`, registryKinds),
			SubjectID:  f.unique(`","subject_id":"`),
			Effective:  f.date(`","effective_date":"`),
			Published:  f.instant(`","published_at":"`),
			Amount:     f.money(`","amount":`),
			Rating: state.Rating{
				Agency:  f.recurring(`,"rating":{"agency":"`),
				Old:     f.recurring(`","old":"`),
				New:     f.recurring(`","new":"`),
				Notches: f.integer(`","notches":`),
			},
			Detail:   f.word(`},"detail":"`, registryDetails),
			Share:    f.recurring(`","share":"`),
			Status:   state.RegistryStatus(f.enum(`","status":"`, registryStatuses)),
			Retracts: f.flag(`","retracts":`),
			URL:      f.unique(`,"url":"`),
		}
		f.tail(ev, afterText)
		return &f.registry
	},
	"fx.rate": func(f *floor, ev *state.Event) state.Body {
		f.head(ev, `","type":"tocsin.fx.rate.v1`)
		f.rate = state.Rate{
			Base:     f.currency(`","data":{"base":"`),
			Quote:    f.currency(`","quote":"`),
			Value:    f.recurring(`","rate":"`),
			RateDate: f.date(`","rate_date":"`),
		}
		f.tail(ev, afterText)
		return &f.rate
	},
}
