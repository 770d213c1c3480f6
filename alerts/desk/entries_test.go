package desk

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"tocsin/alerts"
)

// entrySpoilers are those of acts that are none of tasks alone, and what is special to what people tell.
func entrySpoilers() map[string]func(*front, *act) {
	all := map[string]func(*front, *act){}
	for name, how := range spoilers {
		all[name] = how.spoil
	}
	delete(all, PreconditionFailed)
	delete(all, PreconditionRequired)
	all[InvalidHeader] = func(_ *front, a *act) { a.headers["Idempotency-Key"] = "short" }
	all[InvalidBody] = func(_ *front, a *act) { a.body = "{}x" }
	all[TooLarge] = func(_ *front, a *act) { a.body = `{"x":"` + strings.Repeat("x", mostBody) + `"}` }
	all[UnsupportedType] = func(_ *front, a *act) { a.headers["Content-Type"] = "text/plain" }
	all[NotFound] = func(f *front, a *act) {
		a.path, f.clerk.refusal = strings.Replace(a.path, "C-1", "C-nobody", 1), &alerts.Refusal{Name: alerts.RefusedGone, Detail: "nobody"}
	}
	all[Gone] = func(f *front, a *act) {
		a.path, f.clerk.refusal = strings.Replace(a.path, "C-1", "C-gone", 1), &alerts.Refusal{Name: alerts.RefusedGone, Detail: "merged"}
	}
	all[Conflict] = func(f *front, _ *act) { f.clerk.refusal = NewProblem(Conflict, "the customer is quarantined") }
	all[NotSensible] = func(f *front, _ *act) {
		f.clerk.refusal = &alerts.Refusal{Name: alerts.RefusedEntry, Detail: "no"}
	}
	all[KeyReused] = func(f *front, a *act) {
		other := *a
		other.path = strings.Replace(a.path, "C-1", "C-2", 1)
		f.ask(nil, &other)
	}
	return all
}

func TestEveryEntryAndProblemIsAsTheDocumentSays(t *testing.T) {
	for _, r := range entries {
		given := map[string]bool{"200": true}
		f := newFront(t)
		want := fmt.Sprintf(`{"customer_id":"C-1","action":%q,"id":"d-1","by":%q,"at":"1970-01-01T00:00:00.000000001Z"}`, r.action, map[Scope]string{Act: "bot", Grant: "ceo"}[r.scope])
		for range 2 { // and once more under the same key
			if w, wrong := f.send(t, goodAct(r)); w.Code != 200 || wrong != nil || strings.TrimSpace(w.Body.String()) != want {
				t.Errorf("%s: got %d %s, want %s; by the document the request is %v", r.path, w.Code, w.Body, want, wrong)
			}
		}
		if len(f.clerk.entries) != 1 {
			t.Errorf("%s: got %d entries, want one", r.path, len(f.clerk.entries))
		}
		for name, spoil := range entrySpoilers() {
			f, a := newFront(t), goodAct(r)
			spoil(f, a)
			w, _ := f.send(t, a)
			if want := NewProblem(name, ""); w.Code != want.Status || typePrefix+typeOf(w) != name || strings.Contains(w.Body.String(), "secret") {
				t.Errorf("%s, %s: got %d %s", r.path, name, w.Code, w.Body)
			}
			if name != KeyReused && len(f.clerk.entries) > 0 {
				t.Errorf("%s, %s: it is taken", r.path, name)
			}
			given[fmt.Sprint(NewProblem(name, "").Status)] = true
		}
		for status := range f.doc.Paths.Value(r.path).Post.Responses.Map() {
			if !given[status] {
				t.Errorf("%s: nothing gives %s, which is in the document", r.path, status)
			}
		}
	}
}

// Nobody acts or tells anything, and nobody gives a limit, but who has a token for it; and that he wanted to is audited, once a day.
func TestWhoMayAct(t *testing.T) {
	for _, r := range slices.Concat(deeds, entries, releases) {
		for token, has := range map[string]Scope{"": 0, "x": 0, acts[:9]: 0, grants + "x": 0, reads: Read, acts: Act, both: Read | Act, grants: Grant} {
			f, a := newFront(t), goodAct(r)
			a.token = token
			var status int
			for range 3 {
				w, _ := f.send(t, a)
				status = w.Code
			}
			want, attempts := 200, 0
			switch {
			case has == 0:
				want = 401
			case has&r.scope == 0:
				want, attempts = 403, 1
			}
			if status != want || (len(f.clerk.deeds) > 0) != (want == 200) || len(f.clerk.attempts) != attempts {
				t.Errorf("%s by %q: got %d with %d deeds and attempts %q, want %d", r.path, token, status, len(f.clerk.deeds), f.clerk.attempts, want)
			}
		}
	}
	f := newFront(t)
	for _, path := range []string{"/tasks/T-0/decide", "/customers/C-1/limit", "/tasks/T-unknown/decide", "/customers/C-nobody/limit"} {
		f.ask(t, &act{method: "POST", path: path, token: reads})
	}
	want := []string{
		`erp decide of C-0 "T-0" at 3: the token lacks the scope act`,
		`erp limit of C-1 "" at 0: the token lacks the scope grant`,
	}
	if !slices.Equal(f.clerk.attempts, want) {
		t.Errorf("got attempts %q, want %q", f.clerk.attempts, want)
	}
}

