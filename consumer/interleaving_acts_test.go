package consumer

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"tocsin/alerts"
	"tocsin/state"
	"tocsin/state/statetest"
)

// acts are what people do with the review tasks of customers at the opening of days.
type acts map[state.Date][]act

type act struct {
	customer state.CustomerID
	alerts.Decision
	tells *alerts.Entry // of the customer, if he has a task; nil: it is a decision
}

// drawEntry is something that a person tells on a day.
func drawEntry(t *rapid.T, day state.Date) *alerts.Entry {
	e := &alerts.Entry{
		Action: rapid.SampledFrom(alerts.Entries()).Draw(t, "tells"), By: "ana", Day: day - state.Date(rapid.IntRange(0, 9).Draw(t, "ago")),
		Until: day + state.Date(rapid.IntRange(0, 9).Draw(t, "ahead")), Amount: rapid.SampledFrom([]string{"1", "700.50", "90000.00"}).Draw(t, "amount"),
		Currency: euro, Text: "why", Channel: rapid.SampledFrom(alerts.ContactChannels()).Draw(t, "channel"),
	}
	e.Outcome = rapid.SampledFrom(alerts.ContactOutcomes()).Draw(t, "outcome")
	e.Inbound = rapid.Bool().Draw(t, "inbound")
	return e
}

func drawActs(t *rapid.T, days []statetest.Day) acts {
	all := acts{}
	for day := days[0].Date + 1; day <= days[len(days)-1].Date; day++ {
		for range rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(t, "acts") {
			a := act{customer: rapid.SampledFrom([]state.CustomerID{"C-1", "C-1", "C-2", "C-3"}).Draw(t, "customer")}
			if rapid.IntRange(0, 2).Draw(t, "tells of him") == 0 {
				a.tells = drawEntry(t, day)
				all[day] = append(all[day], a)
				continue
			}
			switch a.Action = rapid.SampledFrom([]alerts.Action{
				alerts.Acknowledge, alerts.Review, alerts.Decide, alerts.Close, alerts.Snooze, alerts.Snooze, alerts.Wake, alerts.Wake, alerts.Reassign, alerts.Feedback,
			}).Draw(t, "action"); a.Action {
			case alerts.Decide:
				a.Code, a.NextReview = "call", day+30
			case alerts.Snooze:
				a.ReasonCode, a.Until = "timing", day+state.Date(rapid.IntRange(1, 14).Draw(t, "until"))
				a.Worse = rapid.SampledFrom([]uint{0, 1, 20}).Draw(t, "worse")
			case alerts.Reassign:
				a.To = rapid.SampledFrom([]string{"ana", "bo"}).Draw(t, "to")
			case alerts.Feedback:
				a.Code = "known"
			}
			all[day] = append(all[day], a)
		}
	}
	return all
}

// decide lets people act on a day of which nothing has been applied yet.
func (p *played) decide(day state.Date) {
	for i, a := range p.way.acts[day] {
		desk := Desk{Store: p.store, Engines: p.engines, Now: func() state.Instant { return p.now }}
		var refusal *alerts.Refusal
		task, found := p.taskOf(a.customer)
		if !found {
			continue
		}
		if a.tells != nil {
			taken, err := desk.Enter(context.Background(), a.customer, *a.tells, fmt.Sprintf("%s/%d", day, i))
			if p.moved = p.moved || taken; err != nil && !errors.As(err, &refusal) {
				p.t.Fatalf("%s: %s of %s: %v", day, a.tells.Action, a.customer, err)
			}
			continue
		}
		d := a.Decision
		d.TaskID, d.By, d.At = task.TaskID, "li.wei", p.now
		if d.Action == alerts.Feedback && len(task.Alerts) > 0 {
			d.Alert = task.Alerts[0]
		}
		err := desk.Decide(context.Background(), a.customer, d, fmt.Sprintf("%s/%d", day, i))
		switch {
		case err == nil:
			p.moved = true
		case !errors.As(err, &refusal):
			p.t.Fatalf("%s: %s of %s: %v", day, d.Action, a.customer, err)
		}
	}
}

// openTask is what of a task record counts for who acts on it.
type openTask struct {
	TaskID string   `json:"task_id"`
	Alerts []string `json:"alerts"`
}

// taskOf is the task of a customer that is not closed.
func (p *played) taskOf(customer state.CustomerID) (task openTask, found bool) {
	rows, err := p.store.Tasks(context.Background())
	if err != nil {
		p.t.Fatal(err)
	}
	slices.SortFunc(rows, func(a, b state.TaskRow) int { return cmp.Compare(a.ID, b.ID) })
	for _, row := range rows {
		if row.Customer == customer && row.State != alerts.TaskClosed {
			if err := json.Unmarshal(row.Body, &task); err != nil {
				p.t.Fatal(err)
			}
			return task, true
		}
	}
	return task, false
}
