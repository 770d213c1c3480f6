package contract

import "tocsin/state"

var paymentTable = ofCustomer(
	id("payment_id", func(t *target) *string { return &t.payment.body.PaymentID }).must(),
	date("value_date", func(t *target) *state.Date { return &t.payment.body.ValueDate }).must(),
	money("amount", func(t *target) *state.Money { return &t.payment.body.Amount }).must(),
	enum("method", func(t *target) *uint8 { return (*uint8)(&t.payment.body.Method) },
		"credit_transfer", "direct_debit", "card", "cheque", "bill", "cash", "netting", "other"),
	flag("cleared", func(t *target) *state.Flag { return &t.payment.body.Cleared }),
	date("maturity_date", func(t *target) *state.Date { return &t.payment.body.MaturityDate }),
	enum("bill_kind", func(t *target) *uint8 { return (*uint8)(&t.payment.body.BillKind) }, "commercial", "bank"),
	note("remittance_ref", func(t *target) *string { return &t.payment.body.RemittanceRef }),
	object("payer", payerTable, nil),
	id("end_to_end_id", func(t *target) *string { return &t.payment.body.EndToEndID }),
	allocations("allocations", receivedTable, func(t *target) *[]state.Allocation { return &t.payment.body.Allocations }),
	id("deposit_for_order", func(t *target) *string { return &t.payment.body.DepositForOrder }),
)

var payerTable = newTable(
	text("account_hash", func(t *target) *string { return &t.payment.body.PayerAccount }),
	text("name", func(t *target) *string { return &t.payment.body.PayerName }),
)

var applicationTable = ofCustomer(
	id("payment_id", func(t *target) *string { return &t.application.body.PaymentID }).must(),
	date("applied_date", func(t *target) *state.Date { return &t.application.body.AppliedDate }).must(),
	allocations("allocations", appliedTable, func(t *target) *[]state.Allocation { return &t.application.body.Allocations }).must(),
)

var returnTable = ofCustomer(
	id("payment_id", func(t *target) *string { return &t.paymentReturn.body.PaymentID }).must(),
	date("return_date", func(t *target) *state.Date { return &t.paymentReturn.body.ReturnDate }).must(),
	money("amount", func(t *target) *state.Money { return &t.paymentReturn.body.Amount }).must(),
	text("reason_code", func(t *target) *string { return &t.paymentReturn.body.ReasonCode }),
	allocations("allocations", allocationTable, func(t *target) *[]state.Allocation { return &t.paymentReturn.body.Allocations }),
	flag("booked_in_error", func(t *target) *state.Flag { return &t.paymentReturn.body.BookedInError }),
)
