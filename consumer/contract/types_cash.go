package contract

import "tocsin/state"

var paymentTable = ofCustomer(
	id("payment_id", func(t *target) *string { return &t.payment.PaymentID }).must(),
	date("value_date", func(t *target) *state.Date { return &t.payment.ValueDate }).must(),
	money("amount", func(t *target) *state.Money { return &t.payment.Amount }).must(),
	enum("method", func(t *target) *uint8 { return (*uint8)(&t.payment.Method) },
		"credit_transfer", "direct_debit", "card", "cheque", "bill", "cash", "netting", "other"),
	flag("cleared", func(t *target) *state.Flag { return &t.payment.Cleared }),
	date("maturity_date", func(t *target) *state.Date { return &t.payment.MaturityDate }),
	enum("bill_kind", func(t *target) *uint8 { return (*uint8)(&t.payment.BillKind) }, "commercial", "bank"),
	note("remittance_ref", func(t *target) *string { return &t.payment.RemittanceRef }),
	object("payer", payerTable, nil),
	id("end_to_end_id", func(t *target) *string { return &t.payment.EndToEndID }),
	allocations("allocations", receivedTable, func(t *target) *[]state.Allocation { return &t.payment.Allocations }),
	id("deposit_for_order", func(t *target) *string { return &t.payment.DepositForOrder }),
)

var payerTable = newTable(
	text("account_hash", func(t *target) *string { return &t.payment.PayerAccount }),
	text("name", func(t *target) *string { return &t.payment.PayerName }),
)

var applicationTable = ofCustomer(
	id("payment_id", func(t *target) *string { return &t.application.PaymentID }).must(),
	date("applied_date", func(t *target) *state.Date { return &t.application.AppliedDate }).must(),
	allocations("allocations", appliedTable, func(t *target) *[]state.Allocation { return &t.application.Allocations }).must(),
)

var returnTable = ofCustomer(
	id("payment_id", func(t *target) *string { return &t.paymentReturn.PaymentID }).must(),
	date("return_date", func(t *target) *state.Date { return &t.paymentReturn.ReturnDate }).must(),
	money("amount", func(t *target) *state.Money { return &t.paymentReturn.Amount }).must(),
	text("reason_code", func(t *target) *string { return &t.paymentReturn.ReasonCode }),
	allocations("allocations", allocationTable, func(t *target) *[]state.Allocation { return &t.paymentReturn.Allocations }),
	flag("booked_in_error", func(t *target) *state.Flag { return &t.paymentReturn.BookedInError }),
)
