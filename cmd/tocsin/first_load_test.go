package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/alerts/slack/slacktest"
	"tocsin/alerts/worktime"
	"tocsin/consumer/kafka"
	"tocsin/state"
)

// withSlack gives the service a Slack to tell.
func (l *pipeline) withSlack(t *testing.T) *slacktest.Slack {
	t.Helper()
	workspace, err := slacktest.New("")
	must(t, err)
	t.Cleanup(func() { _ = workspace.Close() })
	token := filepath.Join(t.TempDir(), "token")
	must(t, os.WriteFile(token, []byte("xoxb-1\n"), 0o600))
	l.config.Slack.TokenFile, l.config.Slack.APIURL = token, workspace.URL
	l.config.Notify.Settle, l.config.Notify.Digest, l.config.Notify.Weekly = 0, worktime.EndOfDay, ""
	return workspace
}

// invoice is one of 1,000 euros and more, and when it is due.
func (l *pipeline) invoice(t *testing.T, customer int, issued, due state.Date) kafka.Message {
	t.Helper()
	at := issued.Start(time.UTC) + state.Instant(9*time.Hour)
	ev := eventOf(customer, state.KindInvoice, at, &state.Invoice{
		InvoiceID: fmt.Sprintf("I-%d-%s", customer, issued), IssueDate: issued, DueDate: due,
		Total: state.Money{Minor: 100_000 + int64(customer)*100, Currency: eur(t)},
	})
	return l.message(&ev)
}

func (l *pipeline) limit(t *testing.T, customer int, at state.Instant, number int, minor int64) kafka.Message {
	t.Helper()
	amount := state.Money{Minor: minor, Currency: eur(t)}
	ev := eventOf(customer, state.KindLimit, at, &state.LimitRevision{LimitID: fmt.Sprintf("L-%d-%d", customer, number), Type: state.LimitBase, Amount: amount, ValidFrom: at.Date(time.UTC)})
	return l.message(&ev)
}

func eventOf(customer int, kind state.Kind, at state.Instant, body state.Body) state.Event {
	id := fmt.Sprintf("%d/%d/%d", customer, kind, at)
	return state.Event{
		Kind: kind, Customer: state.CustomerID(fmt.Sprintf("C-%03d", customer)), KnownAt: at,
		Stamp: state.Stamp{Revision: 1, Time: at, ID: id, Source: "urn:t"}, Body: body,
	}
}

// toldPeople waits until everything is caught up and told, and returns what people see.
func (l *pipeline) toldPeople(t *testing.T, workspace *slacktest.Slack, what string) []slacktest.Message {
	t.Helper()
	await(t, what, func() bool {
		due, held, err := l.store.OwedCount(t.Context())
		return l.caughtUp(t) && err == nil && due+held == 0
	})
	return workspace.Messages()
}

// The first load of a year of two hundred customers is one message to people. What changes then is told by itself; and after an outage
// of weeks, on which everybody is later than before, there is one more.
func TestAFirstLoadAndAnOutageAreOneMessageEach(t *testing.T) {
	const customers = 200
	l := newPipeline(t)
	workspace := l.withSlack(t)
	var history []kafka.Message
	for c := range customers {
		history = append(history, l.limit(t, c, (l.today-366).Start(time.UTC), 1, 10_000_000))
	}
	for issued := l.today - 365; issued < l.today-40; issued++ {
		for c := int(issued) % 41; c < customers; c += 41 {
			history = append(history, l.invoice(t, c, issued, l.today-45+state.Date(c%10)))
		}
	}
	l.send(t, history...)
	stop := l.start(t)
	first := l.toldPeople(t, workspace, "first load")
	rows, err := l.store.Summaries(t.Context())
	if err != nil || len(rows) != 1 || len(first) != 1 {
		t.Fatalf("%d messages are before people, of %d summaries, %v, want one of one", len(first), len(rows), err)
	}
	sum, err := alerts.ParseSummary(rows[0].Body)
	must(t, err)
	if first[0].Of() != sum.SummaryID || sum.Cases() != customers || sum.Why != alerts.WhyFirstLoad || !strings.Contains(first[0].Text, "200 open cases") {
		t.Errorf("got %q of %+v, want the %d cases", first[0].Text, sum, customers)
	}
	if tasks, err := l.store.Tasks(t.Context()); err != nil || len(tasks) != customers {
		t.Errorf("%d tasks, %v, want one of each case", len(tasks), err)
	}

	l.send(t, l.limit(t, 17, l.now(), 2, 100))
	await(t, "a message about news", func() bool { return len(workspace.Messages()) > 1 })
	second := l.toldPeople(t, workspace, "news")
	if len(second) != 2 || second[0].Edits != 0 || !strings.Contains(second[1].Text, "C-017") {
		t.Fatalf("got %d messages, the last %q, want one about C-017 beside the summary", len(second), second[len(second)-1].Text)
	}
	stop()

	now := l.now
	l.now, l.today = func() state.Instant { return now() + state.Instant(40*24*time.Hour) }, l.today+40
	stop = l.start(t)
	defer stop()
	await(t, "a summary after the outage", func() bool { return len(workspace.Messages()) > 2 })
	third := l.toldPeople(t, workspace, "outage")
	if len(third) != 3 || !strings.Contains(third[2].Text, "SUMMARY") || third[0].Edits != 0 {
		t.Errorf("got %d messages, the last %q, want one summary more", len(third), third[len(third)-1].Text)
	}
	if third[1].Edits == 0 {
		t.Error("the message that people have of C-017 shows what was before the outage")
	}
}

// digestsOf are the texts of digests.
func digestsOf(all []slacktest.Message) (texts []string) {
	for i := range all {
		if strings.HasPrefix(all[i].Of(), "digest/") {
			texts = append(texts, all[i].Text)
		}
	}
	return texts
}
