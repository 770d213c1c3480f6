package desk

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tocsin/state"
)

// scores are of two days; the last one is open.
var scores = []state.Score{
	{Day: state.DateOf(2026, 6, 20), Source: "urn:acme:erp", Accepted: 7},
	{Day: state.DateOf(2026, 6, 29), Source: "urn:acme:erp", Accepted: 3, Duplicate: 1, Stale: 2, Refused: 2, Conflicts: 1, Late: 1, UnknownFields: 5, UnknownValues: 4,
		Misrouted: 6, Misplaced: 8, Delay: 4000, Longest: 3 * time.Second, Last: 1,
		Codes: []state.ScoreCode{{Code: "money_scale", Count: 1}, {Code: "revision_conflict", Count: 1}}},
	{Day: state.DateOf(2026, 6, 30), Source: "", Refused: 1, Codes: []state.ScoreCode{{Code: "json", Count: 1}}},
	{Day: state.DateOf(2026, 6, 30), Source: "urn:acme:erp", Accepted: 1, Parked: 1, Longest: time.Second, Delay: 1000},
}

func TestSourcesAreScored(t *testing.T) {
	const (
		head = `{"from":"2026-06-24","until":"2026-06-30","sources":[`
		lost = `{"source":null,"name":"other","records":1,"accepted":0,"duplicate":0,"stale":0,"refused":1,"parked":0,"conflicts":0,"late":0,"unknown_fields":0,` +
			`"unknown_values":0,"wrong_key":0,"wrong_partition":0,"mean_delay_seconds":null,"longest_delay_seconds":null,"last_known_at":null,"refused_by":[{"code":"json","count":1}]}`
		erp = `{"source":"urn:acme:erp","name":"erp","records":10,"accepted":4,"duplicate":1,"stale":2,"refused":2,"parked":1,"conflicts":1,"late":1,"unknown_fields":5,` +
			`"unknown_values":4,"wrong_key":6,"wrong_partition":8,"mean_delay_seconds":1.250,"longest_delay_seconds":3.000,"last_known_at":"1970-01-01T00:00:00.000000001Z",` +
			`"refused_by":[{"code":"money_scale","count":1},{"code":"revision_conflict","count":1}]}`
		early = `"records":7,"accepted":7,`
	)
	for query, want := range map[string]string{
		"":                                  head + lost + "," + erp + "]}",
		"?until=2026-06-22":                 early,
		"?from=2026-06-20&until=2026-06-28": early,
		"?until=2026-06-19":                 `"sources":[]}`,
	} {
		o := newOffice(t)
		o.Sources = map[string]string{"urn:acme:erp": "erp"}
		if body := o.ask(t, http.MethodGet, "/sources"+query).Body.String(); !strings.Contains(body, want) {
			t.Errorf("%q: got %s, want %s", query, body, want)
		}
	}
	for query, parameter := range map[string]string{"?from=2026-02-30": "from", "?until=today": "until", "?from=2026-07-01": "from", "?source=urn:acme:erp": "source"} {
		if p := newOffice(t).ask(t, http.MethodGet, "/sources"+query).problem(t); p.Parameter != parameter {
			t.Errorf("%s: got %+v", query, p)
		}
	}
	o := newOffice(t)
	o.empty = true
	if p := o.ask(t, http.MethodGet, "/sources").problem(t); p.Type != NotReady {
		t.Errorf("before a day is open: got %+v", p)
	}
}
