package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"tocsin/consumer/kafka"
	"tocsin/consumer/kafka/kafkatest"
	"tocsin/state"
)

// by runs a command line on the store of a pipeline, by a configuration's environment.
func (l *pipeline) by(t *testing.T, line string, more ...string) (code int, out string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	args := append(strings.Fields(line), more...)
	code = run(&process{t.Context(), append(l.environ, "TOCSIN_STORE_URL="+l.config.StoreURL), nil, &stdout, &stderr}, args)
	return code, stdout.String() + stderr.String()
}

// says runs a command line and looks for what it has to say.
func (l *pipeline) says(t *testing.T, want int, line string, says ...string) {
	t.Helper()
	code, out := l.by(t, line)
	for _, text := range says {
		if code != want || !strings.Contains(out, text) {
			t.Fatalf("tocsin %s: got %d\n%s\nwant %d, and to be told %q", line, code, out, want, text)
		}
	}
}

// orders are orders of a customer each, sent to a partition by their key.
func (l *pipeline) orders(t *testing.T, first, count int) {
	t.Helper()
	var messages []kafka.Message
	for i := first; i < first+count; i++ {
		messages = append(messages, kafka.Message{Topic: l.config.Kafka.Topics.Orders, Key: "C", Timestamp: l.now(), Value: fmt.Appendf(nil,
			`{"specversion":"1.0","id":"SO-%d/1","source":"urn:erp","type":"tocsin.order.placed.v1","subject":"C-%d","time":"%v","data":{"customer_id":"C-%d",
			"revision":1,"order_id":"SO-%d","order_date":"%v","gross":{"amount":"100.00","currency":"EUR"}}}`, i, i, l.now(), i, i, l.today)})
	}
	l.send(t, messages...)
}

// A run that was away for longer than its records were kept stands before a gap, until somebody accepts it; then it goes on by itself,
// or the next one does.
func TestAGapIsListedAcceptedOnceAndPassed(t *testing.T) {
	for name, location := range map[string]func(t testing.TB) string{"file": nil, "PostgreSQL": newDatabase} {
		for when, running := range map[string]bool{"by what runs": true, "by the next start": false} {
			t.Run(name+" "+when, func(t *testing.T) {
				l := newPipeline(t)
				if location != nil {
					l.config.StoreURL = location(t)
				}
				l.orders(t, 0, 3)
				stop := l.start(t)
				await(t, "the first records are read", func() bool { return l.caughtUp(t) })
				part := l.partitionOf(t)
				l.says(t, exitGood, "gap ls")
				l.says(t, exitFinding, "gap accept "+part+" --to 5 --by l.wei --reason archived", part+": no gap is open")
				stop()
				l.orders(t, 3, 4)
				topic, number, _ := strings.Cut(part, "/")
				kafkatest.Cut(t, l.config.Kafka.Brokers[0], topic, int32(number[0]-'0'), 5)

				stop = l.start(t)
				await(t, "the gap is met", func() bool { gaps, err := l.store.Gaps(t.Context()); return err == nil && len(gaps) > 0 })
				l.says(t, exitFinding, "gap ls", part+"  open  stands at 3  offsets 3 to 4, at most 2 records  since 2026-06-30T", "retention has removed offsets 3 to 4")
				l.says(t, exitFinding, "gap ls --output json", `"state":"open","stands":3,"from":3,"to":5,"lost":2,"other_topic":false,`)
				l.says(t, exitUsage, "gap accept "+part+" --by l.wei --reason archived", "--to")
				if !running {
					stop()
				}
				l.says(t, exitGood, "gap accept "+part+" --to 5 --by l.wei --reason archived", part+" goes on at 5\n")
				l.says(t, exitGood, "gap accept "+part+" --to 5 --by somebody --reason else", "accepted before, by l.wei at ")
				l.says(t, exitFinding, "gap accept "+part+" --to 6 --by somebody --reason else", "no gap is open")
				if !running {
					stop = l.start(t)
				}
				await(t, "the rest is read", func() bool { return l.reads(t, "C-6") })
				l.says(t, exitGood, "gap ls")
				l.says(t, exitGood, "gap ls --all", part+"  accepted  stands at 3", "accepted by l.wei at 20", ", on at 5: archived\n")
				if l.reads(t, "C-3") || l.reads(t, "C-4") || !l.reads(t, "C-2") || !l.reads(t, "C-5") {
					t.Error("want all customers but those of the gap")
				}
				stop()
			})
		}
	}
}

// partitionOf is the one partition that anything was read of.
func (l *pipeline) partitionOf(t *testing.T) string {
	t.Helper()
	positions, err := l.store.AllPositions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range positions {
		if p.Next > 0 {
			return fmt.Sprintf("%s/%d", p.Topic, p.Partition)
		}
	}
	t.Fatal("nothing was read")
	return ""
}

// reads tells whether the store knows a customer.
func (l *pipeline) reads(t *testing.T, customer state.CustomerID) bool {
	t.Helper()
	rows, err := l.store.Rows(t.Context(), customer)
	if err != nil {
		t.Fatal(err)
	}
	return len(rows) > 0
}
