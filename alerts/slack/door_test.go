package slack

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/alerts/slack/slacktest"
	"tocsin/state"
)

// countingDesk takes everything.
type countingDesk struct{ decided chan alerts.Decision }

func (d countingDesk) Decide(_ context.Context, _ state.CustomerID, decision alerts.Decision, _ string) error {
	d.decided <- decision
	return nil
}

// door is a Reception that is reached over HTTP by ana, whom it knows.
func (countingDesk) Enter(context.Context, state.CustomerID, alerts.Entry, string) (bool, error) {
	return false, errors.ErrUnsupported
}

func (countingDesk) Ground(context.Context, state.CustomerID) (state.Date, state.Currency, error) {
	return 0, 0, errors.ErrUnsupported
}

func (countingDesk) ReleaseSystemic(context.Context, state.Date, string, string, string, string) error {
	return errors.ErrUnsupported
}

func (countingDesk) Forbidden(context.Context, state.CustomerID, alerts.Attempt, string) error {
	return errors.ErrUnsupported
}

type door struct {
	*Reception
	secret string
	desk   countingDesk
	told   chan string // what people are answered
	answer string      // where
	stop   func()
}

func newDoor(t *testing.T) *door {
	t.Helper()
	d := &door{secret: "8f742231b10e8888abcd99yyyzzz85a5", desk: countingDesk{make(chan alerts.Decision, 9)}, told: make(chan string, 9)}
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(d.secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	answers := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var told struct {
			Text string `json:"text"`
		}
		if err := json.NewDecoder(r.Body).Decode(&told); err == nil {
			d.told <- told.Text
		}
	}))
	t.Cleanup(answers.Close)
	d.answer = answers.URL
	d.Reception = NewReception(ReceptionConfig{
		SecretFile: file, Desk: d.desk, People: map[string]Person{"U0ANA": {Name: "ana"}}, Now: func() state.Instant { return 1 }, Log: slog.New(slog.DiscardHandler),
	})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = d.Run(ctx) // ctx's own error
	}()
	d.stop = func() { cancel(); <-ended }
	t.Cleanup(d.stop)
	return d
}

// press is a press of the button that acknowledges a task.
func (d *door) press(user string) slacktest.Envelope {
	payload, _ := json.Marshal(map[string]any{
		"type": "block_actions", "user": map[string]any{"id": user}, "response_url": d.answer, "trigger_id": "1.2",
		"actions": []map[string]any{{
			"type": "button", "action_id": ofButtons + alerts.Acknowledge.String(), "block_id": "act", "action_ts": "1.5",
			"value": subject{1, "case", "task", "C-1"}.String(),
		}},
	})
	return slacktest.Envelope{Type: "interactive", Payload: payload}
}

func (d *door) request(t *testing.T, secret string, at time.Time, e slacktest.Envelope) *http.Request {
	t.Helper()
	r, err := slacktest.Request("http://tocsin"+Path, secret, at, e)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// wants asks, and wants a status.
func (d *door) wants(t *testing.T, what string, r *http.Request, status int) {
	t.Helper()
	w := httptest.NewRecorder()
	if d.ServeHTTP(w, r); w.Code != status {
		t.Errorf("%s: got %d, %s, want %d", what, w.Code, w.Body, status)
	}
}

func TestWhatComesOverHTTPIsDoneOnce(t *testing.T) {
	d := newDoor(t)
	now := time.Now()
	d.wants(t, "a press", d.request(t, d.secret, now, d.press("U0ANA")), http.StatusOK)
	if got := <-d.desk.decided; got.Action != alerts.Acknowledge || got.By != "ana" || got.TaskID != "task" {
		t.Errorf("got %+v decided", got)
	}
	if told := <-d.told; !strings.Contains(told, "C-1") {
		t.Errorf("ana is told %q", told)
	}
	d.wants(t, "the same request", d.request(t, d.secret, now, d.press("U0ANA")), http.StatusUnauthorized)
	d.wants(t, "a stranger's", d.request(t, d.secret, now, d.press("U0EVE")), http.StatusOK)
	if told := <-d.told; !strings.Contains(told, "U0EVE") {
		t.Errorf("a stranger is told %q, want his id", told)
	}
	help := slacktest.Envelope{Type: "slash_commands", Payload: []byte(`{"command":"/tocsin","text":"help","user_id":"U0ANA","response_url":"` + d.answer + `"}`)}
	d.wants(t, "a command", d.request(t, d.secret, now, help), http.StatusOK)
	if told := <-d.told; !strings.Contains(told, "/tocsin queue") {
		t.Errorf("the help is %q", told)
	}
	if left := len(d.desk.decided); left != 0 {
		t.Errorf("%d more decisions: want one in all", left)
	}
	d.stop()
	d.wants(t, "after the end", d.request(t, d.secret, now.Add(time.Second), d.press("U0ANA")), http.StatusServiceUnavailable)
}

func TestWhatIsNotSlacksIsRefused(t *testing.T) {
	d := newDoor(t)
	now := time.Now()
	d.wants(t, "another secret", d.request(t, "another", now, d.press("U0ANA")), http.StatusUnauthorized)
	d.wants(t, "of long ago", d.request(t, d.secret, now.Add(-6*time.Minute), d.press("U0ANA")), http.StatusUnauthorized)
	d.wants(t, "of later", d.request(t, d.secret, now.Add(6*time.Minute), d.press("U0ANA")), http.StatusUnauthorized)

	altered := d.request(t, d.secret, now, d.press("U0ANA"))
	altered.Body = d.request(t, d.secret, now, d.press("U0EVE")).Body
	d.wants(t, "somebody else's body", altered, http.StatusUnauthorized)
	for _, header := range []string{"X-Slack-Signature", "X-Slack-Request-Timestamp"} {
		r := d.request(t, d.secret, now, d.press("U0ANA"))
		r.Header.Del(header)
		d.wants(t, "without "+header, r, http.StatusUnauthorized)
	}
	d.wants(t, "no act", d.request(t, d.secret, now, slacktest.Envelope{Type: "slash_commands", Payload: []byte(`{"command":"/other"}`)}), http.StatusBadRequest)
	d.wants(t, "no JSON", d.request(t, d.secret, now, slacktest.Envelope{Payload: []byte(`{`)}), http.StatusBadRequest)

	large := d.request(t, d.secret, now, d.press("U0ANA"))
	large.Body = io.NopCloser(strings.NewReader(strings.Repeat("x", mostBody+1)))
	d.wants(t, "a large body", large, http.StatusRequestEntityTooLarge)
	get := d.request(t, d.secret, now, d.press("U0ANA"))
	get.Method = http.MethodGet
	d.wants(t, "GET", get, http.StatusMethodNotAllowed)

	if err := os.Remove(d.SecretFile); err != nil {
		t.Fatal(err)
	}
	d.wants(t, "without the secret's file", d.request(t, d.secret, now, d.press("U0ANA")), http.StatusUnauthorized)
	if d.stop(); len(d.desk.decided) != 0 {
		t.Error("something was decided")
	}
}
