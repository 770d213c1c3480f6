package slack

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"tocsin/alerts"
	"tocsin/state"
)

// command is what a person types, and Slack hands on with the rest of the line.
const command = "/tocsin"

const mostQueued = 15 // tasks that a queue shows

// asked is the act that a command is.
func asked(c *slack.SlashCommand) act {
	typed := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(c.Text)
	return act{user: c.UserID, answer: c.ResponseURL, typed: strings.TrimSpace(typed), asked: true}
}

// reply is the answer to a command. It changes nothing.
func (r *Reception) reply(ctx context.Context, typed string, person *Person) string {
	w := r.words
	if typed == "" || typed == "help" {
		return w.Tell(alerts.SayHelp, "card", "`"+command+" C-1042`", "queue", "`"+command+" queue`", "digest", "`"+command+" digest`", "help", "`"+command+" help`")
	}
	if typed == "digest" {
		return r.digest(ctx, person)
	}
	rows, err := r.Records.Tasks(ctx)
	if err == nil && typed == "queue" {
		return r.queueOf(rows, person.Name)
	}
	var t *standing
	if err == nil {
		t, err = r.latest(ctx, rows, state.CustomerID(typed))
	}
	customer := code(typed, idChars)
	switch {
	case err != nil:
		r.Log.Error("a command in Slack is not answered", "by", person.Name, "error", err)
		return w.Tell(alerts.SayFailed, "customer", customer)
	case t == nil:
		return w.Tell(alerts.SayNoCase, "customer", customer)
	}
	return w.brief(t, r.Now())
}

// latest is a customer's task, the one that is not closed before any other; nil: there is none.
func (r *Reception) latest(ctx context.Context, rows []state.TaskRow, customer state.CustomerID) (*standing, error) {
	var found *state.TaskRow
	for i := range rows {
		if row := &rows[i]; row.Customer == customer && (found == nil || row.State != alerts.TaskClosed) {
			found = row
		}
	}
	if found == nil {
		return nil, nil
	}
	return r.stands(ctx, found)
}

// queueOf are the tasks that wait for a person, what is due first before the others.
func (r *Reception) queueOf(rows []state.TaskRow, name string) string {
	w := r.words
	var own []*alerts.TaskChange
	for i := range rows {
		t, err := alerts.ParseTaskRecord(rows[i].Body)
		if err == nil && t.Owner == name && t.State != alerts.TaskClosed && t.State != alerts.TaskDecided && t.SnoozedUntil == 0 {
			own = append(own, t)
		}
	}
	if len(own) == 0 {
		return w.Tell(alerts.SayNoQueue)
	}
	slices.SortStableFunc(own, func(a, b *alerts.TaskChange) int {
		return cmp.Compare(cmp.Or(a.Acknowledge, a.Due), cmp.Or(b.Acknowledge, b.Due))
	})
	var lines []string
	for _, t := range own[:min(len(own), mostQueued)] {
		lines = append(lines, "• "+bold(w.loud(t.Severity))+" "+code(string(t.Customer), idChars)+" · "+w.task(t.Case(), r.Now()))
	}
	if more := len(own) - mostQueued; more > 0 {
		lines = append(lines, w.Phrase(alerts.PhraseMore, "count", strconv.Itoa(more)))
	}
	return strings.Join(lines, "\n")
}
