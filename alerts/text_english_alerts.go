package alerts

// englishAlerts are what is wrong, by signal, or signal and reason, in English.
var englishAlerts = map[string][]wording{
	"limit_breach NEAR": {"Nearing the credit limit: {utilisation} of it used (from {utilisation^})", "Nearing the credit limit"},
	"limit_breach HIGH": {"Close to the credit limit: {utilisation} of it used (from {utilisation^})", "Close to the credit limit"},
	"limit_breach LIMIT_REDUCED": append([]wording{
		"Over the credit limit because its review date {review_date} has passed: exposure {exposure}, limit {exposure^}",
	}, breached("because the limit was reduced")...),
	"limit_breach TEMP_EXPIRED":     breached("because a temporary increase ended"),
	"limit_breach PAYMENT_RETURNED": breached("after a returned payment"),
	"limit_breach ORDER":            breached("by new orders"),
	"limit_breach DELIVERY":         breached("by deliveries and invoices"),
	"limit_breach FX":               breached("by exchange rates"),
	"limit_breach":                  breached(""),
	"limit_missing":                 {"No credit limit on file for an exposure of {exposure}", "No credit limit on file"},
	"limit_review_due": {
		"Credit limit not reviewed: {days_late} days past its review date {review_date} (more than {days_late^})",
		"Credit limit not reviewed in time",
	},
	"limit_temporary_expiry": {
		"Temporary limit ends on {valid_to_date}, in {days_left} days: exposure {exposure} is above what remains, {exposure^}",
		"Temporary limit ends with the exposure above what remains",
	},
	"overdue": {
		"{default_90} days past due and in default (more than {default_90^})",
		"{days_past_due} days past due (more than {days_past_due^})",
		"Invoice past due",
	},
	"turnover_swing": {"Turnover of receivables swings"},
	"overdue_ratio": {
		"{overdue_ratio} of the receivables are past due (from {overdue_ratio^})",
		"Past due are {overdue} of receivables of {receivables}",
		"A large share of the receivables is past due",
	},
	"partial_payment PARTIAL": {
		"Paid in parts: {partial_invoices} invoices, {partial_ratio} of what was paid late (from {partial_ratio^}; usual {usual_partial_ratio})",
		"Invoices are paid in parts",
	},
	"partial_payment CHERRY_PICKING": {
		"New invoices paid first: {newer_first_ratio} of the payments pass over {passed_over_amount}, {passed_over_days} days past due (from {newer_first_ratio^})",
		"New invoices are paid before old ones",
	},
	"partial_payment ROUND_SUMS": {
		"Round sums that fit no invoice: {round_receipts} while a material amount is past due (from {round_receipts^})",
		"Round sums that fit no invoice",
	},
	"partial_payment": {"Cash is rationed"},
	"payment_returned": {
		"Payment not made good: {not_replaced} missing of what came back on {return_date}, due by {replace_by_date}",
		"Payment returned on {hard_return_date}: account closed or blocked, or bill dishonoured",
		"A payment of {returned_amount} came back on {return_date}; that makes {returned_payments} (from {returned_payments^})",
		"Payment returned",
	},
	"broken_promise": {
		"Promises broken in a row: {promise_run} (from {promise_run^}); of {promised_amount} due by {promise_deadline} came {received_amount}",
		"Promises broken in a row: {promise_run} (from {promise_run^})",
		"Promises to pay are broken",
	},
	"order_pattern_break SURGE": {
		"Orders of 30 days are {orders_in_medians} times the usual (from {orders_in_medians^}): {orders_30_days}",
		"Orders surge",
	},
	"order_pattern_break LUMPY": {
		"An order of {order_amount} is {order_in_medians} times the usual one (from {order_in_medians^})",
		"An order far above the usual one",
	},
	"order_pattern_break NEW_OUTSIZED": {"An order of {order_amount} from a new customer, {order_of_limit} of the limit", "An outsized order from a new customer"},
	"order_pattern_break COLLAPSE": {
		"Orders of 60 days are {orders_60_in_medians} times the usual (up to {orders_60_in_medians^}) while invoices are overdue",
		"Orders collapse while invoices are overdue",
	},
	"order_pattern_break PROJECT": {"Orders of a project are above the habit"},
	"order_pattern_break":         {"Orders break the pattern"},
	"terms_request REQUEST": {
		"Asks for more time or credit, most of all on {request_date}: points {points} (from {points^})",
		"Asks for more time or credit",
	},
	"terms_request SILENT_EXTENSION": {
		"Due dates of {moved_invoices} open invoices were moved, {moved_share} of the receivables (from {moved_share^})",
		"Due dates of open invoices were moved",
	},
	"terms_request": {"Asks for other terms"},
	"dispute_stall": {
		"Disputed late: {late_disputes} invoices (from {late_disputes^}); {blocked_ratio} of what is overdue is blocked by that",
		"Disputed late: {late_disputes} invoices (from {late_disputes^})",
		"Invoices are disputed late",
	},
	"contact_lost UNDELIVERABLE": {
		"Nothing gets through to the customer: undeliverable over {undeliverable_channels} channels (from {undeliverable_channels^})",
		"Nothing gets through to the customer",
	},
	"contact_lost": {
		"The customer cannot be reached: attempts of weight {attempt_weight} (from {attempt_weight^}) over {attempt_span_days} business days",
		"The customer cannot be reached",
	},
	"turnover_swing FALL": {
		"Turnover of receivables is {-turnover_fall} above the usual: {turnover} times a year, usually {turnover_base}",
		"Turnover of receivables fell by {turnover_fall} (from {turnover_fall^}): {turnover} times a year, usually {turnover_base}",
		"Turnover of receivables has fallen",
	},
	"turnover_swing RISE": {
		"Turnover of receivables is {-turnover_rise} below the usual: {turnover} times a year, usually {turnover_base}",
		"Turnover of receivables rose by {turnover_rise} (from {turnover_rise^}): sales collapse, or it pays in advance",
		"Turnover of receivables has risen",
	},
	"payment_slowdown COLD_START": {
		"Pays {recent_median_days} days late (from {recent_median_days^}); too few payments before to know its norm",
		"Pays late; too few payments before to know its norm",
	},
	"payment_slowdown DISCOUNT_LOST": {
		"The discount for early payment was taken on {discounts_taken_ratio} of the invoices, and on none of the last {discounts_missed}",
		"The discount for early payment is taken no more",
	},
	"payment_slowdown": {
		"Pays {-days_slower} days earlier than its own norm",
		"Pays {days_slower} days later than its own norm (from {days_slower^})",
		"Pays later than its own norm",
	},
	"payer_change NEW_ACCOUNTS": {
		"Pays from new accounts: {new_accounts} in half a year (from {new_accounts^}), the newest since {account_1_first_date}",
		"Pays from new accounts",
	},
	"payer_change THIRD_PARTY": {
		"Others pay {third_party_ratio} of the money (from {third_party_ratio^})",
		"Others pay for the customer",
	},
	"payer_change DEFERRED": {
		"Pays by bills and dated cheques: {deferred_ratio} of the money (from {deferred_ratio^}), {deferred_before_ratio} before",
		"Pays by bills and dated cheques instead of cash",
	},
	"payer_change AFTER_RETURN": {
		"Pays from a new account since {new_account_date}, {days_after_return} days after a payment came back for good",
		"Pays from a new account after a payment came back for good",
	},
	"payer_change":             {"Pays from elsewhere than before"},
	"adverse_registry CLASS_A": {"The customer is insolvent or dissolved, says a public register, since {effective_date}", "The customer is insolvent or dissolved, says a public register"},
	"adverse_registry B1":      {"Severe news in a public register of {effective_date}", "Severe news in a public register"},
	"adverse_registry B2": {
		"Serious news in a public register of {effective_date}",
		"Serious news in a public register",
	},
	"adverse_registry C":            {"Soft adverse news, kinds of it: {soft_kinds} (a warning from {soft_kinds^})", "Soft adverse news"},
	"adverse_registry CORROBORATED": {"Soft adverse news beside trouble with payments, of {effective_date}", "Soft adverse news beside trouble with payments"},
	"adverse_registry":              {"Adverse news in a public register of {effective_date}", "Adverse news in a public register"},
	"composite FAIR":                graded("fair"),
	"composite WATCH":               graded("watch"),
	"composite BAD":                 graded("bad"),
	"composite":                     {"Grade of the customer"},
}

// graded is the wording of a grade.
func graded(grade string) []wording {
	return []wording{
		wording("Graded " + grade + " by a person on {grade_given}, until {grade_given_until}; the score is {score} of 100"),
		wording("Graded " + grade + ": score {score} of 100 (from {score^})"),
		wording("Graded " + grade + " until {upgrade_date}, for a grade rises slowly: score {score} of 100"),
		wording("Graded " + grade + " as before, for warnings still stand: score {score} of 100"),
		wording("Graded " + grade),
	}
}

// breached are the wordings of a breach.
func breached(why string) []wording {
	if why != "" {
		why = " " + why
	}
	return []wording{
		wording("Over the credit limit" + why + ": {utilisation} of it used (more than {utilisation^})"),
		wording("Over the credit limit" + why + ": exposure {exposure}, limit {exposure^}"),
		wording("Over the credit limit" + why),
	}
}
