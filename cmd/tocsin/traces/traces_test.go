package traces_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"tocsin/cmd/tocsin/traces"
)

// collected is what a collector was sent, as the bytes of OTLP, in which names and texts stand as they are.
type collected struct {
	mu   sync.Mutex
	sent bytes.Buffer
	path string
}

func (c *collected) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		unzipped, err := gzip.NewReader(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		body = unzipped
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.path = r.URL.Path
	_, _ = io.Copy(&c.sent, body)
}

func TestSpansAreSentWhereTheEnvironmentSays(t *testing.T) {
	c := &collected{}
	collector := httptest.NewServer(c)
	defer collector.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=test")
	start, closing, err := traces.Open(t.Context(), "v1.2.3", slog.New(slog.DiscardHandler))
	if err != nil || start == nil {
		t.Fatalf("got %v", err)
	}
	ctx, end := start(t.Context(), "batch", "records", 17, "day", "2026-11-27")
	_, inner := start(ctx, "commit")
	inner(errors.New("the store is away"))
	end(nil)
	if err := closing(context.Background()); err != nil {
		t.Fatal(err)
	}
	if c.path != "/v1/traces" {
		t.Errorf("got path %q", c.path)
	}
	for _, want := range []string{"batch", "commit", "records", "2026-11-27", "the store is away", "service.name", "tocsin", "v1.2.3", "deployment.environment"} {
		if !strings.Contains(c.sent.String(), want) {
			t.Errorf("%q was not sent", want)
		}
	}
}

func TestNothingIsSentUnlessItIsWanted(t *testing.T) {
	for _, name := range []string{"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"} {
		t.Setenv(name, "")
	}
	start, closing, err := traces.Open(t.Context(), "v1", slog.New(slog.DiscardHandler))
	if start != nil || err != nil {
		t.Errorf("got %v, want no spans", err)
	}
	if err := closing(t.Context()); err != nil {
		t.Error(err)
	}
}

// A collector that is not there costs its spans, and is said once.
func TestACollectorThatIsAwayIsSaidOnce(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
	t.Setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "100")
	var log bytes.Buffer
	start, closing, err := traces.Open(t.Context(), "v1", slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	for range 3000 {
		_, end := start(t.Context(), "batch")
		end(nil)
	}
	_ = closing(t.Context())
	if n := strings.Count(log.String(), "spans are lost"); n > 1 {
		t.Errorf("people were told %d times, want once:\n%s", n, log.String())
	}
}
