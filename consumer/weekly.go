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
	week, err := alerts.NewWeeklyDigest(ledger.Calendar.AddBusinessDays(of.day, 1)-1, of.rows, of.tasks)
	if err != nil {
		return nil, err
	}
	week.MadeAt = d.Now()
	if err := d.decisions(ctx, ledger, week); err != nil {
		return nil, err
	}
	return week, d.named(ctx, open, week)
}

// decisions adds what people have decided in the week. It reads the audit from its end to where the week begins.
func (d *Desk) decisions(ctx context.Context, ledger *state.Ledger, week *alerts.WeeklyDigest) error {
	head, _, err := d.Store.AuditHead(ctx)
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	began, over := week.First.Start(ledger.Zone), (week.Last + 1).Start(ledger.Zone)
	for end := head.Seq; end > 0; end -= deedsAtOnce {
		after := max(0, end-deedsAtOnce)
		rows, err := d.Store.Audit(ctx, after, int(end-after))
		if err != nil {
			return fmt.Errorf("audit: %w", err)
		}
		for _, row := range slices.Backward(rows) {
			switch {
			case row.At < began:
				return nil
			case row.At >= over || row.Deed != alerts.Decide.String() || row.Erased():
				continue
			}
			var body AuditBody
			if err := json.Unmarshal(row.Body, &body); err != nil {
				return fmt.Errorf("audit row %d: %w", row.Seq, err)
			}
			week.Decided.Decide(alerts.WeeklyDecision{Customer: row.Customer, Code: body.Why.Decision, By: row.By, At: row.At})
		}
	}
	return nil
}
