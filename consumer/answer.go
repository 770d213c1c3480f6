package consumer

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"tocsin/alerts"
	"tocsin/state"
)

// What a second person says to who asks for a limit is told as everything else is that people tell (see entry.go), and becomes two events
// of one step where he approves: that the request is accepted, and the limit. What was asked for is read from the word that the asker's
// commit owed to the threads, which has it also where there is no case.
//
// Its crash story: one commit writes the events, the audit and the word anew, so an ask is answered once or not at all. Of two who answer
// together both may have found it open; the journal's key lets one of them through, and the other one looks again and finds it answered.

// asked is the word of an ask for a limit of a customer, or an *alerts.Refusal.
func (d *Desk) asked(ctx context.Context, customer state.CustomerID, e *alerts.Entry) (*alerts.Word, error) {
	m, found, err := d.Store.Last(ctx, alerts.WordPrefix(e.Ask))
	if err != nil {
		return nil, fmt.Errorf("what %s asks for: %w", e.Ask, err)
	}
	if !found {
		return nil, noAsk(e)
	}
	w, err := alerts.ParseWord(m.Body)
	switch {
	case err != nil:
		return nil, err
	case w.Customer != customer || w.Gone || w.Entry.Action != alerts.AskLimit:
		return nil, noAsk(e)
	case w.Answer != 0:
		return nil, &alerts.Refusal{Name: alerts.RefusedAnswered, By: w.By, Detail: fmt.Sprintf("%s was first: %s", w.By, w.Answer)}
	case w.Entry.By == e.By:
		return nil, &alerts.Refusal{Name: alerts.RefusedOwn, Detail: fmt.Sprintf("%s has asked for it: a second person approves or declines it", e.By)}
	}
	return w, nil
}

func noAsk(e *alerts.Entry) error {
	return &alerts.Refusal{Name: alerts.RefusedAsk, Detail: fmt.Sprintf("%s: nobody asks for such a limit for the customer", e.Ask)}
}

// answers is what an answer rests on; nil: it is none. What was asked for is the answer's then.
func (d *Desk) answers(ctx context.Context, customer state.CustomerID, e *alerts.Entry) (*alerts.Word, error) {
	if !e.Action.Answers() {
		return nil, nil
	}
	w, err := d.asked(ctx, customer, e)
	if err != nil {
		return nil, err
	}
	e.Amount, e.Currency, e.Until = w.Entry.Amount, w.Entry.Currency, w.Entry.Until
	return w, nil
}

// lapsed is a refusal of what is approved for days that are over.
func lapsed(e *alerts.Entry, today state.Date) error {
	if e.Action != alerts.ApproveLimit || e.Until >= today {
		return nil
	}
	return &alerts.Refusal{Name: alerts.RefusedEntry, Detail: fmt.Sprintf("it was asked for until %s, which is over: decline it", e.Until)}
}

// answerDocuments are what an answer becomes: the next revision of what was asked on a day, and the limit, which bears the same id.
func answerDocuments(e *alerts.Entry, customer state.CustomerID, asked, today state.Date) []document {
	request := dataOf(&alerts.Entry{Action: alerts.AskLimit}, customer, e.Ask, asked)
	request["revision"] = 2
	if e.Action == alerts.DeclineLimit {
		request["status"] = "refused"
		return []document{{alerts.AskLimit, request}}
	}
	request["status"] = "accepted"
	grant := *e
	grant.Action = alerts.GrantLimit
	return []document{{alerts.AskLimit, request}, {alerts.GrantLimit, dataOf(&grant, customer, e.Ask, today)}}
}

// answerWords are the word that was answered as it is now, and that of the answer itself.
func (d *Desk) answerWords(e *alerts.Entry, asked *alerts.Word, c *state.Commit) []*alerts.Word {
	told := *e
	told.Text = strings.TrimSpace(e.Text)
	return []*alerts.Word{asked.Answered(e.By, e.Action), {
		WordID: alerts.WordID(idOf(c.Request), c.Day.Date), Seq: 1, Customer: asked.Customer, CaseID: asked.CaseID, Via: cmp.Or(d.Via, state.ViaCommand), At: c.At,
		Entry: told, Asker: asked.Entry.By,
	}}
}
