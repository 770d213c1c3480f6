package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tocsin/alerts/slack"
	"tocsin/state"
)

// A case of a past that is loaded today is due from today: in the message of its case, in the queue, in lists, in the digest and on the
// topic; and it is told by one message.
func TestACaseOfAPastIsDueFromToday(t *testing.T) {
	for name, location := range map[string]func(t testing.TB) string{"file": nil, "PostgreSQL": newDatabase} {
		t.Run(name, func(t *testing.T) {
			l := newPipeline(t)
			if location != nil {
				l.config.StoreURL = location(t)
			}
			o := &office{pipeline: l, Slack: l.withSlack(t)}
			o.connects(t)
			l.config.Slack.People = map[string]slack.Person{"U0ANA": {Name: "ana"}}
			l.told(t, l.today-5, state.KindProfile, &state.Profile{Name: "Nordwind Handels GmbH", Country: "DE", CreditManager: "ana"})
			l.told(t, l.today-5, state.KindInvoice, &state.Invoice{
				InvoiceID: "INV-1", IssueDate: l.today - 100, DueDate: l.today - 70, Total: state.Money{Minor: 20_000_00, Currency: eur(t)},
			})
			stop := l.start(t)
			l.toldPeople(t, o.Slack, "the first load")
			stop()
			stop = l.start(t) // somebody looks at clocks at once
			defer func() { stop() }()
			due := func() time.Time {
				at, err := time.Parse(time.RFC3339Nano, l.task(t).Due)
				must(t, err)
				return at
			}
			await(t, "a time that is counted from when people were told", func() bool { return l.caughtUp(t) && due().After(l.now().Time()) })
			task := l.task(t)
			by, err := time.Parse(time.RFC3339Nano, task.Acknowledge)
			must(t, err)
			if by.Before(l.now().Time()) || task.By != "" || task.State != "open" {
				t.Errorf("got %+v, want more time to acknowledge it than until now, and nobody who has acted", task)
			}
			l.says(t, exitGood, "tasks", "acknowledge by "+by.Format("2006-01-02 15:04")+", due "+due().Format("2006-01-02 15:04"))
			shows := func(text string) bool {
				return strings.Contains(text, fmt.Sprintf("!date^%d^", by.Unix())) && strings.Contains(text, fmt.Sprintf("!date^%d^", due().Unix()))
			}
			await(t, "the message", func() bool { m := o.Messages(); return len(m) == 1 && shows(string(m[0].Blocks)) })
			if replies := o.Replies(o.Messages()[0].Timestamp); len(replies) > 0 {
				t.Errorf("its thread tells %+v, want nothing", replies)
			}
			e, err := o.Command("U0ANA", "queue")
			must(t, err)
			o.deliver(t, e)
			o.answered(t, 1, "U0ANA")
			if got := o.Answers()[0]; !shows(got.Text) {
				t.Errorf("the queue is %q", got.Text)
			}
			l.says(t, exitGood, "rebuild --check", "each is the fold of its journal")
		})
	}
}
