package alerts

import "tocsin/state"

// Ids are derived, never drawn, so that whoever sees one twice knows that it is the same thing. Each is the first 16
// bytes of a SHA-256 over its kind and what names it, with U+0000 between the parts, which no id of a publisher holds.

// alertID names an episode of a signal in a rule set.
func alertID(set string, customer state.CustomerID, signal string, raised state.Date) string {
	return derived("alert", set, string(customer), signal, raised)
}

// caseID names the case of a customer that opened on a day.
func caseID(customer state.CustomerID, opened state.Date) string {
	return derived("case", string(customer), "", "", opened)
}

// taskID names the review task of a case.
func taskID(customer state.CustomerID, opened state.Date) string {
	return derived("task", string(customer), "", "", opened)
}

// CaseOf are the ids of the case and of the task that a customer's record has; empty: none is open, or was on its day.
func CaseOf(rec *state.Record) (of, task string) {
	if len(rec.Episodes) == 0 {
		return "", ""
	}
	var m memory
	m.mustDecode(rec.Episodes)
	if m.file.opened == 0 {
		return "", ""
	}
	return caseID(rec.Customer.ID, m.file.opened), taskID(rec.Customer.ID, m.file.opened)
}
