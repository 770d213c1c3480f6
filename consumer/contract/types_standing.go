package contract

import "tocsin/state"

var limitTable = ofCustomer(
	id("limit_id", func(t *target) *string { return &t.limit.body.LimitID }).must().
		says("Names the limit. A new amount is the same limit with a higher revision."),
	enum("kind", func(t *target) *uint8 { return (*uint8)(&t.limit.body.Type) }, "base", "temporary", "group").shut().must().
		says("base is the customer's limit; temporary adds to it for a while; group bounds the customer and all below it."),
	field{
		name: "amount", kind: kindLimitAmount, required: true,
		money:     func(t *target) *state.Money { return &t.limit.body.Amount },
		withdrawn: func(t *target) *bool { return &t.limit.body.Withdrawn },
	}.
		says("The limit. null withdraws it: there is none from then on. 0 means prepayment only."),
	date("valid_from_date", func(t *target) *state.Date { return &t.limit.body.ValidFrom }).must().
		says("From when on it holds; a date to come is fine."),
	date("valid_to_date", func(t *target) *state.Date { return &t.limit.body.ValidTo }).
		says("The last day on which it holds. Left out: until another one is set."),
	date("review_date", func(t *target) *state.Date { return &t.limit.body.ReviewDate }).
		says("By when the limit is to be looked at again. Left out: nobody is reminded."),
	flag("hard", func(t *target) *state.Flag { return &t.limit.body.Hard }).
		says("True: to pass it is critical. False: a soft limit, critical only from 110 % on. Left out: true."),
)

// mostDays bounds the days of a cover: ten years, beyond which a number is none of days.
const mostDays = 3650

var coverTable = ofCustomer(
	id("cover_id", func(t *target) *string { return &t.cover.body.CoverID }).must().
		says("Names the cover. A cut is the same cover with a higher revision."),
	enum("kind", func(t *target) *uint8 { return (*uint8)(&t.cover.body.Type) }, "insurance", "collateral").shut().must().
		says("Credit insurance, or collateral such as a guarantee of a bank."),
	money("amount", func(t *target) *state.Money { return &t.cover.body.Amount }).must().
		says("The insured limit, or the value of the collateral."),
	decimal("cover_ratio", func(t *target) *string { return &t.cover.body.Ratio }).ofOne().
		says("The covered share as a decimal of one, such as 0.90. Left out: 0.90 for insurance, 1 for collateral."),
	date("valid_from_date", func(t *target) *state.Date { return &t.cover.body.ValidFrom }).must().
		says("From when on it holds."),
	date("valid_to_date", func(t *target) *state.Date { return &t.cover.body.ValidTo }).
		says("The last day on which it holds. Left out: until another one is set."),
	integer("mep_days", func(t *target) *int64 { return &t.cover.body.MEPDays }).within(0, mostDays).
		says("The maximum extension period: days after the original due date until which you may still ship. Left out: not "+
			"told, so nobody is reminded."),
	integer("report_days", func(t *target) *int64 { return &t.cover.body.ReportDays }).within(0, mostDays).
		says("Days after the due date until which you must report an overdue. Left out: not told."),
	integer("transfer_days", func(t *target) *int64 { return &t.cover.body.TransferDays }).within(0, mostDays).
		says("Days after the due date until which you must hand over the collection. Left out: not told."),
)

var gradeOverrideTable = ofCustomer(
	id("override_id", func(t *target) *string { return &t.gradeOverride.body.OverrideID }).must().
		says("Names the override."),
	enum("grade", func(t *target) *uint8 { return (*uint8)(&t.gradeOverride.body.Grade) },
		"excellent", "good", "fair", "watch", "bad").must().
		says("The grade that a person gives, best first."),
	date("set_date", func(t *target) *state.Date { return &t.gradeOverride.body.SetDate }).must().
		says("From when on it holds: for 90 days."),
	text("reason", func(t *target) *string { return &t.gradeOverride.body.Reason }).must().
		says("Why, in a sentence."),
	text("by", func(t *target) *string { return &t.gradeOverride.body.By }).
		says("Who. Left out: not told."),
)

var noteTable = ofCustomer(
	id("note_id", func(t *target) *string { return &t.note.body.NoteID }).must().
		says("Names the note."),
	date("note_date", func(t *target) *state.Date { return &t.note.body.NoteDate }).must().
		says("The day on which it was seen."),
	enum("sign", func(t *target) *uint8 { return (*uint8)(&t.note.body.Sign) },
		"price_dumping", "layoffs", "lost_key_customer", "rumour", "premises", "disaster", "no_accounts", "other").
		says("What sort of thing it is. Left out: not told."),
	note("text", func(t *target) *string { return &t.note.body.Text }).
		says("What was seen, in a sentence or two."),
)
