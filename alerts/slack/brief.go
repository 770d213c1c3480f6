package slack

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

var utc = time.UTC

// Records tell where review tasks and alerts stand. Every store does.
type Records interface {
	state.Pages
	Alerts(ctx context.Context, customer state.CustomerID) ([]state.AlertRow, error)
	Systemic(ctx context.Context) ([]state.Systemic, error)
}

// standing is a task with those of its alerts that stand; nil: there is none of that id.
func (r *Reception) standing(ctx context.Context, task string) (*standing, error) {
	row, found, err := r.Records.Task(ctx, task)
	if err != nil {
		return nil, fmt.Errorf("task: %w", err)
	}
	if !found {
		return nil, nil
	}
	return r.stands(ctx, &row)
}

func (r *Reception) stands(ctx context.Context, row *state.TaskRow) (*standing, error) {
	record, err := alerts.ParseTaskRecord(row.Body)
	if err != nil {
		return nil, err
	}
	all, err := r.Records.Alerts(ctx, row.Customer)
	if err != nil {
		return nil, fmt.Errorf("alerts of customer %s: %w", row.Customer, err)
	}
	t := &standing{TaskChange: record}
	for _, id := range record.Alerts {
		one := alertOf{id: id}
		last := int64(0)
		for i := range all {
			if a := &all[i]; a.ID == id && a.Seq > last {
				last, one.signal, one.level = a.Seq, a.Signal, detectors.Level(a.To)
			}
		}
		if one.level > detectors.None {
			t.alerts = append(t.alerts, one)
		}
	}
	return t, nil
}

// brief is a task in a few lines.
func (w words) brief(t *standing, now state.Instant) string {
	severity := w.loud(t.Severity)
	if t.Severity == detectors.None {
		severity = strings.ToUpper(w.Phrase(alerts.PhraseClosed))
	}
	lines := []string{bold(severity) + " " + code(string(t.Customer), idChars)}
	for _, a := range t.alerts[:min(len(t.alerts), mostAlerts)] {
		lines = append(lines, "• "+prose(w.Signal(a.signal), factChars)+" · "+w.Level(a.level))
	}
	if more := len(t.alerts) - mostAlerts; more > 0 {
		lines = append(lines, w.Phrase(alerts.PhraseMore, "count", fmt.Sprint(more)))
	}
	part := func(title alerts.Phrase, value string) { lines = append(lines, bold(w.Phrase(title))+" "+value) }
	if t.MoneyAtRisk.Told() {
		part(alerts.PhraseAtRisk, w.Amount(t.MoneyAtRisk))
	}
	task := t.Case()
	part(alerts.PhraseTask, w.task(task, now))
	part(alerts.PhraseOwner, w.owner(task))
	if n := min(len(t.Recommended), mostSteps); n > 0 {
		do := make([]string, n)
		for i, action := range t.Recommended[:n] {
			do[i] = w.Action(action)
		}
		part(alerts.PhraseDo, w.Steps(do))
	}
	return strings.Join(lines, "\n")
}
