package contract

import "tocsin/state"

var profileTable = ofCustomer(
	text("name", func(t *target) *string { return &t.profile.Name }).must(),
	text("country", func(t *target) *string { return &t.profile.Country }).must(),
	identifiers("identifiers", func(t *target) *[]state.Identifier { return &t.profile.Identifiers }),
	text("segment", func(t *target) *string { return &t.profile.Segment }),
	party("parent_customer_id", func(t *target) *string { return (*string)(&t.profile.Parent) }),
	text("credit_manager", func(t *target) *string { return &t.profile.CreditManager }),
	text("account_owner", func(t *target) *string { return &t.profile.AccountOwner }),
	date("customer_since_date", func(t *target) *state.Date { return &t.profile.CustomerSince }),
	currency("reporting_currency", func(t *target) *state.Currency { return &t.profile.ReportingCurrency }),
	enum("status", func(t *target) *uint8 { return (*uint8)(&t.profile.Status) }, "active", "dormant", "blocked"),
	enum("kind", func(t *target) *uint8 { return (*uint8)(&t.profile.Type) }, "company", "public_body", "intercompany", "person"),
)

var limitTable = ofCustomer(
	id("limit_id", func(t *target) *string { return &t.limit.LimitID }).must(),
	enum("kind", func(t *target) *uint8 { return (*uint8)(&t.limit.Type) }, "base", "temporary", "group").shut().must(),
	field{
		name: "amount", kind: kindLimitAmount, required: true,
		money:     func(t *target) *state.Money { return &t.limit.Amount },
		withdrawn: func(t *target) *bool { return &t.limit.Withdrawn },
	},
	date("valid_from_date", func(t *target) *state.Date { return &t.limit.ValidFrom }).must(),
	date("valid_to_date", func(t *target) *state.Date { return &t.limit.ValidTo }),
	date("review_date", func(t *target) *state.Date { return &t.limit.ReviewDate }),
	flag("hard", func(t *target) *state.Flag { return &t.limit.Hard }),
)

var registryTable = ofEveryone(
	text("registry", func(t *target) *string { return &t.registry.Registry }).must(),
	object("identifier", identifierTable, func(t *target) { t.identifier = &t.registry.Identifier }).must(),
	word("kind", func(t *target) *string { return &t.registry.Type }, registryKinds...).must(),
	id("subject_id", func(t *target) *string { return &t.registry.SubjectID }),
	date("effective_date", func(t *target) *state.Date { return &t.registry.Effective }).must(),
	instant("published_at", func(t *target) *state.Instant { return &t.registry.Published }),
	money("amount", func(t *target) *state.Money { return &t.registry.Amount }),
	object("rating", ratingTable, nil),
	word("detail", func(t *target) *string { return &t.registry.Detail },
		"joined", "left", "unreachable", "false_information", "late_report", "supplier_claim"),
	decimal("share", func(t *target) *string { return &t.registry.Share }),
	enum("status", func(t *target) *uint8 { return (*uint8)(&t.registry.Status) }, "active", "ended"),
	flag("retracts", func(t *target) *state.Flag { return &t.registry.Retracts }),
	note("url", func(t *target) *string { return &t.registry.URL }),
)

var ratingTable = newTable(
	text("agency", func(t *target) *string { return &t.registry.Rating.Agency }),
	text("old", func(t *target) *string { return &t.registry.Rating.Old }),
	text("new", func(t *target) *string { return &t.registry.Rating.New }),
	integer("notches", func(t *target) *int64 { return &t.registry.Rating.Notches }),
)

// registryKinds are the canonical kinds of registry events.
var registryKinds = []string{
	"liquidation", "administration", "receivership", "arrangement", "foreign_insolvency", "dissolved", "winding_up_petition",
	"moratorium", "strike_off_compulsory", "dishonest_debtor", "serious_violation", "enforcement", "equity_frozen",
	"consumption_limit", "unenforceable_closed", "lawsuit_defendant", "tax_arrears", "abnormal_list", "strike_off_voluntary",
	"solvent_liquidation", "address_undeliverable", "charge_all_assets", "charge_registered", "accounts_overdue",
	"confirmation_overdue", "director_change", "owner_change", "address_change", "name_change", "capital_reduced",
	"officer_disqualified", "penalty", "rating_down", "score_down", "insurer_limit_cut", "insurer_limit_cancelled",
	"strike_off_discontinued", "charge_satisfied", "case_ended", "removed_from_list", "restored", "converted", "other",
}

// A heartbeat says nothing but its time.
var heartbeatTable = newTable(field{name: "ext", kind: kindAny})
