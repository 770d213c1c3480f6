package main

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"tocsin/state"
)

// acknowledge asks to have a task in hand, as who has a token and has seen it with a tag.
func acknowledge(t *testing.T, url, token, seen, key string) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/acknowledge", nil)
	if err != nil {
		t.Error(err)
		return &http.Response{}
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("If-Match", seen)
	request.Header.Set("Idempotency-Key", key)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Error(err)
		return &http.Response{}
	}
	if err := response.Body.Close(); err != nil {
		t.Error(err)
	}
	return response
}

// Of people who take a task in hand at once one has it, and his repeats have his first answer; the audit names him.
func TestTheAPIHasOneOfManyTakeATask(t *testing.T) {
	euro, _ := state.ParseCurrency("EUR")
	l := newPipeline(t)
	l.config.HTTPTokens = filepath.Join(t.TempDir(), "tokens")
	people, lines := []string{"ana", "bo", "cy"}, ""
	for _, name := range people {
		lines += fmt.Sprintf("%s %x read,act\n", name, sha256.Sum256([]byte(name)))
	}
	must(t, os.WriteFile(l.config.HTTPTokens, []byte(lines), 0o600))
	l.told(t, l.today-5, state.KindInvoice, &state.Invoice{InvoiceID: "INV-1", IssueDate: l.today - 80, DueDate: l.today - 50, Total: state.Money{Minor: 20_000_00, Currency: euro}})
	defer l.start(t)()
	await(t, "all is read", func() bool { return l.caughtUp(t) })
	tasks, err := l.store.Tasks(t.Context())
	if must(t, err); len(tasks) != 1 {
		t.Fatalf("got %d tasks, want one", len(tasks))
	}
	task := l.apiOf(t) + "/tasks/" + tasks[0].ID
	_, _, header := get(t, task, "ana")
	seen := header.Get("ETag")
	if got := acknowledge(t, task, "ana", `"77"`, "k"); got.StatusCode != http.StatusPreconditionFailed {
		t.Errorf("another tag: got %d, want 412", got.StatusCode)
	}
	var all sync.WaitGroup
	status := make([]int, len(people))
	for i, name := range people {
		all.Go(func() { status[i] = acknowledge(t, task, name, seen, "k").StatusCode })
	}
	all.Wait()
	first := slices.Index(status, http.StatusNoContent)
	if slices.Sort(status); first < 0 || !slices.Equal(status, []int{http.StatusNoContent, http.StatusPreconditionFailed, http.StatusPreconditionFailed}) {
		t.Fatalf("got %v, want one who has it and two who come too late", status)
	}
	next := fmt.Sprintf("%q", fmt.Sprint(tasks[0].Seq+1))
	for range 2 {
		if got := acknowledge(t, task, people[first], seen, "k"); got.StatusCode != http.StatusNoContent || got.Header.Get("ETag") != next {
			t.Errorf("a repeat: got %d, %s, want 204 with %s", got.StatusCode, got.Header.Get("ETag"), next)
		}
	}
	if got := acknowledge(t, task, "ana", next, "k"); got.StatusCode != http.StatusConflict {
		t.Errorf("once more: got %d, want 409, for somebody has it", got.StatusCode)
	}
	_, body, header := get(t, task, "ana")
	if want := fmt.Sprintf(`"by":%q`, people[first]); !strings.Contains(body, `"state":"acknowledged"`) || !strings.Contains(body, want) || header.Get("ETag") != next {
		t.Errorf("got %s, %v, want it acknowledged, %s", body, header, want)
	}
	o := office{pipeline: l}
	o.wantDeeds(t, people[first]+" acknowledge api")
}
