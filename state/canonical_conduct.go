package state

// conduct adds the members of the bodies from dispute.opened on.
func (o *object) conduct(body Body) {
	switch b := body.(type) {
	case *Dispute:
		o.text("dispute_id", b.DisputeID)
		o.date("opened_date", b.OpenedDate)
		o.texts("invoice_ids", b.InvoiceIDs)
		o.money("amount", b.Amount)
		o.text("reason", [...]string{"", "quality", "quantity", "price", "delivery", "duplicate", "return", "other"}[b.Reason])
	case *DisputeClosed:
		o.text("dispute_id", b.DisputeID)
		o.date("closed_date", b.ClosedDate)
		o.text("outcome", [...]string{"", "accepted", "rejected", "partly", "withdrawn"}[b.Outcome])
		o.money("accepted_amount", b.Accepted)
	case *Promise:
		o.text("promise_id", b.PromiseID)
		o.date("made_date", b.MadeDate)
		o.date("promised_date", b.PromisedDate)
		o.money("amount", b.Amount)
		o.texts("invoice_ids", b.InvoiceIDs)
		o.text("status", [...]string{"", "open", "withdrawn", "other"}[b.Status])
		o.date("changed_date", b.ChangedDate)
	case *Contact:
		o.text("contact_id", b.ContactID)
		o.date("contact_date", b.ContactDate)
		o.text("direction", [...]string{"", "outbound", "inbound", "other"}[b.Direction])
		o.text("channel", [...]string{"", "phone", "email", "letter", "visit", "portal", "other"}[b.Channel])
		o.text("outcome", [...]string{
			"", "reached", "no_answer", "voicemail", "no_reply", "refused", "undeliverable", "other",
		}[b.Outcome])
	case *TermsRequest:
		o.termsRequest(b)
	case *PayerVerified:
		o.text("account_hash", b.AccountHash)
		o.date("verified_date", b.VerifiedDate)
		o.text("kind", [...]string{"", "own_account", "group", "factor", "payment_service", "other"}[b.Type])
	default:
		o.standing(body)
	}
}

func (o *object) termsRequest(b *TermsRequest) {
	o.text("request_id", b.RequestID)
	o.date("request_date", b.RequestDate)
	o.text("request", [...]string{
		"", "moratorium", "composition", "instalment_plan", "due_date_extension", "longer_terms", "limit_increase", "order_release",
	}[b.Type])
	o.text("requester", [...]string{"", "customer", "seller", "other"}[b.Requester])
	o.text("status", [...]string{"", "open", "accepted", "refused", "withdrawn", "completed", "other"}[b.Status])
	o.texts("invoice_ids", b.InvoiceIDs)
	o.list("plan", len(b.Plan), func(i int) []byte { return dueAmountJSON(b.Plan[i]) })
}

// standing adds the members of what people and insurers say of a customer.
func (o *object) standing(body Body) {
	switch b := body.(type) {
	case *Cover:
		o.text("cover_id", b.CoverID)
		o.text("kind", [...]string{"", "insurance", "collateral"}[b.Type])
		o.money("amount", b.Amount)
		o.text("cover_ratio", b.Ratio)
		o.date("valid_from_date", b.ValidFrom)
		o.date("valid_to_date", b.ValidTo)
		o.days("mep_days", b.MEPDays)
		o.days("report_days", b.ReportDays)
		o.days("transfer_days", b.TransferDays)
	case *GradeOverride:
		o.text("override_id", b.OverrideID)
		o.text("grade", b.Grade.String())
		o.date("set_date", b.SetDate)
		o.text("reason", b.Reason)
		o.text("by", b.By)
	case *Note:
		o.text("note_id", b.NoteID)
		o.date("note_date", b.NoteDate)
		o.text("sign", [...]string{
			"", "price_dumping", "layoffs", "lost_key_customer", "rumour", "premises", "disaster", "no_accounts", "other",
		}[b.Sign])
		o.text("text", b.Text)
	case *Merged:
		o.text("into", string(b.Into))
		o.date("merge_date", b.MergeDate)
	case *Erased:
		o.date("erase_date", b.EraseDate)
	case *Rate:
		o.text("base", b.Base.String())
		o.text("quote", b.Quote.String())
		o.text("rate", b.Value)
		o.date("rate_date", b.RateDate)
	}
}

// days adds a number of days, of which zero was not told.
func (o *object) days(name string, n int64) {
	if n != 0 {
		o.number(name, n)
	}
}
