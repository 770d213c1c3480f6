package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"tocsin/alerts/desk"
	"tocsin/consumer"
	"tocsin/consumer/contract"
	"tocsin/state"
	"tocsin/state/sqlite"
)

// apiOf serves HTTP on a pipeline's store, and returns its address.
func (l *pipeline) apiOf(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	s := &service{config: l.config, store: l.store, now: l.now, log: l.log}
	face, err := s.surface(listener, http.NotFoundHandler(), nil)
	must(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- face.serve(ctx, listener) }()
	t.Cleanup(func() {
		cancel()
		must(t, <-ended)
	})
	return "http://" + listener.Addr().String() + desk.Prefix
}

// get is what a URL gives.
func get(t *testing.T, url, token string) (status int, body string, header http.Header) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	must(t, err)
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	must(t, err)
	defer response.Body.Close() //nolint:errcheck // it is read whole
	text, err := io.ReadAll(response.Body)
	must(t, err)
	return response.StatusCode, string(text), response.Header
}

func wantAPI(t *testing.T, url string, status int, parts ...string) string {
	t.Helper()
	got, body, _ := get(t, url, "")
	if got != status {
		t.Errorf("%s: got %d, %s, want %d", url, got, body, status)
	}
	for _, part := range parts {
		if !strings.Contains(body, part) {
			t.Errorf("%s: got %s, want %s in it", url, body, part)
		}
	}
	return body
}

// standingNow is a customer's record, folded from the first row of the store's journal.
func (l *pipeline) standingNow(t *testing.T, id state.CustomerID) string {
	t.Helper()
	rec, day, err := consumer.RecordAt(t.Context(), l.store, earlierEngines(l.store), id, 0)
	must(t, err)
	record := l.engine.CustomerRecord(rec, day)
	text, err := record.AppendJSON(nil)
	must(t, err)
	return string(text)
}

// The API's records are those of the journal as it stands, snapshot or not, of customers whatever they are called.
func TestTheAPITellsOfCustomersAsTheyStand(t *testing.T) {
	euro, _ := state.ParseCurrency("EUR")
	l := newPipeline(t)
	l.environ = []string{`TOCSIN_SEGMENTS=[{when: 'customer_class == "core"', detectors: {overdue: {warning_days: 25}}}]`}
	var err error
	l.store, err = l.config.openStore(t.Context(), sqlite.Options{})
	must(t, err)
	api := l.apiOf(t)
	wantAPI(t, api+"/customers/C-007", http.StatusServiceUnavailable, desk.NotReady)
	must(t, l.store.Close())
	hostile := state.CustomerID("a/../b ?#%2F<客>")
	for i, id := range []state.CustomerID{"C-007", "C-008", hostile, "C-009"} {
		body := &state.Invoice{InvoiceID: fmt.Sprint("INV-", i), IssueDate: l.today - 40, DueDate: l.today - 35, Total: state.Money{Minor: 20_000_00, Currency: euro}}
		l.toldOf(t, id, l.today-5, state.KindInvoice, body)
	}
	stop := l.start(t)
	await(t, "all is read", func() bool { return l.caughtUp(t) })
	s, err := consumer.StandingOf(t.Context(), l.store, earlierEngines(l.store), "C-007")
	must(t, err)
	snapshot := state.Snapshot{Customer: "C-007", Seq: s.Records["C-007"].Seq, Body: state.AppendSnapshot(nil, s.Records["C-007"])}
	must(t, l.store.Commit(t.Context(), &state.Commit{Day: s.Day, At: l.now(), Snapshots: []state.Snapshot{snapshot}}))
	stop()
	l.toldOf(t, "C-007", l.today, state.KindPayment, &state.Payment{PaymentID: "P-1", ValueDate: l.today, Amount: state.Money{Minor: 1_00, Currency: euro}})
	stop = l.start(t)
	defer stop()
	api = l.apiOf(t)
	await(t, "all is read", func() bool { return l.caughtUp(t) })
	l.says(t, exitGood, "rebuild --check", "")
	histories, err := l.store.Load(t.Context(), []state.CustomerID{"C-007"})
	if must(t, err); len(histories) != 1 || histories[0].Snapshot == nil || len(histories[0].Rows) == 0 {
		t.Fatalf("got %+v, want a snapshot with rows behind it", histories)
	}

	var page struct {
		Customers []json.RawMessage `json:"customers"`
		Next      *string           `json:"next"`
	}
	var listed []string
	for next := ""; ; {
		must(t, json.Unmarshal([]byte(wantAPI(t, api+"/customers?limit=3"+next, http.StatusOK)), &page))
		for _, c := range page.Customers {
			listed = append(listed, string(c))
		}
		if page.Next == nil {
			break
		}
		next = "&cursor=" + *page.Next
	}
	var want []string
	for _, id := range []state.CustomerID{"C-007", "C-008", "C-009", hostile} {
		record := l.standingNow(t, id)
		want = append(want, record)
		if got := wantAPI(t, api+"/customers/"+url.PathEscape(string(id)), http.StatusOK, `"receivables":"20000.00"`, `"signal":"overdue"`); strings.TrimSpace(got) != record {
			t.Errorf("got %s\nwant %s, as the whole journal gives it", got, record)
		}
	}
	if !slices.Equal(listed, want) {
		t.Errorf("got a list of %s\nwant %s", listed, want)
	}
	l.wantRowsAndReasons(t, api)
	wantAPI(t, api+"/customers/nobody", http.StatusNotFound, desk.NotFound)
	wantAPI(t, api+"/customers/nobody/alerts", http.StatusNotFound, desk.NotFound)
	wantAPI(t, api+"/nothing", http.StatusNotFound, desk.NotFound)
	wantAPI(t, api+"/openapi.json", http.StatusOK, `"openapi": "3.1.0"`)
}

