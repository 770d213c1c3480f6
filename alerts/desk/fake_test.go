package desk

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// portfolio is a fake of some customers.
type portfolio struct {
	records  map[state.CustomerID]string // their records
	problems map[state.CustomerID]*Problem
	fails    error // what everything fails with
	panics   bool
	empty    bool // no day is open

	seqs     map[string]int64 // of tasks, where they are not 3
	requests map[string]bool  // that the desk has taken
	taken    []alerts.Decision

	agendas   map[state.CustomerID][]alerts.WorkItem
	broken    map[state.CustomerID]bool
	moreCases []state.Message // behind those of C-1
	stale     []*alerts.Transition
	states    []state.Message // of cases, before what they are
}

func newPortfolio(n int) *portfolio {
	p := &portfolio{records: map[state.CustomerID]string{}, problems: map[state.CustomerID]*Problem{}, seqs: map[string]int64{}, requests: map[string]bool{}}
	for i := range n {
		id := state.CustomerID(fmt.Sprintf("C-%d", i+1))
		p.records[id] = record(id)
	}
	merged := NewProblem(Gone, "the customer was merged into another")
	merged.CustomerID = "C-1"
	p.problems["C-gone"] = merged
	return p
}

// record is a customer record of whom nearly nothing is known.
func record(id state.CustomerID) string {
	quoted, _ := json.Marshal(id)
	return `{"customer_id":` + string(quoted) + `,"as_of":"2026-06-30","currency":null,"open_orders":"12.00","delivered_not_invoiced":null,"receivables":null,
		"bills":null,"uncleared":null,"unapplied":null,"exposure":null,"net_exposure":null,"limit":null,"utilisation":null,
		"ageing":{"current":null,"1_30":null,"31_60":null,"61_90":null,"91_plus":null},"overdue":null,"max_days_past_due":0,"open_count":0,
		"default_90":null,"weighted_days_late":null,"dbt":null,"dso":{"average":null,"count_back":null,"ageing":null},"add":null,"ecl":null,
		"score":null,"grade":null,"customer_class":"new","signals":[],"not_evaluable":["overdue"]}`
}

func (p *portfolio) fail() error {
	if p.panics {
		panic("a record that cannot be shown")
	}
	return p.fails
}

