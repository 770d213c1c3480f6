package state

// body adds the members of a body under the contract's names.
func (o *object) body(body Body) {
	switch b := body.(type) {
	case *Order:
		o.order(b)
	case *OrderCancelled:
		o.text("order_id", b.OrderID)
		o.date("cancel_date", b.CancelDate)
		o.text("reason", b.Reason)
	case *Invoice:
		o.invoice(b)
	case *CreditNote:
		o.text("credit_note_id", b.CreditNoteID)
		o.date("credit_date", b.CreditDate)
		o.money("amount", b.Amount)
		o.allocations(b.Allocations)
		o.text("reason", b.Reason)
		o.flag("cancelled", b.Cancelled)
	case *InvoiceCancelled:
		o.text("invoice_id", b.InvoiceID)
		o.date("cancel_date", b.CancelDate)
	case *WriteOff:
		o.text("invoice_id", b.InvoiceID)
		o.date("write_off_date", b.WriteOffDate)
		o.money("amount", b.Amount)
	case *Payment:
		o.payment(b)
	case *Application:
		o.text("payment_id", b.PaymentID)
		o.date("applied_date", b.AppliedDate)
		o.allocations(b.Allocations)
	case *Return:
		o.text("payment_id", b.PaymentID)
		o.date("return_date", b.ReturnDate)
		o.money("amount", b.Amount)
		o.text("reason_code", b.ReasonCode)
		o.allocations(b.Allocations)
		o.flag("booked_in_error", b.BookedInError)
	case *LimitRevision:
		o.limit(b)
	case *Profile:
		o.profile(b)
	case *RegistryFact:
		o.registryFact(b)
	default:
		o.conduct(body)
	}
}

func (o *object) order(b *Order) {
	o.text("order_id", b.OrderID)
	o.date("order_date", b.OrderDate)
	o.money("gross", b.Gross)
	o.money("delivered", b.Delivered)
	o.money("invoiced", b.Invoiced)
	o.money("prepaid", b.Prepaid)
	o.date("requested_delivery_date", b.RequestedDelivery)
	o.text("status", [...]string{"", "open", "closed", "other"}[b.Status])
	o.flag("credit_hold", b.CreditHold)
	o.flag("project", b.Project)
}

func (o *object) invoice(b *Invoice) {
	o.text("invoice_id", b.InvoiceID)
	o.text("kind", [...]string{"", "invoice", "debit_note"}[b.Type])
	o.date("issue_date", b.IssueDate)
	o.date("due_date", b.DueDate)
	o.money("total", b.Total)
	o.date("original_due_date", b.OriginalDueDate)
	o.date("delivery_date", b.DeliveryDate)
	o.text("terms", b.Terms)
	o.date("discount_until_date", b.DiscountUntil)
	o.list("instalments", len(b.Instalments), func(i int) []byte { return dueAmountJSON(b.Instalments[i]) })
	if b.Retention != (DueAmount{}) {
		o.raw("retention", dueAmountJSON(b.Retention))
	}
	o.texts("order_ids", b.OrderIDs)
	o.text("replaces", b.Replaces)
	o.date("changed_date", b.ChangedDate)
	o.text("factored", [...]string{"", "with_recourse", "without_recourse", "other"}[b.Factored])
	o.text("batch", b.Batch)
}

func (o *object) payment(b *Payment) {
	o.text("payment_id", b.PaymentID)
	o.date("value_date", b.ValueDate)
	o.money("amount", b.Amount)
	o.text("method", [...]string{
		"", "credit_transfer", "direct_debit", "card", "cheque", "bill", "cash", "netting", "other",
	}[b.Method])
	o.flag("cleared", b.Cleared)
	o.date("maturity_date", b.MaturityDate)
	o.text("bill_kind", [...]string{"", "commercial", "bank", "other"}[b.BillKind])
	o.text("remittance_ref", b.RemittanceRef)
	if b.PayerAccount != "" || b.PayerName != "" {
		var payer object
		payer.text("account_hash", b.PayerAccount)
		payer.text("name", b.PayerName)
		o.raw("payer", payer.append(nil))
	}
	o.text("end_to_end_id", b.EndToEndID)
	o.allocations(b.Allocations)
	o.text("deposit_for_order", b.DepositForOrder)
}

func (o *object) allocations(allocations []Allocation) {
	o.list("allocations", len(allocations), func(i int) []byte {
		var one object
		one.text("invoice_id", allocations[i].InvoiceID)
		one.money("amount", allocations[i].Amount)
		one.text("by", [...]string{"", "customer", "seller", "other"}[allocations[i].By])
		one.text("residual_reason", [...]string{
			"", "retention", "withholding_tax", "bank_fee", "agreed_instalment", "fx", "other",
		}[allocations[i].Residual])
		return one.append(nil)
	})
}

func dueAmountJSON(line DueAmount) []byte {
	var o object
	o.date("due_date", line.DueDate)
	o.money("amount", line.Amount)
	return o.append(nil)
}

func (o *object) limit(b *LimitRevision) {
	o.text("limit_id", b.LimitID)
	o.text("kind", [...]string{"", "base", "temporary", "group"}[b.Type])
	o.money("amount", b.Amount)
	if b.Withdrawn {
		o.raw("amount", []byte("null"))
	}
	o.date("valid_from_date", b.ValidFrom)
	o.date("valid_to_date", b.ValidTo)
	o.date("review_date", b.ReviewDate)
	o.flag("hard", b.Hard)
}

func (o *object) profile(b *Profile) {
	o.text("name", b.Name)
	o.text("country", b.Country)
	o.list("identifiers", len(b.Identifiers), func(i int) []byte { return identifierJSON(b.Identifiers[i]) })
	o.text("segment", b.Segment)
	o.text("parent_customer_id", string(b.Parent))
	o.text("credit_manager", b.CreditManager)
	o.text("account_owner", b.AccountOwner)
	o.date("customer_since_date", b.CustomerSince)
	o.text("reporting_currency", b.ReportingCurrency.String())
	o.text("status", [...]string{"", "active", "dormant", "blocked", "other"}[b.Status])
	o.text("kind", [...]string{"", "company", "public_body", "intercompany", "person", "other"}[b.Type])
}

func (o *object) registryFact(b *RegistryFact) {
	o.text("registry", b.Registry)
	o.raw("identifier", identifierJSON(b.Identifier))
	o.text("kind", b.Type)
	o.text("subject_id", b.SubjectID)
	o.date("effective_date", b.Effective)
	if b.Published != 0 {
		o.text("published_at", b.Published.String())
	}
	o.money("amount", b.Amount)
	if b.Rating != (Rating{}) {
		var rating object
		rating.text("agency", b.Rating.Agency)
		rating.text("old", b.Rating.Old)
		rating.text("new", b.Rating.New)
		if b.Rating.Notches != 0 {
			rating.number("notches", b.Rating.Notches)
		}
		o.raw("rating", rating.append(nil))
	}
	o.text("detail", b.Detail)
	o.text("share", b.Share)
	o.text("status", [...]string{"", "active", "ended", "other"}[b.Status])
	o.flag("retracts", b.Retracts)
	o.text("url", b.URL)
}

func identifierJSON(id Identifier) []byte {
	var o object
	o.text("scheme", id.Scheme)
	o.text("value", id.Value)
	o.text("country", id.Country)
	return o.append(nil)
}
