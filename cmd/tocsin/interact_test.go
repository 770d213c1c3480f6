package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/alerts/slack"
	"tocsin/alerts/slack/slacktest"
	"tocsin/state"
)

// office is a pipeline whose people work in Slack: ana and bo may do everything, cy nothing, and who else is there nobody knows.
type office struct {
	*pipeline
	*slacktest.Slack
	stop func()
}

// newOffice starts one in which everything is read, and one customer after it was has come over his limit.
func newOffice(t *testing.T) *office {
	t.Helper()
	l := newPipeline(t)
	o := &office{pipeline: l, Slack: l.withSlack(t)}
	o.connects(t)
	o.open(t)
	return o
}

// connects has the service take what people do over a connection.
func (o *office) connects(t *testing.T) {
	t.Helper()
	token := filepath.Join(t.TempDir(), "app")
	must(t, os.WriteFile(token, []byte("xapp-1\n"), 0o600))
	o.SetAppToken("xapp-1")
	o.config.Slack.AppTokenFile = token
}

// open lets people in.
func (o *office) open(t *testing.T) {
	t.Helper()
	l := o.pipeline
	if len(l.config.Slack.People) == 0 {
		l.config.Slack.People = map[string]slack.Person{"U0ANA": {Name: "ana"}, "U0BO": {Name: "bo"}, "U0CY": {Name: "cy", May: []alerts.Action{}}}
	}
	l.send(t, l.limit(t, 7, (l.today-366).Start(time.UTC), 1, 10_000_000), l.invoice(t, 7, l.today-20, l.today+10))
	o.stop = l.start(t)
	l.toldPeople(t, o.Slack, "the first load")
	l.send(t, l.limit(t, 7, l.now(), 2, 100))
	await(t, "a message", func() bool { return len(o.Messages()) > 0 })
}

// Where Slack brings acts over HTTP, the service takes them beside all else that it answers.
func TestATaskIsAcknowledgedInSlackOverHTTP(t *testing.T) {
	l := newPipeline(t)
	o := &office{pipeline: l, Slack: l.withSlack(t)}
	l.config.Slack.SecretFile, l.config.HTTPListen = filepath.Join(t.TempDir(), "secret"), unusedAddress(t)
	must(t, os.WriteFile(l.config.Slack.SecretFile, []byte("8f742231b10e8888\n"), 0o600))
	o.open(t)
	defer o.stop()
	e, err := o.Press("U0ANA", o.message(t), alerts.Acknowledge.String())
	must(t, err)
	now := time.Now()
	for _, tt := range []struct {
		what, secret string
		status       int
	}{
		{"signed by another", "another", http.StatusUnauthorized},
		{"signed", "8f742231b10e8888", http.StatusOK},
		{"once more", "8f742231b10e8888", http.StatusUnauthorized},
	} {
		r, err := slacktest.Request("http://"+l.config.HTTPListen+slack.Path, tt.secret, now, e)
		must(t, err)
		response, err := http.DefaultClient.Do(r.WithContext(t.Context()))
		must(t, err)
		must(t, response.Body.Close())
		if response.StatusCode != tt.status {
			t.Errorf("%s: got %s, want %d", tt.what, response.Status, tt.status)
		}
	}
	o.answered(t, 1, "U0ANA")
	if got, want := o.deeds(t), []string{"ana acknowledge slack"}; !slices.Equal(got, want) {
		t.Errorf("the audit tells %q, want %q", got, want)
	}
}

// unusedAddress is one of this machine that nobody listens on.
func unusedAddress(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	must(t, l.Close())
	return l.Addr().String()
}

// message is the case's message, which is the only one.
func (o *office) message(t *testing.T) slacktest.Message {
	t.Helper()
	all := o.Messages()
	if len(all) != 1 {
		t.Fatalf("got %d messages, want one", len(all))
	}
	return all[0]
}

// press has a user press a button of a message, and waits until Slack knows that it came in.
func (o *office) press(t *testing.T, user string, m slacktest.Message, button string) slacktest.Envelope {
	t.Helper()
	e, err := o.Press(user, m, button)
	must(t, err)
	o.deliver(t, e)
	return e
}

func (o *office) deliver(t *testing.T, e slacktest.Envelope) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	must(t, o.Deliver(ctx, e))
}

// answered waits for so many answers in all, and returns those to a user.
func (o *office) answered(t *testing.T, number int, user string) (texts []string) {
	t.Helper()
	await(t, fmt.Sprint(number, " answers"), func() bool { return len(o.Answers()) >= number })
	for _, a := range o.Answers() {
		if a.User == user {
			texts = append(texts, a.Text)
		}
	}
	return texts
}

