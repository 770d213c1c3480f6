package contract

import "tocsin/state"

var profileTable = ofCustomer(
	text("name", func(t *target) *string { return &t.profile.body.Name }).must().
		says("The customer's legal name."),
	text("country", func(t *target) *string { return &t.profile.body.Country }).must().
		says("Where it is registered: an ISO 3166 code of two letters."),
	identifiers("identifiers", func(t *target) *[]state.Identifier { return &t.profile.body.Identifiers }).
		says("Under which numbers registers know the customer. News is matched by them alone, never by name."),
	text("segment", func(t *target) *string { return &t.profile.body.Segment }).
		says("A segment of your own, such as key_account; rules can be set for it. Left out: none."),
	party("parent_customer_id", func(t *target) *string { return (*string)(&t.profile.body.Parent) }).
		says("The customer to whose group it belongs. Left out: none."),
	text("credit_manager", func(t *target) *string { return &t.profile.body.CreditManager }).
		says("Who looks after the credit: gets the tasks. Left out: nobody in particular."),
	text("account_owner", func(t *target) *string { return &t.profile.body.AccountOwner }).
		says("Who looks after the sales. Left out: nobody in particular."),
	date("customer_since_date", func(t *target) *state.Date { return &t.profile.body.CustomerSince }).
		says("Since when you have traded. Left out: since the first order or invoice known."),
	currency("reporting_currency", func(t *target) *state.Currency { return &t.profile.body.ReportingCurrency }).
		says("The currency in which the customer's sums are shown. Left out: the ledger's base currency, else that of the "+
			"limit or of the first document."),
	enum("status", func(t *target) *uint8 { return (*uint8)(&t.profile.body.Status) }, "active", "dormant", "blocked").
		says("The customer's standing with you. Left out: active."),
	enum("kind", func(t *target) *uint8 { return (*uint8)(&t.profile.body.Type) }, "company", "public_body", "intercompany", "person").
		says("What the customer is. An intercompany customer has figures and no signals; a public body pays late and does not "+
			"fail. Left out: company."),
)

// ownProfile tells the profile whose it is.
func (d *Decoder) ownProfile() { d.profile.body.Customer = state.CustomerID(d.customer) }

var mergedTable = ofCustomer(
	party("into", func(t *target) *string { return (*string)(&t.merged.body.Into) }).must().
		says("The customer that goes on: it gets all documents, promises and covers. Limits are not added up; its own holds."),
	date("merge_date", func(t *target) *state.Date { return &t.merged.body.MergeDate }).must().
		says("From when on they are one."),
)

var erasedTable = ofCustomer(
	date("erase_date", func(t *target) *state.Date { return &t.erased.body.EraseDate }).must().
		says("The day of the erasure. Names, identifiers and people are then removed everywhere; amounts stay under a " +
			"pseudonym."),
)
