package main

import (
	"encoding/json"
	"net/http"
	"testing"

	"tocsin/state"
)

// What is to be done about invoices is told beside a run, with whose it is, until a contact says that it was done.
func TestTheAgendaBesideARun(t *testing.T) {
	euro, _ := state.ParseCurrency("EUR")
	l := newPipeline(t)
	bill := func(id string, due state.Date) {
		l.told(t, l.today-5, state.KindInvoice, &state.Invoice{InvoiceID: id, IssueDate: due - 30, DueDate: due, Total: state.Money{Minor: 20_000_00, Currency: euro}})
	}
	l.told(t, l.today-5, state.KindProfile, &state.Profile{Name: "Nordwind", Country: "DE", CreditManager: "li.wei", AccountOwner: "bo\x1b[31m"})
	bill("INV-1", l.today-40)
	bill("INV-2", l.today-2)
	bill("INV-3", l.today+3)
	bill("INV-4", l.today+20)
	stop := l.start(t)
	defer stop()
	await(t, "all is read", func() bool { return l.caughtUp(t) })
	l.says(t, exitGood, "tasks agenda --missed", "C-1  INV-1  stop_supply  MISSED 2026-06-")
	l.says(t, exitGood, "tasks agenda", "credit_analyst li.wei\n")
	l.says(t, exitGood, "tasks agenda --step first_call", "C-1  INV-2  first_call  by 2026-07-02  due 2026-06-29  EUR 20000.00  account_clerk bo·[31m\n")
	l.says(t, exitGood, "tasks agenda --role account_clerk --output json", `{"customer_id":"C-1","step":"reminder","role":"account_clerk","person":"bo\u001b[31m","invoice_id":"INV-3","due_date":"2026-07-03","on":"2026-06-19","by":"2026-06-30","missed":false,"amount":"20000.00","currency":"EUR"}`)
	api, page := l.apiOf(t), struct{ Items []json.RawMessage }{}
	for query, line := range map[string]string{"": "", "?missed=true": " --missed", "?role=account_clerk&customer=C-1": " --role account_clerk --customer C-1", "?step=legal": " --step legal"} {
		must(t, json.Unmarshal([]byte(wantAPI(t, api+"/agenda"+query, http.StatusOK)), &page))
		code, want := l.by(t, "tasks agenda --output json"+line)
		got := ""
		for _, item := range page.Items {
			got += string(item) + "\n"
		}
		if code != exitGood || got != want {
			t.Errorf("over the API %q: got %s, want what the command line has, %s", query, got, want)
		}
	}
	nothing := func(line string) {
		t.Helper()
		if code, out := l.by(t, line); code != exitGood || out != "" {
			t.Errorf("tocsin %s: got %d, %q, want nothing", line, code, out)
		}
	}
	nothing("tasks agenda --customer C-2")
	l.says(t, exitGood, "digest", "Steps to take with invoices: 3, missed: 1\n- li.wei: stop supply 1; missed: 1; the largest: Nordwind (C-1), EUR 20,000.00\n- bo·[31m: reminder 1, first call 1; missed: 0; ")
	l.says(t, exitUsage, "tasks agenda --step firstcall", "--step: \"firstcall\" is not one of reminder, first_call")
	l.says(t, exitUsage, "tasks agenda --role boss", "--role: \"boss\" is not one of account_clerk")
	l.told(t, l.today, state.KindContact, &state.Contact{ContactID: "K-1", ContactDate: l.today, Direction: state.ContactOutbound, Channel: state.ContactVisit, Outcome: state.ContactReached})
	await(t, "the visit is read", func() bool { return l.caughtUp(t) })
	nothing("tasks agenda")
}

// Whoever asks in Slack how a customer stands is told what is to be done about his invoices.
func TestStepsAreShownInSlack(t *testing.T) {
	euro, _ := state.ParseCurrency("EUR")
	o := newOffice(t)
	defer o.stop()
	o.told(t, o.today, state.KindInvoice, &state.Invoice{InvoiceID: "INV-<1>", IssueDate: o.today - 32, DueDate: o.today - 2, Total: state.Money{Minor: 700_00, Currency: euro}})
	await(t, "the invoice is read", func() bool { return o.caughtUp(t) })
	e, err := o.Command("U0ANA", "C-1")
	must(t, err)
	o.deliver(t, e)
	o.answered(t, 1, "U0ANA")
	wantAnswer(t, []string{o.Answers()[0].Text}, "*Do* Set a credit limit\n*Steps to take with invoices*\n• `INV-&lt;1&gt;`: first call, EUR 700.00, by 2026-07-02")
}
