package main

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"tocsin/consumer/kafka/embedded"
	"tocsin/state"
)

// A canary goes all the way, again and again, and nobody hears of it.
func TestACanaryGoesThroughTheWholePath(t *testing.T) {
	l := newPipeline(t)
	l.today = state.InstantOf(time.Now()).Date(time.UTC)
	l.now = wallClock
	l.cut(t)
	topics := l.config.Kafka.Topics
	l.config.CanaryEvery = 200 * time.Millisecond
	broker, err := embedded.Start(embedded.Config{Address: "127.0.0.1:0", Topics: append(l.config.inputs(), topics.Alerts, topics.Tasks, topics.DeadLetters)})
	must(t, err)
	t.Cleanup(func() { _ = broker.Close() })
	l.config.Kafka.Brokers, l.config.HTTPListen = []string{broker.Address()}, unusedAddress(t)
	workspace := l.withSlack(t)
	stop := l.start(t)
	defer stop()
	shown := func(metric string) float64 {
		answer, err := http.Get("http://" + l.config.HTTPListen + "/metrics")
		if err != nil {
			return 0
		}
		defer answer.Body.Close()
		page, err := io.ReadAll(answer.Body)
		must(t, err)
		found := regexp.MustCompile(`(?m)^` + metric + ` (\S+)$`).FindSubmatch(page)
		if found == nil {
			return 0
		}
		value, err := strconv.ParseFloat(string(found[1]), 64)
		must(t, err)
		return value
	}
	await(t, "three come through", func() bool { return shown("tocsin_canary_message_seconds_count") >= 3 })
	began := float64(time.Now().UnixNano())/1e9 - 60
	for _, metric := range []string{"tocsin_canary_committed_timestamp_seconds", "tocsin_canary_settled_timestamp_seconds"} {
		if at := shown(metric); at < began || at > began+120 {
			t.Errorf("%s: got %v, want about now", metric, at)
		}
	}
	if got := shown(`tocsin_canary_published_total{result="ok"}`); got < 3 {
		t.Errorf("published: got %v, want 3 or more", got)
	}
	for _, level := range []string{"none", "info", "warning", "critical"} {
		if n := shown(`tocsin_customers{level="` + level + `"}`); n != 0 {
			t.Errorf("got %v customers at %s, want none", n, level)
		}
	}
	if all := workspace.Messages(); len(all) > 0 {
		t.Errorf("Slack was told %v", all)
	}
	answer, err := http.Get("http://" + l.config.HTTPListen + "/api/v1/customers")
	must(t, err)
	defer answer.Body.Close()
	if page, err := io.ReadAll(answer.Body); err != nil || answer.StatusCode != http.StatusOK || regexp.MustCompile("canary").Match(page) {
		t.Errorf("customers: got %d, %v: %s", answer.StatusCode, err, page)
	}
}

func TestACanaryWantsATopicOfItsOwn(t *testing.T) {
	_, _, err := parseConfig("test", []byte("canary: {every: 1m}\nkafka: {topics: {canary: credit.orders.v1}}"), nil)
	if want := `kafka.topics.canary: "credit.orders.v1" is the canary's and kafka.topics.orders: it wants one of its own`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
	if got := accepted(t, "kafka: {topics: {canary: credit.orders.v1}}").inputs(); len(got) != 6 {
		t.Errorf("without a canary: got inputs %v, want six", got)
	}
}

func TestSourcesHaveNamesThatFitMetrics(t *testing.T) {
	if got := accepted(t, `sources: {"urn:acme:erp:emea": erp-emea}`).Sources["urn:acme:erp:emea"]; got != "erp-emea" {
		t.Errorf("got %q", got)
	}
	many := "sources: {"
	for i := range 21 {
		many += fmt.Sprintf("\"urn:%d\": s%d, ", i, i)
	}
	for body, want := range map[string]string{
		`sources: {"urn:a": other}`:    `"other" is no name of a source such as erp-emea`,
		`sources: {"urn:a": Jane Doe}`: `"Jane Doe" is no name of a source such as erp-emea`,
		many + "}":                     `names 21 sources; 20 are what metrics have room for`,
	} {
		if _, _, err := parseConfig("test", []byte(body), nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", body, err, want)
		}
	}
}
