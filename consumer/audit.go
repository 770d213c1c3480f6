package consumer

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// Deeds of audit rows that are not decisions; those bear the name of their [alerts.Action].
const (
	DeedGapAccept     = "gap_accept"
	DeedRelease       = "quarantine_release"
	DeedReplay        = "dlq_replay"
	DeedConfiguration = "configuration" // another one came into force with the start of a process
)

// AuditBody is what an audit row tells of a deed besides who and when: why, and what they saw who did it. Members that a deed does not
// have are left out.
type AuditBody struct {
	Why AuditWhy `json:"why,omitzero"`
	Saw AuditSaw `json:"saw"`
}

// AuditWhy is what was decided and for which reason.
type AuditWhy struct {
	Decision   string `json:"decision,omitempty"`
	ReasonCode string `json:"reason_code,omitempty"`
	NextReview string `json:"next_review_date,omitempty"`
	Until      string `json:"until_date,omitempty"`    // a snooze's end
	Worse      uint   `json:"worse_percent,omitempty"` // and by how much more at risk it ends before
	Owner      string `json:"owner,omitempty"`         // to whom a task is handed on
	Alert      string `json:"alert_id,omitempty"`      // on which there is feedback
	Reason     string `json:"reason,omitempty"`        // in their own words
	To         *int64 `json:"to,omitempty"`            // offset at which a partition goes on
	Outcome    string `json:"outcome,omitempty"`

	Amount *AuditAmount    `json:"amount,omitempty"` // of a limit that is wanted or given
	Event  json.RawMessage `json:"event,omitempty"`  // data of the event that a person's word was made
}

// AuditSaw is what stood before the deed.
type AuditSaw struct {
	Config string       `json:"config,omitempty"` // version of the configuration in force
	Day    string       `json:"day,omitempty"`    // the open day
	Task   *AuditTask   `json:"task,omitempty"`
	Alerts []AuditAlert `json:"alerts,omitempty"` // the customer's live ones, worst first
	Score  *int         `json:"score,omitempty"`
	Grade  string       `json:"grade,omitempty"`
	Gap    *AuditGap    `json:"gap,omitempty"`
	Record string       `json:"record,omitempty"` // place of a refused record
	Code   string       `json:"code,omitempty"`   // why it was refused
	Parked int          `json:"parked,omitempty"` // rows that waited of a quarantined customer
	Panic  string       `json:"panic,omitempty"`  // why he was quarantined

	Systemic string `json:"systemic,omitempty"` // day and signal of what was withheld
}

// AuditTask is a review task as it stood.
type AuditTask struct {
	ID          string       `json:"task_id"`
	Seq         int64        `json:"seq"`
	Severity    string       `json:"severity"`
	MoneyAtRisk *AuditAmount `json:"money_at_risk"`
	Alerts      []string     `json:"alerts"` // ids
}

// AuditAmount is an amount as the contract writes it.
type AuditAmount struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

// AuditAlert is an alert as it stood.
type AuditAlert struct {
	ID     string `json:"alert_id"`
	Signal string `json:"signal"`
	Level  string `json:"level"`
}

// AuditGap is a gap as it was accepted. Offsets that are not known are -1.
type AuditGap struct {
	Partition string `json:"partition"`
	Stands    int64  `json:"stands"`
	From      int64  `json:"from"`
	To        int64  `json:"to"`
	Reason    string `json:"reason"`
	Since     string `json:"since"`
}

// row is an audit row of something that a person does at this desk.
func (d *Desk) row(at state.Instant, by, deed, request string, customer state.CustomerID, body AuditBody) state.AuditRow {
	return auditRow(state.AuditRow{At: at, By: by, Via: cmp.Or(d.Via, state.ViaCommand), Deed: deed, Request: request, Customer: customer}, body)
}

func auditRow(row state.AuditRow, body AuditBody) state.AuditRow {
	row.Body, _ = json.Marshal(body) // texts and numbers have no way to fail
	return row
}

