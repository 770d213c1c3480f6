package desk

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"tocsin/alerts"
	"tocsin/state"
)

// clerk is a fake that counts tasks up and keeps an audit.
type clerk struct {
	mu      sync.Mutex
	tasks   []state.TaskRow
	deeds   map[string]state.AuditRow
	refusal error // of everything that has not landed
	fails   error
	asked   int
	entries []alerts.Entry

	released bool // what is systemic

	attempted map[string]bool // requests
	attempts  []string
}

func (c *clerk) Task(_ context.Context, id string) (state.TaskRow, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	for _, t := range c.tasks {
		if t.ID == id {
			return t, c.fails
		}
	}
	return state.TaskRow{}, NewProblem(NotFound, "no task has this id")
}

func (c *clerk) Decide(_ context.Context, customer state.CustomerID, d alerts.Decision, request string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, landed := c.deeds[request]; landed {
		return nil
	}
	if c.refusal != nil {
		return c.refusal
	}
	t := &c.tasks[slices.IndexFunc(c.tasks, func(t state.TaskRow) bool { return t.ID == d.TaskID })]
	if d.Seen != 0 && d.Seen != t.Seq {
		return &alerts.Refusal{Name: alerts.RefusedChanged, Detail: "look again"}
	}
	c.deeds[request] = state.AuditRow{At: d.At, By: d.By, Via: state.ViaAPI, Deed: d.Action.String(), Request: request, Customer: customer, Body: fmt.Appendf(nil,
		`{"why":{"decision":%q,"reason_code":%q,"next_review_date":"%s","until_date":"%s","worse_percent":%d,"owner":%q,"alert_id":%q},`+
			`"saw":{"task":{"task_id":%q,"seq":%d}}}`, d.Code, d.ReasonCode, d.NextReview, d.Until, d.Worse, d.To, d.Alert, t.ID, t.Seq)}
	t.Seq++
	return nil
}

func (c *clerk) Ground(context.Context, state.CustomerID) (state.Date, state.Currency, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	euro, _ := state.ParseCurrency("EUR")
	return today, euro, c.fails
}

func (c *clerk) Enter(_ context.Context, customer state.CustomerID, e alerts.Entry, request string) (bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, landed := c.deeds[request]; landed {
		return false, nil
	}
	if c.refusal != nil {
		return false, c.refusal
	}
	direction := map[bool]string{true: "inbound", false: "outbound"}[e.Inbound]
	why := map[alerts.Action]string{
		alerts.Contact: fmt.Sprintf(`"event":{"contact_id":"d-1","contact_date":"%s","direction":%q,"channel":%q,"outcome":%q}`, e.Day, direction, e.Channel, e.Outcome),
		alerts.Promise: fmt.Sprintf(`"event":{"promise_id":"d-1","promised_date":"%s","amount":{"amount":%q,"currency":"%s"}}`, e.Until, e.Amount, e.Currency),
		alerts.Note:    fmt.Sprintf(`"event":{"note_id":"d-1","text":%q,"sign":%q}`, strings.TrimSpace(e.Text), e.Sign),
	}[e.Action]
	if e.Action.Answers() {
		why = fmt.Sprintf(`"event":{"request_id":%q},"amount":{"amount":"7","currency":"EUR"},"until_date":"2026-12-01","reason":%q`, e.Ask, strings.TrimSpace(e.Text))
	}
	if why == "" {
		why = fmt.Sprintf(`"event":{"limit_id":"d-1"},"amount":{"amount":%q,"currency":"%s"},"until_date":"%s","reason":%q`, e.Amount, e.Currency, e.Until, strings.TrimSpace(e.Text))
	}
	c.deeds[request] = state.AuditRow{At: 1, By: e.By, Via: state.ViaAPI, Deed: e.Action.String(), Request: request, Customer: customer, Body: []byte(`{"why":{` + why + `}}`)}
	c.entries = append(c.entries, e)
	return true, nil
}

func (c *clerk) ReleaseSystemic(_ context.Context, on state.Date, signal, by, why, request string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fails != nil || c.refusal != nil {
		return cmp.Or(c.fails, c.refusal)
	}
	if on != rules[1].Day || signal != rules[1].Signal || c.released {
		return fmt.Errorf("%s: %w", signal, state.ErrNotWithheld)
	}
	c.released = true
	c.deeds[request] = state.AuditRow{At: 1, By: by, Via: state.ViaAPI, Deed: "systemic_release", Request: request,
		Body: fmt.Appendf(nil, `{"why":{"reason":%q},"saw":{"systemic":"%s %s"}}`, why, on, signal)}
	return nil
}

func (c *clerk) Forbidden(_ context.Context, customer state.CustomerID, a alerts.Attempt, request string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.attempted[request] {
		c.attempts = append(c.attempts, fmt.Sprintf("%s %s of %s %q at %d: %s", a.By, a.Name(), customer, a.TaskID, a.Seen, a.Why))
	}
	c.attempted[request] = true
	return nil
}

func (c *clerk) Deed(_ context.Context, request string) (state.AuditRow, bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	row, found := c.deeds[request]
	return row, found, nil
}

// today is when people act.
var today = state.DateOf(2026, 11, 20)

// front is an office whose people act.
type front struct {
	*office
	clerk *clerk
	doc   *openapi3.T
}

