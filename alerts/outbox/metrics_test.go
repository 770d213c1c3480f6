package outbox

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

func TestMetricsTellBacklogAndOutcomes(t *testing.T) {
	registry := prometheus.NewRegistry()
	b := newBench()
	b.Metrics = NewMetrics(registry)
	b.wall.fail = []error{nil, told{outcome: Busy}}
	b.owe("held", 1, detectors.Critical)
	b.store.messages[0].Held = true
	b.owe("gone", 1, detectors.None)
	b.owe("sent", 1, detectors.Warning)
	b.owe("waits", 1, detectors.Warning)
	b.owe("later", 1, detectors.Warning)
	b.store.messages[4].Wait = state.Wait{Why: state.WaitBudget, Until: later(b.now, time.Hour)}
	b.begun = true // what was put off is this turn's own
	b.runOnce(t.Context())
	b.runOnce(t.Context())
	want := `
# HELP tocsin_outbox_held_cases Cases with a message that is withheld.
# TYPE tocsin_outbox_held_cases gauge
tocsin_outbox_held_cases 1
# HELP tocsin_outbox_oldest_due_timestamp_seconds When the oldest message that waits, but for the end of quiet hours, fell due; 0 when none waits.
# TYPE tocsin_outbox_oldest_due_timestamp_seconds gauge
tocsin_outbox_oldest_due_timestamp_seconds 1.7951652e+09
# HELP tocsin_outbox_owed_cases Cases with a message that waits to be sent.
# TYPE tocsin_outbox_owed_cases gauge
tocsin_outbox_owed_cases 2
# HELP tocsin_outbox_settled_total Messages settled without being sent, by reason.
# TYPE tocsin_outbox_settled_total counter
tocsin_outbox_settled_total{why="closed"} 1
tocsin_outbox_settled_total{why="late"} 0
tocsin_outbox_settled_total{why="unchanged"} 0
# HELP tocsin_outbox_waiting_cases Cases whose message is put off, by reason.
# TYPE tocsin_outbox_waiting_cases gauge
tocsin_outbox_waiting_cases{why="budget"} 1
tocsin_outbox_waiting_cases{why="cool"} 0
tocsin_outbox_waiting_cases{why="flood"} 0
tocsin_outbox_waiting_cases{why="quiet"} 0
tocsin_outbox_waiting_cases{why="systemic"} 0
`
	if err := testutil.GatherAndCompare(registry, strings.NewReader(want), "tocsin_outbox_held_cases", "tocsin_outbox_oldest_due_timestamp_seconds",
		"tocsin_outbox_owed_cases", "tocsin_outbox_settled_total"); err != nil {
		t.Error(err)
	}
	for result, want := range map[string]float64{"ok": 1, Busy: 1, Refused: 0} {
		if got := testutil.ToFloat64(b.Metrics.calls.WithLabelValues("post", result)); got != want {
			t.Errorf("posts that were %s: got %v, want %v", result, got, want)
		}
	}
	if problems, err := testutil.GatherAndLint(registry); err != nil || len(problems) > 0 {
		t.Errorf("got %v, %v, want the conventions kept", problems, err)
	}
}

// broken is an error of a receiver that says that it has failed.
type broken struct{ error }

func (broken) Failed() bool { return true }

func TestACallThatFailedIsToldFromOneWithoutAnAnswer(t *testing.T) {
	for want, err := range map[string]error{
		failed: fmt.Errorf("post: %w", broken{errors.New("503")}), unknown: errors.New("reset"), Busy: told{outcome: Busy}, atStore: storeError{broken{errors.New("57P01")}},
	} {
		if got := resultOf(err); got != want {
			t.Errorf("%v: got %s, want %s", err, got, want)
		}
	}
	if got := outcomeOf(broken{errors.New("503")}); got != unknown {
		t.Errorf("got %s: what became of the call is not known", got)
	}
}

