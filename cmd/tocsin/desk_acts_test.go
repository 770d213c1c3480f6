package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tocsin/alerts/desk"
	"tocsin/state"
)

// acted is the answer to an act.
type acted struct {
	status    int
	body, tag string
}

func (a acted) is(t *testing.T, what string, status int, parts ...string) {
	t.Helper()
	if a.status != status {
		t.Errorf("%s: got %d %s, want %d", what, a.status, a.body, status)
	}
	for _, part := range parts {
		if !strings.Contains(a.body, part) {
			t.Errorf("%s: got %s, want %s in it", what, a.body, part)
		}
	}
}

// post sends an act; whose key and token are his name, with more of the key.
func post(t *testing.T, url, who, key, seen, body string) (a acted) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return a
	}
	for name, value := range map[string]string{"Authorization": "Bearer " + who, "Idempotency-Key": "the-key-" + key, "If-Match": seen, "Content-Type": "application/json"} {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Error(err)
		return a
	}
	defer response.Body.Close() //nolint:errcheck // it is read whole
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Error(err)
	}
	return acted{response.StatusCode, string(text), response.Header.Get("ETag")}
}

// apiDeeds are what the audit tells of acts through the API, one "who does what" each.
func (l *pipeline) apiDeeds(t *testing.T) (all []string) {
	t.Helper()
	rows, err := l.store.Audit(t.Context(), 0, 1000)
	must(t, err)
	for _, r := range rows {
		if r.Via == state.ViaAPI {
			all = append(all, r.By+" "+r.Deed)
		}
	}
	return all
}

