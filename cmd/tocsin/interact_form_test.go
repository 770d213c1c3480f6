package main

import (
	"slices"
	"strings"
	"testing"

	"tocsin/alerts/slack/slacktest"
)

// does presses a button of the message once it is there.
func (o *office) does(t *testing.T, user, button string) {
	t.Helper()
	await(t, "a button "+button, func() bool {
		m := o.message(t)
		return slices.ContainsFunc(m.Buttons(), func(id string) bool { return strings.HasSuffix(id, button) })
	})
	o.press(t, user, o.message(t), button)
}

// opens is the form that a press opens.
func (o *office) opens(t *testing.T, user, button string) slacktest.View {
	t.Helper()
	before := len(o.Views())
	o.does(t, user, button)
	await(t, "a form to "+button, func() bool { return len(o.Views()) > before })
	return o.Views()[before]
}

// fills sends a form in.
func (o *office) fills(t *testing.T, v slacktest.View, pairs ...string) slacktest.Envelope {
	t.Helper()
	filled := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		filled[pairs[i]] = pairs[i+1]
	}
	e, err := o.Submit(v, filled)
	must(t, err)
	o.deliver(t, e)
	return e
}

// A task is worked on from its first to its last day in Slack alone, and each step is audited as what it is.
func TestATaskIsWorkedOnInSlackAlone(t *testing.T) {
	o := newOffice(t)
	defer o.stop()
	form := o.opens(t, "U0ANA", "snooze")
	if !strings.Contains(string(form.Raw), "`C-007`") || !strings.Contains(string(form.Raw), "Credit limit") {
		t.Errorf("the form does not show what it is about: %s", form.Raw)
	}
	once := o.fills(t, form, "worse", "50", "reason", "timing", "until", (o.today + 5).String())
	wantAnswer(t, o.answered(t, 1, "U0ANA"), "the task is put off")
	o.deliver(t, once)
	for i, button := range []string{"wake", "acknowledge", "review"} {
		o.does(t, "U0ANA", button)
		o.answered(t, i+3, "U0ANA") // acts are worked on beside each other
	}
	feedback := o.opens(t, "U0BO", "feedback")
	o.fills(t, feedback, "alert", feedback.Choices("alert")[0], "worth", "useful")
	o.answered(t, 6, "U0BO")
	handed := o.opens(t, "U0BO", "reassign")
	if got := handed.Choices("to"); !slices.Equal(got, []string{"ana", "bo", "cy"}) {
		t.Errorf("it can be handed on to %q", got)
	}
	o.fills(t, handed, "to", "bo")
	o.answered(t, 7, "U0BO") // or the form to decide would show the case as it was before
	o.fills(t, o.opens(t, "U0BO", "decide"), "decision", "hold_orders", "review", (o.today + 20).String())
	o.does(t, "U0BO", "close")
	answers := o.answered(t, 9, "U0BO")
	if want := "decided, hold orders. Next review " + (o.today + 20).String(); !slices.ContainsFunc(answers, func(s string) bool { return strings.Contains(s, want) }) {
		t.Errorf("got answers %q, want one with %q", answers, want)
	}
	o.wantDeeds(t, "ana snooze slack", "ana wake slack", "ana acknowledge slack", "ana review slack", "bo feedback slack", "bo reassign slack",
		"bo decide slack", "bo close slack")
}

// What a form shows is what is decided on: if the case changes while it is open, who fills it in is told so, and nothing is done. Nor is
// what does not fit.
func TestAFormOfACaseThatHasChangedIsRefused(t *testing.T) {
	o := newOffice(t)
	defer o.stop()
	m, form := o.message(t), o.opens(t, "U0ANA", "snooze")
	o.press(t, "U0BO", m, "acknowledge")
	o.answered(t, 1, "U0BO")
	o.fills(t, form, "reason", "timing")
	wantAnswer(t, o.answered(t, 2, "U0ANA"), "the case has changed since the form was opened")

	o.fills(t, o.opens(t, "U0ANA", "snooze"), "reason", "timing", "until", (o.today + 15).String())
	wantAnswer(t, o.answered(t, 3, "U0ANA")[1:], "at most 14 days ahead")
	o.fills(t, o.opens(t, "U0ANA", "decide"), "decision", "no_action", "review", (o.today + 15).String())
	wantAnswer(t, o.answered(t, 4, "U0ANA")[2:], "It needs a reason")
	o.fills(t, o.opens(t, "U0ANA", "decide"), "decision", "call", "review", o.today.String())
	wantAnswer(t, o.answered(t, 5, "U0ANA")[3:], "on a day after today")
	o.fills(t, o.opens(t, "U0ANA", "decide"), "decision", "call", "review", (o.today + 15).String())
	wantAnswer(t, o.answered(t, 6, "U0ANA")[4:], "decided, call")
	o.press(t, "U0BO", m, "snooze") // of the message as it once was
	wantAnswer(t, o.answered(t, 7, "U0BO")[1:], "`ana` was first. The task is decided now")
	o.wantDeeds(t, "bo acknowledge slack", "ana decide slack")
}

// Commands tell who may act how a customer stands and what waits for him, and change nothing.
func TestCommandsAreAnswered(t *testing.T) {
	o := newOffice(t)
	defer o.stop()
	for i, tt := range []struct{ user, text, want string }{
		{"U0ANA", "", "`/tocsin queue` the tasks that wait for you"},
		{"U0ANA", "help", "`/tocsin C-1042` shows how"},
		{"U0ANA", " C-007 ", "*CRITICAL* `C-007`\n• Credit limit · critical"},
		{"U0ANA", "C-&lt;!here&gt;", "`C-&lt;!here&gt;`: no case of that customer is known"},
		{"U0ANA", "queue", "No task waits for you"},
		{"U0ANA", "digest", "*DIGEST of 2026-06-29*\n"},
		{"U0CY", "digest", "*DIGEST of 2026-06-29*\n"},
		{"U0ANA", "digest week", "*WEEKLY DIGEST of 2026-06-23 to 2026-06-29*\n"},
		{"U0ANA", "digest  month", "*MONTHLY DIGEST of 2026-05-01 to 2026-05-31*\n"},
		{"U0ANA", "digest year", "`digest year`: no case of that customer is known"},
		{"U0DEE", "C-007", "does not know who you are"},
	} {
		e, err := o.Command(tt.user, tt.text)
		must(t, err)
		o.deliver(t, e)
		o.answered(t, i+1, tt.user)
		wantAnswer(t, []string{o.Answers()[i].Text}, tt.want)
	}
	o.fills(t, o.opens(t, "U0BO", "reassign"), "to", "ana")
	o.answered(t, 12, "U0BO")
	e, err := o.Command("U0ANA", "queue")
	must(t, err)
	o.deliver(t, e)
	o.answered(t, 13, "U0ANA")
	wantAnswer(t, []string{o.Answers()[12].Text}, "*CRITICAL* `C-007` · open")
	o.wantDeeds(t, "bo reassign slack")
}