func TestWhatPeopleAreToldIsTimedFromItsEvent(t *testing.T) {
	registry := prometheus.NewRegistry()
	b := newBench()
	b.Metrics = NewMetrics(registry)
	timed := func(level string) (count uint64, sum float64) {
		t.Helper()
		families, err := registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range families {
			for _, one := range f.GetMetric() {
				if f.GetName() == "tocsin_event_to_message_seconds" && one.GetLabel()[0].GetValue() == level {
					count, sum = one.GetHistogram().GetSampleCount(), one.GetHistogram().GetSampleSum()
				}
			}
		}
		return count, sum
	}
	want := func(what, level string, count uint64) {
		t.Helper()
		if got, _ := timed(level); got != count {
			t.Errorf("%s: got %d of level %s, want %d", what, got, level, count)
		}
	}
	b.owe("one", 1, detectors.Warning)
	b.now = later(b.now, 20*time.Second)
	b.drain(t)
	if n, sum := timed("warning"); n != 1 || sum < 19.9 || sum > 21 {
		t.Errorf("got %d in %v s, want one in 20 s", n, sum)
	}
	b.owe("one", 2, detectors.Critical)
	b.drain(t)
	want("a case that rises", "critical", 1)
	b.owe("one", 3, detectors.None)
	b.drain(t)
	want("a case that closes", "critical", 1)
	b.owe("two", 1, detectors.Warning)
	b.store.messages[0].Wait = state.Wait{Why: state.WaitQuiet}
	b.drain(t)
	want("one that waited for the morning", "warning", 1)
	b.owe("three", 1, detectors.Warning)
	msg := caseAt("three", 1, detectors.Warning)
	b.Books, msg.KnownAt = time.UTC, msg.At.Start(time.UTC)
	b.store.messages[0].Body = msg.AppendJSON(nil)
	b.drain(t)
	want("what a date alone raised", "warning", 1)
}

func TestWithoutASenderWhatIsOwedIsCountedAndStays(t *testing.T) {
	registry := prometheus.NewRegistry()
	b := newBench()
	b.Metrics = NewMetrics(registry)
	b.Sender = nil
	b.owe("waits", 1, detectors.Warning)
	b.runOnce(t.Context())
	want := `
# HELP tocsin_outbox_owed_cases Cases with a message that waits to be sent.
# TYPE tocsin_outbox_owed_cases gauge
tocsin_outbox_owed_cases 1
`
	if err := testutil.GatherAndCompare(registry, strings.NewReader(want), "tocsin_outbox_owed_cases"); err != nil {
		t.Error(err)
	}
	if owed, _, err := b.store.OwedCount(t.Context()); err != nil || owed != 1 {
		t.Errorf("owed: got %d, %v, want 1", owed, err)
	}
}

// A canary gets as far as a message does before it is sent, also where nothing can be sent.
func TestACanaryIsSettledAndNeverSent(t *testing.T) {
	registry := prometheus.NewRegistry()
	b := newBench()
	b.Metrics = NewMetrics(registry)
	b.awake = nil
	b.wall.fail = []error{told{outcome: Refused}, told{outcome: Refused}, told{outcome: Refused}}
	for seq := int64(1); seq <= 3; seq++ {
		c := alerts.Canary{Seq: seq, Published: b.now}
		key := c.Key()
		b.store.messages = append(b.store.messages, state.Message{ID: "canary", Case: key.Case, Seq: seq, DueAt: b.now, Body: c.AppendJSON(nil)})
		b.owe("a case", seq, detectors.Critical)
		b.now = later(b.now, 4*time.Second)
		b.runOnce(t.Context())
		if r, err := b.store.Receipt(t.Context(), key.Case, channel); err != nil || r.Seq != seq || r.Timestamp != "" || r.Attempt != 0 {
			t.Errorf("canary %d: got receipt %+v, %v, want it settled", seq, r, err)
		}
		if got, want := testutil.ToFloat64(b.Metrics.canaryAt), float64(c.Published)/1e9; got != want {
			t.Errorf("canary %d: shown is %v, want %v", seq, got, want)
		}
	}
	for _, call := range b.wall.calls {
		if strings.Contains(call, "canary") {
			t.Errorf("the sender was asked to %s", call)
		}
	}
	if len(b.wall.calls) == 0 || len(b.wall.posted) > 0 {
		t.Errorf("got calls %v, posted %v: want that nothing can be sent", b.wall.calls, b.wall.posted)
	}
}
