package alerts

import "tocsin/detectors"

// What is said of conditions to who asks why a signal stands or keeps silent.
var (
	englishConditions = map[string]string{
		"overdue_of_receivables": "Past due, as a share of the receivables",
		"days_slower_by_spread":  "Days later than its norm, for the spread of it",
		"temporary_limits":       "Temporary increases that end",
		"hard_returns":           "Payments that came back for good",
		"days_after_deadline":    "Days past the deadline for making it good",
		"replaced_share":         "Share made good",
		"late_dispute_ratio":     "Disputed late, as a share of the invoices fallen due",
		"unusual_disputes":       "Invoices disputed late, for what was usual",
		"terminal_facts":         "Registry facts of class A",
		"severe_facts":           "Registry facts of class B1",
		"accounts_after_return":  "New accounts after a payment came back for good",
		"receipts_before":        "Payments before",
		"serious_facts":          "Registry facts of class B2",

		"partial_ratio_above_usual": "Above the usual share by",
		"directed_payments":         "Payments of which the customer chose the invoice",
	}
	englishFlags = map[string]map[bool]string{
		"exchange_rates": {true: "no exchange rate is missing", false: "an amount in another currency needs an exchange rate that is not in force"},
		"limit_on_file":  {true: "a credit limit is on file", false: "no credit limit is on file"},
		"limits_known":   {true: "the ledger's first credit limit has long been known", false: "the ledger's first credit limit is not known, or only since today"},
		"grade_given":    {true: "a person has given the grade {about}", false: "a person has given the grade {about}"},
		"grade_held":     {true: "the grade is {about}, and rises slowly", false: "the grade is {about}, and rises slowly"},
		"disputes_stand": {true: "late disputes are still open", false: "no late dispute is open"},
		"trouble":        {true: "a signal of the customer's own conduct stands at a warning", false: "no signal of the customer's own conduct stands at a warning"},
		"discounts_missed": {
			true: "the discount for early payment was taken on none of the latest invoices", false: "the discount for early payment was taken of late, or too few offered one",
		},
		"review_date":       {true: "the limit has a review date", false: "the limit has no review date"},
		"payers_comparable": {true: "the customer's name is known", false: "the customer's own name is not known, so nobody can tell a stranger"},
		"turnover_known": {
			true: "there is a turnover, and a usual one", false: "there are not five whole windows since the first invoice with something owed in each",
		},
	}

	englishNeeds = map[detectors.Relation]string{
		detectors.AtLeast: "needs at least {threshold}", detectors.MoreThan: "needs more than {threshold}",
		detectors.AtMost: "needs at most {threshold}", detectors.LessThan: "needs less than {threshold}",
	}
	englishGaps = map[detectors.Unit]gapWords{
		detectors.UnitDays:     {"{gap} days more", "{gap} days fewer", "1 day more", "1 day fewer"},
		detectors.UnitHalfDays: {"{gap} days more", "{gap} days fewer", "1 day more", "1 day fewer"},
		detectors.UnitCount:    {"{gap} more", "{gap} fewer", "1 more", "1 fewer"},
		detectors.UnitMoney:    {"{gap} more", "{gap} less", "", ""},
		detectors.UnitRatio:    {"{gap} more", "{gap} less", "", ""},
		detectors.UnitPoints:   {"{gap} more", "{gap} less", "", ""},
	}
)
