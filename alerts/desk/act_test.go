package desk

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tocsin/alerts"
)

const acknowledges = "/tasks/T-1/acknowledge"

// Of two who have seen the same task one is first, and the other is told who that was.
func TestOfTwoWhoAcknowledgeOneIsFirst(t *testing.T) {
	o := newOffice(t)
	if got := o.ask(t, http.MethodPost, acknowledges, "If-Match", `"3"`); got.Code != http.StatusNoContent || got.Header().Get("ETag") != `"4"` {
		t.Errorf("the first: got %d, %s, want it done with the next tag", got.Code, got.Body)
	}
	got := o.ask(t, http.MethodPost, acknowledges, "If-Match", `"3"`, "Authorization", "Bearer "+acts)
	if p := got.problem(t); p.Type != PreconditionFailed || !strings.Contains(p.Detail, `"4"`) || !strings.Contains(p.Detail, "bo") {
		t.Errorf("the second: got %+v, want it told what the task is now, and by whom", p)
	}
	if len(o.taken) != 1 || o.taken[0].By != "ana" || o.taken[0].Action != alerts.Acknowledge || o.taken[0].SeenTask != 3 || o.taken[0].At != 7 {
		t.Errorf("got %+v taken, want one acknowledgement by who has the token", o.taken)
	}
}

func TestARepeatHasTheFirstAnswer(t *testing.T) {
	o := newOffice(t)
	first := o.ask(t, http.MethodPost, acknowledges, "If-Match", `"3"`, "Idempotency-Key", "a")
	o.seqs["T-1"] = 9 // the task has moved on
	again := o.ask(t, http.MethodPost, acknowledges, "If-Match", `"3"`, "Idempotency-Key", "a")
	if first.Code != http.StatusNoContent || again.Code != first.Code || again.Header().Get("ETag") != first.Header().Get("ETag") || len(o.taken) != 1 {
		t.Errorf("got %d, %v and again %d, %v, with %d taken; want one, and one answer", first.Code, first.Header(), again.Code, again.Header(), len(o.taken))
	}
	for name, headers := range map[string][]string{
		"another key":  {"If-Match", `"3"`, "Idempotency-Key", "b"},
		"no key":       {"If-Match", `"3"`},
		"another tag":  {"If-Match", `"4"`, "Idempotency-Key", "a"},
		"another name": {"If-Match", `"3"`, "Idempotency-Key", "a", "Authorization", "Bearer " + acts},
	} {
		if got := o.ask(t, http.MethodPost, acknowledges, headers...); got.Code != http.StatusPreconditionFailed {
			t.Errorf("%s: got %d, %s, want another request, which comes too late", name, got.Code, got.Body)
		}
	}
}

func TestHowATaskWasSeenMustBeSaid(t *testing.T) {
	for tag, want := range map[string]int{
		"": 428, "*": 428, `"3", "4"`: 428, `"3",`: 428,
		"3": 412, `W/"3"`: 412, `"03"`: 412, `"+3"`: 412, `"0"`: 412, `"-3"`: 412, `"x"`: 412, `"99999999999999999999"`: 412, `"2"`: 412, ` "3" `: 204,
	} {
		if got := newOffice(t).ask(t, http.MethodPost, acknowledges, "If-Match", tag); got.Code != want {
			t.Errorf("%q: got %d, %s, want %d", tag, got.Code, got.Body, want)
		}
	}
}

func TestAnActTakesNothingElse(t *testing.T) {
	for body, want := range map[string]int{"": 204, "{}": 204, " {}\n": 204, `{"by":"boss"}`: 400, "x": 400, strings.Repeat(" ", mostBody+1): 400} {
		o := newOffice(t)
		r := httptest.NewRequest(http.MethodPost, Prefix+acknowledges, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+acts)
		r.Header.Set("If-Match", `"3"`)
		w := httptest.NewRecorder()
		o.ServeHTTP(w, r)
		o.check(t, asked{w, r})
		if w.Code != want {
			t.Errorf("%q: got %d, %s, want %d", clip(body), w.Code, w.Body, want)
		}
	}
	o := newOffice(t)
	if got := o.ask(t, http.MethodPost, acknowledges, "If-Match", `"3"`, "Idempotency-Key", strings.Repeat("k", mostKey+1)); got.Code != http.StatusBadRequest || len(o.taken) > 0 {
		t.Errorf("got %d, %s, want the key refused", got.Code, got.Body)
	}
}
