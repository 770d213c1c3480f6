package main

import (
	"strings"
	"testing"

	"tocsin/alerts/slack/slacktest"
	"tocsin/consumer/kafka"
)

// What is refused of a source comes before its owner, in his own channel, and nobody else hears of it.
func TestTheOwnerOfASourceIsToldWhatIsRefused(t *testing.T) {
	l := newPipeline(t)
	workspace := l.withSlack(t)
	workspace.AddChannel("C0ERP", "erp-team")
	l.config.Sources = map[string]string{"urn:acme:erp": "erp"}
	l.config.Notify.Refused = map[string]string{"erp": "#erp-team"}
	topic := l.config.Kafka.Topics.Orders
	l.send(t,
		kafka.Message{Topic: topic, Key: "C-1", Value: []byte(`{"specversion":"1.0","id":"1","source":"urn:acme:erp","type":"tocsin.order.dreamt.v1"}`), Timestamp: l.now()},
		kafka.Message{Topic: topic, Key: "C-1", Value: []byte(`{"specversion":"1.0","id":"2","source":"urn:other","type":"tocsin.order.dreamt.v1"}`), Timestamp: l.now()})
	stop := l.start(t)
	defer stop()
	var all []slacktest.Message
	await(t, "somebody is told", func() bool {
		all = workspace.Messages()
		return len(all) > 0
	})
	if m := all[0]; len(all) != 1 || m.Channel != "C0ERP" || !strings.HasPrefix(m.Of(), "refusals/erp/") || !strings.Contains(m.Text, "REFUSED of erp in a quarter of an hour: 1") {
		t.Errorf("got %+v", all)
	}
}

func TestChannelsOfRefusalsAreOfSourcesThatHaveNames(t *testing.T) {
	accepted(t, `{sources: {"urn:a": erp}, notify: {refused: {erp: "#erp", other: "#data", "*": "#all"}}}`)
	_, _, err := parseConfig("test", []byte(`notify: {refused: {erp: "#erp"}}`), nil)
	if want := `notify.refused: sources gives no source the name "erp"`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}
