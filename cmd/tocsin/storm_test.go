package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/alerts/routing"
	"tocsin/alerts/slack"
	"tocsin/alerts/slack/slacktest"
	"tocsin/alerts/worktime"
	"tocsin/consumer/kafka"
	"tocsin/state"
)

// storm is a service of two hundred customers, of four credit managers with a channel each, on a day on which the books were moved.
type storm struct {
	*office
	t     *testing.T
	posts map[string]int // of each case, by message
}

const (
	stormCustomers = 200
	stormRisen     = 80 // invoices of so many come with due dates of long ago
	stormBudget    = 8  // new cases that a manager is told of in a day
)

var stormOwners = []string{"ana", "bo", "cy", "dee"}

func newStorm(t *testing.T) *storm {
	t.Helper()
	l := newPipeline(t)
	s := &storm{&office{pipeline: l, Slack: l.withSlack(t)}, t, nil}
	s.connects(t)
	l.config.Slack.People = map[string]slack.Person{"U0ANA": {Name: "ana"}}
	l.config.Notify.Budget = stormBudget
	for i, owner := range stormOwners {
		s.AddChannel(fmt.Sprint("C0STORM", i), owner)
		l.config.Notify.Routes = append(l.config.Notify.Routes, routing.Route{Owners: []string{owner}, Channels: []string{"#" + owner}})
	}
	var history []kafka.Message
	for c := range stormCustomers {
		at := (l.today - 366).Start(time.UTC)
		profile := eventOf(c, state.KindProfile, at, &state.Profile{Name: fmt.Sprintf("Customer %d GmbH", c), Country: "DE", CreditManager: stormOwners[c%len(stormOwners)]})
		history = append(history, l.message(&profile), l.limit(t, c, at, 1, 10_000_000), l.invoice(t, c, l.today-20, l.today+30))
	}
	l.send(t, history...)
	s.stop = l.start(t)
	l.toldPeople(t, s.Slack, "the first load")
	return s
}

// breaks has the invoices come, and waits until budgets are spent and the rest is put off.
func (s *storm) breaks() {
	s.t.Helper()
	var late []kafka.Message
	for c := range stormRisen {
		ev := eventOf(c, state.KindInvoice, s.now(), &state.Invoice{
			InvoiceID: fmt.Sprint("I-moved-", c), IssueDate: s.today - 70, DueDate: s.today - 40, Total: state.Money{Minor: 20_000_00, Currency: eur(s.t)},
		})
		late = append(late, s.pipeline.message(&ev))
	}
	s.send(s.t, late...)
	s.told(stormBudget * len(stormOwners))
}

// told waits until so many cases have been told and all others wait for something, and wants each to have one message.
func (s *storm) told(want int) {
	s.t.Helper()
	waiting := 0
	await(s.t, fmt.Sprint(want, " cases are told"), func() bool {
		waits, due, err := s.waits()
		must(s.t, err)
		waiting = waits
		s.posts = map[string]int{}
		for _, m := range s.Messages() {
			if m.Metadata.EventType == "tocsin_case" {
				s.posts[m.Of()]++
			}
		}
		// Between what waits and what is due a pass may have put some off: a process that has just begun puts all off anew.
		return s.caughtUp(s.t) && len(s.posts) >= want && due == 0 && len(s.posts)+waiting >= stormRisen
	})
	for id, n := range s.posts {
		if n != 1 {
			s.t.Errorf("case %s has %d messages", id, n)
		}
	}
	if len(s.posts) != want || waiting != stormRisen-want {
		s.t.Fatalf("%d cases are told and %d wait, want %d and %d", len(s.posts), waiting, want, stormRisen-want)
	}
}

// waits is how many cases are put off, and how many messages are due at once.
func (s *storm) waits() (waiting, due int, err error) {
	for _, why := range []int{state.WaitQuiet, state.WaitBudget, state.WaitFlood, state.WaitHuman, state.WaitCool} {
		n, err := s.store.WaitCount(s.t.Context(), state.WaitsOf{Why: why, Until: s.now()})
		if err != nil {
			return 0, 0, err
		}
		waiting += n
	}
	owed, err := s.store.Owed(s.t.Context(), s.now(), 1000)
	return waiting, len(owed), err
}

// morning ends the process and begins another one at half past eight of the next day, which tells the digest.
func (s *storm) morning() string {
	s.t.Helper()
	s.stop()
	now, next := s.now(), (s.today+1).Start(time.UTC)+state.Instant(8*time.Hour+30*time.Minute)
	began := time.Now()
	s.now, s.today = func() state.Instant { return next + state.Instant(time.Since(began)) }, s.today+1
	if now >= next {
		s.t.Fatalf("it is %v already", now)
	}
	s.config.Notify.Digest = 8 * 60
	digests := len(digestsOf(s.Messages()))
	s.stop = s.start(s.t)
	await(s.t, "the digest", func() bool { return len(digestsOf(s.Messages())) > digests })
	return s.text(func(m slacktest.Message) bool { return strings.HasPrefix(m.Of(), "digest/") })
}