func TestTheAPIAsksForTokens(t *testing.T) {
	l := newPipeline(t)
	var err error
	l.store, err = l.config.openStore(t.Context(), sqlite.Options{})
	must(t, err)
	defer l.store.Close() //nolint:errcheck // nothing was written
	l.config.HTTPTokens = filepath.Join(t.TempDir(), "tokens")
	s := &service{config: l.config, store: l.store, now: l.now, log: l.log}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	defer listener.Close() //nolint:errcheck // nobody was served
	if _, err := s.api(listener); err == nil || !strings.Contains(err.Error(), "http.tokens_file: ") {
		t.Errorf("got %v, want a start refused without the file", err)
	}
	must(t, os.WriteFile(l.config.HTTPTokens, fmt.Appendf(nil, "erp %x read\n", sha256.Sum256([]byte("s3cret"))), 0o600))
	api := l.apiOf(t)
	status, body, header := get(t, api+"/openapi.json", "")
	if status != http.StatusUnauthorized || !strings.Contains(body, desk.Unauthorized) || header.Get("WWW-Authenticate") == "" {
		t.Errorf("got %d, %s, %v, want a challenge", status, body, header)
	}
	if status, body, _ := get(t, api+"/openapi.json", "s3cret"); status != http.StatusOK {
		t.Errorf("got %d, %s, want the document", status, body)
	}
}