// decided is the audit row of a decision that a step has taken. It is read behind the step: whatever was committed between the two is
// a conflict for the decision, too.
func (d *Desk) decided(ctx context.Context, e *Engine, g *group, decision *alerts.Decision, c *state.Commit) (state.AuditRow, error) {
	rows, err := d.Store.Alerts(ctx, g.customer)
	if err != nil {
		return state.AuditRow{}, fmt.Errorf("alerts of customer %s: %w", g.customer, err)
	}
	body := AuditBody{
		Why: AuditWhy{
			Decision: decision.Code, ReasonCode: decision.ReasonCode, NextReview: decision.NextReview.String(),
			Until: decision.Until.String(), Worse: decision.Worse, Owner: decision.To, Alert: decision.Alert,
		},
		Saw: AuditSaw{Config: c.Day.Config, Day: c.Day.Date.String(), Alerts: standing(rows)},
	}
	if len(g.effects.Tasks) > 0 {
		body.Saw.Task = taskBefore(&g.effects.Tasks[0])
	}
	if decision.Action == alerts.Unwatch {
		w, _ := e.watched(g.kept.record, c.Day)
		body.Saw.Score, body.Saw.Grade = &w.Score, w.Grade.String()
	}
	return d.row(c.At, decision.By, decision.Action.String(), c.Request, g.customer, body), nil
}

// taskBefore is a task as it stood before a decision changed it: what a decision changes is how far it is handled, and no figure.
func taskBefore(t *alerts.TaskChange) *AuditTask {
	task := &AuditTask{ID: t.TaskID, Seq: t.Seq - 1, Severity: t.Severity.String(), Alerts: t.Alerts}
	if m := t.MoneyAtRisk; m.Told() {
		task.MoneyAtRisk = &AuditAmount{m.String(), m.Currency.String()}
	}
	return task
}

// standing are a customer's live alerts that stand, worst first, then by signal.
func standing(rows []state.AlertRow) (all []AuditAlert) {
	newest := make(map[string]*state.AlertRow)
	for i := range rows {
		if r := &rows[i]; r.RuleSet == alerts.Live && (newest[r.ID] == nil || newest[r.ID].Seq < r.Seq) {
			newest[r.ID] = r
		}
	}
	stand := make([]*state.AlertRow, 0, len(newest))
	for _, r := range newest {
		if detectors.Level(r.To) != detectors.None {
			stand = append(stand, r)
		}
	}
	slices.SortFunc(stand, func(a, b *state.AlertRow) int {
		return cmp.Or(cmp.Compare(b.To, a.To), cmp.Compare(a.Signal, b.Signal), cmp.Compare(a.ID, b.ID))
	})
	for _, r := range stand {
		all = append(all, AuditAlert{r.ID, r.Signal, detectors.Level(r.To).String()})
	}
	return all
}

// AcceptGap passes a partition's open gap, as the person has seen it, by his word.
func (d *Desk) AcceptGap(ctx context.Context, seen *state.Gap, word state.Acceptance) error {
	body := AuditBody{Why: AuditWhy{Reason: word.Why, To: &word.To}, Saw: AuditSaw{Gap: &AuditGap{
		Partition: fmt.Sprintf("%s/%d", seen.Topic, seen.Partition), Stands: seen.Stands, From: seen.From, To: seen.To,
		Reason: seen.Reason, Since: seen.Since.String(),
	}}}
	return d.Store.AcceptGap(ctx, seen.Topic, seen.Partition, word, d.row(word.At, word.By, DeedGapAccept, "", "", body))
}

// configured is the audit row of another configuration that this process puts in force; none where nobody runs it, as in a simulation.
func (r *Runner) configured() []state.AuditRow {
	if r.By == "" {
		return nil
	}
	row := state.AuditRow{At: r.Now(), By: r.By, Via: state.ViaProcess, Deed: DeedConfiguration}
	return []state.AuditRow{auditRow(row, AuditBody{Saw: AuditSaw{Config: r.Engine.Config}})}
}

// replayed is the audit row of a refused record that is accepted after all. It is of the customer whom the record is of, if it is of one.
func (d *Redrive) replayed(letter *state.Refused, work []*group, outcome string, c *state.Commit) state.AuditRow {
	row := state.AuditRow{At: c.At, By: d.By, Via: state.ViaCommand, Deed: DeedReplay, Request: c.Request}
	for _, g := range work {
		if slices.Contains(g.arrivals, 0) {
			row.Customer = g.customer
		}
	}
	return auditRow(row, AuditBody{
		Why: AuditWhy{Outcome: outcome},
		Saw: AuditSaw{Config: c.Day.Config, Day: c.Day.Date.String(), Record: placeOf(&letter.DeadLetter), Code: letter.Code},
	})
}