// People work on a task through the API, beside a run and beside each other.
func TestPeopleActThroughTheAPI(t *testing.T) {
	euro, _ := state.ParseCurrency("EUR")
	for name, location := range map[string]func(t testing.TB) string{"file": nil, "PostgreSQL": newDatabase} {
		t.Run(name, func(t *testing.T) {
			l := newPipeline(t)
			if location != nil {
				l.config.StoreURL = location(t)
			}
			l.config.HTTPTokens = filepath.Join(t.TempDir(), "tokens")
			must(t, os.WriteFile(l.config.HTTPTokens, fmt.Appendf(nil, "ana %x read,act\nbo %x act\ncfo %x grant\n",
				sha256.Sum256([]byte("ana")), sha256.Sum256([]byte("bo")), sha256.Sum256([]byte("cfo"))), 0o600))
			l.told(t, l.today-5, state.KindProfile, &state.Profile{Name: "Nordwind Handels GmbH", Country: "DE", CreditManager: "ana"})
			l.told(t, l.today-5, state.KindInvoice, &state.Invoice{
				InvoiceID: "INV-1", IssueDate: l.today - 100, DueDate: l.today - 70, Total: state.Money{Minor: 20_000_00, Currency: euro},
			})
			stop := l.start(t)
			await(t, "all is read", func() bool { return l.caughtUp(t) })
			task, api := l.task(t), l.apiOf(t)
			at := api + "/tasks/" + task.TaskID
			_, _, header := get(t, at, "ana")
			seen := header.Get("ETag")

			// Both see the task as it is: one is first, and however often he asks it is done once.
			answers := make(chan [2]any, 20)
			for i := range cap(answers) {
				who := []string{"ana", "bo"}[i%2]
				go func() { answers <- [2]any{who, post(t, at+"/acknowledge", who, "1", seen, "")} }()
			}
			byWho := map[string][]acted{}
			for range cap(answers) {
				a := <-answers
				byWho[a[0].(string)] = append(byWho[a[0].(string)], a[1].(acted))
			}
			first, second := "ana", "bo"
			if byWho[second][0].status == http.StatusOK {
				first, second = second, first
			}
			one := byWho[first][0]
			one.is(t, "the first", http.StatusOK, `"by":"`+first+`"`, `"action":"acknowledge"`, `"customer_id":"C-1"`)
			for _, a := range byWho[first] {
				if a != one {
					t.Errorf("the first asked again: got %+v, want %+v", a, one)
				}
			}
			for _, a := range byWho[second] {
				a.is(t, "the second", http.StatusPreconditionFailed, desk.PreconditionFailed)
			}
			if got, want := l.apiDeeds(t), []string{first + " acknowledge"}; !slices.Equal(got, want) {
				t.Errorf("the audit tells %q, want %q", got, want)
			}
			_, record, header := get(t, at, "ana")
			if header.Get("ETag") != one.tag || one.tag == seen || !strings.Contains(record, `"state":"acknowledged"`) {
				t.Errorf("got the task %s %s, want it acknowledged at %s", header.Get("ETag"), record, one.tag)
			}

			post(t, at+"/acknowledge", second, "2", one.tag, "").is(t, "twice", http.StatusConflict, desk.Conflict, `"reason":"state"`, "acknowledged by "+first)
			post(t, at+"/decide", "ana", "3", one.tag, `{"decision":"no_action","next_review_date":"2026-07-20"}`).is(t, "no reason", http.StatusUnprocessableEntity, desk.NotSensible, `"reason":"reason_code"`)
			post(t, at+"/wake", "ana", "4", one.tag, "").is(t, "awake", http.StatusConflict, `"reason":"awake"`)
			post(t, api+"/tasks/T%2F..%2F9/wake", "ana", "5", "*", "").is(t, "no task", http.StatusNotFound, desk.NotFound)
			two := post(t, at+"/snooze", "ana", "3", one.tag, `{"until_date":"2026-07-02","reason_code":"timing"}`) // of a key that was of no use
			two.is(t, "snooze", http.StatusOK, `"action":"snooze"`)
			post(t, at+"/snooze", "ana", "3", two.tag, `{"until_date":"2026-07-03","reason_code":"timing"}`).is(t, "another act", http.StatusUnprocessableEntity, desk.KeyReused)
			three := post(t, at+"/reassign", "bo", "6", two.tag, `{"owner":"bo"}`)
			three.is(t, "reassign", http.StatusOK)
			four := post(t, at+"/feedback", "ana", "7", three.tag, `{"alert_id":"`+task.Alerts[0]+`","feedback":"useful"}`)
			four.is(t, "feedback", http.StatusOK)
			same := post(t, at+"/feedback", "ana", "8", four.tag, `{"alert_id":"`+task.Alerts[0]+`","feedback":"useful"}`)
			same.is(t, "what is said already", http.StatusOK, `"revision":null`)
			post(t, at+"/wake", "ana", "9", four.tag, "{}").is(t, "wake", http.StatusOK)
			post(t, at+"/review", "bo", "10", "*", "").is(t, "review", http.StatusOK)
			post(t, at+"/decide", "bo", "11", "*", `{"decision":"call","next_review_date":"2026-07-20"}`).is(t, "decide", http.StatusOK)
			last := post(t, at+"/close", "bo", "12", "*", "")
			last.is(t, "close", http.StatusOK)
			if got := l.task(t); got.State != "closed" || got.Owner != "bo" || got.By != "bo" {
				t.Errorf("got %+v, want it closed", got)
			}
			of := api + "/customers/C-1"
			noted := post(t, of+"/contact", "bo", "13", "", `{"contact_date":"2026-06-30","channel":"phone","outcome":"no_answer"}`)
			noted.is(t, "a contact", http.StatusOK, `"customer_id":"C-1","action":"contact","id":"tocsin-`, `"by":"bo"`)
			if again := post(t, of+"/contact", "bo", "13", "", `{"contact_date":"2026-06-30","channel":"phone","outcome":"no_answer"}`); again != noted {
				t.Errorf("a contact told again: got %+v, want %+v", again, noted)
			}
			amount := `"amount":{"amount":"1250.00","currency":"EUR"}`
			post(t, of+"/promise", "ana", "14", "", `{"promised_date":"2026-07-10",`+amount+`}`).is(t, "a promise", http.StatusOK, `"action":"promise"`)
			post(t, of+"/promise", "ana", "15", "", `{"promised_date":"2026-07-10","amount":{"amount":"1","currency":"USD"}}`).is(t, "another currency", http.StatusUnprocessableEntity, "EUR, not USD")
			post(t, of+"/limit", "ana", "16", "", `{"until_date":"2026-07-10","reason":"peak",`+amount+`}`).is(t, "who may not", http.StatusForbidden, desk.InsufficientScope)
			post(t, of+"/limit", "cfo", "16", "", `{"until_date":"2026-07-10","reason":"peak",`+amount+`}`).is(t, "a limit", http.StatusOK, `"action":"limit"`)
			post(t, at+"/wake", "cfo", "17", "*", "").is(t, "who may not", http.StatusForbidden, desk.InsufficientScope)
			post(t, api+"/customers/C-none/note", "ana", "18", "", `{"text":"who is it?"}`).is(t, "nobody", http.StatusNotFound, desk.NotFound)
			if _, text, _ := get(t, of+"/explain?figure=limit", "ana"); !strings.Contains(text, "1250.00") {
				t.Errorf("got the limit %s, want it with what was given", text)
			}
			stop()

			stop = l.start(t)
			api = l.apiOf(t)
			at = api + "/tasks/" + task.TaskID
			if got := post(t, at+"/acknowledge", first, "1", seen, ""); got != one {
				t.Errorf("after a restart: got %+v, want the first answer, %+v", got, one)
			}
			want := []string{first + " acknowledge", "ana snooze", "bo reassign", "ana feedback", "ana feedback", "ana wake", "bo review", "bo decide", "bo close",
				"bo contact", "ana promise", "ana limit_refused", "cfo limit", "cfo wake_refused"}
			if got := l.apiDeeds(t); !slices.Equal(got, want) {
				t.Errorf("the audit tells %q, want %q", got, want)
			}
			l.says(t, exitGood, "audit verify", "")
			var receipt struct{ Revision int64 }
			must(t, json.Unmarshal([]byte(last.body), &receipt))
			if _, _, header := get(t, at, "ana"); header.Get("ETag") != fmt.Sprintf("%q", fmt.Sprint(receipt.Revision)) {
				t.Errorf("got ETag %s, want that of the last act, %d", header.Get("ETag"), receipt.Revision)
			}
			stop()
		})
	}
}
