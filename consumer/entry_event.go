package consumer

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"tocsin/alerts"
	"tocsin/state"
)

// typeOf is the contract's type of what an entry says. Who only wants a limit has none set: that he wants it is known as the seller's own
// request, which is no sign of the customer's.
func typeOf(action alerts.Action) string {
	types := map[alerts.Action]string{
		alerts.Contact: "contact.attempted", alerts.Promise: "promise.made", alerts.Note: "note.added",
		alerts.AskLimit: "terms.requested", alerts.GrantLimit: "limit.set",
	}
	return "tocsin." + cmp.Or(types[action], "none") + ".v1"
}

// dataOf is the data of an entry's event, told on a day.
func dataOf(e *alerts.Entry, customer state.CustomerID, id string, today state.Date) map[string]any {
	data := map[string]any{"customer_id": customer, "revision": 1}
	money := func() map[string]string {
		return map[string]string{"amount": e.Amount, "currency": e.Currency.String()}
	}
	switch e.Action {
	case alerts.Contact:
		direction := "outbound"
		if e.Inbound {
			direction = "inbound"
		}
		data["contact_id"], data["contact_date"], data["direction"] = id, e.Day.String(), direction
		data["channel"], data["outcome"] = e.Channel, e.Outcome
	case alerts.Promise:
		data["promise_id"], data["made_date"], data["promised_date"], data["amount"] = id, today.String(), e.Until.String(), money()
	case alerts.Note:
		data["note_id"], data["note_date"], data["text"] = id, today.String(), strings.TrimSpace(e.Text)
		if e.Sign != "" {
			data["sign"] = e.Sign
		}
	case alerts.AskLimit:
		data["request_id"], data["request_date"], data["request"], data["requester"] = id, today.String(), "limit_increase", "seller"
		data["status"] = "open"
	case alerts.GrantLimit:
		data["limit_id"], data["kind"], data["amount"] = id, "temporary", money()
		data["valid_from_date"], data["valid_to_date"] = today.String(), e.Until.String()
	}
	return data
}

// entered is the audit row of an entry that is taken. What was seen is the customer's alerts, and the task that the person had before him.
func (d *Desk) entered(ctx context.Context, customer state.CustomerID, e *alerts.Entry, data map[string]any, c *state.Commit) (row state.AuditRow, err error) {
	saw, err := d.saw(ctx, customer, e.TaskID, e.Seen, &c.Day)
	if err != nil {
		return row, err
	}
	body := AuditBody{Saw: saw}
	if body.Why.Event, err = json.Marshal(data); err != nil {
		return row, fmt.Errorf("%s of customer %s: %w", e.Action, customer, err)
	}
	if e.Amount != "" && e.Action != alerts.Promise {
		body.Why.Amount = &AuditAmount{e.Amount, e.Currency.String()}
		body.Why.Until, body.Why.Reason = e.Until.String(), strings.TrimSpace(e.Text)
	}
	return d.row(c.At, e.By, e.Action.String(), c.Request, customer, body), nil
}

// saw is what there was to be seen of a customer by whoever had a task of his before him at a seq.
func (d *Desk) saw(ctx context.Context, customer state.CustomerID, task string, seq int64, day *state.Day) (saw AuditSaw, err error) {
	rows, err := d.Store.Alerts(ctx, customer)
	if err != nil {
		return saw, fmt.Errorf("alerts of customer %s: %w", customer, err)
	}
	saw = AuditSaw{Config: day.Config, Day: day.Date.String(), Alerts: standing(rows)}
	row, found, err := d.Store.Task(ctx, task)
	if err != nil {
		return saw, fmt.Errorf("task %s: %w", task, err)
	}
	if !found || row.Customer != customer {
		return saw, nil
	}
	was, err := alerts.ParseTaskRecord(row.Body)
	if err != nil {
		return saw, err
	}
	saw.Task = taskBefore(was)
	saw.Task.Seq = seq
	return saw, nil
}
