package contract

import "tocsin/state"

var disputeTable = ofCustomer(
	id("dispute_id", func(t *target) *string { return &t.dispute.body.DisputeID }).must(),
	date("opened_date", func(t *target) *state.Date { return &t.dispute.body.OpenedDate }).must(),
	ids("invoice_ids", func(t *target) *[]string { return &t.dispute.body.InvoiceIDs }).must(),
	money("amount", func(t *target) *state.Money { return &t.dispute.body.Amount }).must(),
	enum("reason", func(t *target) *uint8 { return (*uint8)(&t.dispute.body.Reason) },
		"quality", "quantity", "price", "delivery", "duplicate", "return", "other"),
)

var disputeClosedTable = ofCustomer(
	id("dispute_id", func(t *target) *string { return &t.disputeClosed.body.DisputeID }).must(),
	date("closed_date", func(t *target) *state.Date { return &t.disputeClosed.body.ClosedDate }).must(),
	enum("outcome", func(t *target) *uint8 { return (*uint8)(&t.disputeClosed.body.Outcome) },
		"accepted", "rejected", "partly", "withdrawn").shut().must(),
	money("accepted_amount", func(t *target) *state.Money { return &t.disputeClosed.body.Accepted }),
)

var promiseTable = ofCustomer(
	id("promise_id", func(t *target) *string { return &t.promise.body.PromiseID }).must(),
	date("made_date", func(t *target) *state.Date { return &t.promise.body.MadeDate }).must(),
	date("promised_date", func(t *target) *state.Date { return &t.promise.body.PromisedDate }).must(),
	money("amount", func(t *target) *state.Money { return &t.promise.body.Amount }).must(),
	ids("invoice_ids", func(t *target) *[]string { return &t.promise.body.InvoiceIDs }),
	enum("status", func(t *target) *uint8 { return (*uint8)(&t.promise.body.Status) }, "open", "withdrawn"),
	date("changed_date", func(t *target) *state.Date { return &t.promise.body.ChangedDate }),
)

var contactTable = ofCustomer(
	id("contact_id", func(t *target) *string { return &t.contact.body.ContactID }).must(),
	date("contact_date", func(t *target) *state.Date { return &t.contact.body.ContactDate }).must(),
	enum("direction", func(t *target) *uint8 { return (*uint8)(&t.contact.body.Direction) }, "outbound", "inbound"),
	enum("channel", func(t *target) *uint8 { return (*uint8)(&t.contact.body.Channel) },
		"phone", "email", "letter", "visit", "portal").must(),
	enum("outcome", func(t *target) *uint8 { return (*uint8)(&t.contact.body.Outcome) },
		"reached", "no_answer", "voicemail", "no_reply", "refused", "undeliverable").must(),
)

var termsRequestTable = ofCustomer(
	id("request_id", func(t *target) *string { return &t.termsRequest.body.RequestID }).must(),
	date("request_date", func(t *target) *state.Date { return &t.termsRequest.body.RequestDate }).must(),
	enum("request", func(t *target) *uint8 { return (*uint8)(&t.termsRequest.body.Type) },
		"moratorium", "composition", "instalment_plan", "due_date_extension", "longer_terms", "limit_increase",
		"order_release").shut().must(),
	enum("requester", func(t *target) *uint8 { return (*uint8)(&t.termsRequest.body.Requester) }, "customer", "seller"),
	enum("status", func(t *target) *uint8 { return (*uint8)(&t.termsRequest.body.Status) },
		"open", "accepted", "refused", "withdrawn", "completed"),
	ids("invoice_ids", func(t *target) *[]string { return &t.termsRequest.body.InvoiceIDs }),
	dues("plan", func(t *target) *[]state.DueAmount { return &t.termsRequest.body.Plan }),
)

// The account's hash names the register, so that it is an id here, and a text where a payment tells its payer.
var payerVerifiedTable = ofCustomer(
	party("account_hash", func(t *target) *string { return &t.payerVerified.body.AccountHash }).must(),
	date("verified_date", func(t *target) *state.Date { return &t.payerVerified.body.VerifiedDate }).must(),
	enum("kind", func(t *target) *uint8 { return (*uint8)(&t.payerVerified.body.Type) },
		"own_account", "group", "factor", "payment_service", "other"),
)
