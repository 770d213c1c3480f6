package main

import (
	"fmt"
	"testing"

	"tocsin/state"
)

// noWay are the alerts that tell of no way out, by signal or by signal and reason, and why. What is on hold alone tells of none either.
var noWay = map[string]string{
	"composite":                        "a grade follows from other signals, and each of them tells its own ways",
	"terms_request":                    "what was asked for stays asked for until it is old",
	"order_pattern_break SURGE":        "what was ordered stays ordered until it is old",
	"order_pattern_break LUMPY":        "what was ordered stays ordered until it is old",
	"order_pattern_break NEW_OUTSIZED": "what was ordered stays ordered until it is old",
	"order_pattern_break PROJECT":      "what was ordered stays ordered until it is old",
	"partial_payment PARTIAL":          "what was paid in parts stays so until it is old",
	"partial_payment CHERRY_PICKING":   "what was passed over stays so until it is old",
	"payment_returned ":                "of two returns neither is undone by cash",
	"adverse_registry C":               "what a person has noted ends by its age",
}

// overnight are the alerts that stand for their day alone, by story and alert, and why.
var overnight = map[string]string{
	"customer_class 2025-11-28 live C-1: overdue info":             "the customer is an established one from the next day on, with other thresholds",
	"payer_change_group 2025-02-10 live C-5: payer_change warning": "the payer is known to be the parent from the next day on",
}

// conditionsMet are how the condition of a custom sign comes to hold, and what falls short of it, in the words of stories.
var conditionsMet = map[string]struct{ enough, short string }{
	"2026-01-12 live C-1: growing_debt warning (to none)":     {"payment way 2000.01 for inv-1", "payment way 2000.00 for inv-1"},
	"2026-02-23 live C-1: growing_debt critical (to warning)": {"payment way 0.01 for inv-1", ""},
	"2026-02-23 live C-1: growing_debt critical (to none)":    {"payment way 2000.01 for inv-1", "payment way 2000.00 for inv-1"},
	"2026-03-02 live C-1: growing_debt warning (to none)":     {"payment way 0.01 for inv-1", ""},
	"2026-02-06 shadow C-1: slow_starter warning (to none)":   {"payment way 1194.00 for inv-1", "payment way 1193.99 for inv-1"},
	"2026-02-06 live C-2: slow_starter warning (to none)":     {"payment way 1194.00 for inv-2", "payment way 1193.99 for inv-2"},
	"2026-02-11 live C-1: keeps_away info (to none)":          {"contact way phone reached", "contact way phone voicemail"},
	"2026-02-16 live C-1: keeps_away warning (to info)":       {"close dispute d-1", ""},
	"2026-02-16 live C-1: keeps_away warning (to none)":       {"payment way 0.01 for inv-1", ""},
	"2026-02-20 live C-1: keeps_away info (to none)":          {"payment way 0.01 for inv-1", ""},
	"2026-01-12 live C-1: owes_much warning (to none)":        {"payment way 100.00 for inv-1", "payment way 99.99 for inv-1"},
	"2026-01-12 live C-1: stands_high warning (to none)":      {"payment way 100.00", "payment way 99.99"},
	"2026-01-05 keen C-1: owes_much info (to none)":           {"payment way 100.00 for inv-1", "payment way 99.99 for inv-1"},
	"2026-02-10 keen C-1: wants_more info (to none)":          {"payment way 400.00 for inv-1", "payment way 399.99 for inv-1"},
}

// meetCondition is what the condition of a custom sign asks for.
func (c *clearing) meetCondition(t *testing.T, short bool) []state.Event {
	t.Helper()
	how, told := conditionsMet[c.alert.leading(c.way.To)]
	if !told {
		t.Fatalf("%s: nobody tells how it comes that %s", c.alert, c.way.Condition)
	}
	text := how.enough
	if short {
		text = how.short
	}
	if text == "" {
		return nil
	}
	script, err := readScript(c.p.engine.Ledger.Zone, "", 0, fmt.Sprintf("%v %s: %s", c.day, c.alert.Customer, text))
	if err != nil {
		t.Fatal(err)
	}
	for i := range script.events {
		script.events[i].KnownAt, script.events[i].Stamp.Time = c.at, c.at
	}
	return script.events
}
