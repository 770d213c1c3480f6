package contract

import "tocsin/state"

var disputeTable = ofCustomer(
	id("dispute_id", func(t *target) *string { return &t.dispute.body.DisputeID }).must().
		says("Names the dispute."),
	date("opened_date", func(t *target) *state.Date { return &t.dispute.body.OpenedDate }).must().
		says("The day on which the customer complained. For 45 days from the first dispute of an invoice the contested part is "+
			"not counted as overdue."),
	ids("invoice_ids", func(t *target) *[]string { return &t.dispute.body.InvoiceIDs }).must().
		says("The invoices that are contested, in the order in which the amount goes to them."),
	money("amount", func(t *target) *state.Money { return &t.dispute.body.Amount }).must().
		says("How much is contested in all; each invoice takes up to what is open on it."),
	enum("reason", func(t *target) *uint8 { return (*uint8)(&t.dispute.body.Reason) },
		"quality", "quantity", "price", "delivery", "duplicate", "return", "other").
		says("What the customer objects to. Left out: not told."),
)

var disputeClosedTable = ofCustomer(
	id("dispute_id", func(t *target) *string { return &t.disputeClosed.body.DisputeID }).must().
		says("The dispute that is closed."),
	date("closed_date", func(t *target) *state.Date { return &t.disputeClosed.body.ClosedDate }).must().
		says("The day of the decision. The contested part counts as overdue again from then on."),
	enum("outcome", func(t *target) *uint8 { return (*uint8)(&t.disputeClosed.body.Outcome) },
		"accepted", "rejected", "partly", "withdrawn").shut().must().
		says("Who was right: accepted is the customer, rejected is you, partly is both; withdrawn says that the customer gave "+
			"it up."),
	money("accepted_amount", func(t *target) *state.Money { return &t.disputeClosed.body.Accepted }).
		says("What was conceded, if not all or nothing. The credit itself is invoice.credited. Left out: not told."),
)

var promiseTable = ofCustomer(
	id("promise_id", func(t *target) *string { return &t.promise.body.PromiseID }).must().
		says("Names the promise. A date that is put off is the same promise with a higher revision."),
	date("made_date", func(t *target) *state.Date { return &t.promise.body.MadeDate }).must().
		says("The day on which it was made."),
	date("promised_date", func(t *target) *state.Date { return &t.promise.body.PromisedDate }).must().
		says("The day by which the customer will pay."),
	money("amount", func(t *target) *state.Money { return &t.promise.body.Amount }).must().
		says("How much is promised."),
	ids("invoice_ids", func(t *target) *[]string { return &t.promise.body.InvoiceIDs }).
		says("The invoices that will be paid. Left out: any."),
	enum("status", func(t *target) *uint8 { return (*uint8)(&t.promise.body.Status) }, "open", "withdrawn").
		says("Whether it stands. Whether it was kept is computed and never sent. Left out: open."),
	date("changed_date", func(t *target) *state.Date { return &t.promise.body.ChangedDate }).
		says("The day on which it was put off or withdrawn. Left out: made_date."),
)

var contactTable = ofCustomer(
	id("contact_id", func(t *target) *string { return &t.contact.body.ContactID }).must().
		says("Names the attempt."),
	date("contact_date", func(t *target) *state.Date { return &t.contact.body.ContactDate }).must().
		says("The day of the attempt."),
	enum("direction", func(t *target) *uint8 { return (*uint8)(&t.contact.body.Direction) }, "outbound", "inbound").
		says("Who got in touch. Left out: not told, and counted as outbound."),
	enum("channel", func(t *target) *uint8 { return (*uint8)(&t.contact.body.Channel) },
		"phone", "email", "letter", "visit", "portal").must().
		says("How."),
	enum("outcome", func(t *target) *uint8 { return (*uint8)(&t.contact.body.Outcome) },
		"reached", "no_answer", "voicemail", "no_reply", "refused", "undeliverable").must().
		says("What came of it. undeliverable: the number is gone, the letter came back. Automatic mails from an address that "+
			"nobody reads are no attempts."),
)

var termsRequestTable = ofCustomer(
	id("request_id", func(t *target) *string { return &t.termsRequest.body.RequestID }).must().
		says("Names the request."),
	date("request_date", func(t *target) *state.Date { return &t.termsRequest.body.RequestDate }).must().
		says("The day on which it was made."),
	enum("request", func(t *target) *uint8 { return (*uint8)(&t.termsRequest.body.Type) },
		"moratorium", "composition", "instalment_plan", "due_date_extension", "longer_terms", "limit_increase",
		"order_release").shut().must().
		says("What is asked for."),
	enum("requester", func(t *target) *uint8 { return (*uint8)(&t.termsRequest.body.Requester) }, "customer", "seller").
		says("Whose wish it is: what your own sales people offer is no sign of trouble. Left out: the customer's."),
	enum("status", func(t *target) *uint8 { return (*uint8)(&t.termsRequest.body.Status) },
		"open", "accepted", "refused", "withdrawn", "completed").
		says("Where it stands; send a higher revision when that changes. Left out: open."),
	ids("invoice_ids", func(t *target) *[]string { return &t.termsRequest.body.InvoiceIDs }).
		says("The invoices that it is about. Left out: not told."),
	dues("plan", func(t *target) *[]state.DueAmount { return &t.termsRequest.body.Plan }).
		says("The lines of an instalment plan. While it is accepted and kept, they are what is due."),
)

// The account's hash names the register, so that it is an id here, and a text where a payment tells its payer.
var payerVerifiedTable = ofCustomer(
	party("account_hash", func(t *target) *string { return &t.payerVerified.body.AccountHash }).must().
		says("The same hash as in payment.received."),
	date("verified_date", func(t *target) *state.Date { return &t.payerVerified.body.VerifiedDate }).must().
		says("The day on which somebody made sure."),
	enum("kind", func(t *target) *uint8 { return (*uint8)(&t.payerVerified.body.Type) },
		"own_account", "group", "factor", "payment_service", "other").
		says("Whose account it is. Left out: not told."),
)
