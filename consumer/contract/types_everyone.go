package contract

import "tocsin/state"

var registryTable = ofEveryone(
	text("registry", func(t *target) *string { return &t.registry.body.Registry }).must().
		says("Who says it: gb-companies-house, cn-gsxt, cn-court, gb-gazette, agency:NAME or insurer:NAME."),
	object("identifier", identifierTable, func(t *target) { t.identifier = &t.registry.body.Identifier }).must().
		says("The party, as the register knows it. The news concerns every customer whose profile has the identifier; if none "+
			"has, it waits 30 days for one."),
	word("kind", func(t *target) *string { return &t.registry.body.Type }, registryKinds...).must().
		says("What happened, by the contract's own names whatever the register says. What fits none of them is other."),
	id("subject_id", func(t *target) *string { return &t.registry.body.SubjectID }).
		says("The case, officer, charge or filing: tells two pieces of news of one day apart. Left out: there is none."),
	date("effective_date", func(t *target) *state.Date { return &t.registry.body.Effective }).must().
		says("From when on it is so, by the register."),
	instant("published_at", func(t *target) *state.Instant { return &t.registry.body.Published }).
		says("When the register published it, as an RFC 3339 instant. Left out: not told."),
	money("amount", func(t *target) *state.Money { return &t.registry.body.Amount }).
		says("The money that it is about, such as the sum claimed. Left out: not told."),
	object("rating", ratingTable, nil).
		says("An agency's change of opinion, for rating_down and score_down."),
	word("detail", func(t *target) *string { return &t.registry.body.Detail },
		"joined", "left", "unreachable", "false_information", "late_report", "supplier_claim").
		says("What tells a grave case from a slight one, for kinds that have both. Left out: the slight one."),
	decimal("share", func(t *target) *string { return &t.registry.body.Share }).
		says("The share of control or capital that changed, as a decimal of one, such as 0.75. Left out: not told."),
	enum("status", func(t *target) *uint8 { return (*uint8)(&t.registry.body.Status) }, "active", "ended").
		says("Whether it still stands: ended ends it from the day on which that is known. Left out: active."),
	flag("retracts", func(t *target) *state.Flag { return &t.registry.body.Retracts }).
		says("True says that it never was. Left out: false."),
	note("url", func(t *target) *string { return &t.registry.body.URL }).
		says("Where it can be read."),
)

var ratingTable = newTable(
	text("agency", func(t *target) *string { return &t.registry.body.Rating.Agency }).
		says("Whose opinion it is."),
	text("old", func(t *target) *string { return &t.registry.body.Rating.Old }).
		says("The rating until now."),
	text("new", func(t *target) *string { return &t.registry.body.Rating.New }).
		says("The rating from now on."),
	integer("notches", func(t *target) *int64 { return &t.registry.body.Rating.Notches }).
		says("By how many notches it changed, down is negative."),
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
	currency("base", func(t *target) *state.Currency { return &t.rate.body.Base }).must().
		says("The currency of which one unit is priced."),
	currency("quote", func(t *target) *state.Currency { return &t.rate.body.Quote }).must().
		says("The currency of the price."),
	decimal("rate", func(t *target) *string { return &t.rate.body.Value }).aboveZero().must().
		says("What one unit of base is worth in quote, as a decimal string."),
	date("rate_date", func(t *target) *state.Date { return &t.rate.body.RateDate }).must().
		says("The day of the rate. It is in force from the day after it is known, until a newer one is."),
)

// twoCurrencies refuses the rate of a currency in itself.
func (d *Decoder) twoCurrencies() {
	if r := d.rate.body; r.Base != 0 && r.Base == r.Quote {
		d.fault(Range, d.offsetOf("/data/quote"), "%s is the base too; give two currencies", r.Quote)
	}
}

// A heartbeat says nothing but its time.
var heartbeatTable = newTable(field{name: "ext", kind: kindAny}.
	says("Anything of your own. It is kept and never interpreted."))
