package slack

import (
	"cmp"
	"context"
	"fmt"
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

const groupsCut = 200 // bytes of what tells that groups are left out

// asked is the act that a command is.
func asked(c *slack.SlashCommand) act {
	typed := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(c.Text)
	return act{user: c.UserID, answer: c.ResponseURL, typed: strings.TrimSpace(typed), asked: true}
}

// reply is the answer to a command. It changes nothing.
func (r *Reception) reply(ctx context.Context, a *act, person *Person) string {
	w, typed := r.words, a.typed
	if typed == "" || typed == "help" {
		return w.Tell(alerts.SayHelp, "card", "`"+command+" C-1042`", "queue", "`"+command+" queue`", "digest", "`"+command+" digest`",
			"week", "`"+command+" digest week`", "month", "`"+command+" digest month`", "help", "`"+command+" help`")
	}
	if period, is := periodOf(typed); is {
		return r.digest(ctx, a, person, period, typed)
	}
	if typed == "queue" {
		return r.queued(ctx, a, person)
	}
	card, err := r.card(ctx, state.CustomerID(typed))
	if err != nil {
		r.Log.Error("a command in Slack is not answered", "by", person.Name, "error", err)
		return r.failed(a, code(typed, idChars))
	}
	return card
}

// card is how a customer's case stands, with the group that it is part of and the steps to take with his invoices.
func (r *Reception) card(ctx context.Context, customer state.CustomerID) (string, error) {
	t, err := r.latest(ctx, customer)
	if err != nil {
		return "", err
	}
	steps, err := r.steps(ctx, customer)
	if err != nil {
		return "", err
	}
	if t == nil {
		return r.words.Tell(alerts.SayNoCase, "customer", code(string(customer), idChars)) + steps, nil
	}
	card := r.words.brief(t, r.Now())
	groups, err := r.groups(ctx, maxAnswer-len(card)-len(steps), func(m *alerts.GroupMember) bool { return m.Row.Customer == customer })
	return card + groups + steps, err
}

// steps are those to take with a customer's invoices, to set behind how his case stands; empty: none.
func (r *Reception) steps(ctx context.Context, customer state.CustomerID) (text string, err error) {
	if r.Agenda == nil {
		return "", nil
	}
	items, err := r.Agenda(ctx, customer)
	if err != nil || len(items) == 0 {
		return "", err
	}
	lines := []string{"", bold(r.words.Phrase(alerts.PhraseAgenda))}
	for i := range items[:min(len(items), mostQueued)] {
		lines = append(lines, "• "+r.words.WorkItem(&items[i], func(s string) string { return code(s, idChars) }))
	}
	if more := len(items) - mostQueued; more > 0 {
		lines = append(lines, r.words.Phrase(alerts.PhraseMore, "count", strconv.Itoa(more)))
	}
	return strings.Join(lines, "\n"), nil
}

// latest is a customer's task, the one that is not closed before any other; nil: there is none.
func (r *Reception) latest(ctx context.Context, customer state.CustomerID) (*standing, error) {
	if customer == "" {
		return nil, nil
	}
	for _, stage := range []string{"", alerts.TaskClosed} {
		var found *state.TaskRow
		for row, err := range state.AllTasks(ctx, r.Records, state.TaskQuery{Customer: customer, State: stage}) {
			if err != nil {
				return nil, fmt.Errorf("tasks of customer %s: %w", customer, err)
			}
			found = &row
		}
		if found != nil {
			return r.stands(ctx, found)
		}
	}
	return nil, nil
}

// queued are the tasks that wait for a person.
func (r *Reception) queued(ctx context.Context, a *act, person *Person) string {
	var rows []state.TaskRow
	for row, err := range state.AllTasks(ctx, r.Records, state.TaskQuery{Owner: &person.Name}) {
		if err != nil {
			r.Log.Error("a command in Slack is not answered", "by", person.Name, "error", err)
			return r.failed(a, code("queue", idChars))
		}
		rows = append(rows, row)
	}
	answer := r.queueOf(rows)
	groups, err := r.groups(ctx, maxAnswer-len(answer), func(m *alerts.GroupMember) bool { return m.Task.Owner == person.Name && m.Task.SnoozedUntil == 0 })
	if err != nil {
		r.Log.Error("a command in Slack is not answered", "by", person.Name, "error", err)
		return r.failed(a, code("queue", idChars))
	}
	return answer + groups
}

// groups are the corporate groups with several tasks one of which is as of says, to set behind an answer that has so many bytes left; empty: none.
func (r *Reception) groups(ctx context.Context, left int, of func(*alerts.GroupMember) bool) (text string, err error) {
	if r.Groups == nil {
		return "", nil
	}
	all, err := r.Groups(ctx)
	if err != nil {
		return "", err
	}
	all = slices.DeleteFunc(slices.Clone(all), func(g alerts.GroupTask) bool {
		return !slices.ContainsFunc(g.Members, func(m alerts.GroupMember) bool { return of(&m) })
	})
	if len(all) == 0 {
		return "", nil
	}
	w := r.words
	quote := func(s string) string { return code(s, nameChars) }
	text = "\n\n" + bold(w.Phrase(alerts.PhraseDigestGroups))
	for i := range all {
		g := &all[i]
		line := "\n• " + w.GroupTask(g, quote)
		if g.Due != 0 {
			line += w.Phrase(alerts.PhraseDue, "due", w.moment(g.Due))
		}
		if len(text)+len(line) > left-groupsCut {
			return text + "\n" + w.Phrase(alerts.PhraseDigestCut, "count", strconv.Itoa(len(all)-i), "command", quote("tocsin tasks groups")), nil
		}
		text += line
	}
	return text, nil
}

// queueOf tells of tasks that are a person's, what is due first before the others.
func (r *Reception) queueOf(rows []state.TaskRow) string {
	w := r.words
	var own []*alerts.TaskChange
	for i := range rows {
		t, err := alerts.ParseTaskRecord(rows[i].Body)
		if err == nil && t.State != alerts.TaskDecided && t.SnoozedUntil == 0 {
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
