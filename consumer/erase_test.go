package consumer

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/state"
	"tocsin/state/storetest"
)

const jane, people = state.CustomerID("C-Jane"), "credit.people.v1"

var peopleTopic = Partition{people, 0}

// personalWords are what nobody may find of her once she is erased.
var personalWords = []string{"C-Jane", "Jane Doe", "DE811128135", "li.wei", "INV-7", "PAY-7", "acct-77", "rent March", "she called", "urn:party"}

// publish appends an event of hers, and a record's key as publishers give it.
func (g *rig) publish(kind, id string, data string) {
	g.t.Helper()
	value := fmt.Sprintf(`{"specversion":"1.0","id":"%s","source":"urn:erp","type":"tocsin.%s.v1","subject":"%s","time":"%s","data":{"customer_id":"%s","revision":1,%s}}`,
		id, kind, jane, g.now, jane, data)
	g.raw(value)
}

func (g *rig) raw(value string) {
	g.broker.append(peopleTopic, g.now, []byte(value))
	log := g.broker.logs[peopleTopic]
	log[len(log)-1].Key = []byte(jane)
}

func (g *rig) invoice(id, amount string) {
	due := g.now.Date(time.UTC) - 40
	g.publish("invoice.issued", id+"/1", fmt.Sprintf(`"invoice_id":"%s","issue_date":"%s","due_date":"%s","total":{"amount":"%s","currency":"EUR"}`, id, due-30, due, amount))
}

// aPerson is a rig in which she owes, is overdue and has a case that people have seen and taken in hand.
func aPerson(t *testing.T) *rig {
	t.Helper()
	g := newRig(t, peopleTopic)
	g.publish("customer.profile", "C-Jane/1", `"name":"Jane Doe","country":"DE","kind":"person","reporting_currency":"EUR","credit_manager":"li.wei","identifiers":[{"scheme":"vat","value":"DE811128135","country":"DE"}]`)
	g.raw(`{"specversion":"1.0","id":"n","source":"urn:party","type":"tocsin.registry.event.v1","time":"` + g.now.String() + `","data":{"revision":1,"registry":"gb-gazette","identifier":{"scheme":"vat","value":"DE811128135","country":"DE"},"kind":"liquidation","effective_date":"2026-03-01"}}`)
	g.publish("limit.set", "L-Jane/1", `"limit_id":"L-Jane","kind":"base","amount":{"amount":"100.00","currency":"EUR"},"valid_from_date":"2026-01-01"`)
	g.invoice("INV-7", "1500.00")
	g.publish("payment.received", "PAY-7/1", `"payment_id":"PAY-7","value_date":"2026-03-01","amount":{"amount":"300.00","currency":"EUR"},"remittance_ref":"rent March","payer":{"account_hash":"acct-77","name":"Jane Doe"},"allocations":[{"invoice_id":"INV-7","amount":{"amount":"300.00","currency":"EUR"}}]`)
	g.publish("note.added", "N-Jane/1", `"note_id":"N-Jane","note_date":"2026-03-01","text":"she called"`)
	g.raw(`{"specversion":"1.0","id":"bad","subject":"C-Jane","data":{"name":"Jane Doe"}`) // refused
	g.turns(30)
	if g.levels(jane)["overdue"] == 0 || g.levels(jane)["adverse_registry"] == 0 || g.levels(jane)["limit_breach"] == 0 {
		t.Fatalf("got %v, want her overdue, in liquidation and over her limit", g.levels(jane))
	}
	owed, err := g.store.Owed(t.Context(), g.now+state.Instant(time.Hour), 9)
	if err != nil || len(owed) == 0 {
		t.Fatalf("got %d owed messages, %v, want her case's", len(owed), err)
	}
	m := owed[0]
	receipt := state.Receipt{Case: m.Case, Channel: "#credit", Timestamp: "17.1", Seq: m.Seq, Body: m.Body}
	tasks, _ := g.store.Tasks(t.Context())
	decision := alerts.Decision{TaskID: tasks[0].ID, Action: alerts.Acknowledge, By: "li.wei", At: g.now}
	text, err := storetest.Contents(t.Context(), g.store)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range personalWords {
		if !strings.Contains(text, word) {
			t.Fatalf("%q is not in the store: nothing to erase", word)
		}
	}
	desk := &Desk{Store: g.store, Engines: g.engines, Now: func() state.Instant { return g.now }}
	if err := g.store.Deliver(t.Context(), state.Lease{}, receipt); err != nil {
		t.Fatal(err)
	}
	if err := desk.Decide(t.Context(), jane, decision, "request-1"); err != nil {
		t.Fatal(err)
	}
	return g
}

