package contract

import "tocsin/state"

var profileTable = ofCustomer(
	text("name", func(t *target) *string { return &t.profile.body.Name }).must(),
	text("country", func(t *target) *string { return &t.profile.body.Country }).must(),
	identifiers("identifiers", func(t *target) *[]state.Identifier { return &t.profile.body.Identifiers }),
	text("segment", func(t *target) *string { return &t.profile.body.Segment }),
	party("parent_customer_id", func(t *target) *string { return (*string)(&t.profile.body.Parent) }),
	text("credit_manager", func(t *target) *string { return &t.profile.body.CreditManager }),
	text("account_owner", func(t *target) *string { return &t.profile.body.AccountOwner }),
	date("customer_since_date", func(t *target) *state.Date { return &t.profile.body.CustomerSince }),
	currency("reporting_currency", func(t *target) *state.Currency { return &t.profile.body.ReportingCurrency }),
	enum("status", func(t *target) *uint8 { return (*uint8)(&t.profile.body.Status) }, "active", "dormant", "blocked"),
	enum("kind", func(t *target) *uint8 { return (*uint8)(&t.profile.body.Type) }, "company", "public_body", "intercompany", "person"),
)

// ownProfile tells the profile whose it is.
func (d *Decoder) ownProfile() { d.profile.body.Customer = state.CustomerID(d.customer) }

var mergedTable = ofCustomer(
	party("into", func(t *target) *string { return (*string)(&t.merged.body.Into) }).must(),
	date("merge_date", func(t *target) *state.Date { return &t.merged.body.MergeDate }).must(),
)

var erasedTable = ofCustomer(
	date("erase_date", func(t *target) *state.Date { return &t.erased.body.EraseDate }).must(),
)
