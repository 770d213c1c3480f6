package desk

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// all are the ids of a list that is read in pages, with their seqs.
func (o *office) all(t *testing.T, target, name string, limit int) (ids []string) {
	t.Helper()
	sep := "?"
	if strings.Contains(target, "?") {
		sep = "&"
	}
	for next := ""; ; {
		var page map[string]json.RawMessage
		must(t, json.Unmarshal(o.ask(t, http.MethodGet, fmt.Sprint(target, sep, "limit=", limit, next)).Body.Bytes(), &page))
		var records []struct {
			Task  string `json:"task_id"`
			Alert string `json:"alert_id"`
			Seq   int
		}
		must(t, json.Unmarshal(page[name], &records))
		if len(records) > limit {
			t.Fatalf("got %d records, want at most %d", len(records), limit)
		}
		for _, r := range records {
			if r.Task != "" {
				ids = append(ids, r.Task)
			} else {
				ids = append(ids, fmt.Sprint(r.Alert, r.Seq))
			}
		}
		var cursor *string
		must(t, json.Unmarshal(page["next"], &cursor))
		if cursor == nil {
			return ids
		}
		next = "&cursor=" + *cursor
	}
}

func TestTasksComeByDueAndFiltered(t *testing.T) {
	for target, want := range map[string]string{
		"/tasks":                       "T-2 T-6 T-5 T-1 T-3",
		"/tasks?state=open":            "T-5 T-1",
		"/tasks?state=closed":          "T-4",
		"/tasks?owner=ana":             "T-6 T-1 T-3",
		"/tasks?owner=":                "T-5",
		"/tasks?owner=nobody":          "",
		"/tasks?owner=ana&state=open":  "T-1",
		"/tasks?owner=bo&state=closed": "",
		"/tasks?customer=C-1":          "T-2 T-6 T-5 T-1 T-3",
		"/tasks?customer=C-2":          "",
		"/tasks?severity=warning":      "T-2 T-6 T-5 T-1 T-3",
		"/tasks?severity=critical":     "",
		"/queue":                       "T-6 T-1",
		"/queue?owner=bo":              "T-2",
		"/queue?owner=":                "T-5",

		"/tasks?due_before=2026-07-03T09:00:00Z":                       "T-2 T-6",
		"/tasks?due_before=2026-07-03T17:00:00.1%2B08:00":              "T-2 T-6 T-5",
		"/tasks?due_before=2026-07-03T09:00:01Z&owner=ana&state=open&": "T-1",
	} {
		for _, limit := range []int{1, 2, 3, 5, 200} {
			if got := strings.Join(newOffice(t).all(t, target, "tasks", limit), " "); got != want {
				t.Errorf("%s by %d: got %s, want %s", target, limit, got, want)
			}
		}
	}
}

func TestAlertsComeAsTheyWereKnown(t *testing.T) {
	for _, limit := range []int{1, 2, 3, 4, 200} {
		if got, want := newOffice(t).all(t, "/customers/C-1/alerts", "alerts", limit), []string{"a1", "b1", "a2", "a10"}; !slices.Equal(got, want) {
			t.Errorf("by %d: got %q, want %q", limit, got, want)
		}
	}
	for target, want := range map[string]string{
		"/alerts": "b1 a10", "/alerts?open=true": "b1 a10", "/alerts?open=false": "", "/alerts?level=warning": "b1 a10", "/alerts?level=none": "", "/alerts?signal=overdue": "b1 a10",
		"/alerts?signal=dso": "", "/alerts?customer=C-2": "", "/alerts?since=2026-06-30T08:00:00.5Z": "a10", "/alerts?since=2026-06-30T08:00:00Z&open=true&customer=C-1": "b1 a10",
	} {
		for _, limit := range []int{1, 2, 200} {
			if got := strings.Join(newOffice(t).all(t, target, "alerts", limit), " "); got != want {
				t.Errorf("%s by %d: got %s, want %s", target, limit, got, want)
			}
		}
	}
	if got := newOffice(t).all(t, "/customers/C-2/alerts", "alerts", 3); len(got) != 0 {
		t.Errorf("got %q of whom nothing was said", got)
	}
}

