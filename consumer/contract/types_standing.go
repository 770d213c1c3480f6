package contract

import "tocsin/state"

var limitTable = ofCustomer(
	id("limit_id", func(t *target) *string { return &t.limit.body.LimitID }).must(),
	enum("kind", func(t *target) *uint8 { return (*uint8)(&t.limit.body.Type) }, "base", "temporary", "group").shut().must(),
	field{
		name: "amount", kind: kindLimitAmount, required: true,
		money:     func(t *target) *state.Money { return &t.limit.body.Amount },
		withdrawn: func(t *target) *bool { return &t.limit.body.Withdrawn },
	},
	date("valid_from_date", func(t *target) *state.Date { return &t.limit.body.ValidFrom }).must(),
	date("valid_to_date", func(t *target) *state.Date { return &t.limit.body.ValidTo }),
	date("review_date", func(t *target) *state.Date { return &t.limit.body.ReviewDate }),
	flag("hard", func(t *target) *state.Flag { return &t.limit.body.Hard }),
)

// mostDays bounds the days of a cover: ten years, beyond which a number is none of days.
const mostDays = 3650

var coverTable = ofCustomer(
	id("cover_id", func(t *target) *string { return &t.cover.body.CoverID }).must(),
	enum("kind", func(t *target) *uint8 { return (*uint8)(&t.cover.body.Type) }, "insurance", "collateral").shut().must(),
	money("amount", func(t *target) *state.Money { return &t.cover.body.Amount }).must(),
	decimal("cover_ratio", func(t *target) *string { return &t.cover.body.Ratio }).ofOne(),
	date("valid_from_date", func(t *target) *state.Date { return &t.cover.body.ValidFrom }).must(),
	date("valid_to_date", func(t *target) *state.Date { return &t.cover.body.ValidTo }),
	integer("mep_days", func(t *target) *int64 { return &t.cover.body.MEPDays }).within(0, mostDays),
	integer("report_days", func(t *target) *int64 { return &t.cover.body.ReportDays }).within(0, mostDays),
	integer("transfer_days", func(t *target) *int64 { return &t.cover.body.TransferDays }).within(0, mostDays),
)

var gradeOverrideTable = ofCustomer(
	id("override_id", func(t *target) *string { return &t.gradeOverride.body.OverrideID }).must(),
	enum("grade", func(t *target) *uint8 { return (*uint8)(&t.gradeOverride.body.Grade) },
		"excellent", "good", "fair", "watch", "bad").must(),
	date("set_date", func(t *target) *state.Date { return &t.gradeOverride.body.SetDate }).must(),
	text("reason", func(t *target) *string { return &t.gradeOverride.body.Reason }).must(),
	text("by", func(t *target) *string { return &t.gradeOverride.body.By }),
)

var noteTable = ofCustomer(
	id("note_id", func(t *target) *string { return &t.note.body.NoteID }).must(),
	date("note_date", func(t *target) *state.Date { return &t.note.body.NoteDate }).must(),
	enum("sign", func(t *target) *uint8 { return (*uint8)(&t.note.body.Sign) },
		"price_dumping", "layoffs", "lost_key_customer", "rumour", "premises", "disaster", "no_accounts", "other"),
	note("text", func(t *target) *string { return &t.note.body.Text }),
)
