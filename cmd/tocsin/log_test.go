package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"tocsin/alerts"
	"tocsin/alerts/slack"
	"tocsin/alerts/slack/slacktest"
	"tocsin/consumer/kafka"
	"tocsin/state/postgres/pgtest"
)

// heardLog keeps what is logged.
type heardLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (h *heardLog) Write(line []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.Write(line)
}

func (h *heardLog) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.String()
}

// What must not be in a log, planted in everything that is sent, the refused too.
const (
	plantedName  = "Planted Timber GmbH"
	plantedIBAN  = "DE89370400440532013000"
	plantedPayer = "Planted Holding Payer"
	plantedText  = "planted text of an invoice"
	plantedNote  = "planted note of a visit"
)

// Everything goes wrong in turns: events that are refused for what they hold, a customer whose step panics, a database that
// drops its sessions, a Slack that refuses messages and loses others, people who press what cannot be done, an API that is asked for
// what it cannot read. The log tells of all that as lines of JSON, and of nobody by name.
func TestALogHasNoNamesAndNoBankData(t *testing.T) {
	l, heard := newPipeline(t), &heardLog{}
	l.log = newLog(heard, "debug", "json", new(slog.LevelVar))
	server, err := pgtest.Start()
	must(t, err)
	defer server.Stop() //nolint:errcheck // what it kept is gone with it
	l.config.StoreURL, l.config.HTTPListen = server.NewSchema(t), unusedAddress(t)
	o := &office{pipeline: l, Slack: l.withSlack(t)}
	token := filepath.Join(t.TempDir(), "app")
	must(t, os.WriteFile(token, []byte("xapp-1\n"), 0o600))
	o.SetAppToken("xapp-1")
	l.config.Slack.AppTokenFile = token
	l.config.Slack.People = map[string]slack.Person{"U0ANA": {Name: "ana"}, "U0CY": {Name: "cy", May: []alerts.Action{}}}

	l.planted(t, "customers", "customer.profile", "1", `"name":"`+plantedName+`","country":"DE"`)
	l.planted(t, "customers", "limit.set", "L1", fmt.Sprintf(`"limit_id":"L1","kind":"base","amount":{"amount":"100000.00","currency":"EUR"},"valid_from_date":"%v"`, l.today-366))
	l.planted(t, "invoices", "invoice.issued", "I1", fmt.Sprintf(`"invoice_id":"I1","issue_date":"%v","due_date":"%v","total":{"amount":"800.00","currency":"EUR"},"text":"%s"`,
		l.today-20, l.today+10, plantedText))
	l.planted(t, "payments", "payment.received", "P1", fmt.Sprintf(`"payment_id":"P1","value_date":"%v","amount":{"amount":"1.00","currency":"EUR"},
		"remittance_ref":"%s %s","payer":{"account_hash":"%s","name":"%s"}`, l.today-1, plantedText, plantedIBAN, plantedIBAN, plantedPayer))
	l.planted(t, "customers", "note.added", "N1", fmt.Sprintf(`"note_id":"N1","note_date":"%v","text":"%s"`, l.today-1, plantedNote))
	stop := l.start(t)
	l.toldPeople(t, o.Slack, "the first load")

	// Refused, each for what it holds.
	for i, data := range []string{
		`"name":{"` + plantedName + `":1},"country":"DE"`, `"name":"` + plantedName + `","country":"` + plantedIBAN + `"`,
		`"name":"` + plantedName + `","name":"` + plantedName + `"`, `"name":"` + plantedName, `"` + plantedName + `":}`,
	} {
		l.planted(t, "customers", "customer.profile", fmt.Sprintf("R%d", i), data)
	}
	l.planted(t, "payments", "payment.received", "P2", fmt.Sprintf(`"payment_id":"P2","value_date":"%s","amount":{"amount":"%s","currency":"%s"}`, plantedIBAN, plantedName, plantedPayer))
	l.planted(t, "payments", "payment."+plantedName, plantedIBAN, `"payer":{"name":"`+plantedPayer+`"}`)
	l.planted(t, "customers", "customer.profile", "1", `"name":"`+plantedName+` the second","country":"DE"`) // a conflict

	// Slack refuses, loses and hangs; then people press what is there.
	o.Script("chat.postMessage", slacktest.Fault{Status: 500}, slacktest.Fault{Lose: true}, slacktest.Fault{Error: "invalid_blocks"}, slacktest.Fault{Error: "channel_not_found"})
	l.planted(t, "customers", "limit.set", "L2", fmt.Sprintf(`"limit_id":"L2","kind":"base","amount":{"amount":"1.00","currency":"EUR"},"valid_from_date":"%v"`, l.today))
	await(t, "messages that wait", func() bool { return strings.Contains(heard.String(), "messages wait") })

	l.quarantine(t, "C-13")
	l.order(t, "C-13", "SO-1")
	await(t, "all is read", func() bool { return l.caughtUp(t) })
	must(t, server.KillSessions(t.Context()))
	l.order(t, "C-14", "SO-2")
	await(t, "all is read", func() bool { return l.caughtUp(t) })
	for _, path := range []string{"/api/v1/customers/" + strings.ReplaceAll(plantedName, " ", "%20"), "/api/v1/customers/C-13?x=" + plantedIBAN, "/" + plantedIBAN} {
		if status, _, _ := get(t, "http://"+l.config.HTTPListen+path, ""); status < http.StatusBadRequest {
			t.Errorf("%s: got %d, want a refusal", path, status)
		}
	}
	stop()

	lines := 0
	for line := range strings.Lines(heard.String()) {
		lines++
		var one struct{ Time, Level, Msg string }
		if err := json.Unmarshal([]byte(line), &one); err != nil || one.Time == "" || one.Level == "" || one.Msg == "" {
			t.Errorf("no line of a log: %s", line)
		}
		for _, planted := range []string{"planted", plantedIBAN, "370400440532"} {
			if strings.Contains(strings.ToLower(line), strings.ToLower(planted)) {
				t.Errorf("%q is in the log: %s", planted, line)
			}
		}
	}
	for _, want := range []string{"messages wait", "the step of a customer panics"} {
		if !strings.Contains(heard.String(), want) {
			t.Errorf("nothing is said of %q in %d lines: the faults did not happen", want, lines)
		}
	}
	if letters, err := deadLetters(t, l); err != nil || letters < 6 {
		t.Errorf("got %d dead letters, %v, want each that was refused", letters, err)
	}
}

// planted sends an event of one customer, right or wrong.
func (l *pipeline) planted(t *testing.T, topic, kind, id, data string) {
	t.Helper()
	topics := l.config.Kafka.Topics
	name := map[string]string{"customers": topics.Customers, "invoices": topics.Invoices, "payments": topics.Payments}[topic]
	l.send(t, kafka.Message{Topic: name, Key: "C-7", Timestamp: l.now(), Value: fmt.Appendf(nil,
		`{"specversion":"1.0","id":"%s/1","source":"urn:erp","type":"tocsin.%s.v1","subject":"C-7","time":"%v","data":{"customer_id":"C-7","revision":1,%s}}`,
		id, kind, l.now(), data)})
}

// deadLetters counts the refused of a store that no run has open.
func deadLetters(t *testing.T, l *pipeline) (int, error) {
	t.Helper()
	store, err := l.config.openStore(t.Context(), besideStore)
	if err != nil {
		return 0, err
	}
	defer store.Close() //nolint:errcheck // it was read only
	return store.DeadLetterCount(t.Context())
}