func TestATasksTagIsItsSeq(t *testing.T) {
	o := newOffice(t)
	if got := o.ask(t, http.MethodGet, "/tasks/T-2"); got.Header().Get("ETag") != `"3"` {
		t.Errorf("got tag %s, want that of seq 3", got.Header().Get("ETag"))
	}
	for tags, want := range map[string]int{
		`"3"`: http.StatusNotModified, `W/"3"`: http.StatusNotModified, `"1", "3"`: http.StatusNotModified, `*`: http.StatusNotModified, `"2"`: http.StatusOK, `3`: http.StatusOK,
	} {
		if got := o.ask(t, http.MethodGet, "/tasks/T-2", "If-None-Match", tags); got.Code != want {
			t.Errorf("%s: got %d, want %d", tags, got.Code, want)
		}
	}
}

func TestQuestionsThatAreNoneAreRefused(t *testing.T) {
	for target, want := range map[string]string{
		"/tasks?state=opened": "state", "/tasks?state=": "state", "/tasks?client=C-1": "client", "/tasks?customer=": "customer", "/tasks?cursor=WyJhIl0": "cursor", "/tasks?limit=-1": "limit",
		"/customers/C-1/alerts?state=open": "state", "/customers/C-1/alerts?cursor=bnVsbA": "cursor",
		"/customers/C-1/explain?figure=&": "figure", "/customers/C-1/explain?signal=": "signal", "/customers/C-1/explain?figure=receivables&signal=overdue": "figure",
		"/customers/C-1/explain?figure=luck": "figure", "/customers/C-1/explain?language=fr": "language", "/customers/C-1/explain?language=": "language",
		"/customers/C-1/explain?figure=receivables&language=zh": "language",
		"/tasks?severity=red": "severity", "/tasks?due_before=tomorrow": "due_before", "/tasks?due_before=2026-07-03": "due_before", "/tasks?due_before=9999-01-01T00:00:00Z": "due_before",
		"/alerts?open=yes": "open", "/alerts?level=red": "level", "/alerts?level=info&open=false": "level", "/alerts?since=": "since", "/alerts?signal=": "signal", "/alerts?customer=": "customer",
		"/alerts?state=open": "state", "/alerts?cursor=WyJhIiwiYiJd": "cursor", "/queue?state=open": "state", "/tasks?cursor=WyIiLCJ4IiwiVCJd": "cursor",
		"/customers/C-1/alerts?cursor=WyIxIiwiYSIsImIiXQ": "cursor",
	} {
		got := newOffice(t).ask(t, http.MethodGet, target)
		if p := got.problem(t); p.Type != InvalidParameter || p.Parameter != want {
			t.Errorf("%s: got %+v, want the parameter %q refused", target, p, want)
		}
	}
}

func TestFiguresAndSignalsAreExplained(t *testing.T) {
	for query, want := range map[string]string{"": `"signal":"overdue"`, "?signal=limit_breach": `"signal":"limit_breach"`, "?figure=receivables": `"figure":"receivables"`} {
		if got := newOffice(t).ask(t, http.MethodGet, "/customers/C-1/explain"+query); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), want) {
			t.Errorf("%q: got %d, %s, want %s", query, got.Code, got.Body, want)
		}
	}
}

func TestACaseIsToldWithAllThatBelongsToIt(t *testing.T) {
	for id, want := range map[string]string{"k-1": "k-1 open T-1 2", "k-2": "k-2 closed  0", "C-1": "k-1 open T-1 2"} {
		var c struct {
			ID    string `json:"case_id"`
			State string
			Task  *struct {
				Task string `json:"task_id"`
			}
			Messages []struct{ Timestamp *string }
		}
		got := newOffice(t).ask(t, http.MethodGet, "/cases/"+id)
		must(t, json.Unmarshal(got.Body.Bytes(), &c))
		task := ""
		if c.Task != nil {
			task = c.Task.Task
		}
		if told := fmt.Sprint(c.ID, " ", c.State, " ", task, " ", len(c.Messages)); told != want {
			t.Errorf("%s: got %s, want %s", id, told, want)
		}
	}
	if got := newOffice(t).ask(t, http.MethodGet, "/cases/C-2"); got.Code != http.StatusNotFound {
		t.Errorf("got %d of a customer without a case", got.Code)
	}
}
