package slack

import (
	"cmp"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

func TestAnEntryStandsInTheThreadAndIsFoundThere(t *testing.T) {
	workspace, s := connect(t, "#credit-alerts")
	workspace.Grant("chat:write", "channels:read", "channels:history")
	id, err := s.Post(t.Context(), breach())
	if err != nil {
		t.Fatal(err)
	}
	told := breach()
	told.Alerts, told.Task.State = told.Alerts[1:], alerts.TaskOpen
	n := breach().Since(told)
	n.Aloud = true
	if err := s.Reply(t.Context(), id, n); err != nil {
		t.Fatal(err)
	}
	_, timestamp, _ := strings.Cut(id, "/")
	replies := workspace.Replies(timestamp)
	if len(replies) != 1 || !replies[0].Broadcast || len(workspace.Messages()) != 1 {
		t.Fatalf("got replies %+v beside %d messages, want one for the whole channel beside one", replies, len(workspace.Messages()))
	}
	for _, want := range []string{"CRITICAL", "Task: ", "Owner: "} {
		if !strings.Contains(replies[0].Text, want) {
			t.Errorf("got %q, want it to say %q", replies[0].Text, want)
		}
	}
	if !json.Valid(replies[0].Blocks) || strings.Contains(replies[0].Text+string(replies[0].Blocks), "Nordwind") {
		t.Errorf("got %s, want blocks that do not name the customer", replies[0].Blocks)
	}
	since := state.InstantOf(time.Now().Add(-time.Minute))
	for seq, want := range map[int64]bool{n.Seq: true, n.Seq + 1: false} {
		if found, err := s.FindReply(t.Context(), id, state.MessageKey{Case: n.CaseID, Seq: seq}, since); err != nil || found != want {
			t.Errorf("state %d: got found %t, %v, want %t", seq, found, err, want)
		}
	}
	if found, _, err := s.Find(t.Context(), n.CaseID, since); err != nil || found != id {
		t.Errorf("got message %q, %v, want the case's and not what its thread says aloud", found, err)
	}
	workspace.Delete(timestamp)
	if got, _ := outcomeOf(s.Reply(t.Context(), id, n)); got != gone {
		t.Errorf("under a message that is not there: got outcome %q, want %q", got, gone)
	}
}

func TestEntriesFitWhateverTheySay(t *testing.T) {
	for _, name := range hostileNames {
		msg := hostile(name)
		told := *msg
		told.Alerts, told.Severity, told.Task = nil, detectors.None, alerts.CaseTask{}
		for _, language := range []*alerts.Language{alerts.English, alerts.Chinese} {
			if err := lint(words{language, true}.entry(msg.Since(&told))); err != nil {
				t.Errorf("%q: %v", name, err)
			}
		}
	}
}

// Who is told that a task is late is called upon where it is known who that is in Slack, and named everywhere.
func TestAnEntryOfATaskThatIsLateMentionsThePerson(t *testing.T) {
	msg := hostile("Acme")
	told := *msg
	for _, late := range []alerts.Escalation{{Level: 1, To: "m.schmidt"}, {Level: 2, To: "m.schmidt", Decision: true}} {
		msg.Task.Escalation = late
		n := msg.Since(&told)
		for _, language := range []*alerts.Language{alerts.English, alerts.Chinese} {
			w := words{language, true}
			for people, want := range map[string]string{"m.schmidt": "<@U0SCHMIDT>", "l.wei": "m.schmidt"} {
				text, blocks := w.entryTo(n, map[string]string{people: "U0SCHMIDT"})
				if err := lint(text, blocks); err != nil {
					t.Errorf("%+v: %v", late, err)
				}
				if got := shown(t, text, blocks); !strings.Contains(strings.ReplaceAll(strings.ReplaceAll(got, `\u003c`, "<"), `\u003e`, ">"), want) {
					t.Errorf("%+v: got %s, want %s in it", late, got, want)
				}
			}
			text, blocks := w.render(msg)
			if got := shown(t, text, blocks); !strings.Contains(got, "m.schmidt") {
				t.Errorf("%+v: the message does not name him: %s", late, got)
			}
		}
	}
}

// Who is reminded of a task is called upon where it is known who that is in Slack: the deputy of an owner who is away. In the channel nobody is.
func TestAReminderMentionsThePerson(t *testing.T) {
	msg := hostile("Acme")
	msg.Task.Owner, msg.Task.Deputy, msg.Task.Escalation = "li.wei", "", alerts.Escalation{}
	told := *msg
	msg.Task.Reminded = true
	people := map[string]string{"li.wei": "U0LIWEI", "ana": "U0ANA"}
	for _, tt := range []struct{ owner, deputy, want string }{{"li.wei", "", "<@U0LIWEI>"}, {"li.wei", "ana", "<@U0ANA>"}, {"bo", "", "`bo`"}, {"", "", ""}} {
		msg.Task.Owner, msg.Task.Deputy = tt.owner, tt.deputy
		told.Task.Owner, told.Task.Deputy = tt.owner, tt.deputy
		for _, l := range []*alerts.Language{alerts.English, alerts.Chinese} {
			w := words{l, true}
			text, blocks := w.entryTo(msg.Since(&told), people)
			if err := lint(text, blocks); err != nil {
				t.Errorf("%+v: %v", tt, err)
			}
			want := l.Phrase(alerts.PhraseReminder, "who", cmp.Or(tt.want, l.Phrase(alerts.PhraseNobody)), "due", w.moment(msg.Task.Due))
			if markup, _ := texts(text, blocks); !strings.Contains(strings.Join(markup, "\n"), want) {
				t.Errorf("%+v: got %q, want %q", tt, markup, want)
			}
			if text, _ := w.render(msg); strings.Contains(text, "<@") {
				t.Errorf("%+v: the message calls upon somebody: %s", tt, text)
			}
		}
	}
}

func shown(t *testing.T, text string, blocks []slack.Block) string {
	t.Helper()
	b, err := json.Marshal(blocks)
	if err != nil {
		t.Fatal(err)
	}
	return text + string(b)
}
