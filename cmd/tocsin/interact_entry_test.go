package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/alerts/slack"
	"tocsin/alerts/slack/slacktest"
	"tocsin/detectors"
	"tocsin/state"
)

// chooses is the form that a choice from the message's menu opens.
func (o *office) chooses(t *testing.T, user, option string) slacktest.View {
	t.Helper()
	before := len(o.Views())
	e, err := o.Choose(user, o.message(t), option)
	must(t, err)
	o.deliver(t, e)
	await(t, "a form to tell of "+option, func() bool { return len(o.Views()) > before })
	return o.Views()[before]
}

// stands waits until a signal of the customer stands at a level.
func (o *office) stands(t *testing.T, signal string, want detectors.Level) {
	t.Helper()
	await(t, signal, func() bool {
		rows, err := o.store.Alerts(t.Context(), "C-007")
		must(t, err)
		at := detectors.None
		for _, r := range rows {
			if r.Signal == signal && r.RuleSet == alerts.Live {
				at = detectors.Level(r.To)
			}
		}
		return at == want
	})
}

// entries waits for so many entries in the thread that people have told, and returns them.
func (o *office) entries(t *testing.T, number int) (texts []string) {
	t.Helper()
	await(t, "entries in the thread", func() bool {
		texts = nil
		for _, m := range o.Replies(o.message(t).Timestamp) {
			if m.Metadata.EventType == "tocsin_word" {
				texts = append(texts, m.Text)
			}
		}
		return len(texts) >= number
	})
	return texts
}

// What nobody publishes people tell in Slack: contacts that lead to nothing and a promise that is not kept raise signals, a limit helps
// until it ends, and each is told once, in the thread and in the audit, with the customer's journal still giving his record.
func TestWhatPeopleTellInSlackRaisesSignals(t *testing.T) {
	l := newPipeline(t)
	var ahead atomic.Int64
	clock := l.now
	l.now = func() state.Instant { return clock() + state.Instant(ahead.Load()) }
	o := &office{pipeline: l, Slack: l.withSlack(t)}
	token := filepath.Join(t.TempDir(), "app")
	must(t, os.WriteFile(token, []byte("xapp-1\n"), 0o600))
	o.SetAppToken("xapp-1")
	l.config.Slack.AppTokenFile = token
	l.config.Slack.People = map[string]slack.Person{
		"U0ANA": {Name: "ana"}, "U0BO": {Name: "bo", May: []alerts.Action{alerts.AskLimit}}, "U0CY": {Name: "cy", May: []alerts.Action{}},
	}
	o.open(t)
	l.send(t, l.invoice(t, 7, l.today-60, l.today-30))
	o.stands(t, "overdue", detectors.Warning)

	var twice slacktest.Envelope
	for i, day := range []state.Date{l.today - 6, l.today - 4, l.today} {
		twice = o.fills(t, o.chooses(t, "U0ANA", "contact"), "day", day.String(), "channel", "phone", "outcome", "no_answer")
		o.answered(t, i+1, "U0ANA")
	}
	o.stands(t, "contact_lost", detectors.Warning)
	o.deliver(t, twice)
	o.answered(t, 4, "U0ANA")

	form := o.chooses(t, "U0ANA", "promise")
	bad := o.fills(t, form, "amount", "1,250", "until", (l.today - 1).String())
	if wrong := o.Faults(bad); len(wrong) != 2 || !strings.Contains(wrong["amount"], "in EUR to its smallest unit") || !strings.HasPrefix(wrong["until"], "Today or later") {
		t.Errorf("got %q beside the fields", wrong)
	}
	if good := o.fills(t, form, "amount", "1250.00", "until", l.today.String()); len(o.Faults(good)) > 0 {
		t.Errorf("got %q beside the fields of what fits", o.Faults(good))
	}
	o.answered(t, 5, "U0ANA")
	o.fills(t, o.chooses(t, "U0BO", "limit"), "amount", "20.5", "text", "<!channel> *peak*")
	wantAnswer(t, o.answered(t, 6, "U0BO"), "thank you, that is noted")
	o.fills(t, o.chooses(t, "U0ANA", "limit"), "amount", "90000000", "until", (l.today + 1).String(), "text", "agreed with the board")
	o.answered(t, 7, "U0ANA")
	o.stands(t, "limit_breach", detectors.None)
	refusedChoice, err := o.Choose("U0CY", o.message(t), "note")
	must(t, err)
	o.deliver(t, refusedChoice)
	wantAnswer(t, o.answered(t, 8, "U0CY"), "slack.people does not let `cy` do this (Log a note)")

	entries := o.entries(t, 6)
	for i, want := range []string{
		"`C-007`: `ana` logged a contact of 2026-06-24: by phone, no answer.", "2026-06-26", "2026-06-30",
		"`C-007`: `ana` logged a promise to pay EUR 1,250.00 by 2026-06-30.",
		"`C-007`: `bo` asks for EUR 20.50 more limit until 2026-07-30, and nothing is changed by that. To decide: `-`. Why: &lt;!channel&gt; ∗peak∗",
		"`C-007`: `ana` has given EUR 90,000,000.00 more limit until 2026-07-01. Why: agreed with the board",
	} {
		if len(entries) != 6 || !strings.Contains(entries[i], want) {
			t.Fatalf("the thread has %q, want entry %d with %q", entries, i, want)
		}
	}
	o.wantDeeds(t, "ana contact slack", "ana contact slack", "ana contact slack", "ana promise slack", "bo ask_limit slack", "ana limit slack", "cy note_refused slack")

	for range 7 {
		ahead.Add(int64(24 * time.Hour))
		await(t, "the next day", func() bool {
			day, _, err := o.store.Day(t.Context())
			must(t, err)
			return day.Date == l.now().Date(time.UTC)
		})
	}
	o.stands(t, "broken_promise", detectors.Info)
	o.stands(t, "limit_breach", detectors.Critical)
	o.stop()
	if code, out, _ := l.rebuild(t); code != 0 || !strings.Contains(out, "each is the fold of its journal") {
		t.Errorf("rebuild: got %d, %s", code, out)
	}
}

// A form that has landed before its process could tell Slack so comes again, to the next one: it is taken once, and told once.
func TestWhatIsToldIsTakenOnceAcrossProcesses(t *testing.T) {
	o := newOffice(t)
	form := o.chooses(t, "U0ANA", "note")
	told := o.fills(t, form, "text", "the owner is ill", "sign", "other")
	o.answered(t, 1, "U0ANA")
	o.stop()
	o.stop = o.start(t)
	defer o.stop()
	o.deliver(t, told) // Slack has not heard that it came in, and brings it to whoever is there now
	wantAnswer(t, o.answered(t, 2, "U0ANA"), "that is noted", "that is noted")
	o.wantDeeds(t, "ana note slack")
	if got := o.entries(t, 1); len(got) != 1 || !strings.HasPrefix(got[0], "`C-007`: `ana` noted: the owner is ill (something else) · <!date^") {
		t.Errorf("the thread has %q", got)
	}
	rows, err := o.store.Audit(t.Context(), 0, 1000)
	must(t, err)
	at := slices.IndexFunc(rows, func(r state.AuditRow) bool { return r.Deed == "note" })
	for _, want := range []string{`"text":"the owner is ill"`, `"sign":"other"`, `"signal":"limit_breach","level":"critical"`, `"task_id":"`} {
		if body := string(rows[at].Body); !strings.Contains(body, want) {
			t.Errorf("the audit tells %s, want %s", body, want)
		}
	}
}
