package consumer

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"tocsin/alerts"
	"tocsin/state"
)

// weekly is the digest of the seven days up to a business day and the days off after it. Names are those of now; tasks are told with the
// last one only.
func (d *Desk) weekly(ctx context.Context, ledger *state.Ledger, open state.Day, day state.Date) (*alerts.WeeklyDigest, error) {
	of, err := d.digested(ctx, ledger, open, day)
	if err != nil {
		return nil, err
	}
	rows, err := d.Store.Alerts(ctx, "")
	if err != nil {
		return nil, fmt.Errorf("alerts: %w", err)
	}
	week, err := alerts.NewWeeklyDigest(ledger.Calendar.AddBusinessDays(of.day, 1)-1, rows, of.tasks)
	if err != nil {
		return nil, err
	}
	week.MadeAt = d.Now()
	if week.Decided, err = d.decisions(ctx, ledger, week.First, week.Last); err != nil {
		return nil, err
	}
	if week.Sources, err = d.published(ctx, week.First, week.Last); err != nil {
		return nil, err
	}
	return week, d.named(ctx, open, week)
}

// decisions are what people have decided from one day to another. It reads the audit from its end to where the first begins.
func (d *Desk) decisions(ctx context.Context, ledger *state.Ledger, first, last state.Date) (decided alerts.WeeklyDecisions, err error) {
	head, _, err := d.Store.AuditHead(ctx)
	if err != nil {
		return decided, fmt.Errorf("audit: %w", err)
	}
	began, over := first.Start(ledger.Zone), (last + 1).Start(ledger.Zone)
	for end := head.Seq; end > 0; end -= deedsAtOnce {
		after := max(0, end-deedsAtOnce)
		rows, err := d.Store.Audit(ctx, after, int(end-after))
		if err != nil {
			return decided, fmt.Errorf("audit: %w", err)
		}
		for _, row := range slices.Backward(rows) {
			switch {
			case row.At < began:
				return decided, nil
			case row.At >= over || row.Deed != alerts.Decide.String() || row.Erased():
				continue
			}
			var body AuditBody
			if err := json.Unmarshal(row.Body, &body); err != nil {
				return decided, fmt.Errorf("audit row %d: %w", row.Seq, err)
			}
			decided.Decide(alerts.WeeklyDecision{Customer: row.Customer, Code: body.Why.Decision, By: row.By, At: row.At})
		}
	}
	return decided, nil
}
