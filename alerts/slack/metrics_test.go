package slack

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"tocsin/alerts"
	"tocsin/state"
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

// deciding is a desk that answers what it is told to.
type deciding struct {
	countingDesk
	answer error
}

func (d *deciding) Decide(context.Context, state.CustomerID, alerts.Decision, string) error {
	return d.answer
}

func TestWhatPeopleDoIsCountedByWhatBecameOfIt(t *testing.T) {
	registry := prometheus.NewRegistry()
	m, desk := NewMetrics(registry), &deciding{}
	r := NewReception(ReceptionConfig{
		Desk: desk, People: map[string]Person{"U0ANA": {Name: "ana"}, "U0BEN": {Name: "ben", May: []alerts.Action{}}}, Metrics: m,
		Now: func() state.Instant { return 1 }, Log: slog.New(slog.DiscardHandler),
	})
	press := act{user: "U0ANA", control: acknowledge, about: subject{1, "case", "task", "C-planted"}}
	does := func(a act, answer error) {
		desk.answer = answer
		r.work(t.Context(), &arrival{a, func() {}})
	}
	by := func(user string) act { a := press; a.user = user; return a }
	does(press, nil)
	does(press, &alerts.Refusal{Name: alerts.RefusedChanged})
	does(press, errors.New("the store is gone"))
	does(by("U0BEN"), nil)
	does(by("U0EVE"), nil)
	old := press
	old.err = errForm
	does(old, nil)
	filled := press
	filled.filled = true
	does(filled, nil)
	does(act{user: "U0ANA", asked: true, typed: "help"}, nil)
	over, end := context.WithCancel(t.Context())
	end()
	r.work(over, &arrival{press, func() {}})
	for range mostWait + 1 { // nobody takes them
		r.offer(press, func() {})
	}
	for _, want := range []struct{ act, result string }{
		{actPress, actDone}, {actPress, actRefused}, {actPress, actFailed}, {actPress, actForbidden}, {actPress, actStranger}, {actPress, actOld},
		{actSubmit, actDone}, {actCommand, actDone}, {actPress, actLate}, {actPress, actNoRoom},
	} {
		if got := testutil.ToFloat64(m.acts.WithLabelValues(want.act, want.result)); got != 1 {
			t.Errorf("%s %s: got %v, want 1", want.act, want.result, got)
		}
	}
	if problems, err := testutil.GatherAndLint(registry); err != nil || len(problems) > 0 {
		t.Errorf("got %v, %v, want the conventions kept", problems, err)
	}
}
