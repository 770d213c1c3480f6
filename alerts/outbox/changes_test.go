package outbox

import (
	"testing"

	"tocsin/alerts/slack/slacktest"
	"tocsin/detectors"
)

// A case that changes fifty times, while processes end and begin and Slack does what it does, is one message with at most as many entries in
// its thread; the message shows it as it is, and the thread has not told the same twice.
func TestFiftyChangesWithRestartsAreOneMessage(t *testing.T) {
	const changes = 50
	b := newBench()
	workspace := overHTTP(t, b)
	begin := func() {
		b.threads = b.timed(t, workspace)
		b.restart()
	}
	faults := []slacktest.Fault{{}, {Drop: true}, {Lose: true}, {Status: 500}, {Status: 429}}
	begin()
	for seq := int64(1); seq <= changes+1; seq++ {
		severity := detectors.Warning + detectors.Level(seq%2)
		workspace.Script("chat.postMessage", faults[seq%5])
		workspace.Script("chat.update", faults[seq/5%5])
		b.owe("a", seq, severity)
		switch seq % 3 {
		case 0: // what is owed is left to the next one
		case 1:
			b.pass()
		default:
			b.drain(t)
		}
		begin()
	}
	b.drain(t)
	all := workspace.Messages()
	if len(all) != 1 || all[0].Metadata.EventPayload["seq"] != float64(changes+1) {
		t.Fatalf("got %d messages, %v, want one that shows change %d", len(all), all[0].Metadata, changes+1)
	}
	entries, told := workspace.Replies(all[0].Timestamp), map[any]bool{}
	for _, e := range entries {
		told[e.Metadata.EventPayload["seq"]] = true
	}
	if len(entries) > changes || len(entries) < changes/4 || len(told) != len(entries) {
		t.Errorf("got %d entries about %d states, want each once, at most %d, and most of what stood for a while", len(entries), len(told), changes)
	}
}
