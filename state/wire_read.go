package state

// readBody reads the body of a kind; nil where the kind has none.
func readBody(r *reader, kind Kind) Body {
	switch kind {
	case KindOrder:
		return &Order{
			OrderID: r.string(), OrderDate: r.date(), Gross: r.money(), Delivered: r.money(), Invoiced: r.money(), Prepaid: r.money(),
			RequestedDelivery: r.date(), Status: enum(r, OrderStatusOther), CreditHold: enum(r, FlagTrue), Project: enum(r, FlagTrue),
		}
	case KindOrderCancelled:
		return &OrderCancelled{OrderID: r.string(), CancelDate: r.date(), Reason: r.string()}
	case KindInvoice:
		return readInvoice(r)
	case KindInvoiceCredited:
		return &CreditNote{
			CreditNoteID: r.string(), CreditDate: r.date(), Amount: r.money(), Allocations: readAllocations(r), Reason: r.string(),
			Cancelled: enum(r, FlagTrue),
		}
	case KindInvoiceCancelled:
		return &InvoiceCancelled{InvoiceID: r.string(), CancelDate: r.date()}
	case KindInvoiceWrittenOff:
		return &WriteOff{InvoiceID: r.string(), WriteOffDate: r.date(), Amount: r.money()}
	case KindPayment:
		return &Payment{
			PaymentID: r.string(), ValueDate: r.date(), Amount: r.money(), Method: enum(r, MethodOther), Cleared: enum(r, FlagTrue),
			BillKind: enum(r, BillKindOther), MaturityDate: r.date(), RemittanceRef: r.string(), PayerAccount: r.string(),
			PayerName: r.string(), EndToEndID: r.string(), Allocations: readAllocations(r), DepositForOrder: r.string(),
		}
	case KindPaymentApplied:
		return &Application{PaymentID: r.string(), AppliedDate: r.date(), Allocations: readAllocations(r)}
	case KindPaymentReturned:
		return &Return{
			PaymentID: r.string(), ReturnDate: r.date(), Amount: r.money(), ReasonCode: r.string(), Allocations: readAllocations(r),
			BookedInError: enum(r, FlagTrue),
		}
	case KindLimit:
		return &LimitRevision{
			LimitID: r.string(), Type: enum(r, LimitGroup), Withdrawn: r.bool(), Hard: enum(r, FlagTrue), Amount: r.money(),
			ValidFrom: r.date(), ValidTo: r.date(), ReviewDate: r.date(),
		}
	case KindProfile:
		return readProfile(r)
	case KindRegistry:
		return readRegistryFact(r)
	}
	return readConduct(r, kind)
}

func readInvoice(r *reader) *Invoice {
	b := &Invoice{
		InvoiceID: r.string(), Type: enum(r, InvoiceTypeDebitNote), Factored: enum(r, FactoringOther), IssueDate: r.date(),
		DueDate: r.date(), Total: r.money(), OriginalDueDate: r.date(), DeliveryDate: r.date(), Terms: r.string(), DiscountUntil: r.date(),
	}
	b.Instalments = readDueAmounts(r)
	b.Retention = DueAmount{DueDate: r.date(), Amount: r.money()}
	b.OrderIDs = readStrings(r)
	b.Replaces, b.ChangedDate, b.Batch = r.string(), r.date(), r.string()
	return b
}

func readAllocations(r *reader) []Allocation {
	n := r.count(5)
	if n == 0 {
		return nil
	}
	allocations := make([]Allocation, n)
	for i := range allocations {
		allocations[i] = Allocation{
			InvoiceID: r.string(), Amount: r.money(), By: enum(r, AllocatedByOther), Residual: enum(r, ResidualOther),
		}
	}
	return allocations
}

func readProfile(r *reader) *Profile {
	b := &Profile{Customer: CustomerID(r.string()), Name: r.string(), Country: r.string()}
	if n := r.count(3); n > 0 {
		b.Identifiers = make([]Identifier, n)
		for i := range b.Identifiers {
			b.Identifiers[i] = readIdentifier(r)
		}
	}
	b.Segment, b.Parent, b.CreditManager, b.AccountOwner = r.string(), CustomerID(r.string()), r.string(), r.string()
	b.CustomerSince = r.date()
	b.ReportingCurrency = r.currency()
	b.Status, b.Type = enum(r, ProfileStatusOther), enum(r, ProfileTypeOther)
	return b
}

func readRegistryFact(r *reader) *RegistryFact {
	return &RegistryFact{
		Registry: r.string(), Identifier: readIdentifier(r), Type: r.string(), SubjectID: r.string(), Effective: r.date(),
		Published: Instant(r.varint()), Amount: r.money(),
		Rating: Rating{Agency: r.string(), Old: r.string(), New: r.string(), Notches: r.varint()},
		Detail: r.string(), Share: r.string(), Status: enum(r, RegistryStatusOther), Retracts: enum(r, FlagTrue), URL: r.string(),
	}
}

func readIdentifier(r *reader) Identifier {
	return Identifier{Scheme: r.string(), Value: r.string(), Country: r.string()}
}
