package state

// renaming gives documents and accounts other ids. It never sees an empty one.
type renaming func(id string) string

func (r renaming) document(id string) string {
	if id == "" {
		return ""
	}
	return r(id)
}

func (r renaming) documents(ids []string) []string {
	if ids == nil {
		return nil
	}
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = r.document(id)
	}
	return all
}

// body is a body with other ids and without texts and people; nil: nothing is left of it.
func (r renaming) body(body Body) Body {
	switch b := body.(type) {
	case *Order:
		c := *b
		c.OrderID = r.document(b.OrderID)
		return &c
	case *OrderCancelled:
		return &OrderCancelled{OrderID: r.document(b.OrderID), CancelDate: b.CancelDate}
	case *Invoice:
		c := *b
		c.InvoiceID, c.Replaces, c.OrderIDs = r.document(b.InvoiceID), r.document(b.Replaces), r.documents(b.OrderIDs)
		c.Terms, c.Batch = "", ""
		return &c
	case *CreditNote:
		c := *b
		c.CreditNoteID, c.Allocations, c.Reason = r.document(b.CreditNoteID), r.allocations(b.Allocations), ""
		return &c
	case *InvoiceCancelled:
		return &InvoiceCancelled{InvoiceID: r.document(b.InvoiceID), CancelDate: b.CancelDate}
	case *WriteOff:
		c := *b
		c.InvoiceID = r.document(b.InvoiceID)
		return &c
	case *Payment:
		return r.payment(b)
	case *Application:
		return &Application{PaymentID: r.document(b.PaymentID), AppliedDate: b.AppliedDate, Allocations: r.allocations(b.Allocations)}
	case *Return:
		c := *b
		c.PaymentID, c.Allocations = r.document(b.PaymentID), r.allocations(b.Allocations)
		return &c
	case *LimitRevision:
		c := *b
		c.LimitID = r.document(b.LimitID)
		return &c
	case *Erased:
		return &Erased{EraseDate: b.EraseDate}
	}
	return r.conduct(body)
}

// conduct is the same for what few customers have.
func (r renaming) conduct(body Body) Body {
	switch b := body.(type) {
	case *Dispute:
		c := *b
		c.DisputeID, c.InvoiceIDs = r.document(b.DisputeID), r.documents(b.InvoiceIDs)
		return &c
	case *DisputeClosed:
		c := *b
		c.DisputeID = r.document(b.DisputeID)
		return &c
	case *Promise:
		c := *b
		c.PromiseID, c.InvoiceIDs = r.document(b.PromiseID), r.documents(b.InvoiceIDs)
		return &c
	case *Contact:
		c := *b
		c.ContactID = r.document(b.ContactID)
		return &c
	case *TermsRequest:
		c := *b
		c.RequestID, c.InvoiceIDs = r.document(b.RequestID), r.documents(b.InvoiceIDs)
		return &c
	case *PayerVerified:
		return &PayerVerified{AccountHash: r.document(b.AccountHash), VerifiedDate: b.VerifiedDate, Type: b.Type}
	case *Cover:
		c := *b
		c.CoverID = r.document(b.CoverID)
		return &c
	case *GradeOverride:
		return &GradeOverride{OverrideID: r.document(b.OverrideID), Grade: b.Grade, SetDate: b.SetDate, Reason: erasedText}
	case *Note:
		return &Note{NoteID: r.document(b.NoteID), NoteDate: b.NoteDate, Sign: b.Sign}
	}
	return nil // a register's word on the customer; exchange rates and heartbeats are nobody's
}

// payment keeps whether there was a reference, which is read as a habit of paying, but not what it said.
func (r renaming) payment(b *Payment) *Payment {
	c := *b
	c.PaymentID, c.DepositForOrder = r.document(b.PaymentID), r.document(b.DepositForOrder)
	c.PayerAccount, c.EndToEndID = r.document(b.PayerAccount), r.document(b.EndToEndID)
	c.Allocations, c.PayerName = r.allocations(b.Allocations), ""
	if b.RemittanceRef != "" {
		c.RemittanceRef = erasedText
	}
	return &c
}

func (r renaming) allocations(list []Allocation) []Allocation {
	if list == nil {
		return nil
	}
	all := make([]Allocation, len(list))
	for i, a := range list {
		a.InvoiceID = r.document(a.InvoiceID)
		all[i] = a
	}
	return all
}