// What a body says is what is told, in the name of who has the token; another one under its key is refused, and so is what cannot be.
func TestABodyIsTheEntry(t *testing.T) {
	tell := func(f *front, verb, body, key string) (status int, text string) {
		a := goodAct(route{method: "POST", path: "/customers/{id}/" + verb, scope: map[bool]Scope{true: Grant, false: Act}[strings.HasSuffix(verb, "limit") && verb != "ask_limit"]})
		a.body, a.headers["Idempotency-Key"] = body, "the-key-"+key
		w, _ := f.send(t, a)
		return w.Code, w.Body.String()
	}
	want := map[string]string{
		"contact": "contact bot 2026-11-19   phone reached true  ", "promise": "promise bot  2026-11-27 EUR 1250.00   false  ",
		"note": "note bot     false premises  the gate is locked ", "ask_limit": "ask_limit bot  2026-12-20 EUR 20.5   false  peak",
		"limit": "limit ceo  2026-12-20 EUR 900   false  agreed", "approve_limit": "approve_limit ceo d-1 false", "decline_limit": "decline_limit ceo d-1 false no",
	}
	for _, verb := range slices.Sorted(maps.Keys(want)) {
		f, body := newFront(t), bodies[verb]
		if verb == "contact" {
			body = strings.Replace(body, "}", `,"direction":"inbound"}`, 1)
		}
		tell(f, verb, body, "1")
		for _, e := range f.clerk.entries {
			money := strings.TrimSpace(e.Currency.String() + " " + e.Amount)
			if got := fmt.Sprintf("%s %s %s %s %s %s %s %s %v %s %s", e.Action, e.By, e.Ask, e.Day, e.Until, money, e.Channel, e.Outcome, e.Inbound, e.Sign, e.Text); strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(want[verb]), " ") {
				t.Errorf("%s: got %q, want %q", verb, got, want[verb])
			}
		}
		if len(f.clerk.entries) != 1 {
			t.Errorf("%s: got %d entries, want one", verb, len(f.clerk.entries))
		}
	}
	for _, tt := range []struct{ verb, body, problem, detail string }{
		{"contact", `{"contact_date":"2026-11-21","channel":"phone","outcome":"reached"}`, "not_sensible", "contact_date: Today"},
		{"contact", `{"contact_date":"2026-11-20","channel":"pigeon","outcome":"reached"}`, "not_sensible", "channel: Choose"},
		{"contact", `{"contact_date":"2026-11-20","channel":"phone","outcome":"reached","direction":"up"}`, "invalid_body", "direction"},
		{"contact", `{"contact_date":"today","channel":"phone","outcome":"reached"}`, "invalid_body", "contact_date"},
		{"promise", `{"promised_date":"2026-11-19","amount":{"amount":"1","currency":"EUR"}}`, "not_sensible", "promised_date: Today"},
		{"promise", `{"promised_date":"2026-11-27","amount":{"amount":"1","currency":"USD"}}`, "not_sensible", "amount: the customer's currency is EUR"},
		{"promise", `{"promised_date":"2026-11-27","amount":{"amount":"0.00","currency":"EUR"}}`, "not_sensible", "amount: More than 0"},
		{"promise", `{"promised_date":"2026-11-27","amount":{"amount":"1.005","currency":"EUR"}}`, "not_sensible", "amount: More than 0, in EUR"},
		{"promise", `{"promised_date":"2026-11-27","amount":{"amount":"1"}}`, "invalid_body", "amount"},
		{"promise", `{"promised_date":"2026-11-27","amount":"1"}`, "invalid_body", ""},
		{"note", `{"text":" "}`, "not_sensible", "text: Some words"},
		{"note", `{"text":"x","by":"ana"}`, "invalid_body", "by"},
		{"limit", `{"until_date":"2027-11-27","amount":{"amount":"1","currency":"EUR"},"reason":"x"}`, "not_sensible", "until_date: Today"},
		{"ask_limit", `{"until_date":"2026-11-27","amount":{"amount":"1","currency":"EUR"}}`, "not_sensible", "reason: Some words"},
	} {
		f := newFront(t)
		if status, text := tell(f, tt.verb, tt.body, "1"); !strings.Contains(text, typePrefix+tt.problem) || !strings.Contains(text, tt.detail) || len(f.clerk.entries) > 0 {
			t.Errorf("%s %s: got %d %s, want %s with %q", tt.verb, tt.body, status, text, tt.problem, tt.detail)
		}
	}
	f := newFront(t)
	tell(f, "note", bodies["note"], "1")
	for _, other := range []struct{ verb, body string }{{"note", `{"text":"the gate is locked"}`}, {"contact", bodies["contact"]}, {"note", `{"text":"open","sign":"premises"}`}} {
		if status, text := tell(f, other.verb, other.body, "1"); status != 422 || !strings.Contains(text, KeyReused) {
			t.Errorf("%s %s under a key that was used: got %d %s", other.verb, other.body, status, text)
		}
	}
}

// The lists of codes in the document are those that are offered.
func TestTheDocumentsListsAreThoseOfTheForms(t *testing.T) {
	for member, want := range map[string][]string{
		"contact.channel": alerts.ContactChannels(), "contact.outcome": alerts.ContactOutcomes(), "contact.direction": alerts.ContactDirections(), "note.sign": alerts.NoteSigns(),
	} {
		schema, name, _ := strings.Cut(member, ".")
		if got := fmt.Sprint(newFront(t).doc.Components.Schemas[schema].Value.Properties[name].Value.Enum); got != fmt.Sprint(want) {
			t.Errorf("%s: got %s, want %s", member, got, want)
		}
	}
}
