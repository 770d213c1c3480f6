package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/alerts/slack"
	"tocsin/alerts/slack/slacktest"
	"tocsin/detectors"
	"tocsin/state"
)

// stormy is a bench at Slack's pace, with the limits that hold without a setting.
func stormy(t *testing.T) (*bench, *slacktest.Slack) {
	t.Helper()
	b := newBench()
	b.budget, b.flood = 8, Flood{20, 10 * time.Minute}
	b.pace.Post, b.pace.Edit = slack.PostEvery, slack.EditEvery
	b.restart()
	return b, overHTTP(t, b)
}

// put is how many cases are put off.
func (b *bench) put(why int) int {
	n, _ := b.store.WaitCount(context.Background(), state.WaitsOf{Why: why})
	return n
}

// again restarts a bench that sends to a Slack.
func (b *bench) again() {
	to := b.Sender
	b.restart()
	b.Sender = to
}

// TestTenThousandBreachesInAMinute has them told by one message, and those that are critical by their own when it is calm: no channel is
// above its rate, nothing is forgotten by restarts, and little is remembered and read meanwhile.
func TestTenThousandBreachesInAMinute(t *testing.T) {
	cases, critical := 10_000, 60
	if testing.Short() {
		cases = 1_000
	}
	b, workspace := stormy(t)
	var rows []state.AlertRow
	most := 0
	for i := range cases {
		severity := detectors.Warning
		if i%(cases/critical) == 7 && i/(cases/critical) < critical {
			severity = detectors.Critical
		}
		id := fmt.Sprintf("case-%05d", i)
		b.oweTo("ana", id, 1, severity)
		rows = append(rows, state.AlertRow{
			ID: id, Seq: 1, Customer: state.CustomerID("C-" + id), RuleSet: alerts.Live, Signal: "limit_breach", Day: b.now.Date(time.UTC), KnownAt: b.now,
			To: uint8(severity), Body: json.RawMessage(`{}`),
		})
		if b.now = later(b.now, 6*time.Millisecond); i%500 == 499 {
			b.runOnce(t.Context())
		}
	}
	for range 110 {
		b.pass()
		most = max(most, len(b.rests)+len(b.owed)+len(b.held.waits))
	}
	messages := workspace.Messages()
	if len(messages) != 1 || b.put(state.WaitFlood) != cases {
		t.Fatalf("in the flood: got %d messages and %d waiting, want one and all", len(messages), b.put(0))
	}
	sum := b.told(t, alerts.WhyFlood)
	if sum.Cases() != cases || sum.Critical != critical || len(sum.Worst) == 0 || sum.Worst[0].Severity != detectors.Critical {
		t.Errorf("got told of %d cases, %d critical, the worst %+v", sum.Cases(), sum.Critical, sum.Worst)
	}
	b.again()
	b.store.read = 0
	for range 20 {
		b.pass()
	}
	if b.store.read > 0 || most > 2*batch {
		t.Errorf("got %d read again and %d remembered, want none and few", b.store.read, most)
	}
	over := b.store.messages[3].Case
	b.oweTo("ana", over, 2, detectors.None) // a warning is over before anybody was told of it
	next := 5
	for end := later(b.now, time.Hour); b.now < end && len(b.store.messages) > b.put(state.WaitBudget); b.pass() {
		if len(workspace.Messages()) >= next {
			next += 30
			b.now = later(b.now, 2*time.Second) // as long as a process takes to start
			b.again()
		}
	}
	for range 100 {
		b.pass()
	}
	posts := workspace.Messages()
	if want := 1 + critical + b.budget - 1 + 1; len(posts) != want { // one critical is on the budget, and there is what tells of the rest
		t.Errorf("when it is calm: got %d messages, want %d", len(posts), want)
	}
	if waiting := b.put(state.WaitBudget); waiting != cases-critical-(b.budget-1)-1 {
		t.Errorf("got %d waiting for another day, want the rest", waiting)
	}
	var at []float64
	for _, m := range posts {
		seconds, err := strconv.ParseFloat(m.Timestamp, 64)
		if err != nil {
			t.Fatal(err)
		}
		at = append(at, seconds)
		if m.Of() == over {
			t.Error("a case that was over is shown")
		}
	}
	slices.Sort(at)
	for i := 1; i < len(at); i++ {
		if at[i]-at[i-1] < 0.999 {
			t.Errorf("posts %d and %d are %.3f s apart", i-1, i, at[i]-at[i-1])
		}
	}
	digest, err := alerts.NewDigest(&state.Ledger{Zone: time.UTC, Calendar: b.weekdays(t)}, start.Date(time.UTC), rows, nil)
	if err != nil || digest.New.Count != cases {
		t.Errorf("the digest: got %d cases, %v, want all", digest.New.Count, err)
	}
}

