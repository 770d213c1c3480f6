package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/alerts/slack"
	"tocsin/alerts/slack/slacktest"
	"tocsin/consumer/kafka"
	"tocsin/state"
)

// managersDay is a day of one who works in Slack alone: what she goes by is what it shows.
type managersDay struct {
	*office
	user string
}

// types is what she is answered to a command.
func (d *managersDay) types(t *testing.T, text string) string {
	t.Helper()
	before := len(d.Answers())
	e, err := d.Command(d.user, text)
	must(t, err)
	d.deliver(t, e)
	await(t, "an answer to "+text, func() bool { return len(d.Answers()) > before })
	return d.Answers()[before].Text
}

// of is the message of a customer's case, of which there is one.
func (d *managersDay) of(t *testing.T, customer string) slacktest.Message {
	t.Helper()
	var all []slacktest.Message
	for _, m := range d.Messages() {
		if m.Metadata.EventType == "tocsin_case" && strings.Contains(string(m.Blocks), customer) {
			all = append(all, m)
		}
	}
	if len(all) != 1 {
		t.Fatalf("got %d messages of %s, want one", len(all), customer)
	}
	return all[0]
}

// does presses a button of a case when it is there, fills in the form that it opens, if there is something to fill in, and wants to be told.
func (d *managersDay) does(t *testing.T, customer string, action alerts.Action, told string, pairs ...string) {
	t.Helper()
	await(t, customer+" can be brought to "+action.String(), func() bool {
		m := d.of(t, customer)
		return slices.ContainsFunc(m.Buttons(), func(id string) bool { return strings.HasSuffix(id, action.String()) })
	})
	answers, forms := len(d.Answers()), len(d.Views())
	d.press(t, d.user, d.of(t, customer), action.String())
	if len(pairs) > 0 {
		await(t, "a form to "+action.String(), func() bool { return len(d.Views()) > forms })
		form := d.Views()[forms]
		if !strings.Contains(string(form.Raw), customer) {
			t.Errorf("the form to %s does not say that it is about %s: %s", action, customer, form.Raw)
		}
		if pairs[0] == "alert" {
			pairs[1] = form.Choices("alert")[0]
		}
		d.fills(t, form, pairs...)
	}
	await(t, "an answer to "+action.String(), func() bool { return len(d.Answers()) > answers })
	if got := d.Answers()[answers]; got.User != d.user || !strings.Contains(got.Text, told) || !strings.Contains(got.Text, customer) {
		t.Errorf("%s of %s: got %+v, want %q", action, customer, got, told)
	}
}

// A credit manager has two hundred customers. On a Tuesday three of them get into trouble; on Wednesday, the first of the month, she reads the digests, asks how each
// stands, and works them off in Slack until nothing waits for her.
func TestADayInTheLifeOfACreditManager(t *testing.T) {
	d := morning(t)
	defer func() { d.stop() }()
	await(t, "the digests of the day and the month", func() bool { return len(digestsOf(d.Messages())) > 1 })
	all := d.Messages()
	digest := all[slices.IndexFunc(all, func(m slacktest.Message) bool { return strings.HasPrefix(m.Of(), "digest/2") })]
	if len(all) != 5 || !strings.Contains(digest.Text, "New cases: 3") {
		t.Fatalf("got %d messages, the digest %q, want it to tell of the three beside it and the month", len(all), digest.Text)
	}
	customers := regexp.MustCompile(`C-\d{3}`).FindAllString(string(digest.Blocks), -1)
	slices.Sort(customers)
	if customers = slices.Compact(customers); !slices.Equal(customers, []string{"C-017", "C-042", "C-120"}) {
		t.Fatalf("the digest names %v", customers)
	}
	queue := d.types(t, "queue")
	for _, c := range customers {
		if !strings.Contains(queue, c) {
			t.Errorf("the queue is %q, without %s", queue, c)
		}
	}
	debtor, over, timing := customers[0], customers[1], customers[2]
	for customer, says := range map[string]string{debtor: "Invoice overdue", over: "Credit limit", timing: "Credit limit"} {
		if card := d.types(t, customer); !strings.Contains(card, says) {
			t.Errorf("/tocsin %s says %q, want %q in it", customer, card, says)
		}
	}

	d.does(t, debtor, alerts.Acknowledge, "you have it in hand now")
	d.does(t, over, alerts.Acknowledge, "you have it in hand now")
	d.does(t, timing, alerts.Snooze, "put off", "reason", "timing", "worse", "25", "until", (d.today + 5).String())
	d.does(t, debtor, alerts.Review, "")
	d.does(t, over, alerts.Feedback, "", "alert", "", "worth", "useful")
	d.does(t, debtor, alerts.Decide, "decided, hold orders", "decision", "hold_orders", "review", (d.today + 14).String())
	d.does(t, over, alerts.Decide, "decided, no action", "decision", "no_action", "reason", "timing", "review", (d.today + 20).String())

	if queue = d.types(t, "queue"); queue != alerts.English.Tell(alerts.SayNoQueue) {
		t.Errorf("in the evening the queue is %q, want nothing to wait", queue)
	}
	for customer, shows := range map[string]string{debtor: "hold orders", over: "no action", timing: "nooze"} {
		await(t, "the message of "+customer+" shows what has become of it", func() bool { return strings.Contains(string(d.of(t, customer).Blocks), shows) })
	}
	if n := len(d.Messages()); n != 5 {
		t.Errorf("got %d messages in the evening, want the two digests and one of each case", n)
	}
	d.wantDeeds(t, "ana acknowledge slack", "ana acknowledge slack", "ana snooze slack", "ana review slack", "ana feedback slack", "ana decide slack", "ana decide slack")
}

// morning is half past eight on the day after one on which three customers of two hundred got into trouble, one after the other.
func morning(t *testing.T) *managersDay {
	t.Helper()
	l := newPipeline(t)
	d := &managersDay{&office{pipeline: l, Slack: l.withSlack(t)}, "U0ANA"}
	d.connects(t)
	l.config.Slack.People = map[string]slack.Person{d.user: {Name: "ana"}}
	l.config.Notify.Digest = 8 * 60
	yesterday := l.now
	var history []kafka.Message
	for c := range 200 {
		at := (l.today - 366).Start(time.UTC)
		profile := eventOf(c, state.KindProfile, at, &state.Profile{Name: fmt.Sprintf("Customer %d GmbH", c), Country: "DE", CreditManager: "ana"})
		history = append(history, l.message(&profile), l.limit(t, c, at, 1, 10_000_000), l.invoice(t, c, l.today-20, l.today+30))
	}
	l.send(t, history...)
	stop := l.start(t)
	l.toldPeople(t, d.Slack, "the first load")
	late := eventOf(17, state.KindInvoice, l.now(), &state.Invoice{
		InvoiceID: "I-late", IssueDate: l.today - 100, DueDate: l.today - 70, Total: state.Money{Minor: 20_000_00, Currency: eur(t)},
	})
	l.send(t, l.message(&late), l.limit(t, 42, l.now(), 2, 100), l.limit(t, 120, l.now(), 2, 100))
	await(t, "three cases", func() bool { return len(d.Messages()) >= 3 })
	l.toldPeople(t, d.Slack, "all of them")
	stop()
	l.now, l.today = func() state.Instant { return yesterday() + state.Instant(20*time.Hour+30*time.Minute) }, l.today+1
	d.stop = l.start(t)
	return d
}
