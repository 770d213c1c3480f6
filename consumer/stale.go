package consumer

import (
	"context"
	"fmt"
	"slices"

	"tocsin/alerts"
	"tocsin/state"
)

// A day that could not wait for a partition any longer opens the next without it. That is kept with the next day, so that whoever
// steps on it, or folds its rows later, lets the same signals wait; what they are is for detectors and alerts to say.

// without are the inputs of the next day for the partitions without which the open one closes.
func (r *Runner) without(holding []Partition) []state.StaleInput {
	var stale []state.StaleInput
	for _, id := range holding {
		bears, known := r.Clears[id.Topic]
		if !known {
			bears = state.AllInputs
		}
		stale = append(stale, r.day.Without(id.Topic, id.Number, bears))
	}
	slices.SortFunc(stale, state.StaleInput.Compare)
	return stale
}

// alertOfStale has the close raise the alert of days that close without inputs, or end it. Which one stands follows from the store, so it does
// not matter how often the partitions change meanwhile.
func (r *Runner) alertOfStale(ctx context.Context, c *state.DayClose) error {
	if len(c.From.Stale)+len(c.Stale) == 0 {
		return nil
	}
	rows, err := r.Store.Alerts(ctx, alerts.Everybody)
	if err != nil {
		return fmt.Errorf("what stands of inputs: %w", err)
	}
	var last *state.AlertRow
	for i := range rows {
		if a := &rows[i]; a.Signal == alerts.SignalStaleInput && (last == nil || a.Day > last.Day || a.ID == last.ID && a.Seq > last.Seq) {
			last = a
		}
	}
	stands, ends := last != nil && last.To > 0, (c.From.Date + 1).Start(r.Engine.Ledger.Zone)
	switch {
	case len(c.Stale) > 0 && !stands:
		c.Alerts = append(c.Alerts, alertRow(alerts.StaleRaised(c.Stale, c.From.Date, ends, c.From.Config)))
	case len(c.Stale) == 0 && stands:
		c.Alerts = append(c.Alerts, alertRow(alerts.StaleCleared(last, c.From.Date, ends, c.From.Config)))
	}
	return nil
}

// leftBehind tells of the partitions without which a day closed.
func (r *Runner) leftBehind(c *state.DayClose) {
	for _, s := range c.Stale {
		r.Log.Warn("the day goes on without a partition that cannot confirm its end: signals that it could clear wait",
			"day", c.From.Date.String(), "topic", s.Topic, "partition", s.Partition, "since", s.Since.String())
		r.Metrics.wentOn(s.Topic)
	}
}

// tellStale shows the inputs without which a day was opened, and tells people when all are complete again.
func (r *Runner) tellStale(day state.Day) {
	r.Metrics.stale(r.Clears, day.Stale)
	if len(r.day.Stale) > 0 && len(day.Stale) == 0 {
		r.Log.Info("every input is complete again: signals that waited are judged", "day", day.Date.String())
	}
}

// staleInputs are those of an earlier day, for a fold as of the open one.
func (l *lane) staleInputs(ctx context.Context, open *state.Day, day state.Date) ([]state.StaleInput, error) {
	if day == open.Date {
		return open.Stale, nil
	}
	if read := max(day, open.Date); l.staleRead < read {
		stale, err := l.store.StaleInputs(ctx)
		if err != nil {
			return nil, fmt.Errorf("stale inputs: %w", err)
		}
		l.stale, l.staleRead = stale, read
	}
	return l.stale[day], nil
}
