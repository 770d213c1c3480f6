package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tocsin/alerts"
	"tocsin/alerts/desk"
	"tocsin/alerts/slack"
	"tocsin/alerts/slack/slacktest"
	"tocsin/detectors"
)

// asks is the entry of a thread in which somebody asks for a limit, by its place among them.
func (o *office) asks(t *testing.T, at int) (entry slacktest.Message) {
	t.Helper()
	await(t, "what somebody asks for", func() bool {
		all := slices.DeleteFunc(o.Replies(o.message(t).Timestamp), func(m slacktest.Message) bool { return !strings.Contains(m.Text, "asks for EUR") })
		if len(all) > at {
			entry = all[at]
		}
		return len(all) > at
	})
	return entry
}

// asksAlone has somebody ask for a limit of a customer of whom there is no case: the channel of his cases shows it, with the buttons, and who answers
// is shown in its place.
func (o *office) asksAlone(t *testing.T, api string) {
	t.Helper()
	o.send(t, o.limit(t, 9, o.now(), 1, 10_000_000))
	await(t, "the customer to be known", func() bool {
		status, _, _ := get(t, api+"/customers/C-009", "cfo")
		return status == http.StatusOK
	})
	all := len(o.Messages())
	asked := post(t, api+"/customers/C-009/ask_limit", "bo", "alone", "", fmt.Sprintf(`{"until_date":%q,"reason":"fair","amount":{"amount":"77.00","currency":"EUR"}}`, o.today+3))
	asked.is(t, "asks without a case", http.StatusOK)
	alone := func(saying string) (m slacktest.Message) {
		t.Helper()
		await(t, saying, func() bool {
			i := slices.IndexFunc(o.Messages(), func(m slacktest.Message) bool {
				return strings.Contains(m.Text, "asks for EUR 77.00") && strings.Contains(m.Text, saying)
			})
			if i >= 0 {
				m = o.Messages()[i]
			}
			return i >= 0
		})
		return m
	}
	m := alone("`C-009`: `bo` asks")
	if got := m.Buttons(); len(got) != 2 || m.Thread != "" {
		t.Errorf("%q in the thread %q has the buttons %v, want two, and it to be in none", m.Text, m.Thread, got)
	}
	o.press(t, "U0ANA", m, "approve_limit")
	if is := alone("approved by `ana`"); is.Timestamp != m.Timestamp || len(is.Buttons()) > 0 || len(o.Messages()) != all+1 {
		t.Errorf("got %+v among %d messages, want the one of %s edited, and without buttons", is, len(o.Messages())-all, m.Timestamp)
	}
}

