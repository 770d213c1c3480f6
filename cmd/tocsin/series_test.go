package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"tocsin/consumer/kafka"
	"tocsin/state"
)

// metricsPage is what Prometheus is shown.
func (l *pipeline) metricsPage(t *testing.T) string {
	t.Helper()
	answer, err := http.Get("http://" + l.config.HTTPListen + "/metrics")
	must(t, err)
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	must(t, err)
	return string(page)
}

// seriesOf counts the series of a page.
func seriesOf(page string) (n int) {
	for line := range strings.Lines(page) {
		if !strings.HasPrefix(line, "#") {
			n++
		}
	}
	return n
}

// newSeries are those of a page that an earlier one does not have, but for what a client counts of its connections: these come and go
// with the machine, one for each broker.
func newSeries(before, page string) string {
	var fresh strings.Builder
	for line := range strings.Lines(page) {
		name := line[:strings.LastIndexByte(line, ' ')+1]
		if !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "tocsin_kafka_") && !strings.Contains(before, "\n"+name) {
			fresh.WriteString(line)
		}
	}
	return fresh.String()
}

func TestTenThousandCustomersHaveTheSeriesOfTwentyInTheWholeProcess(t *testing.T) {
	l := newPipeline(t)
	l.config.HTTPListen = unusedAddress(t)
	l.withSlack(t)
	stop := l.start(t)
	defer stop()
	at := l.today.Start(time.UTC) + state.Instant(9*time.Hour)
	some := func(from, to int) string {
		var messages []kafka.Message
		for i := from; i < to; i++ {
			owner := eventOf(i, state.KindProfile, at, &state.Profile{Name: fmt.Sprintf("planted %d", i), Country: "DE", CreditManager: "planted.manager"})
			messages = append(messages, l.message(&owner), l.limit(t, i, at, 1, 50_000), l.invoice(t, i, l.today-90, l.today-60))
		}
		l.send(t, messages...)
		await(t, fmt.Sprintf("%d customers", to), func() bool { return l.caughtUp(t) })
		page := ""
		await(t, "all are shown", func() bool {
			page = l.metricsPage(t)
			return strings.Contains(page, fmt.Sprintf("\ntocsin_customers{level=\"critical\"} %d\n", to))
		})
		return page
	}
	some(0, 10) // the first ones are of a store that has just been made
	some(10, 20)
	time.Sleep(2 * time.Second) // until all loops have shown what they count
	few := l.metricsPage(t)
	many := some(20, 10_000)
	if fresh, n := newSeries(few, many), seriesOf(many); fresh != "" || n >= 2000 {
		t.Errorf("10,000 customers have %d series, want less than 2000, and none that 20 have not; new are:\n%s", n, fresh)
	}
	for _, planted := range []string{"planted", "C-0", "I-1-", "Acme"} {
		if at := strings.Index(many, planted); at >= 0 {
			t.Errorf("a series tells of %s: %s", planted, many[max(0, at-80):at+80])
		}
	}
}
