package desk

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"tocsin/alerts"
)

func TestTheDocumentIsOpenAPI(t *testing.T) {
	must(t, newFront(t).doc.Validate(t.Context(), openapi3.IsOpenAPI31OrLater()))
}

// spoilers make of a good act, or of the office, what each problem is the answer to. With shape the document alone refuses the request.
var spoilers = map[string]struct {
	spoil func(*front, *act)
	shape bool
}{
	InvalidParameter: {func(_ *front, a *act) { a.path += "?nobody_knows=1" }, false},
	InvalidHeader:    {func(_ *front, a *act) { delete(a.headers, "Idempotency-Key") }, true},
	InvalidBody: {func(_ *front, a *act) {
		a.body, a.headers["Content-Type"] = `{"by":"somebody else"}`, "application/json"
	}, true},
	Unauthorized:       {func(_ *front, a *act) { a.token = "" }, false},
	InsufficientScope:  {func(_ *front, a *act) { a.token = reads }, false},
	NoTokens:           {func(f *front, a *act) { f.Tokens = nil }, false},
	NotFound:           {func(_ *front, a *act) { a.path = strings.Replace(a.path, "T-0", "T-7", 1) }, false},
	MethodNotAllowed:   {func(_ *front, a *act) { a.method = "DELETE" }, false},
	Conflict:           {func(f *front, _ *act) { f.clerk.refusal = &alerts.Refusal{Name: alerts.RefusedState, Detail: "no"} }, false},
	PreconditionFailed: {func(_ *front, a *act) { a.headers["If-Match"] = `"2"` }, false},
	TooLarge: {func(_ *front, a *act) {
		a.body, a.headers["Content-Type"] = `{"x":"`+strings.Repeat("x", mostBody)+`"}`, "application/json"
	}, true},
	UnsupportedType: {func(_ *front, a *act) { a.body, a.headers["Content-Type"] = "{}", "text/plain" }, true},
	NotSensible:     {func(f *front, _ *act) { f.clerk.refusal = &alerts.Refusal{Name: alerts.RefusedUntil, Detail: "no"} }, false},
	KeyReused: {func(f *front, a *act) {
		other := *a
		other.path = strings.Replace(a.path, "T-0", "T-1", 1)
		f.ask(nil, &other)
	}, false},
	PreconditionRequired: {func(_ *front, a *act) { delete(a.headers, "If-Match") }, true},
	Internal:             {func(f *front, _ *act) { f.clerk.fails = errors.New("disk C-secret is on fire") }, false},
	Unavailable:          {func(f *front, _ *act) { f.clerk.refusal = NewProblem(Unavailable, "others were first") }, false},
	NotReady:             {func(f *front, _ *act) { f.clerk.refusal = NewProblem(NotReady, "nothing was read") }, false},
}

// Every act gives each problem as the document says, and is refused for its form by the document where it is refused for it here.
func TestEveryActAndProblemIsAsTheDocumentSays(t *testing.T) {
	for _, r := range deeds {
		given := map[string]bool{"200": true}
		f := newFront(t)
		if w, wrong := f.send(t, goodAct(r)); w.Code != 200 || wrong != nil || w.Header().Get("ETag") != `"4"` {
			t.Errorf("%s: got %d %s %s; by the document the request is %v", r.path, w.Code, w.Body, w.Header().Get("ETag"), wrong)
		}
		for name, how := range spoilers {
			f, a := newFront(t), goodAct(r)
			how.spoil(f, a)
			w, wrong := f.send(t, a)
			want := NewProblem(name, "")
			if w.Code != want.Status || typePrefix+typeOf(w) != name || strings.Contains(w.Body.String(), "secret") {
				t.Errorf("%s, %s: got %d %s", r.path, name, w.Code, w.Body)
			}
			if how.shape && wrong == nil {
				t.Errorf("%s, %s: the document has nothing against the request", r.path, name)
			}
			if name != KeyReused && len(f.clerk.deeds) > 0 {
				t.Errorf("%s, %s: it is done", r.path, name)
			}
			given[fmt.Sprint(want.Status)] = true
		}
		for status := range f.doc.Paths.Value(r.path).Post.Responses.Map() {
			if !given[status] {
				t.Errorf("%s: nothing gives %s, which is in the document", r.path, status)
			}
		}
	}
	for _, k := range kinds {
		if _, tried := spoilers[k.name]; !tried && k.name != Gone && k.name != Unreadable {
			t.Errorf("nothing tries %s", k.name)
		}
	}
}

