package contract

import "tocsin/state"

var paymentTable = ofCustomer(
	id("payment_id", func(t *target) *string { return &t.payment.body.PaymentID }).must().
		says("Names the payment: bank reference, or statement and line."),
	date("value_date", func(t *target) *state.Date { return &t.payment.body.ValueDate }).must().
		says("The bank's value date: the day on which the customer has paid."),
	money("amount", func(t *target) *state.Money { return &t.payment.body.Amount }).must().
		says("What came in, without a sign."),
	enum("method", func(t *target) *uint8 { return (*uint8)(&t.payment.body.Method) },
		"credit_transfer", "direct_debit", "card", "cheque", "bill", "cash", "netting", "other").
		says("How it was paid. Left out: not told."),
	flag("cleared", func(t *target) *state.Flag { return &t.payment.body.Cleared }).
		says("False while the money can still come back (cheque, direct debit): it is then neither gone from the exposure nor "+
			"free cash. Send true in a later revision. Left out: true."),
	date("maturity_date", func(t *target) *state.Date { return &t.payment.body.MaturityDate }).
		says("When a bill of exchange or a post-dated cheque falls due. Left out of a bill: it counts as cash."),
	enum("bill_kind", func(t *target) *uint8 { return (*uint8)(&t.payment.body.BillKind) }, "commercial", "bank").
		says("Who has accepted the bill: the customer, or a bank, which is no risk on the customer. Left out: not told, and "+
			"counted as the customer's."),
	note("remittance_ref", func(t *target) *string { return &t.payment.body.RemittanceRef }).
		says("What the payer wrote on the transfer. Left out: not told, which makes a round sum look more like a payment on "+
			"account."),
	object("payer", payerTable, nil).
		says("Who paid, if it may not be the customer."),
	id("end_to_end_id", func(t *target) *string { return &t.payment.body.EndToEndID }).
		says("The end-to-end id of the transfer or direct debit: a debit that is presented again is known by it. Left out: not "+
			"told."),
	allocations("allocations", receivedTable, func(t *target) *[]state.Allocation { return &t.payment.body.Allocations }).
		says("The invoices that it pays, if that is known by now. Left out: unapplied cash, which lowers the exposure at once; "+
			"say more with payment.applied."),
	id("deposit_for_order", func(t *target) *string { return &t.payment.body.DepositForOrder }).
		says("The order for which it is a deposit: it then lowers that order and nothing else. Left out: it is no deposit."),
)

var payerTable = newTable(
	text("account_hash", func(t *target) *string { return &t.payment.body.PayerAccount }).
		says("A hash of the payer's account, the same for the same account. Never send the number itself."),
	text("name", func(t *target) *string { return &t.payment.body.PayerName }).
		says("The holder of the account, as the bank gives it."),
)

var applicationTable = ofCustomer(
	id("payment_id", func(t *target) *string { return &t.application.body.PaymentID }).must().
		says("The payment that is applied. It may come later than its application."),
	date("applied_date", func(t *target) *state.Date { return &t.application.body.AppliedDate }).must().
		says("From when on the allocations hold. How late the customer paid still goes by the value date."),
	allocations("allocations", appliedTable, func(t *target) *[]state.Allocation { return &t.application.body.Allocations }).must().
		says("All allocations of the payment as they now stand; they replace the earlier ones. An empty list takes all of them "+
			"back."),
)

var returnTable = ofCustomer(
	id("payment_id", func(t *target) *string { return &t.paymentReturn.body.PaymentID }).must().
		says("The payment that came back. Invoices that it paid are open again with their first due dates."),
	date("return_date", func(t *target) *state.Date { return &t.paymentReturn.body.ReturnDate }).must().
		says("The day on which the money left again."),
	money("amount", func(t *target) *state.Money { return &t.paymentReturn.body.Amount }).must().
		says("What came back, without a sign."),
	text("reason_code", func(t *target) *string { return &t.paymentReturn.body.ReasonCode }).
		says("Why, as the bank's code: an ISO 20022 external return code such as AM04, or a NACHA R-code such as R01. Left out "+
			"or unknown: counted as lack of funds."),
	allocations("allocations", allocationTable, func(t *target) *[]state.Allocation { return &t.paymentReturn.body.Allocations }).
		says("The allocations that are undone, if not all. Left out: all of them."),
	flag("booked_in_error", func(t *target) *state.Flag { return &t.paymentReturn.body.BookedInError }).
		says("True when the payment was a mistake of yours and never the customer's: nothing is held against the customer. "+
			"Left out: false."),
)