func (g *rig) erase(on state.Date) {
	g.publish("customer.erased", "C-Jane/erased", fmt.Sprintf(`"erase_date":"%s"`, on))
}

// wantNothingPersonal looks through all that the store shows.
func (g *rig) wantNothingPersonal() {
	g.t.Helper()
	text, err := storetest.Contents(g.t.Context(), g.store, state.Identifier{Scheme: "vat", Value: "nobody's"})
	if err != nil {
		g.t.Fatal(err)
	}
	text = strings.ReplaceAll(text, `By:"li.wei" Via:`, "Via:") // who has acted stays in the audit: that is not hers
	rows, err := g.store.Identities(g.t.Context(), []state.Identifier{{Scheme: "vat", Value: "DE811128135"}})
	if err != nil || len(rows[0].Customers) > 0 {
		g.t.Errorf("her identifier: got %+v, %v, want nobody's", rows, err)
	}
	for _, word := range personalWords {
		if strings.Contains(text, word) {
			at := strings.Index(text, word)
			g.t.Errorf("%q is left in the store: …%.200s", word, text[max(0, at-100):])
		}
	}
}

// pseudonym is hers.
func (g *rig) pseudonym() state.CustomerID {
	g.t.Helper()
	secret, err := g.store.Secret(g.t.Context())
	if err != nil {
		g.t.Fatal(err)
	}
	return state.NewPseudonyms(secret).Customer(jane)
}

// record is a customer's, by the fold of its journal.
func (g *rig) record(id state.CustomerID) *state.Record {
	g.t.Helper()
	day, _, err := openDay(g.t.Context(), g.store)
	if err != nil {
		g.t.Fatal(err)
	}
	l := &lane{engine: g.engine, engines: g.engines, store: g.store, workers: 1}
	loaded, err := l.load(g.t.Context(), day, []state.CustomerID{id})
	if err != nil {
		g.t.Fatal(err)
	}
	return loaded[id].record
}

func (g *rig) owes(id state.CustomerID) int64 {
	return g.record(id).Customer.View(g.engine.Ledger, g.open()).Exposure().Receivables
}

func TestAnErasedCustomerLeavesAmountsUnderAPseudonym(t *testing.T) {
	g := aPerson(t)
	owes := g.owes(jane)
	g.erase(firstDay)
	g.turns(10)
	g.wantNothingPersonal()

	rec := g.record(g.pseudonym())
	if !rec.Customer.Fate(firstDay).Erased || Listed(rec, firstDay) || len(g.levels(g.pseudonym())) > 0 {
		t.Errorf("got fate %+v and signals %v, want her erased and quiet", rec.Customer.Fate(firstDay), g.levels(g.pseudonym()))
	}
	if got := g.owes(g.pseudonym()); got != owes || owes != 120_000 {
		t.Errorf("receivables: got %d, want %d as before", got, owes)
	}
	kept := g.runner.lane.cache.get(g.pseudonym())
	if kept == nil || !bytes.Equal(state.AppendSnapshot(nil, kept.record), state.AppendSnapshot(nil, rec)) {
		t.Error("the record in memory is not the fold of its journal")
	}
	if g.runner.lane.cache.get(jane) != nil {
		t.Error("she is still in memory")
	}
	p := &played{t: nil, engine: g.engine, store: g.store}
	if faults := againstJournals(t, p); faults != "" {
		t.Errorf("the journal does not tell what the store has: %s", faults)
	}
}