func newFront(t *testing.T) *front {
	t.Helper()
	o := newOffice(t)
	c := &clerk{deeds: map[string]state.AuditRow{}, attempted: map[string]bool{}}
	for i := range 2 {
		c.tasks = append(c.tasks, state.TaskRow{ID: fmt.Sprint("T-", i), Seq: 3, Customer: state.CustomerID(fmt.Sprint("C-", i)), State: alerts.TaskOpen})
	}
	o.Clerk, o.Now = c, func() state.Instant { return today.Start(time.UTC) + 1 }
	doc, err := servedDocument()
	must(t, err)
	return &front{o, c, doc}
}

// servedDocument is the document that is served; nobody writes it.
var servedDocument = sync.OnceValues(func() (*openapi3.T, error) { return openapi3.NewLoader().LoadFromData(openAPI) })

// bodies are good ones, by the act.
var bodies = map[string]string{
	"decide":   `{"decision":"hold_orders","next_review_date":"2026-12-01"}`,
	"snooze":   `{"until_date":"2026-11-27","reason_code":"timing","worse_percent":20}`,
	"reassign": `{"owner":"bo"}`,
	"feedback": `{"alert_id":"A-1","feedback":"useful"}`,

	"contact":       `{"contact_date":"2026-11-19","channel":"phone","outcome":"reached"}`,
	"promise":       `{"promised_date":"2026-11-27","amount":{"amount":"1250.00","currency":"EUR"}}`,
	"note":          `{"text":" the gate is locked ","sign":"premises"}`,
	"ask_limit":     `{"until_date":"2026-12-20","amount":{"amount":"20.5","currency":"EUR"},"reason":"peak"}`,
	"approve_limit": `{"ask_id":"d-1"}`,
	"decline_limit": `{"ask_id":"d-1","reason":"no"}`,
	"limit":         `{"until_date":"2026-12-20","amount":{"amount":"900","currency":"EUR"},"reason":"agreed"}`,
}

// act is a request on a task.
type act struct {
	method, path, token, body string
	headers                   map[string]string
}

// goodAct is one that is taken.
func goodAct(r route) *act {
	verb := r.path[strings.LastIndexByte(r.path, '/')+1:]
	if r.deed != "" {
		path := strings.NewReplacer("{day}", rules[1].Day.String(), "{signal}", rules[1].Signal).Replace(r.path)
		return &act{r.method, path, acts, `{"reason":"mended"}`, map[string]string{"Idempotency-Key": "key-00001", "Content-Type": "application/json"}}
	}
	if strings.HasPrefix(r.path, "/customers/") {
		who := map[Scope]string{Act: acts, Grant: grants}[r.scope]
		headers := map[string]string{"Idempotency-Key": "key-00001", "Content-Type": "application/json"}
		return &act{r.method, strings.Replace(r.path, "{id}", "C-1", 1), who, bodies[verb], headers}
	}
	a := &act{r.method, strings.Replace(r.path, "{id}", "T-0", 1), acts, bodies[verb], map[string]string{"If-Match": `"3"`, "Idempotency-Key": "key-00001"}}
	if a.body != "" {
		a.headers["Content-Type"] = "application/json"
	}
	return a
}

// send sends an act and holds the answer to the document, and returns what is wrong with the request by that.
func (f *front) send(t *testing.T, a *act) (w *httptest.ResponseRecorder, wrong error) {
	t.Helper()
	r := httptest.NewRequest(a.method, Prefix+a.path, strings.NewReader(a.body))
	if a.token != "" {
		r.Header.Set("Authorization", "Bearer "+a.token)
	}
	for name, value := range a.headers {
		r.Header.Set(name, value)
	}
	w = httptest.NewRecorder()
	f.ServeHTTP(w, r)
	words := strings.Split(strings.Split(a.path, "?")[0], "/")
	path, inPath := "/"+words[1]+"/{id}/"+words[3], map[string]string{"id": words[2]}
	if words[1] == "systemic" {
		path, inPath = "/systemic/{day}/{signal}/release", map[string]string{"day": words[2], "signal": words[3]}
	}
	item := f.doc.Paths.Value(path)
	in := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: inPath, QueryParams: r.URL.Query(),
		Route:   &routers.Route{Spec: f.doc, Path: path, PathItem: item, Method: "POST", Operation: item.Post},
		Options: &openapi3filter.Options{IncludeResponseStatus: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	}
	r.Body = io.NopCloser(strings.NewReader(a.body))
	wrong = openapi3filter.ValidateRequest(t.Context(), in)
	if err := openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: w.Code, Header: w.Header(), Body: io.NopCloser(bytes.NewReader(w.Body.Bytes())), Options: in.Options,
	}); err != nil {
		t.Errorf("%s %s: %d %s: %v", a.method, a.path, w.Code, w.Body, err)
	}
	return w, wrong
}

// typeOf is the type of the problem that an answer is, without what all have before it; empty: it is none.
func typeOf(w *httptest.ResponseRecorder) string {
	var p Problem
	if json.Unmarshal(w.Body.Bytes(), &p) != nil || w.Header().Get("Content-Type") != "application/problem+json" {
		return ""
	}
	return strings.TrimPrefix(p.Type, typePrefix)
}
