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

	"tocsin/alerts/desk"
	"tocsin/consumer"
	"tocsin/state"
	"tocsin/state/sqlite"
)

// apiOf serves HTTP on a pipeline's store, and returns its address.
func (l *pipeline) apiOf(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	s := &service{config: l.config, store: l.store, now: l.now, log: l.log}
	api, err := s.api(listener)
	must(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- serveHTTP(ctx, listener, http.NotFoundHandler(), api, s) }()
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
	defer stop()
	api = l.apiOf(t)
	await(t, "all is read", func() bool { return l.caughtUp(t) })

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
	wantAPI(t, api+"/customers/nobody", http.StatusNotFound, desk.NotFound)
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
