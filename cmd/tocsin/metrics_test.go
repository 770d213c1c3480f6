package main

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"tocsin/alerts"
	"tocsin/consumer"
	"tocsin/state"
)

// waits is one who waits for something.
type waits struct{ what error }

func (w waits) Ready() error { return w.what }

func TestAProcessShowsWhatItWaitsFor(t *testing.T) {
	for reason, err := range map[string]error{
		"": nil, "starting": errStarting, "store": consumer.ErrNoStore, "first_day": consumer.ErrNoFirstDay,
		"partitions": consumer.ErrNoPartitions, "draining": errDraining, "other": errors.New("something new"),
	} {
		registry := prometheus.NewRegistry()
		registry.MustRegister(waiting{waits{err}})
		families, gathered := registry.Gather()
		must(t, gathered)
		for _, f := range families {
			for _, one := range f.GetMetric() {
				want := 0.0
				if f.GetName() == "tocsin_ready" && reason == "" || f.GetName() == "tocsin_not_ready" && one.GetLabel()[0].GetValue() == reason {
					want = 1
				}
				if got := one.GetGauge().GetValue(); got != want {
					t.Errorf("waiting for %q: got %s %v, want %v", reason, f.GetName(), one, want)
				}
			}
		}
		if len(families) != 2 {
			t.Errorf("got %d families, want 2", len(families))
		}
	}
}

// taskPages are tasks in pages.
type taskPages struct {
	state.Pages
	rows   []state.TaskRow
	closed bool // closed ones were asked for
}

func (p *taskPages) TaskPage(_ context.Context, q *state.TaskQuery) (page []state.TaskRow, err error) {
	p.closed = p.closed || q.State == alerts.TaskClosed
	for i := range p.rows {
		if q.Takes(&p.rows[i]) {
			page = append(page, p.rows[i])
		}
	}
	return page, nil
}

func TestTasksAreCountedByStateAndByWhatIsOverdue(t *testing.T) {
	m := newMeters()
	rows := []state.TaskRow{}
	add := func(c alerts.TaskChange) {
		c.TaskID, c.Seq, c.Customer = "T", 1, "C-planted"
		rows = append(rows, state.TaskRow{ID: "T", State: c.State, Body: c.AppendJSON(nil)})
	}
	add(alerts.TaskChange{State: alerts.TaskOpen, Acknowledge: 5, Due: 50})
	add(alerts.TaskChange{State: alerts.TaskOpen, Acknowledge: 15, Due: 50})
	add(alerts.TaskChange{State: alerts.TaskAcknowledged, Due: 9})
	add(alerts.TaskChange{State: alerts.TaskInReview, Due: 9, SnoozedUntil: 1})
	add(alerts.TaskChange{State: alerts.TaskDecided, Due: 9})
	add(alerts.TaskChange{State: alerts.TaskClosed, Due: 9})
	store := &taskPages{rows: rows}
	c, err := censusOf(t.Context(), store, 10)
	must(t, err)
	if store.closed {
		t.Error("closed tasks are read")
	}
	m.counted(c)
	want := `
		# HELP tocsin_tasks Review tasks that are not closed.
		# TYPE tocsin_tasks gauge
		tocsin_tasks{state="acknowledged"} 1
		tocsin_tasks{state="decided"} 1
		tocsin_tasks{state="in_review"} 1
		tocsin_tasks{state="open"} 2
		# HELP tocsin_tasks_overdue Review tasks of which something is overdue.
		# TYPE tocsin_tasks_overdue gauge
		tocsin_tasks_overdue{to="acknowledge"} 1
		tocsin_tasks_overdue{to="decide"} 1
		tocsin_tasks_overdue{to="review"} 1
	`
	if err := testutil.GatherAndCompare(m.registry, strings.NewReader(want), "tocsin_tasks", "tocsin_tasks_overdue"); err != nil {
		t.Error(err)
	}
	m.counted(nil) // another instance counts them now
	if n, err := testutil.GatherAndCount(m.registry, "tocsin_tasks", "tocsin_tasks_overdue"); err != nil || n != 0 {
		t.Errorf("got %d series, %v, want none", n, err)
	}
}

func TestEveryMetricOfAProcessKeepsTheConventions(t *testing.T) {
	m := newMeters()
	m.of(&service{}, "v1")
	problems, err := testutil.GatherAndLint(m.registry)
	must(t, err)
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}
