package consumer

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"tocsin/alerts"
	"tocsin/state"
	"tocsin/state/storetest"
)

// What people did with a task is done under the pseudonym too, by nobody and to nobody, and about the alert that it was about.
func TestWhatPeopleDidWithATaskStaysWithoutTheirNames(t *testing.T) {
	g := aPerson(t)
	tasks, err := g.store.Tasks(t.Context())
	if err != nil || len(tasks) != 1 {
		t.Fatalf("got %+v, %v, want her task", tasks, err)
	}
	var task openTask
	if err := json.Unmarshal(tasks[0].Body, &task); err != nil {
		t.Fatal(err)
	}
	about := task.Alerts[len(task.Alerts)-1] // not what registers say, for nothing of that is left
	desk := &Desk{Store: g.store, Engines: g.engines, Now: func() state.Instant { return g.now }}
	for _, d := range []alerts.Decision{
		{Action: alerts.Snooze, ReasonCode: "timing", Until: firstDay + 9, Worse: 10},
		{Action: alerts.Reassign, To: "ana.kovac"},
		{Action: alerts.Reassign, To: "bo.lindt"},
		{Action: alerts.Feedback, Alert: about, Code: "known"},
	} {
		d.TaskID, d.By, d.At = task.TaskID, "li.wei", g.now
		if err := desk.Decide(t.Context(), jane, d, "request of "+d.Action.String()+d.To); err != nil {
			t.Fatal(err)
		}
	}
	g.erase(firstDay)
	g.turns(10)
	g.wantNothingPersonal()
	text, err := storetest.Contents(t.Context(), g.store)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ana.kovac", "bo.lindt", about} {
		if strings.Contains(text, name) {
			t.Errorf("%s is left in the store", name)
		}
	}
	rows, err := g.store.Alerts(t.Context(), g.pseudonym())
	if err != nil {
		t.Fatal(err)
	}
	var did []alerts.Action
	journal, err := g.store.Rows(t.Context(), g.pseudonym())
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range journal {
		applied, err := state.DecodeApplied(row.Applied)
		if err != nil || applied.Decision == nil {
			continue
		}
		d, err := alerts.DecodeDecision(applied.Decision)
		if err != nil || d.By != alerts.Erased || d.To != "" && d.To != alerts.Erased {
			t.Errorf("got %+v, %v, want it by nobody", d, err)
		}
		if d.Action == alerts.Feedback && !slices.ContainsFunc(rows, func(a state.AlertRow) bool { return a.ID == d.Alert }) {
			t.Errorf("feedback on %q, which is none of the %d that are told", d.Alert, len(rows))
		}
		did = append(did, d.Action)
	}
	if want := []alerts.Action{alerts.Acknowledge, alerts.Snooze, alerts.Reassign, alerts.Reassign, alerts.Feedback}; !slices.Equal(did, want) {
		t.Errorf("got %v, want %v", did, want)
	}
}