// deeds are what the audit tells of people, one "who does what how" each.
func (o *office) deeds(t *testing.T) (all []string) {
	t.Helper()
	rows, err := o.store.Audit(t.Context(), 0, 1000)
	must(t, err)
	for _, r := range rows {
		if r.Via != state.ViaProcess {
			all = append(all, fmt.Sprintf("%s %s %s", r.By, r.Deed, r.Via))
		}
	}
	return all
}

func (o *office) wantDeeds(t *testing.T, want ...string) {
	t.Helper()
	if got := o.deeds(t); !slices.Equal(got, want) {
		t.Errorf("the audit tells %q, want %q", got, want)
	}
}

func wantAnswer(t *testing.T, got []string, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got answers %q, want %d", got, len(want))
	}
	for i := range want {
		if !strings.Contains(got[i], want[i]) {
			t.Errorf("got answer %q, want it to say %q", got[i], want[i])
		}
	}
}

// A case is acknowledged from Slack: once, however often Slack brings the press; the message is brought up to date by the commit.
func TestACaseIsAcknowledgedFromSlack(t *testing.T) {
	o := newOffice(t)
	defer o.stop()
	m := o.message(t)
	press := o.press(t, "U0ANA", m, "acknowledge")
	wantAnswer(t, o.answered(t, 1, "U0ANA"), "`C-007`: you have it in hand now")
	await(t, "the message is brought up to date", func() bool { return strings.Contains(string(o.message(t).Blocks), "acknowledged by `ana`") })
	now := o.message(t)
	if got := now.Buttons(); slices.ContainsFunc(got, func(id string) bool { return strings.HasSuffix(id, "acknowledge") }) {
		t.Errorf("what is acknowledged has the buttons %q", got)
	}

	must(t, o.Disconnect())
	o.deliver(t, press)
	wantAnswer(t, o.answered(t, 2, "U0ANA"), "in hand now", "in hand now")

	o.press(t, "U0BO", m, "acknowledge")
	wantAnswer(t, o.answered(t, 3, "U0BO"), "not done, `ana` was first. The task is acknowledged now")
	o.wantDeeds(t, "ana acknowledge slack")
}

// Of two people who press at once one is told that it is his, and the other who was first.
func TestOfTwoPeopleAtOnceOneIsFirst(t *testing.T) {
	o := newOffice(t)
	defer o.stop()
	m, done := o.message(t), make(chan error, 2)
	for _, user := range []string{"U0ANA", "U0BO"} {
		e, err := o.Press(user, m, "acknowledge")
		must(t, err)
		go func() { done <- o.Deliver(t.Context(), e) }()
	}
	must(t, <-done)
	must(t, <-done)
	all := append(o.answered(t, 2, "U0ANA"), o.answered(t, 2, "U0BO")...)
	won, first := slices.IndexFunc(all, func(s string) bool { return strings.Contains(s, "in hand now") }), o.deeds(t)
	if len(all) != 2 || won < 0 || len(first) != 1 {
		t.Fatalf("got %q and the deeds %q, want one to win", all, first)
	}
	by, _, _ := strings.Cut(first[0], " ")
	if loser := all[1-won]; !strings.Contains(loser, "`"+by+"` was first") || (by == "ana") != (won == 0) {
		t.Errorf("the deed is %q, and the answers are %q", first, all)
	}
}

// Who may not is refused and told what to do, and nothing changes.
func TestWhoMayNotActInSlackIsRefused(t *testing.T) {
	o := newOffice(t)
	defer o.stop()
	m := o.message(t)
	o.press(t, "U0CY", m, "acknowledge")
	wantAnswer(t, o.answered(t, 1, "U0CY"), "slack.people does not let `cy` do this (Acknowledge)")
	o.press(t, "U0MAL<!here>", m, "acknowledge")
	wantAnswer(t, o.answered(t, 2, "U0MAL<!here>"), "does not know who you are. Ask whoever runs it to name you under slack.people, as `U0MAL&lt;!here&gt;`")
	o.wantDeeds(t, "cy acknowledge_refused slack", "U0MAL<!here> acknowledge_refused slack")
	if got := o.message(t); got.Edits != m.Edits {
		t.Errorf("the message was edited %d times", got.Edits-m.Edits)
	}
}

// A run whose connection breaks, or is asked to open another one, goes on; and it ends in time while it is connected.
func TestAConnectionThatBreaksIsOpenedAgain(t *testing.T) {
	o := newOffice(t)
	m := o.message(t)
	await(t, "a connection", func() bool { return o.Connections() == 1 })
	o.Cut()
	o.press(t, "U0CY", m, "acknowledge")
	must(t, o.Disconnect())
	o.press(t, "U0CY", m, "acknowledge")
	o.answered(t, 2, "U0CY")
	began := time.Now()
	o.stop()
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("the run took %v to end", took)
	}
	await(t, "no connection", func() bool { return o.Connections() == 0 })
}
