package outbox

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/alerts/slack"
	"tocsin/alerts/slack/slacktest"
	"tocsin/detectors"
)

var _ Sender = (*slack.Sender)(nil)

// overHTTP starts a Slack on the bench's clock and makes the bench send to it.
func overHTTP(t *testing.T, b *bench) *slacktest.Slack {
	t.Helper()
	workspace, err := slacktest.New("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = workspace.Close() })
	b.Sender = b.timed(t, workspace)
	return workspace
}

// timed is a new process's Sender, whose messages have the bench's time.
func (b *bench) timed(t *testing.T, workspace *slacktest.Slack) timed {
	return timed{slackSender(t, workspace), func() {
		now := b.now.Time()
		workspace.SetClock(func() time.Time { return now })
	}}
}

// timed is a Sender that tells Slack the time before it posts.
type timed struct {
	*slack.Sender
	tell func()
}

func (s timed) Post(ctx context.Context, msg alerts.Message) (string, error) {
	s.tell()
	return s.Sender.Post(ctx, msg)
}

func (s timed) Reply(ctx context.Context, under string, n *alerts.News) error {
	s.tell()
	return s.Sender.Reply(ctx, under, n)
}

// slackSender is a Sender as a new process has it.
func slackSender(t *testing.T, workspace *slacktest.Slack) *slack.Sender {
	t.Helper()
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("xoxb-1"), 0o600); err != nil {
		t.Fatal(err)
	}
	return slack.New(slack.Config{TokenFile: token, APIURL: workspace.URL, Channel: channel})
}

// TestFaultsOfSlackShowEachCaseOnce lets Slack fail at the post, at the look-up and at the edit in each way it has.
func TestFaultsOfSlackShowEachCaseOnce(t *testing.T) {
	faults := map[string]slacktest.Fault{
		"works":             {},
		"rate limit":        {Status: 429, RetryAfter: 30 * time.Second},
		"server error":      {Status: 500},
		"refusal":           {Error: "not_in_channel"},
		"malformed":         {Error: "invalid_blocks"},
		"fatal":             {Error: "fatal_error"},
		"accepted and lost": {Drop: true},
		"lost":              {Lose: true},
	}
	for first, post := range faults {
		for second, next := range faults {
			t.Run(first+", then "+second, func(t *testing.T) {
				b := newBench()
				workspace := overHTTP(t, b)
				b.Pace.Sweep = 0 // what is scripted is for the look-up
				workspace.Script("chat.postMessage", post, next)
				workspace.Script("conversations.history", next)
				workspace.Script("chat.update", next, post)
				b.owe("a", 1, detectors.Warning)
				b.drain(t)
				b.owe("a", 2, detectors.Critical)
				b.drain(t)
				b.owe("a", 3, detectors.None)
				b.drain(t)
				messages := workspace.Messages()
				if len(messages) != 1 {
					t.Fatalf("got %d messages, want 1", len(messages))
				}
				m := messages[0].Metadata
				if m.EventPayload["case_id"] != "a" || m.EventPayload["seq"] != 3.0 {
					t.Errorf("got metadata %v, want case a at seq 3", m)
				}
			})
		}
	}
}

// A process that dies right after Slack took the message leaves it to the next one, which knows nothing but the store.
func TestNextProcessFindsWhatTheLastOnePosted(t *testing.T) {
	b := newBench()
	workspace := overHTTP(t, b)
	*b.store.fuse = fuse{armed: true, left: 2, crash: func() { panic(crashed{}) }}
	b.owe("a", 1, detectors.Warning)
	func() {
		defer func() { _ = recover() }()
		b.pass()
	}()
	if got := len(workspace.Messages()); got != 1 || b.store.receipts["a"].Timestamp != "" {
		t.Fatalf("got %d messages, receipt %+v: the crash should be between the post and its receipt", got, b.store.receipts["a"])
	}
	b.restart()
	b.Sender = slackSender(t, workspace)
	b.drain(t)
	messages := workspace.Messages()
	if len(messages) != 1 || len(workspace.Calls("chat.postMessage")) != 1 {
		t.Errorf("got %d messages by %d posts, want one", len(messages), len(workspace.Calls("chat.postMessage")))
	}
}
