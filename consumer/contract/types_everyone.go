package contract

import "tocsin/state"

var registryTable = ofEveryone(
	text("registry", func(t *target) *string { return &t.registry.body.Registry }).must(),
	object("identifier", identifierTable, func(t *target) { t.identifier = &t.registry.body.Identifier }).must(),
	word("kind", func(t *target) *string { return &t.registry.body.Type }, registryKinds...).must(),
	id("subject_id", func(t *target) *string { return &t.registry.body.SubjectID }),
	date("effective_date", func(t *target) *state.Date { return &t.registry.body.Effective }).must(),
	instant("published_at", func(t *target) *state.Instant { return &t.registry.body.Published }),
	money("amount", func(t *target) *state.Money { return &t.registry.body.Amount }),
	object("rating", ratingTable, nil),
	word("detail", func(t *target) *string { return &t.registry.body.Detail },
		"joined", "left", "unreachable", "false_information", "late_report", "supplier_claim"),
	decimal("share", func(t *target) *string { return &t.registry.body.Share }),
	enum("status", func(t *target) *uint8 { return (*uint8)(&t.registry.body.Status) }, "active", "ended"),
	flag("retracts", func(t *target) *state.Flag { return &t.registry.body.Retracts }),
	note("url", func(t *target) *string { return &t.registry.body.URL }),
)

var ratingTable = newTable(
	text("agency", func(t *target) *string { return &t.registry.body.Rating.Agency }),
	text("old", func(t *target) *string { return &t.registry.body.Rating.Old }),
	text("new", func(t *target) *string { return &t.registry.body.Rating.New }),
	integer("notches", func(t *target) *int64 { return &t.registry.body.Rating.Notches }),
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

var rateTable = ofEveryone(
	currency("base", func(t *target) *state.Currency { return &t.rate.body.Base }).must(),
	currency("quote", func(t *target) *state.Currency { return &t.rate.body.Quote }).must(),
	decimal("rate", func(t *target) *string { return &t.rate.body.Value }).aboveZero().must(),
	date("rate_date", func(t *target) *state.Date { return &t.rate.body.RateDate }).must(),
)

// twoCurrencies refuses the rate of a currency in itself.
func (d *Decoder) twoCurrencies() {
	if r := d.rate.body; r.Base != 0 && r.Base == r.Quote {
		d.fault(Range, d.offsetOf("/data/quote"), "%s is the base too; give two currencies", r.Quote)
	}
}

// A heartbeat says nothing but its time.
var heartbeatTable = newTable(field{name: "ext", kind: kindAny})
