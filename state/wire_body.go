package state

import "encoding/binary"

// appendBody appends a body without its kind. Every field is written, so equal bodies have equal bytes and no others do:
// comparing content is comparing encodings.
func appendBody(buf []byte, body Body) []byte {
	switch b := body.(type) {
	case *Order:
		buf = appendString(buf, b.OrderID)
		buf = appendDate(buf, b.OrderDate)
		buf = appendMoney(buf, b.Gross)
		buf = appendMoney(buf, b.Delivered)
		buf = appendMoney(buf, b.Invoiced)
		buf = appendMoney(buf, b.Prepaid)
		buf = appendDate(buf, b.RequestedDelivery)
		buf = append(buf, byte(b.Status), byte(b.CreditHold), byte(b.Project))
	case *OrderCancelled:
		buf = appendString(buf, b.OrderID)
		buf = appendDate(buf, b.CancelDate)
		buf = appendString(buf, b.Reason)
	case *Invoice:
		buf = appendInvoice(buf, b)
	case *CreditNote:
		buf = appendString(buf, b.CreditNoteID)
		buf = appendDate(buf, b.CreditDate)
		buf = appendMoney(buf, b.Amount)
		buf = appendAllocations(buf, b.Allocations)
		buf = appendString(buf, b.Reason)
		buf = append(buf, byte(b.Cancelled))
	case *InvoiceCancelled:
		buf = appendString(buf, b.InvoiceID)
		buf = appendDate(buf, b.CancelDate)
	case *WriteOff:
		buf = appendString(buf, b.InvoiceID)
		buf = appendDate(buf, b.WriteOffDate)
		buf = appendMoney(buf, b.Amount)
	case *Payment:
		buf = appendPayment(buf, b)
	case *Application:
		buf = appendString(buf, b.PaymentID)
		buf = appendDate(buf, b.AppliedDate)
		buf = appendAllocations(buf, b.Allocations)
	case *Return:
		buf = appendString(buf, b.PaymentID)
		buf = appendDate(buf, b.ReturnDate)
		buf = appendMoney(buf, b.Amount)
		buf = appendString(buf, b.ReasonCode)
		buf = appendAllocations(buf, b.Allocations)
		buf = append(buf, byte(b.BookedInError))
	case *LimitRevision:
		buf = appendString(buf, b.LimitID)
		buf = append(buf, byte(b.Type), boolByte(b.Withdrawn), byte(b.Hard))
		buf = appendMoney(buf, b.Amount)
		buf = appendDate(buf, b.ValidFrom)
		buf = appendDate(buf, b.ValidTo)
		buf = appendDate(buf, b.ReviewDate)
	case *Profile:
		buf = appendProfile(buf, b)
	case *RegistryFact:
		buf = appendRegistryFact(buf, b)
	default:
		buf = appendConduct(buf, body)
	}
	return buf
}

func appendInvoice(buf []byte, b *Invoice) []byte {
	buf = appendString(buf, b.InvoiceID)
	buf = append(buf, byte(b.Type), byte(b.Factored))
	buf = appendDate(buf, b.IssueDate)
	buf = appendDate(buf, b.DueDate)
	buf = appendMoney(buf, b.Total)
	buf = appendDate(buf, b.OriginalDueDate)
	buf = appendDate(buf, b.DeliveryDate)
	buf = appendString(buf, b.Terms)
	buf = appendDate(buf, b.DiscountUntil)
	buf = appendDueAmounts(buf, b.Instalments)
	buf = appendDate(buf, b.Retention.DueDate)
	buf = appendMoney(buf, b.Retention.Amount)
	buf = appendStrings(buf, b.OrderIDs)
	buf = appendString(buf, b.Replaces)
	buf = appendDate(buf, b.ChangedDate)
	return appendString(buf, b.Batch)
}

func appendPayment(buf []byte, b *Payment) []byte {
	buf = appendString(buf, b.PaymentID)
	buf = appendDate(buf, b.ValueDate)
	buf = appendMoney(buf, b.Amount)
	buf = append(buf, byte(b.Method), byte(b.Cleared), byte(b.BillKind))
	buf = appendDate(buf, b.MaturityDate)
	buf = appendString(buf, b.RemittanceRef)
	buf = appendString(buf, b.PayerAccount)
	buf = appendString(buf, b.PayerName)
	buf = appendString(buf, b.EndToEndID)
	buf = appendAllocations(buf, b.Allocations)
	return appendString(buf, b.DepositForOrder)
}

func appendAllocations(buf []byte, allocations []Allocation) []byte {
	buf = binary.AppendUvarint(buf, uint64(len(allocations)))
	for i := range allocations {
		a := &allocations[i]
		buf = appendString(buf, a.InvoiceID)
		buf = appendMoney(buf, a.Amount)
		buf = append(buf, byte(a.By), byte(a.Residual))
	}
	return buf
}

func appendProfile(buf []byte, b *Profile) []byte {
	buf = appendString(buf, string(b.Customer))
	buf = appendString(buf, b.Name)
	buf = appendString(buf, b.Country)
	buf = binary.AppendUvarint(buf, uint64(len(b.Identifiers)))
	for _, id := range b.Identifiers {
		buf = appendIdentifier(buf, id)
	}
	buf = appendString(buf, b.Segment)
	buf = appendString(buf, string(b.Parent))
	buf = appendString(buf, b.CreditManager)
	buf = appendString(buf, b.AccountOwner)
	buf = appendDate(buf, b.CustomerSince)
	buf = binary.AppendUvarint(buf, uint64(b.ReportingCurrency))
	return append(buf, byte(b.Status), byte(b.Type))
}

func appendRegistryFact(buf []byte, b *RegistryFact) []byte {
	buf = appendString(buf, b.Registry)
	buf = appendIdentifier(buf, b.Identifier)
	buf = appendString(buf, b.Type)
	buf = appendString(buf, b.SubjectID)
	buf = appendDate(buf, b.Effective)
	buf = binary.AppendVarint(buf, int64(b.Published))
	buf = appendMoney(buf, b.Amount)
	buf = appendString(buf, b.Rating.Agency)
	buf = appendString(buf, b.Rating.Old)
	buf = appendString(buf, b.Rating.New)
	buf = binary.AppendVarint(buf, b.Rating.Notches)
	buf = appendString(buf, b.Detail)
	buf = appendString(buf, b.Share)
	buf = append(buf, byte(b.Status), byte(b.Retracts))
	return appendString(buf, b.URL)
}

func appendIdentifier(buf []byte, id Identifier) []byte {
	return appendString(appendString(appendString(buf, id.Scheme), id.Value), id.Country)
}

func boolByte(b bool) byte {
	if b {
		return 1
	}
	return 0
}
