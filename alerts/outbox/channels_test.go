package outbox

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

const (
	grave = "#grave" // gets what is critical
	sales = "#sales" // is told too
)

// routed makes a bench send what is critical to other channels than the rest, each with a wall of its own.
func routed(b *bench) map[string]*wall {
	walls := map[string]*wall{channel: b.wall}
	for _, at := range []string{grave, sales} {
		walls[at] = &wall{fuse: b.store.fuse, now: b.wall.now}
	}
	b.route = byGravity
	b.open = func(at string) Sender { return walls[at] }
	b.restart()
	return walls
}

func byGravity(m *alerts.CaseMessage) []string {
	switch m.Severity {
	case detectors.Critical:
		return []string{grave, sales}
	case detectors.Warning:
		return []string{channel}
	}
	return nil
}

// shownIn is what a wall shows of a case: "warning", "critical", "closed", or where it goes on.
func shownIn(w *wall, of string) (all []string) {
	for _, n := range w.posted {
		switch {
		case n.of != of:
		case len(n.shows.MovedTo) > 0:
			all = append(all, fmt.Sprint(n.shows.MovedTo))
		case n.shows.State == alerts.CaseClosed:
			all = append(all, alerts.CaseClosed)
		default:
			all = append(all, n.shows.Severity.String())
		}
	}
	return all
}

// expect checks what each channel shows of case a.
func expect(t *testing.T, walls map[string]*wall, when string, inDefault, inGrave, inSales string) {
	t.Helper()
	for at, want := range map[string]string{channel: inDefault, grave: inGrave, sales: inSales} {
		list := []string{want}
		if want == "" {
			list = nil
		}
		if got := shownIn(walls[at], "a"); !slices.Equal(got, list) {
			t.Errorf("%s, in %s: got %q, want %q", when, at, got, list)
		}
	}
}

func TestACaseGoesOnWhereItsRouteLeads(t *testing.T) {
	b := newBench()
	walls := routed(b)
	for i, step := range []struct {
		severity                             detectors.Level
		inDefault, inGrave, inSales          string
		callsDefault, callsGrave, callsSales int
	}{
		{detectors.Warning, "warning", "", "", 1, 0, 0},
		{detectors.Critical, "[#grave #sales]", "critical", "critical", 2, 1, 1},
		{detectors.Critical, "[#grave #sales]", "critical", "critical", 2, 1, 1}, // nothing new
		{detectors.Warning, "warning", "[#credit-alerts]", "[#credit-alerts]", 3, 2, 2},
		{detectors.Critical, "[#grave #sales]", "critical", "critical", 4, 3, 3},
		{detectors.None, "closed", "closed", "closed", 5, 4, 4},
	} {
		b.owe("a", int64(i)+1, step.severity)
		b.drain(t)
		expect(t, walls, step.severity.String(), step.inDefault, step.inGrave, step.inSales)
		for at, want := range map[string]int{channel: step.callsDefault, grave: step.callsGrave, sales: step.callsSales} {
			if got := len(walls[at].calls); got != want {
				t.Errorf("%v: got %d calls in %s, want %d: %v", step.severity, got, at, want, walls[at].calls)
			}
		}
	}
}

// A channel that refuses everything keeps no other one waiting, and the message stays owed for it.
func TestAChannelThatRefusesDoesNotKeepOthersWaiting(t *testing.T) {
	b := newBench()
	walls := routed(b)
	for range 100 {
		walls[grave].fail = append(walls[grave].fail, told{outcome: Refused})
	}
	b.owe("a", 1, detectors.Warning)
	b.drain(t)
	b.owe("a", 2, detectors.Critical)
	for range 20 {
		b.pass()
	}
	expect(t, walls, "while it refuses", "critical", "", "critical")
	b.owe("b", 1, detectors.Warning)
	for range 20 {
		b.pass()
	}
	if got := shownIn(walls[channel], "b"); !slices.Equal(got, []string{"warning"}) {
		t.Errorf("got %q of another case, want it shown", got)
	}
	if len(b.store.messages) != 1 {
		t.Errorf("got %d messages owed, want the one that is refused", len(b.store.messages))
	}
	walls[grave].fail = nil
	b.drain(t)
	expect(t, walls, "afterwards", "[#grave #sales]", "critical", "critical")
}

// TestCrashAtAnyStepShowsARoutedCaseOnceInEachChannel is the crash test for a case that goes from one channel to two others, and
// back. At no time is there more than one message in a channel, and somewhere the case is always shown as it was told or newer.
func TestCrashAtAnyStepShowsARoutedCaseOnceInEachChannel(t *testing.T) {
	steps := 0
	for came := true; came; steps++ {
		came = false
		b := newBench()
		walls := routed(b)
		left := steps
		for seq, severity := range []detectors.Level{detectors.Warning, detectors.Critical, detectors.Warning, detectors.Critical, detectors.None} {
			b.owe("a", int64(seq)+1, severity)
			for end := later(b.now, time.Hour); len(b.store.messages) > 0; {
				if b.now > end {
					t.Fatalf("crash after %d steps: still owed after an hour: %v", steps, b.store.messages)
				}
				*b.store.fuse = fuse{armed: !came, left: left, crash: func() { came = true; panic(crashed{}) }}
				dies(func() { b.now = later(b.now, b.runOnce(context.Background())) })
				left = b.store.fuse.left
				if seq > 0 && !somewhere(walls, "a") {
					t.Fatalf("crash after %d steps: the case is shown nowhere", steps)
				}
				if came {
					b.restart()
				}
			}
		}
		for at, w := range walls {
			if w.most != 1 {
				t.Errorf("crash after %d steps: %d messages were visible in %s, want 1", steps, w.most, at)
			}
		}
		expect(t, walls, fmt.Sprintf("crash after %d steps", steps), "closed", "closed", "closed")
	}
	if steps < 40 {
		t.Errorf("the story took %d steps, want 40 or more to crash at", steps)
	}
}

