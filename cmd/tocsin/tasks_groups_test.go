package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"tocsin/state"
)

// Two daughters of one holding have a task each: they are one work item of the group, by command, over the API and in the digest, from the day
// after the one on which it was known whose daughters they are.
func TestTasksOfAGroupAreTied(t *testing.T) {
	euro, _ := state.ParseCurrency("EUR")
	l := newPipeline(t)
	for id, parent := range map[state.CustomerID]state.CustomerID{"H-1": "", "C-1": "H-1", "C-2": "H-1", "C-3": ""} {
		l.toldOf(t, id, l.today-5, state.KindProfile, &state.Profile{Name: "Nord " + string(id), Country: "DE", CreditManager: "ana", Parent: parent})
		if id != "H-1" {
			l.toldOf(t, id, l.today-5, state.KindInvoice, &state.Invoice{
				InvoiceID: "INV-" + string(id), IssueDate: l.today - 100, DueDate: l.today - 70, Total: state.Money{Minor: 20_000_00, Currency: euro},
			})
		}
	}
	stop := l.start(t)
	defer stop()
	await(t, "all is read", func() bool { return l.caughtUp(t) })
	l.says(t, exitGood, "tasks groups", "H-1    critical  2 tasks  due ")
	code, out := l.by(t, "tasks groups")
	if lines := strings.Split(strings.TrimSpace(out), "\n"); code != exitGood || len(lines) != 3 || !strings.HasPrefix(lines[1], "  C-1  critical  open  ") || !strings.HasPrefix(lines[2], "  C-2  ") {
		t.Errorf("got %d, %s, want the group with its two tasks and no other", code, out)
	}
	l.says(t, exitGood, "digest", "Groups with several tasks: 1\n- Nord H-1 (H-1): 2 tasks, to be looked at together: Nord C-1 (C-1) critical; Nord C-2 (C-2) critical · at risk EUR 40,000.00\n")

	var told struct{ Groups []json.RawMessage }
	must(t, json.Unmarshal([]byte(wantAPI(t, l.apiOf(t)+"/groups", http.StatusOK, `"at_risk":[{"amount":"40000.00","currency":"EUR"}]`)), &told))
	if _, line := l.by(t, "tasks groups --output json"); len(told.Groups) != 1 || strings.TrimSpace(line) != string(told.Groups[0]) {
		t.Errorf("the API has %s, the command line %s", told.Groups, line)
	}
}
