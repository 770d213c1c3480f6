package slack

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/alerts/slack/slacktest"
	"tocsin/state"
)

// slowDesk takes decisions when it is let.
type slowDesk struct {
	countingDesk // for what nobody tells here

	let  chan struct{} // closed: at once
	came chan struct{} // one for each that waits

	mu       sync.Mutex
	requests []string // that were decided
}

func newSlowDesk() *slowDesk {
	return &slowDesk{let: make(chan struct{}), came: make(chan struct{}, 9)}
}

func (d *slowDesk) Decide(ctx context.Context, _ state.CustomerID, _ alerts.Decision, request string) error {
	d.came <- struct{}{}
	select {
	case <-d.let:
		d.mu.Lock()
		defer d.mu.Unlock()
		d.requests = append(d.requests, request)
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// pressable is a Slack with a message that has buttons.
func pressable(t *testing.T) (*slacktest.Slack, slacktest.Envelope) {
	t.Helper()
	workspace, s := connect(t, "#credit-alerts")
	s = New(Config{TokenFile: s.token.path, APIURL: workspace.URL, Channel: "#credit-alerts", Buttons: true})
	m := *breach()
	m.Task.TaskID, m.Task.State = "task", alerts.TaskOpen
	if _, err := s.Post(t.Context(), &m); err != nil {
		t.Fatal(err)
	}
	e, err := workspace.Press("U0ANA", workspace.Messages()[0], alerts.Acknowledge.String())
	if err != nil {
		t.Fatal(err)
	}
	return workspace, e
}

// receive runs a Reception over a connection, as a process has it.
func receive(t *testing.T, workspace *slacktest.Slack, desk Desk) (stop func()) {
	t.Helper()
	dir := t.TempDir()
	bot, app := filepath.Join(dir, "bot"), filepath.Join(dir, "app")
	writeToken(t, bot, "xoxb-1")
	writeToken(t, app, "xapp-1")
	r := NewReception(ReceptionConfig{
		TokenFile: bot, AppTokenFile: app, APIURL: workspace.URL, Desk: desk, People: map[string]Person{"U0ANA": {Name: "ana"}},
		Now: func() state.Instant { return 1 }, Log: slog.New(slog.DiscardHandler),
	})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = r.Run(ctx) // ctx's own error
	}()
	return sync.OnceFunc(func() { cancel(); <-ended })
}

// Slack does not hear that a press has come in before it is worked on. So a process that ends in between leaves it to the next one, which
// takes it for the one that it is; and one that is just told to end finishes it.
func TestAPressIsNotTakenBeforeItIsWorkedOn(t *testing.T) {
	workspace, press := pressable(t)
	delivered := make(chan error, 1)
	go func() { delivered <- workspace.Deliver(t.Context(), press) }()

	first := newSlowDesk()
	stop := receive(t, workspace, first)
	defer stop()
	<-first.came
	select {
	case err := <-delivered:
		t.Fatalf("it is taken, %v, and nothing is done", err)
	case <-time.After(100 * time.Millisecond):
	}
	stop() // it has two seconds for what it has in hand, and cannot do it
	select {
	case err := <-delivered:
		t.Fatalf("it is taken, %v, and the process that took it has ended without having done it", err)
	default:
	}

	second := newSlowDesk()
	stop = receive(t, workspace, second)
	defer stop()
	<-second.came
	time.AfterFunc(100*time.Millisecond, func() { close(second.let) })
	stop()
	if err := <-delivered; err != nil {
		t.Fatal(err)
	}
	if len(first.requests) != 0 || len(second.requests) != 1 {
		t.Fatalf("got the requests %q and %q, want one of the second", first.requests, second.requests)
	}

	third := newSlowDesk()
	close(third.let)
	stop = receive(t, workspace, third)
	defer stop()
	if err := workspace.Deliver(t.Context(), press); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(third.requests, second.requests) {
		t.Errorf("brought once more it is the request %q, want %q", third.requests, second.requests)
	}
}

// Over HTTP Slack is told so too, and that there was no time for it.
func TestAPressOverHTTPIsNotTakenBeforeItIsWorkedOn(t *testing.T) {
	t.Parallel() // Slack's patience is to be waited for
	d := newDoor(t)
	slow := newSlowDesk()
	d.Desk = slow
	d.wants(t, "no time", d.request(t, d.secret, time.Now(), d.press("U0ANA")), http.StatusServiceUnavailable)
	close(slow.let)
	if told := <-d.told; told == "" {
		t.Error("ana is not told that it is done after all")
	}
	d.wants(t, "once more", d.request(t, d.secret, time.Now().Add(time.Second), d.press("U0ANA")), http.StatusOK)
	if got := slow.requests; len(got) != 2 || got[0] != got[1] {
		t.Errorf("got the requests %q, want one", got)
	}
}

// slowDigest is a digest that is there when it is let.
type slowDigest struct {
	let  chan struct{} // closed: at once
	came chan struct{} // one for each that waits
}

func (s *slowDigest) read(ctx context.Context, _ string) (alerts.Periodical, error) {
	s.came <- struct{}{}
	select {
	case <-s.let:
		return digestOf("C-1", "overdue"), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// ask has ana type a command, and wants Slack to be told at once that it has come in.
func (d *door) ask(t *testing.T, text string) {
	t.Helper()
	payload, _ := json.Marshal(map[string]string{"command": command, "text": text, "user_id": "U0ANA", "response_url": d.answer, "trigger_id": time.Now().String()})
	e := slacktest.Envelope{Type: "slash_commands", Payload: payload}
	began := time.Now()
	d.wants(t, text, d.request(t, d.secret, began, e), http.StatusOK)
	if took := time.Since(began); took > time.Second {
		t.Errorf("%s: Slack has waited %v", text, took)
	}
}

// A digest of a large ledger takes longer than Slack waits. Slack is told at once, the person after a while that it comes, and then it does;
// presses wait for none of it, and where there is none, by an end of the process, he is told so.
func TestACommandThatTakesLongIsAnsweredAllTheSame(t *testing.T) {
	t.Parallel() // a person's patience is to be waited for
	d := newDoor(t)
	slow := &slowDigest{make(chan struct{}), make(chan struct{}, 9)}
	d.Reception.Digest = slow.read
	for range readers {
		d.ask(t, "digest week")
		<-slow.came
	}
	d.ask(t, "digest") // waits for a reader
	d.wants(t, "a press beside them", d.request(t, d.secret, time.Now(), d.press("U0ANA")), http.StatusOK)
	if told := <-d.told; !strings.Contains(told, "C-1") {
		t.Errorf("ana is told %q first, want what became of her press", told)
	}
	for range readers {
		if told := <-d.told; told != "`/tocsin digest week`: this takes a moment; the answer comes here." {
			t.Errorf("ana is told %q, want that the answer comes", told)
		}
	}
	close(slow.let)
	for range readers + 1 {
		if told := <-d.told; !strings.Contains(told, "C-1") || strings.Contains(told, "moment") {
			t.Errorf("ana is told %q, want a digest", told)
		}
	}
	slow.let = make(chan struct{})
	for len(slow.came) > 0 {
		<-slow.came
	}
	d.ask(t, "digest month")
	<-slow.came
	d.stop()
	last := ""
	for len(d.told) > 0 {
		last = <-d.told
	}
	if !strings.Contains(last, "`/tocsin digest month`: Tocsin could not do it") {
		t.Errorf("when the process ends ana is told %q, want that there is no answer", last)
	}
}