// dies lets a function end by a fuse.
func dies(do func()) {
	defer func() {
		if r := recover(); r != nil && r != (crashed{}) {
			panic(r)
		}
	}()
	do()
}

// somewhere tells whether a channel shows a case itself, and not only where it goes on.
func somewhere(walls map[string]*wall, of string) bool {
	for _, w := range walls {
		for _, n := range w.posted {
			if n.of == of && len(n.shows.MovedTo) == 0 {
				return true
			}
		}
	}
	return false
}

// TestEachCaseIsShownOnceInEachOfItsChannels lets cases change, calls fail in any channel and the Outbox die in any order.
func TestEachCaseIsShownOnceInEachOfItsChannels(t *testing.T) {
	faults := []error{nil, errLost, errUnsent, told{Busy, time.Second}, told{outcome: Refused}, told{outcome: Unfit}}
	rapid.Check(t, func(t *rapid.T) {
		b := newBench()
		walls := routed(b)
		stands, seqs := map[string]detectors.Level{}, map[string]int64{}
		t.Repeat(map[string]func(*rapid.T){
			"change": func(t *rapid.T) {
				id := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "case")
				stands[id] = rapid.SampledFrom([]detectors.Level{detectors.None, detectors.Warning, detectors.Critical}).Draw(t, "severity")
				seqs[id]++
				b.owe(id, seqs[id], stands[id])
			},
			"fault": func(t *rapid.T) {
				at := walls[rapid.SampledFrom([]string{channel, grave, sales}).Draw(t, "channel")]
				at.fail = append(at.fail, rapid.SampledFrom(faults).Draw(t, "fault"))
			},
			"die": func(t *rapid.T) {
				*b.store.fuse = fuse{armed: true, left: rapid.IntRange(0, 12).Draw(t, "steps"), crash: func() { panic(crashed{}) }}
				dies(func() { b.runOnce(context.Background()) })
				b.store.fuse.armed = false
				b.restart()
			},
			"pass": func(*rapid.T) { b.pass() },
			"wait": func(*rapid.T) { b.now = later(b.now, 10*time.Second) },
			"": func(t *rapid.T) {
				for at, w := range walls {
					if w.most > 1 {
						t.Fatalf("%d messages of one case are visible in %s", w.most, at)
					}
				}
			},
		})
		if err := b.quiet(); err != nil {
			t.Fatal(err)
		}
		for id, severity := range stands {
			for at, w := range walls {
				here := slices.Contains(byGravity(&alerts.CaseMessage{Severity: severity}), at)
				switch got := shownIn(w, id); {
				case here && !slices.Equal(got, []string{severity.String()}):
					t.Fatalf("case %s stands at %v and is shown in %s as %q", id, severity, at, got)
				case !here && len(got) > 0 && severity == detectors.None && got[0] != alerts.CaseClosed:
					t.Fatalf("case %s is closed and shown in %s as %q", id, at, got)
				case !here && len(got) > 0 && severity != detectors.None && got[0] != fmt.Sprint(byGravity(&alerts.CaseMessage{Severity: severity})):
					t.Fatalf("case %s stands at %v and %s shows %q", id, severity, at, got)
				}
			}
		}
	})
}

// Whoever is erased is erased in each channel, also in one that nothing is sent to any more.
func TestAnErasedCaseIsClosedInEveryChannel(t *testing.T) {
	b := newBench()
	walls := routed(b)
	b.owe("a", 1, detectors.Critical)
	b.drain(t)
	b.route = func(*alerts.CaseMessage) []string { return []string{channel} }
	b.restart()
	for key, r := range b.store.receipts { // as an erasure leaves them
		r.Body = nil
		b.store.receipts[key] = r
	}
	gone := caseAt("a", 1, detectors.Critical).Nameless("a", alerts.Erased)
	b.store.messages = append(b.store.messages, state.Message{ID: "a/2", Case: "a", Seq: 2, DueAt: b.now, Body: gone.AppendJSON(nil)})
	b.drain(t)
	for _, at := range []string{grave, sales} {
		if n := walls[at].posted; len(n) != 1 || n[0].shows.Customer != alerts.Erased {
			t.Errorf("in %s: got %+v, want nobody's name", at, n)
		}
	}
}

func TestADeputyIsShownByAnEdit(t *testing.T) {
	b := newBench()
	away := false
	b.route = func(m *alerts.CaseMessage) []string {
		if away {
			m.Task.Deputy = "bo"
		}
		return []string{channel}
	}
	b.restart()
	b.owe("a", 1, detectors.Warning)
	b.drain(t)
	away = true
	b.owe("a", 2, detectors.Warning)
	b.drain(t)
	if n := b.wall.posted; len(n) != 1 || n[0].shows.Task.Deputy != "bo" {
		t.Errorf("got %+v, want one message with the deputy", n)
	}
}