// ask sends an act.
func (f *front) ask(_ *testing.T, a *act) *httptest.ResponseRecorder {
	r := httptest.NewRequest(a.method, Prefix+a.path, strings.NewReader(a.body))
	r.Header.Set("Authorization", "Bearer "+a.token)
	for name, value := range a.headers {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	return w
}

// Without tokens nobody acts.
func TestWithoutTokensNobodyActs(t *testing.T) {
	for _, r := range slices.Concat(deeds, entries, releases) {
		f, a := newFront(t), goodAct(r)
		f.Tokens, f.Loopback = nil, true
		request := httptest.NewRequest(a.method, Prefix+a.path, strings.NewReader(a.body))
		request.Host = "127.0.0.1:9464"
		w := httptest.NewRecorder()
		if f.ServeHTTP(w, request); w.Code != 403 || len(f.clerk.deeds) > 0 {
			t.Errorf("%s without tokens: got %d, want that nobody acts", r.path, w.Code)
		}
	}
}

// The same key gives the first answer, byte for byte, whatever has happened since; with another act it is refused.
func TestARepeatedKeyGivesTheFirstAnswer(t *testing.T) {
	f := newFront(t)
	send := func(verb, task, body, revision, key string) *httptest.ResponseRecorder {
		a := goodAct(route{method: "POST", path: "/tasks/{id}/" + verb})
		a.path = "/tasks/" + task + "/" + verb
		a.body, a.headers = body, map[string]string{"If-Match": revision, "Idempotency-Key": key, "Content-Type": "application/json"}
		w, _ := f.send(t, a)
		return w
	}
	first := send("acknowledge", "T-0", "", `"3"`, "key-00001")
	want := `{"task_id":"T-0","customer_id":"C-0","action":"acknowledge","by":"bot","at":"2026-11-20T00:00:00.000000001Z","revision":4}` + "\n"
	if first.Code != 200 || first.Body.String() != want || first.Header().Get("ETag") != `"4"` {
		t.Fatalf("got %d %s %s, want %s", first.Code, first.Body, first.Header().Get("ETag"), want)
	}
	if second := send("snooze", "T-0", bodies["snooze"], `"4"`, "key-00002"); second.Code != 200 {
		t.Fatalf("got %d %s", second.Code, second.Body)
	}
	for _, revision := range []string{`"3"`, `"5"`, "*"} {
		again := send("acknowledge", "T-0", "{}", revision, "key-00001")
		if again.Code != 200 || again.Body.String() != want || again.Header().Get("ETag") != `"4"` {
			t.Errorf("again, seen %s: got %d %s, want the first answer", revision, again.Code, again.Body)
		}
	}
	for _, tt := range []struct{ verb, task, body, key string }{
		{"acknowledge", "T-1", "", "key-00001"},
		{"wake", "T-0", "", "key-00001"},
		{"snooze", "T-0", `{"until_date":"2026-11-28","reason_code":"timing","worse_percent":20}`, "key-00002"},
		{"snooze", "T-0", `{"until_date":"2026-11-27","reason_code":"data","worse_percent":20}`, "key-00002"},
		{"snooze", "T-0", `{"until_date":"2026-11-27","reason_code":"timing"}`, "key-00002"},
	} {
		if w := send(tt.verb, tt.task, tt.body, "*", tt.key); w.Code != 422 || typeOf(w) != "key_reused" {
			t.Errorf("%s %s %s: got %d %s, want key_reused", tt.verb, tt.task, tt.body, w.Code, w.Body)
		}
	}
	if len(f.clerk.deeds) != 2 {
		t.Errorf("got %d deeds, want 2", len(f.clerk.deeds))
	}
}

// Who has not seen the task as it is is told that before anything else, and what stands against him, too.
func TestWhoWasNotFirstIsToldSo(t *testing.T) {
	f, a := newFront(t), goodAct(deeds[0])
	f.clerk.refusal = &alerts.Refusal{Name: alerts.RefusedState, Detail: "it is acknowledged by ana"}
	a.headers["If-Match"] = `"2"`
	if w, _ := f.send(t, a); w.Code != 412 || !strings.Contains(w.Body.String(), "acknowledged by ana") || !strings.Contains(w.Body.String(), `"reason":"changed"`) {
		t.Errorf("got %d %s, want 412 and who was first", w.Code, w.Body)
	}
	a.headers["If-Match"] = "*"
	if w, _ := f.send(t, a); w.Code != 409 {
		t.Errorf("of whoever sees nothing: got %d %s, want 409", w.Code, w.Body)
	}
}

// A key is its owner's: two people may choose the same.
func TestAKeyIsItsOwners(t *testing.T) {
	if requestOf("ana", "key-00001") == requestOf("bo", "key-00001") || requestOf("a", "bkey") == requestOf("ab", "key") {
		t.Error("two people share a request")
	}
}

// Of those who saw the same revision one is first.
func TestOfManyWritersOneIsFirst(t *testing.T) {
	f := newFront(t)
	codes := make([]int, 20)
	var wait sync.WaitGroup
	for i := range codes {
		wait.Go(func() {
			a := goodAct(deeds[0])
			a.headers["Idempotency-Key"] = fmt.Sprint("key-0000", i)
			codes[i] = f.ask(t, a).Code
		})
	}
	wait.Wait()
	if slices.Sort(codes); codes[0] != 200 || codes[1] != 412 || codes[19] != 412 {
		t.Errorf("got %v, want one 200 and 19 of 412", codes)
	}
}

// What a body says is what is decided, and who decides is who has the token.
func TestABodyIsTheDecision(t *testing.T) {
	for _, r := range deeds {
		f, a := newFront(t), goodAct(r)
		if w, _ := f.send(t, a); w.Code != 200 {
			t.Fatalf("%s: got %d %s", r.path, w.Code, w.Body)
		}
		verb := a.path[strings.LastIndexByte(a.path, '/')+1:]
		want := map[string]string{
			"decide":   "{Decision:hold_orders ReasonCode: NextReview:2026-12-01 Until: Worse:0 Owner: Alert:}",
			"snooze":   "{Decision: ReasonCode:timing NextReview: Until:2026-11-27 Worse:20 Owner: Alert:}",
			"reassign": "{Decision: ReasonCode: NextReview: Until: Worse:0 Owner:bo Alert:}",
			"feedback": "{Decision:useful ReasonCode: NextReview: Until: Worse:0 Owner: Alert:A-1}",
		}[verb]
		if want == "" {
			want = "{Decision: ReasonCode: NextReview: Until: Worse:0 Owner: Alert:}"
		}
		for _, row := range f.clerk.deeds {
			var was done
			must(t, json.Unmarshal(row.Body, &was))
			if got := fmt.Sprintf("%s %s %+v", row.By, row.Deed, was.Why); got != "bot "+verb+" "+want {
				t.Errorf("%s: got %s, want %s", r.path, got, want)
			}
		}
	}
}

func TestAnActIsRefusedForItsForm(t *testing.T) {
	f := newFront(t)
	for _, tt := range []struct {
		what, verb, body, header, value string
		status                          int
		problem                         string
	}{
		{"no body", "decide", "", "", "", 400, "invalid_body"},
		{"an array", "decide", "[]", "", "", 400, "invalid_body"},
		{"null", "decide", "null", "", "", 400, "invalid_body"},
		{"two objects", "decide", bodies["decide"] + "{}", "", "", 400, "invalid_body"},
		{"an unknown member", "decide", `{"decision":"call","next_review_date":"2026-12-01","by":"x"}`, "", "", 400, "invalid_body"},
		{"no day", "decide", `{"decision":"call","next_review_date":"2026-02-30"}`, "", "", 400, "invalid_body"},
		{"a number", "decide", `{"decision":1}`, "", "", 400, "invalid_body"},
		{"half", "decide", `{"decision":`, "", "", 400, "invalid_body"},
		{"less than nothing", "snooze", `{"worse_percent":-1,"reason_code":"timing"}`, "", "", 400, "invalid_body"},
		{"members of nothing", "wake", `{"x":1}`, "", "", 400, "invalid_body"},
		{"a form", "decide", bodies["decide"], "Content-Type", "application/x-www-form-urlencoded", 415, "unsupported_type"},
		{"no type", "decide", bodies["decide"], "Content-Type", "", 415, "unsupported_type"},
		{"another charset", "decide", bodies["decide"], "Content-Type", "application/json; charset=utf-16", 415, "unsupported_type"},
		{"too much", "decide", `{"decision":"` + strings.Repeat("x", mostBody) + `"}`, "", "", 413, "too_large"},
		{"a weak tag", "wake", "", "If-Match", `W/"3"`, 400, "invalid_header"},
		{"two tags", "wake", "", "If-Match", `"3", "4"`, 400, "invalid_header"},
		{"no tag", "wake", "", "If-Match", `3`, 400, "invalid_header"},
		{"a tag of nothing", "wake", "", "If-Match", `"0"`, 400, "invalid_header"},
		{"another writing of a tag", "wake", "", "If-Match", `"+3"`, 400, "invalid_header"},
		{"a tag that is too large", "wake", "", "If-Match", `"9999999999999999999"`, 400, "invalid_header"},
		{"a short key", "wake", "", "Idempotency-Key", "1234567", 400, "invalid_header"},
		{"a long key", "wake", "", "Idempotency-Key", strings.Repeat("x", mostKey+1), 400, "invalid_header"},
	} {
		a := goodAct(route{method: "POST", path: "/tasks/{id}/" + tt.verb})
		if a.body = tt.body; a.body != "" {
			a.headers["Content-Type"] = "application/json"
		}
		if tt.header != "" {
			a.headers[tt.header] = tt.value
		}
		if w := f.ask(t, a); w.Code != tt.status || typeOf(w) != tt.problem {
			t.Errorf("%s: got %d %s, want %d %s", tt.what, w.Code, w.Body, tt.status, tt.problem)
		}
	}
	if len(f.clerk.deeds) > 0 {
		t.Errorf("got %d deeds, want none", len(f.clerk.deeds))
	}
}

// Every refusal of a decision has a status: of what the person saw, how the task stands, or what he asks for.
func TestEveryRefusalHasItsStatus(t *testing.T) {
	for name, want := range map[string]int{
		alerts.RefusedChanged: 412, alerts.RefusedState: 409, alerts.RefusedNoTask: 409, alerts.RefusedOtherTask: 409, alerts.RefusedOpenSignals: 409,
		alerts.RefusedAwake: 409, alerts.RefusedCode: 422, alerts.RefusedReason: 422, alerts.RefusedReview: 422, alerts.RefusedUntil: 422,
		alerts.RefusedWorse: 422, alerts.RefusedOwner: 422, alerts.RefusedAlert: 422, alerts.RefusedFeedback: 422,
	} {
		f := newFront(t)
		f.clerk.refusal = &alerts.Refusal{Name: name, Detail: "it is so"}
		w, _ := f.send(t, goodAct(deeds[0]))
		var p Problem
		must(t, json.Unmarshal(w.Body.Bytes(), &p))
		if w.Code != want || p.Status != want || p.Reason != name || p.Detail != "it is so" {
			t.Errorf("%s: got %d %s, want %d", name, w.Code, w.Body, want)
		}
	}
}

// The lists of codes in the document are those that decisions know.
func TestTheDocumentsCodesAreTheDesks(t *testing.T) {
	for _, tt := range []struct {
		schema, member string
		want           []string
	}{
		{"decision", "decision", alerts.DecisionCodes()}, {"decision", "reason_code", alerts.ReasonCodes()},
		{"snooze", "reason_code", alerts.ReasonCodes()}, {"feedback", "feedback", alerts.FeedbackCodes()},
	} {
		got := fmt.Sprint(newFront(t).doc.Components.Schemas[tt.schema].Value.Properties[tt.member].Value.Enum)
		if want := fmt.Sprint(tt.want); got != want {
			t.Errorf("%s of %s: got %s, want %s", tt.member, tt.schema, got, want)
		}
	}
}