func (p *portfolio) Customers(_ context.Context, after state.CustomerID, limit int) (page CustomerPage, err error) {
	var ids []state.CustomerID
	for id := range p.records {
		if id > after {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	page.More = len(ids) > limit
	for _, id := range ids[:min(limit, len(ids))] {
		page.Last = id
		page.Records = append(page.Records, json.RawMessage(p.records[id]))
	}
	return page, p.fail()
}

func (p *portfolio) Customer(_ context.Context, id state.CustomerID) ([]byte, error) {
	if err := p.fail(); err != nil {
		return nil, err
	}
	if problem := p.problems[id]; problem != nil {
		return nil, problem
	}
	body, known := p.records[id]
	if !known {
		return nil, NewProblem(NotFound, "no customer has this id")
	}
	return []byte(body), nil
}

func (p *portfolio) ExplainFigure(ctx context.Context, id state.CustomerID, figure string) ([]byte, error) {
	if _, err := p.Customer(ctx, id); err != nil {
		return nil, err
	}
	if figure != "receivables" {
		return nil, Refused("figure", "no figure is called so")
	}
	return []byte(`{"customer_id":"C-1","as_of":"2026-06-30","figure":"receivables","meaning":"what is owed","currency":"EUR","rows":[],"value":"0.00"}`), nil
}

func (p *portfolio) ExplainSignals(ctx context.Context, id state.CustomerID, signal string, l *alerts.Language) ([]byte, error) {
	if _, err := p.Customer(ctx, id); err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, `{"customer_id":"C-1","as_of":"2026-06-30","currency":null,"customer_class":"new","config":"sha256:0",
		"signals":[{"signal":"%s","title":"%s","mode":"live","rule_set":"live","state":"silent","level":"none"}]}`, cmp.Or(signal, "overdue"), l.Signal("overdue")), nil
}

func (p *portfolio) Agenda(ctx context.Context, after state.CustomerID, limit int) (page AgendaPage, err error) {
	customers, err := p.Customers(ctx, after, limit)
	page.More, page.Last = customers.More, customers.Last
	for _, id := range slices.Sorted(maps.Keys(p.records)) {
		if id > after && id <= page.Last {
			one, _ := p.AgendaOf(ctx, id)
			page.Items, page.Unreadable = append(page.Items, one.Items...), append(page.Unreadable, one.Unreadable...)
		}
	}
	return page, err
}

// Groups has one of two.
func (p *portfolio) Groups(context.Context) ([]alerts.GroupTask, error) {
	rows, err := p.allTasks()
	if err != nil {
		return nil, err
	}
	rows[1].Customer = "C-2"
	return alerts.GroupTasks(rows[:2], func(state.CustomerID) state.CustomerID { return "C-9" })
}

func (p *portfolio) AgendaOf(_ context.Context, id state.CustomerID) (AgendaPage, error) {
	page := AgendaPage{Items: p.agendas[id], Last: id}
	if p.broken[id] {
		page.Unreadable = []state.CustomerID{id}
	}
	return page, p.fail()
}

// allAlerts are two alerts of C-1, one of which changed twice in one instant, and those of everybody.
func (p *portfolio) allAlerts() ([]state.AlertRow, error) {
	customer := state.CustomerID("C-1")
	var rows []state.AlertRow
	for _, r := range []struct {
		id  string
		seq int64
		at  string
	}{{"a", 2, "2026-06-30T09:00:00Z"}, {"a", 1, "2026-06-29T09:00:00Z"}, {"a", 10, "2026-06-30T09:00:00Z"}, {"b", 1, "2026-06-30T08:00:00Z"}} {
		t := alerts.Transition{AlertID: r.id, Seq: r.seq, Customer: customer, Signal: "overdue", From: detectors.None, To: detectors.Warning, Kind: "raised", RuleSet: "live", Config: "sha256:0"}
		at, err := time.Parse(time.RFC3339, r.at)
		if err != nil {
			return nil, err
		}
		t.KnownAt = state.Instant(at.UnixNano())
		t.At = t.KnownAt.Date(time.UTC)
		rows = append(rows, state.AlertRow{ID: r.id, Seq: r.seq, Customer: customer, Signal: t.Signal, KnownAt: t.KnownAt, To: uint8(t.To), Body: t.AppendJSON(nil)})
	}
	for _, t := range p.stale {
		rows = append(rows, state.AlertRow{ID: t.AlertID, Seq: t.Seq, Customer: t.Customer, Signal: t.Signal, KnownAt: t.KnownAt, To: uint8(t.To), Body: t.AppendJSON(nil)})
	}
	return rows, p.fail()
}

func (p *portfolio) AlertChanges(_ context.Context, customer state.CustomerID, after state.AlertKey, limit int) ([]state.AlertRow, error) {
	all, err := p.allAlerts()
	all = slices.DeleteFunc(all, func(a state.AlertRow) bool { return a.Customer != customer || state.KeyOfAlert(&a).Compare(after) <= 0 })
	slices.SortFunc(all, func(a, b state.AlertRow) int { return state.KeyOfAlert(&a).Compare(state.KeyOfAlert(&b)) })
	return all[:min(limit, len(all))], err
}

func (p *portfolio) AlertPage(_ context.Context, q *state.AlertQuery) ([]state.AlertRow, error) {
	all, err := p.allAlerts()
	all = slices.DeleteFunc(all, func(a state.AlertRow) bool { return a.ID == "a" && a.Seq != 10 || !q.Takes(&a) })
	slices.SortFunc(all, func(a, b state.AlertRow) int { return state.KeyOfAlert(&a).Compare(state.KeyOfAlert(&b)) })
	return all[:min(q.Limit, len(all))], err
}

func (p *portfolio) TaskPage(_ context.Context, q *state.TaskQuery) ([]state.TaskRow, error) {
	all, err := p.allTasks()
	all = slices.DeleteFunc(all, func(t state.TaskRow) bool { return !q.Takes(&t) })
	slices.SortFunc(all, func(a, b state.TaskRow) int { return state.KeyOf(&a).Compare(state.KeyOf(&b)) })
	return all[:min(q.Limit, len(all))], err
}

// allTasks are some in all states, due in an order that is not that of their ids.
func (p *portfolio) allTasks() ([]state.TaskRow, error) {
	var rows []state.TaskRow
	for i, of := range []struct{ state, owner, due string }{
		{alerts.TaskOpen, "ana", "2026-07-03T09:00:00.5Z"},
		{alerts.TaskAcknowledged, "bo", "2026-07-01T09:00:00Z"},
		{alerts.TaskDecided, "ana", ""},
		{alerts.TaskClosed, "ana", ""},
		{alerts.TaskOpen, "", "2026-07-03T09:00:00Z"},
		{alerts.TaskInReview, "ana", "2026-07-01T09:00:00Z"},
	} {
		t := alerts.TaskChange{TaskID: fmt.Sprint("T-", i+1), Seq: 3, Customer: "C-1", State: of.state, Owner: of.owner, Severity: detectors.Warning, ChangedAt: 1}
		if seq := p.seqs[t.TaskID]; seq > 0 {
			t.Seq, t.State, t.By = seq, alerts.TaskAcknowledged, "bo"
		}
		if of.due != "" {
			at, err := time.Parse(time.RFC3339Nano, of.due)
			if err != nil {
				return nil, err
			}
			t.Due = state.Instant(at.UnixNano())
		}
		rows = append(rows, state.TaskRow{ID: t.TaskID, Seq: t.Seq, Customer: t.Customer, State: t.State, Body: t.AppendJSON(nil)})
	}
	return rows, p.fail()
}

func (p *portfolio) Task(_ context.Context, id string) (row state.TaskRow, found bool, err error) {
	all, err := p.allTasks()
	at := slices.IndexFunc(all, func(t state.TaskRow) bool { return t.ID == id })
	if err != nil || at < 0 {
		return row, false, err
	}
	return all[at], true, nil
}

// cases are those of C-1, of which one is closed.
var cases = []state.Message{
	{Case: "k-1", Seq: 4, Customer: "C-1", Body: []byte(`{"case_id":"k-1","seq":4,"customer_id":"C-1","state":"open","severity":"warning","opened":"2026-06-01","at":"2026-06-30",
		"alerts":[{"alert_id":"a","signal":"overdue","level":"warning"}],"task":{"task_id":"T-1","state":"open"},"money_at_risk":{"amount":"12.00","currency":"EUR"}}`)},
	{Case: "k-2", Seq: 1, Customer: "C-1", Body: []byte(`{"case_id":"k-2","seq":1,"customer_id":"C-1","state":"closed","severity":"none","opened":"2026-06-09","at":"2026-06-30","alerts":[],"task":{"task_id":"T-9"}}`)},
}

func (p *portfolio) Case(_ context.Context, id string) (newest state.Message, found bool, err error) {
	at := slices.IndexFunc(cases, func(m state.Message) bool { return m.Case == id })
	if err := p.fail(); err != nil || at < 0 {
		return newest, false, err
	}
	return cases[at], true, nil
}

func (p *portfolio) CasesOf(_ context.Context, customers []state.CustomerID) ([]state.Message, error) {
	return slices.DeleteFunc(slices.Clone(cases), func(m state.Message) bool { return !slices.Contains(customers, m.Customer) }), p.fail()
}

func (p *portfolio) CasePage(_ context.Context, after state.CaseKey, limit int) ([]state.Message, error) {
	all := slices.Concat(cases, p.moreCases)
	all = slices.DeleteFunc(all, func(m state.Message) bool {
		return (state.CaseKey{Customer: m.Customer, Case: m.Case}).Compare(after) <= 0
	})
	return all[:min(limit, len(all))], p.fail()
}

func (p *portfolio) CaseHistory(_ context.Context, id string, limit int) ([]state.Message, error) {
	all := slices.DeleteFunc(slices.Concat(p.states, cases), func(m state.Message) bool { return m.Case != id })
	return all[max(0, len(all)-limit):], p.fail()
}

// rules are two in which too many rose; one was let go.
var rules = []state.Systemic{
	{Day: state.DateOf(2026, 6, 12), Signal: "overdue", Risen: 9, Active: 20, Released: 1, By: "ana"},
	{Day: state.DateOf(2026, 6, 29), Signal: "limit_breach", Risen: 7, Active: 22},
}

func (p *portfolio) Day(context.Context) (state.Day, bool, error) {
	return state.Day{Date: state.DateOf(2026, 6, 30)}, !p.empty, p.fail()
}

func (p *portfolio) Scores(_ context.Context, from, until state.Date) ([]state.Score, error) {
	return slices.DeleteFunc(slices.Clone(scores), func(s state.Score) bool { return s.Day < from || s.Day > until }), p.fail()
}

func (p *portfolio) Systemic(context.Context) ([]state.Systemic, error) { return rules, p.fail() }

func (p *portfolio) Receipts(_ context.Context, id string) ([]state.Receipt, error) {
	if id != "k-1" {
		return nil, p.fail()
	}
	return []state.Receipt{{Case: id, Channel: "C0CREDIT", Timestamp: "1751.0001", Seq: 3}, {Case: id, Channel: "C0OTHER"}}, p.fail()
}

// Decide acknowledges tasks as a desk does, for whoever has seen them.
func (p *portfolio) Decide(_ context.Context, _ state.CustomerID, d alerts.Decision, request string) error {
	if err := p.fail(); err != nil || p.requests[request] {
		return err
	}
	switch seq := cmp.Or(p.seqs[d.TaskID], 3); {
	case d.TaskID == "T-4" || p.seqs[d.TaskID] == seq:
		return &alerts.Refusal{Name: alerts.RefusedState, Detail: "it is not open"}
	case seq != d.Seen:
		return &alerts.Refusal{Name: alerts.RefusedChanged, Detail: "it has changed"}
	}
	p.seqs[d.TaskID], p.requests[request] = d.Seen+1, true
	p.taken = append(p.taken, d)
	return nil
}

// office is an API with the document that it is held to.
type office struct {
	*API
	*portfolio
	document  map[string]any
	tokenFile string
}

// Tokens of an office.
const (
	reads = "token-that-reads"
	acts  = "token-that-acts"
	both  = "token-that-does-both"

	grants = "token-that-gives-limits"
)

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{portfolio: newPortfolio(7), tokenFile: filepath.Join(t.TempDir(), "tokens")}
	lines := fmt.Sprintf("# who may ask\n\nerp %x read\nbot %x act\nana %x read,act\nceo %x grant\n",
		sha256.Sum256([]byte(reads)), sha256.Sum256([]byte(acts)), sha256.Sum256([]byte(both)), sha256.Sum256([]byte(grants)))
	if err := os.WriteFile(o.tokenFile, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	tokens, err := OpenTokens(o.tokenFile)
	if err != nil {
		t.Fatal(err)
	}
	o.API = New(Config{Customers: o.portfolio, Rows: o.portfolio, Tokens: tokens, Log: slog.New(slog.DiscardHandler)})
	if err := json.Unmarshal(openAPI, &o.document); err != nil {
		t.Fatal(err)
	}
	return o
}

// asked is a request with its answer.
type asked struct {
	*httptest.ResponseRecorder
	request *http.Request
}

// ask asks as who may do everything, and holds the answer to the document.
func (o *office) ask(t *testing.T, method, target string, headers ...string) asked {
	t.Helper()
	r := httptest.NewRequest(method, Prefix+target, nil)
	r.Header.Set("Authorization", "Bearer "+both)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	o.ServeHTTP(w, r)
	got := asked{w, r}
	o.check(t, got)
	return got
}

// routeOf is the route of a request whatever its method is; false: the path is none.
func (o *office) routeOf(r *http.Request) (route string, found bool) {
	_, pattern := o.mux.Handler(r)
	if escaped := r.URL.EscapedPath(); pattern == "" || path.Clean(escaped) != escaped {
		return "", false
	}
	return pattern[len(Prefix):], true
}

// check wants an answer as the document has it.
func (o *office) check(t *testing.T, got asked) {
	t.Helper()
	name := fmt.Sprintf("%s %s", got.request.Method, got.request.URL)
	if h := got.Header(); h.Get("Cache-Control") != "no-store" || h.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%s: got headers %v, want that nothing is stored or guessed", name, h)
	}
	schema, kind := "#/components/schemas/problem", "application/problem+json"
	if route, found := o.routeOf(got.request); found {
		method := strings.ToLower(got.request.Method)
		if operations := node(o.document, "paths", route).(map[string]any); operations[method] == nil { // what has no such method is told alike by all
			method = slices.Sorted(maps.Keys(operations))[0]
		}
		responses := node(o.document, "paths", route, method, "responses")
		response := node(responses, fmt.Sprint(got.Code))
		if response == nil {
			t.Errorf("%s: status %d is not in the document", name, got.Code)
			return
		}
		if got.Code == http.StatusOK {
			kind = "application/json"
			schema = "#/paths/" + escape(route) + "/" + method + "/responses/200/content/application~1json/schema"
		}
	}
	if got.Code == http.StatusNotModified || got.Code == http.StatusNoContent {
		if got.Body.Len() > 0 {
			t.Errorf("%s: got a body with %d", name, got.Code)
		}
		return
	}
	if got.Header().Get("Content-Type") != kind {
		t.Errorf("%s: got %s, want %s", name, got.Header().Get("Content-Type"), kind)
	}
	if err := o.valid(t, schema, got.Body.Bytes()); err != nil {
		t.Errorf("%s: %s\n%v", name, got.Body, err)
	}
}

// valid holds a body to a schema of the document.
func (o *office) valid(t *testing.T, pointer string, body []byte) error {
	t.Helper()
	c, err := compiler()
	if err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("urn:openapi" + pointer)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return err
	}
	return schema.Validate(tree)
}

// compiler keeps the schemas of the document that it has compiled.
var compiler = sync.OnceValues(func() (*jsonschema.Compiler, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(openAPI))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	return c, c.AddResource("urn:openapi", doc)
})

// problem is the answer as a problem.
func (a asked) problem(t *testing.T) (p Problem) {
	t.Helper()
	if err := json.Unmarshal(a.Body.Bytes(), &p); err != nil {
		t.Fatalf("%s: %v", a.Body, err)
	}
	if p.Status != a.Code {
		t.Errorf("got status %d with a problem of %d", a.Code, p.Status)
	}
	return p
}

// node is what lies below some keys; nil: nothing.
func node(at any, keys ...string) any {
	for _, key := range keys {
		object, ok := at.(map[string]any)
		if !ok {
			return nil
		}
		at = object[key]
	}
	return at
}