// again ends the process and begins another one at the same hour.
func (s *storm) again() {
	s.t.Helper()
	s.stop()
	s.stop = s.start(s.t)
}

// text is what the last message of a kind shows.
func (s *storm) text(of func(slacktest.Message) bool) (text string) {
	for _, m := range s.Messages() {
		if of(m) {
			text = m.Text + string(m.Blocks)
		}
	}
	return text
}

// withheld are the messages that tell of what is withheld as systemic.
func (s *storm) withheld() []slacktest.Message { return s.summaries("tocsin systemic release") }

// summaries are the summaries that say something.
func (s *storm) summaries(saying string) (all []slacktest.Message) {
	for _, m := range s.Messages() {
		if m.Metadata.EventType == "tocsin_summary" && strings.Contains(m.Text, saying) {
			all = append(all, m)
		}
	}
	return all
}

// saysWhoLetGo awaits that every message that told what is withheld says in its place who let it go, and asks nobody any more.
func (s *storm) saysWhoLetGo(told []slacktest.Message) {
	s.t.Helper()
	await(s.t, "who let it go", func() bool { return len(s.withheld()) == 0 })
	is := s.summaries("Let go by `ana`, ")
	if len(is) != len(told) {
		s.t.Fatalf("got %d messages that say who let it go, want %d", len(is), len(told))
	}
	for i, m := range is {
		if m.Timestamp != told[i].Timestamp || strings.Contains(string(m.Blocks), "systemic_release") || !strings.Contains(m.Text, "Were withheld: ") {
			s.t.Errorf("got %+v, want the message of %s edited, and without a button", m, told[i].Timestamp)
		}
	}
}

// On the day on which the books were moved 80 of 200 customers rise in one rule. Budgets let people hear of 32 on that day; what was not sent when it closes is
// withheld, however often the process begins anew, and the digest of each day says so, until somebody lets it go: then each case is told once, within budgets.
func TestAStormIsWithheldUntilSomebodyLetsItGo(t *testing.T) {
	for name, release := range map[string]func(s *storm, day state.Date){
		"in Slack": func(s *storm, _ state.Date) {
			e, err := s.Press("U0ANA", s.withheld()[0], "systemic_release")
			must(s.t, err)
			s.deliver(s.t, e)
			await(s.t, "a form", func() bool { return len(s.Views()) > 0 })
			form := s.Views()[0]
			s.fills(s.t, form, "rule", form.Choices("rule")[0], "reason", "due dates are mended")
		},
		"by a command": func(s *storm, day state.Date) {
			s.says(s.t, exitGood, fmt.Sprintf("systemic release %s overdue --by ana --reason mended", day), "go out")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStorm(t)
			defer func() { s.stop() }()
			day, perDay := s.today, stormBudget*len(stormOwners)
			s.breaks()
			withheld := fmt.Sprintf("overdue of %s, in which %d of %d customers rose", alerts.English.Date(day), stormRisen, stormCustomers)
			for range 2 { // the day after, and one more on which nobody does anything
				if digest := s.morning(); !strings.Contains(digest, withheld) && !strings.Contains(strings.ToLower(digest), withheld) {
					t.Errorf("the digest does not tell what is withheld, %q: %s", withheld, digest)
				}
				s.again()
				s.told(perDay)
			}
			rows, err := s.store.Alerts(t.Context(), alerts.Everybody)
			must(t, err)
			if len(rows) != 1 || rows[0].Signal != alerts.SignalSystemic {
				t.Errorf("got %d alerts of everybody, want it told once that the rule is systemic", len(rows))
			}
			all := s.withheld()
			if len(all) != len(stormOwners) || !strings.Contains(all[0].Text, fmt.Sprint("Withheld: ", stormRisen/len(stormOwners)-stormBudget)) {
				t.Errorf("got %d messages of what is withheld, want one in each channel", len(all))
			}

			release(s, day)
			s.saysWhoLetGo(all)
			s.told(2 * perDay)
			s.says(t, exitGood, "digest", fmt.Sprint("held back: ", stormRisen-2*perDay))
			s.again()
			s.told(2 * perDay)
			if digest := s.morning(); strings.Contains(digest, "Withheld") {
				t.Errorf("the digest after the release: %s", digest)
			}
			s.told(stormRisen)
			if rows, err = s.store.Alerts(t.Context(), alerts.Everybody); err != nil || len(rows) != 2 || rows[1].To != 0 {
				t.Errorf("got %v, %v, want the alert of everybody to be over", rows, err)
			}
			s.config.Notify.Digest = worktime.EndOfDay
		})
	}
}