func (*bench) weekdays(t *testing.T) state.Calendar {
	t.Helper()
	days, err := state.NewCalendar([]time.Weekday{time.Saturday, time.Sunday}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return days
}

// told is the newest summary of what is held back for a reason.
func (b *bench) told(t *testing.T, why string) *alerts.Summary {
	t.Helper()
	m, found, err := b.store.Last(t.Context(), alerts.NoticePrefix(why, channel))
	if err != nil || !found {
		t.Fatalf("nobody is told of what waits: %v", err)
	}
	sum, err := alerts.ParseSummary(m.Body)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// One more case than a channel is to get begins a flood; those before it have been posted, and those after it are counted in one message
// for each flood.
func TestAFloodBeginsAndEnds(t *testing.T) {
	b := newBench()
	b.flood = Flood{3, 10 * time.Minute}
	b.restart()
	come := func(names ...string) {
		for _, id := range names {
			b.owe(id, 1, detectors.Critical)
			b.passes(2 * time.Minute)
		}
	}
	notices := func() (n int) {
		for _, p := range b.wall.posted {
			if p.tells.Why == alerts.WhyFlood {
				n++
			}
		}
		return n
	}
	come("a", "b", "c", "d", "e")
	if cases, told := b.cases(); !slices.Equal(cases, []string{"a", "b", "c"}) || told[alerts.WhyFlood].Cases() != 2 {
		t.Errorf("in the flood: got %v and %+v", cases, told[alerts.WhyFlood])
	}
	b.owe("d", 2, detectors.Critical) // it stays the same case
	b.passes(20 * time.Minute)
	if cases, told := b.cases(); !slices.Equal(cases, []string{"a", "b", "c", "d", "e"}) || told[alerts.WhyFlood].Cases() != 2 || notices() != 1 {
		t.Errorf("after it: got %v and %+v", cases, told[alerts.WhyFlood])
	}
	for _, id := range []string{"f", "g", "h", "i"} {
		b.owe(id, 1, detectors.Critical)
	}
	b.passes(4 * time.Minute)
	if cases, told := b.cases(); len(cases) != 5 || notices() != 2 || told[alerts.WhyFlood].Cases() != 4 {
		t.Errorf("in the next one: got %v and %+v, %d messages of floods", cases, told[alerts.WhyFlood], notices())
	}
	b.passes(time.Hour)
	if len(b.store.messages) != 0 {
		t.Errorf("still owed: %v", b.store.messages)
	}
}

// A case that is told in two channels waits in the one that is flooded alone.
func TestAFloodIsOfItsChannel(t *testing.T) {
	b := newBench()
	other := &wall{fuse: b.store.fuse, now: b.wall.now}
	b.route = func(m *alerts.CaseMessage) []string {
		if m.CaseID == "both" {
			return []string{"#risk", channel}
		}
		return []string{channel}
	}
	b.open = func(string) Sender { return other }
	b.flood = Flood{2, 10 * time.Minute}
	b.restart()
	for _, id := range []string{"a", "b", "both", "c"} {
		b.owe(id, 1, detectors.Warning)
	}
	b.passes(5 * time.Minute)
	if len(other.posted) != 1 || len(b.wall.posted) != 1 || b.wall.posted[0].tells.Cases() != 4 {
		t.Errorf("got %d messages there and %+v here, want the case there and one of four here", len(other.posted), b.wall.posted)
	}
	b.passes(20 * time.Minute)
	if cases, _ := b.cases(); len(cases) != 4 || len(other.posted) != 1 {
		t.Errorf("after it: got %v here and %d there", cases, len(other.posted))
	}
}

// Whoever goes on with a setting under which nothing floods lets go what another one has put off.
func TestWithoutALimitNothingWaitsForAFlood(t *testing.T) {
	b := newBench()
	b.flood = Flood{2, 10 * time.Minute}
	b.restart()
	for i := range 60 {
		b.owe(fmt.Sprintf("case-%02d", i), 1, detectors.Critical)
	}
	b.passes(3 * time.Minute)
	if cases, _ := b.cases(); len(cases) != 0 || b.put(state.WaitFlood) != 60 {
		t.Fatalf("in the flood: got %v and %d put off", cases, b.put(state.WaitFlood))
	}
	b.flood = Flood{}
	b.owe("new", 1, detectors.Critical)
	b.passes(5 * time.Minute)
	if cases, _ := b.cases(); len(cases) != 61 {
		t.Errorf("got %d cases posted and %d put off, want all posted", len(cases), b.put(state.WaitFlood))
	}
}