// wantRowsAndReasons wants alerts and tasks as they are stored, and explanations as the command line gives them; all of it, and of
// customers, is valid by the document that is served.
func (l *pipeline) wantRowsAndReasons(t *testing.T, api string) {
	t.Helper()
	document := wantAPI(t, api+"/openapi.json", http.StatusOK)
	alerts, err := l.store.Alerts(t.Context(), "C-007")
	if must(t, err); len(alerts) == 0 {
		t.Fatal("got no alert")
	}
	body := wantAPI(t, api+"/customers/C-007/alerts?limit=200", http.StatusOK)
	for _, row := range alerts {
		if !strings.Contains(body, string(row.Body)) {
			t.Errorf("got %s\nwant %s in it, as it is stored", body, row.Body)
		}
	}
	tasks, err := l.store.Tasks(t.Context())
	if must(t, err); len(tasks) == 0 {
		t.Fatal("got no task")
	}
	list := wantAPI(t, api+"/tasks", http.StatusOK)
	for _, row := range tasks {
		_, one, header := get(t, api+"/tasks/"+row.ID, "")
		if strings.TrimSpace(one) != string(row.Body) || !strings.Contains(list, string(row.Body)) || header.Get("ETag") != fmt.Sprintf("%q", fmt.Sprint(row.Seq)) {
			t.Errorf("got %s, %v and in a list %s\nwant %s, as it is stored", one, header, list, row.Body)
		}
	}
	one := wantAPI(t, api+"/cases/C-007", http.StatusOK, `"signal":"overdue"`)
	checkServed(t, document, "case", one)
	var told struct {
		ID   string `json:"case_id"`
		Task json.RawMessage
	}
	must(t, json.Unmarshal([]byte(one), &told))
	if same := wantAPI(t, api+"/cases/"+told.ID, http.StatusOK, string(told.Task)); same != one || !strings.Contains(list, string(told.Task)) {
		t.Errorf("got %s by the case's id\nwant %s, as by the customer's, with a task of %s", same, one, list)
	}
	standing := wantAPI(t, api+"/alerts?open=true&customer=C-007", http.StatusOK, `"signal":"overdue"`)
	checkServed(t, document, "alerts", standing)
	reasons := ""
	for query, flag := range map[string]string{"?signal=overdue": " --signal overdue", "?figure=receivables": " --figure receivables", "": ""} {
		code, want := l.by(t, "explain --customer C-007 --output json"+flag)
		if reasons = wantAPI(t, api+"/customers/C-007/explain"+query, http.StatusOK); code != exitGood || reasons != want {
			t.Errorf("%q: got %s\nwant %s, as the command line has it", query, reasons, want)
		}
		checkServed(t, document, "explanation", reasons)
	}
	wantAPI(t, api+"/customers/C-007/explain?signal=overdue&language=zh", http.StatusOK, `"title":"发票逾期"`, `天（阈值：`)
	wantAPI(t, api+"/customers/C-007/explain?signal=luck", http.StatusBadRequest, desk.InvalidParameter)
	wantAPI(t, api+"/customers/C-007/explain?figure=luck", http.StatusBadRequest, desk.InvalidParameter, "ageing.31_60")
	checkServed(t, document, "alerts", body)
	checkServed(t, document, "tasks", list)
	checkServed(t, document, "customer", wantAPI(t, api+"/customers/C-007", http.StatusOK))
}

// checkServed holds an answer to a schema of the served document.
func checkServed(t *testing.T, document, name, body string) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(document))
	must(t, err)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	must(t, c.AddResource("urn:openapi", doc))
	schema, err := c.Compile("urn:openapi#/components/schemas/" + name)
	must(t, err)
	tree, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
	must(t, err)
	if err := schema.Validate(tree); err != nil {
		t.Errorf("%s: no valid %s: %v", body, name, err)
	}
}

// The API's document describes records as the document of the topics does.
func TestTheAPIDescribesRecordsAsTheTopicsDo(t *testing.T) {
	var served, published struct {
		Components struct {
			Schemas map[string]any `json:"schemas"`
		} `json:"components"`
	}
	must(t, json.Unmarshal([]byte(readRepository(t, "alerts/desk/openapi.json")), &served))
	must(t, json.Unmarshal(contract.Guide{}.AsyncAPI(), &published))
	for _, record := range []string{"alert", "task"} {
		got, want := served.Components.Schemas[record], published.Components.Schemas[record]
		if diff := cmp.Diff(want, got); want == nil || diff != "" {
			t.Errorf("%s: the topics' document and the API's differ:\n%s", record, diff)
		}
	}
}

// What people read of the API names every way in which it refuses.
func TestTheAPIsReadmeNamesEveryProblem(t *testing.T) {
	var served struct {
		Components struct {
			Schemas struct {
				Problem struct {
					Properties struct {
						Type struct {
							Enum []string `json:"enum"`
						} `json:"type"`
					} `json:"properties"`
				} `json:"problem"`
			} `json:"schemas"`
		} `json:"components"`
		Paths map[string]any `json:"paths"`
	}
	must(t, json.Unmarshal([]byte(readRepository(t, "alerts/desk/openapi.json")), &served))
	readme := readRepository(t, "deploy/api/README.md")
	for _, problem := range served.Components.Schemas.Problem.Properties.Type.Enum {
		if name := strings.TrimPrefix(problem, "urn:tocsin:problem:"); !strings.Contains(readme, "\n| `"+name+"` |") {
			t.Errorf("deploy/api/README.md does not name %s", name)
		}
	}
	for path := range served.Paths {
		if !strings.Contains(readme, path) {
			t.Errorf("deploy/api/README.md does not name %s", path)
		}
	}
}
