package outbox

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

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
# HELP tocsin_outbox_calls_total Calls of the sender by kind and result.
# TYPE tocsin_outbox_calls_total counter
tocsin_outbox_calls_total{kind="post",result="busy"} 1
tocsin_outbox_calls_total{kind="post",result="ok"} 1
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
# HELP tocsin_outbox_waiting_cases Cases whose message is put off, by reason.
# TYPE tocsin_outbox_waiting_cases gauge
tocsin_outbox_waiting_cases{why="budget"} 1
tocsin_outbox_waiting_cases{why="cool"} 0
tocsin_outbox_waiting_cases{why="flood"} 0
tocsin_outbox_waiting_cases{why="quiet"} 0
tocsin_outbox_waiting_cases{why="systemic"} 0
`
	if err := testutil.GatherAndCompare(registry, strings.NewReader(want)); err != nil {
		t.Error(err)
	}
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
