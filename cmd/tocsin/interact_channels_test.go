package main

import (
	"slices"
	"strings"
	"testing"

	"tocsin/alerts"
	"tocsin/alerts/routing"
	"tocsin/alerts/slack/slacktest"
)

// in is the message that a channel shows; false: it shows none.
func (o *office) in(channel string) (slacktest.Message, bool) {
	all := o.Messages()
	i := slices.IndexFunc(all, func(m slacktest.Message) bool { return m.Channel == channel })
	if i < 0 {
		return slacktest.Message{}, false
	}
	return all[i], true
}

// A case that is told in two channels has a message in each, and what is done in one is seen in both, also by a service that has begun anew. When it
// is handed on to somebody whose cases are told elsewhere it goes on there, and both say so.
func TestACaseIsToldInSeveralChannels(t *testing.T) {
	const sales, own = "C0SALES", "C0BO"
	l := newPipeline(t)
	o := &office{pipeline: l, Slack: l.withSlack(t)}
	o.AddChannel(sales, "sales")
	o.AddChannel(own, "desk-of-bo")
	l.config.Notify.Routes = []routing.Route{{Owners: []string{"bo"}, Channels: []string{"#desk-of-bo"}}, {Channels: []string{"#credit-alerts", "#sales"}}}
	o.connects(t)
	o.open(t)
	shows := func(channel, what string) func() bool {
		return func() bool {
			m, is := o.in(channel)
			return is && strings.Contains(string(m.Blocks), what)
		}
	}
	await(t, "a message in #sales", shows(sales, "C-007"))
	await(t, "a message in #credit-alerts", shows(slacktest.Channel, "C-007"))
	m, _ := o.in(sales)
	o.press(t, "U0ANA", m, alerts.Acknowledge.String())
	for _, channel := range []string{sales, slacktest.Channel} {
		await(t, channel+" shows who has it", shows(channel, "acknowledged by `ana`"))
		m, _ := o.in(channel)
		await(t, channel+" tells it in the thread", func() bool { return len(o.Replies(m.Timestamp)) == 1 })
	}
	o.stop()
	o.stop = l.start(t)
	defer func() { o.stop() }()
	m, _ = o.in(slacktest.Channel)
	before := len(o.Views())
	o.press(t, "U0ANA", m, alerts.Reassign.String())
	await(t, "a form", func() bool { return len(o.Views()) > before })
	o.fills(t, o.Views()[before], "to", "bo")
	await(t, "a message in #desk-of-bo", shows(own, "C-007"))
	await(t, "#sales says where it goes on", shows(sales, "#desk-of-bo"))
	await(t, "#credit-alerts says where it goes on", shows(slacktest.Channel, "#desk-of-bo"))
	if all := o.Messages(); len(all) != 3 {
		t.Errorf("got %d messages, want one in each channel", len(all))
	}
	o.wantDeeds(t, "ana acknowledge slack", "ana reassign slack")
}
