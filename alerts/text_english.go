package alerts

import "tocsin/detectors"

// english is the catalogue in English. Nobody changes it.
var english = &catalogue{
	signals: map[string]string{
		"limit_breach":           "Credit limit",
		"limit_missing":          "No credit limit",
		"limit_review_due":       "Credit limit review due",
		"limit_temporary_expiry": "Temporary limit ends",
		"overdue":                "Invoice overdue",
		"overdue_ratio":          "Share overdue",
		"adverse_registry":       "Adverse registry news",
	},
	alerts: map[string][]wording{
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
		"overdue_ratio": {
			"{overdue_ratio} of the receivables are past due (from {overdue_ratio^})",
			"A large share of the receivables is past due",
		},
		"adverse_registry CLASS_A": {"The customer is insolvent or dissolved, says a public register, since {effective_date}", "The customer is insolvent or dissolved, says a public register"},
		"adverse_registry B1":      {"Severe news in a public register of {effective_date}", "Severe news in a public register"},
		"adverse_registry":         {"Adverse news in a public register of {effective_date}", "Adverse news in a public register"},
	},
	reasons: map[string]string{
		"NEAR":             "nearing the limit",
		"HIGH":             "close to the limit",
		"LIMIT_REDUCED":    "the limit was reduced",
		"TEMP_EXPIRED":     "a temporary increase ended",
		"PAYMENT_RETURNED": "a payment was returned",
		"ORDER":            "new orders",
		"DELIVERY":         "deliveries and invoices",
		"FX":               "exchange rates",
		"OTHER":            "several small changes",
		"CLASS_A":          "insolvent or dissolved",
		"B1":               "severe news",
	},
	levels: [levels]string{
		detectors.None: "none", detectors.Info: "info", detectors.Warning: "warning", detectors.Critical: "critical",
	},
	kinds: map[string]string{
		Raised:      "{signal}: raised at {to}",
		Escalated:   "{signal}: up from {from} to {to}",
		Deescalated: "{signal}: down from {from} to {to}",
		Cleared:     "{signal}: cleared",
		Retracted:   "{signal}: taken back, for it was never right",
	},
	facts: map[string]measure{
		"utilisation":      {"Utilisation", asPercent, "threshold"},
		"exposure":         {"Exposure", asMoney, "limit"},
		"limit":            {"Limit", asMoney, ""},
		"days_late":        {"Days after the review date", asNumber, "more than"},
		"review_date":      {"Review date", asNumber, ""},
		"days_left":        {"Days left", asNumber, "at most"},
		"valid_to_date":    {"Last day of the increase", asNumber, ""},
		"days_past_due":    {"Days past due", asNumber, "more than"},
		"open_amount":      {"Open on that line", asMoney, "counts from"},
		"default_90":       {"In default: days past due", asNumber, "more than"},
		"overdue_ratio":    {"Share past due", asPercent, "from"},
		"overdue":          {"Past due", asMoney, "counts from"},
		"receivables":      {"Receivables", asMoney, ""},
		"open_invoices":    {"Open invoices", asNumber, "at least"},
		"registry_event":   {"Register says", asCode, ""},
		"class":            {"Class", asCode, ""},
		"effective_date":   {"Since", asNumber, ""},
		"first_known_date": {"First known", asNumber, ""},
		"registry_events":  {"Facts that stand", asNumber, ""},
	},
	remedies: map[string]string{
		"pay":            "{amount} is paid",
		"raise_limit":    "the limit is raised to {amount}",
		"set_limit":      "a credit limit is set",
		"review_limit":   "the limit is reviewed",
		"registry_ended": "the register says that it is over",
	},
	down: " (down to {to})",
	over: "No signal at warning or above stands any more; it was {before}",
	actions: map[string]string{
		"assert_retention_of_title":   "Assert retention of title",
		"book_provision":              "Book a provision",
		"call_customer":               "Call the customer",
		"check_stay_on_dunning":       "Check whether dunning must stop",
		"file_claim":                  "File the claim",
		"file_insurance_claim":        "File the insurance claim",
		"final_demand":                "Send the final demand",
		"formal_letter":               "Send a formal letter",
		"freeze_limit_increases":      "Freeze limit increases",
		"grant_temporary_increase":    "Grant a temporary increase",
		"hold_orders":                 "Hold orders",
		"notify_insurer":              "Notify the insurer",
		"recall_goods_in_transit":     "Recall goods in transit",
		"release_or_deny_held_orders": "Release or deny held orders",
		"request_part_payment":        "Ask for a part payment",
		"review_limit":                "Review the limit",
		"secure_receivables":          "Secure the receivables",
		"send_reminder":               "Send a reminder",
		"set_limit":                   "Set a credit limit",
		"start_legal_action":          "Start legal action",
		"stop_all_deliveries":         "Stop all deliveries",
		"visit_customer":              "Visit the customer",
	},
	decisions: map[string]string{
		"hold_orders": "hold orders", "release_with_conditions": "release with conditions", "reduce_limit": "reduce the limit",
		"prepay": "prepayment", "terms_change": "change the terms", "dunning_level": "next dunning level", "call": "call",
		"visit": "visit", "collateral": "collateral", "insurer_notice": "notice or claim to the insurer", "legal": "legal action",
		"write_off_proposal": "propose a write-off", noAction: "no action",
	},
	reasonCodes: map[string]string{
		"seasonal": "seasonal", "our_error": "our error", "dispute_ours": "a dispute of our making", "timing": "timing",
		"data": "wrong data", "known_and_accepted": "known and accepted",
	},
	tasks: map[string]string{
		TaskOpen: "open", TaskAcknowledged: "acknowledged", TaskInReview: "in review", TaskDecided: "decided", TaskClosed: "closed",
	},
	whys: map[string]string{
		WhyFirstLoad: "Tocsin has read the past for the first time. What it found from {from} to {to} was withheld until all of it was read",
		WhyBehind:    "Tocsin was behind and has caught up. What it found from {from} to {to} was withheld until all of it was read",
		WhyHold:      "Messages were held back on purpose (notify.hold). They are about {from} to {to}",
		WhyLate:      "Events came in long after they had happened (notify.max_age). What they mean for {from} to {to} was withheld until all of them were read",
	},
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