// The message that people have seen is owed once more: of a closed case about nobody.
func TestTheMessageOfAnErasedCustomerIsEdited(t *testing.T) {
	g := aPerson(t)
	g.erase(firstDay)
	g.turns(10)
	owed, err := g.store.Owed(t.Context(), g.now+state.Instant(time.Hour), 9)
	if err != nil || len(owed) != 1 {
		t.Fatalf("got %d owed messages, %v, want one", len(owed), err)
	}
	m, err := alerts.ParseCaseMessage(owed[0].Body)
	if err != nil {
		t.Fatal(err)
	}
	if m.Name != "erased" || m.Customer != g.pseudonym() || m.State != alerts.CaseClosed || m.Task.ReasonCode != alerts.GoneErased || m.Task.By == "li.wei" {
		t.Errorf("got %+v", m)
	}
	receipt, err := g.store.Receipt(t.Context(), owed[0].Case, "#credit")
	if err != nil || receipt.Timestamp != "17.1" || receipt.Body != nil {
		t.Errorf("receipt: got %+v, %v, want that of the message as it was posted", receipt, err)
	}
	tasks, err := g.store.Tasks(t.Context())
	if err != nil || len(tasks) != 1 || tasks[0].State != alerts.TaskClosed || tasks[0].Customer != g.pseudonym() {
		t.Errorf("tasks: got %+v, %v, want hers closed", tasks, err)
	}
}

// An ERP goes on to send what it has: nothing of it is lost, nothing wakes anybody, nothing personal comes back.
func TestWhatStillComesOfAnErasedCustomerStaysErased(t *testing.T) {
	g := aPerson(t)
	g.erase(firstDay)
	g.turns(10)
	told, err := g.store.Alerts(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		g.invoice("INV-7", "1500.00") // a repeat
		g.invoice("INV-8", "70.00")   // and one that nobody knew
		g.publish("payment.received", "PAY-8/1", `"payment_id":"PAY-8","value_date":"2026-03-02","amount":{"amount":"200.00","currency":"EUR"},"payer":{"name":"Jane Doe"},"allocations":[{"invoice_id":"INV-7","amount":{"amount":"200.00","currency":"EUR"}}]`)
		g.publish("customer.profile", "C-Jane/2", `"name":"Jane Doe","country":"DE","identifiers":[{"scheme":"vat","value":"DE811128135","country":"DE"}]`)
		g.raw(`{"specversion":"1.0","id":"bad","subject":"C-Jane","data":{"name":"Jane Doe"}`)
		g.raw(`{"specversion":"1.0","id":"C-Jane/9","source":"urn:erp","type":"tocsin.note.added.v1","subject":"C-Jane","time":"` + g.now.String() + `","data":{"customer_id":"C-Jane","revision":0,"note_id":"N","note_date":"2026-03-02","text":"she called"}}`)
		g.turns(20)
		g.wantNothingPersonal()
		g.start(g.store) // the next process knows it from the store
		g.turns(5)
	}
	if got, want := g.owes(g.pseudonym()), int64(150_000+7_000-30_000-20_000); got != want {
		t.Errorf("receivables: got %d, want %d", got, want)
	}
	g.pass(60 * 24 * time.Hour)
	g.turns(400)
	if after, err := g.store.Alerts(t.Context(), ""); err != nil || len(after) != len(told) {
		t.Errorf("got %d alerts, %v, want no more than %d", len(after), err, len(told))
	}
	ids, err := g.store.Customers(t.Context())
	if err != nil || len(ids) != 1 || ids[0] != g.pseudonym() {
		t.Errorf("customers: got %v, %v, want the pseudonym alone", ids, err)
	}
	if letters, err := g.store.DeadLetterCount(t.Context()); err != nil || letters != 5 {
		t.Errorf("refused records: got %d, %v, want all five kept", letters, err)
	}
}

