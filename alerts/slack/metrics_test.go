package slack

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

func TestCallsAreCountedByMethodAndAnswer(t *testing.T) {
	registry := prometheus.NewRegistry()
	m := NewMetrics(registry)
	answers := []int{http.StatusOK, http.StatusTooManyRequests, http.StatusForbidden, http.StatusBadGateway}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(answers[0])
		answers = answers[1:]
	}))
	client := newClient(m)
	call := func(method string) {
		t.Helper()
		if answer, err := client.Get(server.URL + "/api/" + method); err == nil {
			_ = answer.Body.Close()
		}
	}
	before := testutil.CollectAndCount(m.requests)
	for range 4 {
		call("chat.postMessage")
	}
	server.Close()
	call("services/T0/B0/planted")
	for _, want := range []struct{ method, result string }{
		{"chat.postMessage", "ok"}, {"chat.postMessage", "ratelimited"}, {"chat.postMessage", "refused"}, {"chat.postMessage", "failed"}, {"other", "lost"},
	} {
		if got := testutil.ToFloat64(m.requests.WithLabelValues(want.method, want.result)); got != 1 {
			t.Errorf("%s %s: got %v, want 1", want.method, want.result, got)
		}
	}
	if after := testutil.CollectAndCount(m.requests); after != before {
		t.Errorf("got %d series, want the %d that there were from the start", after, before)
	}
	if problems, err := testutil.GatherAndLint(registry); err != nil || len(problems) > 0 {
		t.Errorf("got %v, %v, want the conventions kept", problems, err)
	}
}