// Who asks for a limit does not answer; who may give limits does, with a button under what was asked for, or over the API. Whoever is second
// is told who was first, in the other way, too.
func TestASecondPersonAnswersWhoAsksForALimit(t *testing.T) {
	l := newPipeline(t)
	o := &office{pipeline: l, Slack: l.withSlack(t)}
	o.connects(t)
	l.config.HTTPTokens = filepath.Join(t.TempDir(), "tokens")
	must(t, os.WriteFile(l.config.HTTPTokens, fmt.Appendf(nil, "bo %x act\ncfo %x read,grant\n", sha256.Sum256([]byte("bo")), sha256.Sum256([]byte("cfo"))), 0o600))
	l.config.Slack.People = map[string]slack.Person{
		"U0ANA": {Name: "ana"}, "U0CFO": {Name: "cfo"}, "U0BO": {Name: "bo", May: []alerts.Action{alerts.AskLimit}},
	}
	o.open(t)
	defer func() { o.stop() }()
	l.send(t, l.invoice(t, 7, l.today-60, l.today-30)) // so that the case goes on whatever the limit is
	o.stands(t, "overdue", detectors.Warning)
	api := l.apiOf(t)
	of := api + "/customers/C-007"

	o.fills(t, o.chooses(t, "U0BO", "limit"), "amount", "90000000", "text", "peak")
	o.answered(t, 1, "U0BO")
	first := o.asks(t, 0)
	if got := first.Buttons(); len(got) != 2 || !strings.Contains(first.Text, "asks for EUR 90,000,000.00") {
		t.Errorf("%q has the buttons %v, want two", first.Text, got)
	}
	o.press(t, "U0BO", first, "approve_limit")
	wantAnswer(t, o.answered(t, 2, "U0BO")[1:], "slack.people does not let `bo` do this (Approve)")
	o.press(t, "U0ANA", first, "approve_limit")
	wantAnswer(t, o.answered(t, 3, "U0ANA"), "that is noted")
	await(t, "the entry shows who approved", func() bool { return strings.Contains(o.asks(t, 0).Text, "approved by `ana`") })
	if got := o.asks(t, 0); len(got.Buttons()) > 0 {
		t.Errorf("%q has the buttons %v, want none", got.Text, got.Buttons())
	}
	if entries := o.entries(t, 2); !strings.HasPrefix(entries[1], "`C-007`: `ana` has approved EUR 90,000,000.00 more limit until 2026-07-30, for which `bo` asked · ") {
		t.Errorf("the thread has %q", entries)
	}
	o.press(t, "U0CFO", first, "decline_limit")
	wantAnswer(t, o.answered(t, 4, "U0CFO"), "not done, `ana` was first and has answered")

	asked := post(t, of+"/ask_limit", "bo", "ask", "", fmt.Sprintf(`{"until_date":%q,"reason":"more","amount":{"amount":"12.00","currency":"EUR"}}`, l.today+3))
	asked.is(t, "asks", http.StatusOK)
	var noted struct{ ID string }
	must(t, json.Unmarshal([]byte(asked.body), &noted))
	body := fmt.Sprintf(`{"ask_id":%q,"reason":"too <much>"}`, noted.ID)
	second := o.asks(t, 1)
	post(t, of+"/decline_limit", "bo", "own", "", body).is(t, "who may not", http.StatusForbidden, desk.InsufficientScope)
	declined := post(t, of+"/decline_limit", "cfo", "no", "", body)
	declined.is(t, "declines", http.StatusOK, `"action":"decline_limit"`, `"id":"`+noted.ID+`"`, `"by":"cfo"`)
	if again := post(t, of+"/decline_limit", "cfo", "no", "", body); again != declined {
		t.Errorf("declined again: got %+v, want %+v", again, declined)
	}
	post(t, of+"/approve_limit", "cfo", "yes", "", fmt.Sprintf(`{"ask_id":%q}`, noted.ID)).is(t, "too late", http.StatusConflict, `"reason":"answered"`, "cfo was first")
	post(t, of+"/approve_limit", "cfo", "none", "", `{"ask_id":"tocsin-0"}`).is(t, "of nothing", http.StatusUnprocessableEntity, `"reason":"ask"`)
	o.press(t, "U0ANA", second, "approve_limit")
	wantAnswer(t, o.answered(t, 5, "U0ANA")[1:], "not done, `cfo` was first and has answered")
	o.fills(t, o.chooses(t, "U0CFO", "note"), "text", "a note")
	o.answered(t, 6, "U0CFO")
	entries := o.entries(t, 5)
	if len(entries) != 5 || !strings.Contains(entries[3], "`cfo` has declined EUR 12.00 more limit until 2026-07-03, for which `bo` asked. Why: too &lt;much&gt; · ") {
		t.Errorf("the thread has %q", entries)
	}
	if text := wantAPIBy(t, of+"/explain?figure=limit", "cfo"); !strings.Contains(text, "90000000.00") || strings.Contains(text, `"12.00"`) {
		t.Errorf("got the limit %s, want it with what was approved and without what was declined", text)
	}
	o.asksAlone(t, api)
	l.says(t, exitGood, "audit verify", "")
	o.stop()
	if code, out, _ := l.rebuild(t); code != 0 || !strings.Contains(out, "each is the fold of its journal") {
		t.Errorf("rebuild: got %d, %s", code, out)
	}
	o.stop = func() {}
}

// wantAPIBy is what somebody is answered.
func wantAPIBy(t *testing.T, url, who string) string {
	t.Helper()
	status, body, _ := get(t, url, who)
	if status != http.StatusOK {
		t.Errorf("%s: got %d %s", url, status, body)
	}
	return body
}
