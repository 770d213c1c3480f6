package desk

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"tocsin/state"
)

// caseOf is a message about a case of which little is known.
func caseOf(customer, id string, seq int64, more string) state.Message {
	body := fmt.Sprintf(`{"case_id":%q,"seq":%d,"customer_id":%q,"opened":"2026-06-10","at":"2026-06-30",%s}`, id, seq, customer, more)
	return state.Message{Case: id, Seq: seq, Customer: state.CustomerID(customer), Body: []byte(body)}
}

// listed are the ids of the cases on all pages of a query.
func (o *office) listed(t *testing.T, query string, limit int) (ids []string) {
	t.Helper()
	target := fmt.Sprintf("/cases?limit=%d%s", limit, query)
	for next := ""; ; {
		var page struct {
			Cases []struct {
				ID string `json:"case_id"`
			}
			Next *string
		}
		got := o.ask(t, http.MethodGet, target+next)
		must(t, json.Unmarshal(got.Body.Bytes(), &page))
		if len(page.Cases) > limit {
			t.Fatalf("%s: got %d cases on a page", target, len(page.Cases))
		}
		for _, c := range page.Cases {
			ids = append(ids, c.ID)
		}
		if page.Next == nil {
			return ids
		}
		next = "&cursor=" + *page.Next
	}
}

// Pages have all cases that are asked for, each once, whatever a page's size is and however many others lie between.
func TestPagesAreAllCases(t *testing.T) {
	o := newOffice(t)
	for i := range 2500 {
		more := `"state":"closed","severity":"none","task":{"owner":"ana"}`
		if i%1249 == 1 {
			more = `"state":"open","severity":"critical","task":{"task_id":"T-1","owner":"bo"}`
		}
		o.moreCases = append(o.moreCases, caseOf(fmt.Sprintf("D-%04d", i), fmt.Sprintf("d-%d", i), 1, more))
	}
	for query, want := range map[string]string{
		"&state=open": "[k-1 d-1 d-1250 d-2499]", "&state=open&severity=critical": "[d-1 d-1250 d-2499]", "&owner=bo": "[d-1 d-1250 d-2499]",
		"&owner=": "[k-1 k-2]", "&customer=C-1": "[k-1 k-2]", "&customer=C-1&state=closed": "[k-2]", "&customer=D-0001": "[]", "&severity=info": "[]",
	} {
		for _, limit := range []int{1, 2, 3, 200} {
			if got := fmt.Sprint(o.listed(t, query, limit)); got != want {
				t.Errorf("%s, %d a page: got %s, want %s", query, limit, got, want)
			}
		}
	}
	if got := o.listed(t, "", 200); len(got) != 2502 || got[0] != "k-1" || got[2501] != "d-2499" {
		t.Errorf("got %d cases", len(got))
	}
	for query, parameter := range map[string]string{"state=decided": "state", "severity=bad": "severity", "customer=": "customer", "cursor=W10": "cursor", "sort=x": "sort"} {
		if p := newOffice(t).ask(t, http.MethodGet, "/cases?"+query).problem(t); p.Parameter != parameter {
			t.Errorf("%s: got %+v", query, p)
		}
	}
}

// A case's history tells each change once, as its thread does, and leaves out what tells nothing new.
func TestACaseHasItsHistory(t *testing.T) {
	overdue := func(level string) string {
		return fmt.Sprintf(`"alerts":[{"alert_id":"a","signal":"overdue","level":%q}],"severity":%[1]q`, level)
	}
	o := newOffice(t)
	o.states = []state.Message{
		caseOf("C-1", "k-1", 1, `"state":"open",`+overdue("critical")+`,"task":{"task_id":"T-1","state":"open"}`),
		caseOf("C-1", "k-1", 2, `"state":"open",`+overdue("critical")+`,"task":{"task_id":"T-1","state":"open"},"money_at_risk":{"amount":"5.00","currency":"EUR"}`),
		caseOf("C-1", "k-1", 3, `"state":"open",`+overdue("critical")+`,"task":{"task_id":"T-1","state":"acknowledged","by":"ana","snoozed_until":"2026-07-02"}`),
	}
	got := o.ask(t, http.MethodGet, "/cases/k-1")
	_, history, _ := strings.Cut(strings.TrimSpace(got.Body.String()), `"history":`)
	entry := func(seq int, severity, changes, task string) string {
		return fmt.Sprintf(`{"seq":%d,"at":"2026-06-30","known_at":"1970-01-01T00:00:00Z","state":"open","severity":%q,"changes":[%s],"task":%s}`, seq, severity, changes, task)
	}
	change := `{"alert_id":"a","signal":"overdue","reason":"","from":%q,"to":%q,"transition":%q}`
	want := "[" + strings.Join([]string{
		entry(1, "critical", fmt.Sprintf(change, "none", "critical", "raised"), `{"state":"open","owner":"","by":"","decision":"","snoozed_until":null,"late":false}`),
		entry(3, "critical", "", `{"state":"acknowledged","owner":"","by":"ana","decision":"","snoozed_until":"2026-07-02","late":false}`),
		entry(4, "warning", fmt.Sprintf(change, "critical", "warning", "deescalated"), `{"state":"open","owner":"","by":"","decision":"","snoozed_until":null,"late":false}`),
	}, ",") + "]}"
	if history != want {
		t.Errorf("got %s\nwant %s", history, want)
	}
	for i := range int64(300) {
		level := []string{"critical", "warning"}[i%2]
		o.states = append(o.states, caseOf("C-1", "k-1", 10+i, `"state":"open",`+overdue(level)))
	}
	o.states = o.states[3:]
	var c struct {
		History []struct {
			Seq     int64
			Changes []struct{ From, To string }
		}
	}
	must(t, json.Unmarshal(o.ask(t, http.MethodGet, "/cases/k-1").Body.Bytes(), &c))
	if n := len(c.History); n != 100 || c.History[0].Seq != 211 || c.History[0].Changes[0].From != "critical" {
		t.Errorf("got %d entries, the first %+v: want those behind the newest 100 states, each against the one before it", n, c.History[0])
	}
}