// An erasure of a later date comes with its day, by an alarm.
func TestAnErasureWaitsForItsDate(t *testing.T) {
	g := aPerson(t)
	g.erase(firstDay + 3)
	g.turns(10)
	if len(g.levels(jane)) == 0 {
		t.Error("before the date: got no signals")
	}
	g.pass(4 * 24 * time.Hour)
	g.turns(100)
	g.wantOpen(firstDay + 4)
	g.wantNothingPersonal()
	rows, err := g.store.Alerts(t.Context(), g.pseudonym())
	if err != nil || len(rows) == 0 || rows[len(rows)-1].Day != firstDay+3 || rows[len(rows)-1].To != 0 {
		t.Errorf("got %+v, %v, want the alerts cleared on the date", rows, err)
	}
}

// Whoever decides at that moment is told that there is nothing to decide any more, and erases nobody beside the run.
func TestADecisionOnTheDayOfAnErasureIsRefused(t *testing.T) {
	g := aPerson(t)
	g.erase(firstDay + 1)
	g.turns(10)
	tasks, err := g.store.Tasks(t.Context())
	if err != nil || len(tasks) != 1 {
		t.Fatalf("tasks: got %+v, %v, want hers", tasks, err)
	}
	g.pass(24 * time.Hour)
	for g.open() == firstDay {
		g.turns(1)
	}
	desk := &Desk{Store: g.store, Engines: g.engines, Now: func() state.Instant { return g.now }}
	decision := alerts.Decision{TaskID: tasks[0].ID, Action: alerts.Decide, Code: "call", By: "li.wei", At: g.now, NextReview: firstDay + 9}
	var refusal *alerts.Refusal
	if err := desk.Decide(t.Context(), jane, decision, "request-2"); !errors.As(err, &refusal) {
		t.Errorf("got %v, want a refusal", err)
	}
	g.turns(10)
	g.wantNothingPersonal()
	if err := desk.Decide(t.Context(), jane, decision, "request-3"); !errors.As(err, &refusal) {
		t.Errorf("once she is erased: got %v, want a refusal", err)
	}
}

// Who was merged into another customer and is erased is still part of what that one owes.
func TestWhatAnErasedCustomerLeftStaysWithTheHeir(t *testing.T) {
	g := aPerson(t)
	g.publish("customer.merged", "C-Jane/merged", `"into":"C-9","merge_date":"2026-03-02"`)
	g.turns(10)
	owes := g.owes("C-9")
	g.erase(firstDay)
	g.turns(10)
	g.wantNothingPersonal()
	if got := g.owes("C-9"); got != owes || owes != 120_000 {
		t.Errorf("the heir's receivables: got %d, want %d as before", got, owes)
	}
	if got := g.record("C-9").Customer.Brought(); len(got) != 1 || got[0] != g.pseudonym() {
		t.Errorf("estates of the heir: got %v, want the pseudonym's", got)
	}
	g.invoice("INV-9", "10.00")
	g.turns(10)
	g.wantNothingPersonal()
	if got := g.owes("C-9"); got != owes+1000 {
		t.Errorf("the heir's receivables after one more invoice: got %d, want %d", got, owes+1000)
	}
}

// againstJournals holds the store's alerts against what the journals tell.
func againstJournals(t *testing.T, p *played) (faults string) {
	t.Helper()
	rows, err := p.store.Alerts(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	told := make(map[string]string)
	for _, row := range rows {
		told[fmt.Sprintf("%s/%d", row.ID, row.Seq)] = string(row.Body)
	}
	ids, err := p.store.Customers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		err := Retell(t.Context(), p.store, p.engines, id, func(_ state.Date, _ *state.Record, effects *Effects) {
			for i := range effects.Transitions {
				tr := &effects.Transitions[i]
				key := fmt.Sprintf("%s/%d", tr.AlertID, tr.Seq)
				if got := string(tr.AppendJSON(nil)); got != told[key] {
					faults += fmt.Sprintf("\n%s: %s, the store has %s", key, got, told[key])
				}
				delete(told, key)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for key := range told {
		faults += "\n" + key + " is told by no journal"
	}
	return faults
}
