package outbox

import (
	"cmp"
	"context"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

var _ Threader = talking{}

// talking is a wall whose messages have threads.
type talking struct {
	*wall
	entries *[]entry
	said    *[]spoken
}

// entry is one in a thread.
type entry struct {
	under string
	at    state.Instant
	news  alerts.News
}

func (w talking) Reply(ctx context.Context, under string, n *alerts.News) error {
	err, happens := w.call("reply " + n.CaseID)
	if happens {
		*w.entries = append(*w.entries, entry{under, w.now(), *n})
	}
	w.fuse.burn()
	return cmp.Or(err, ctx.Err())
}

func (w talking) FindReply(ctx context.Context, under string, of state.MessageKey, since state.Instant) (bool, error) {
	err, _ := w.call("find reply " + of.Case)
	w.fuse.burn()
	return slices.ContainsFunc(*w.entries, func(e entry) bool {
		return e.under == under && e.news.CaseID == of.Case && e.news.Seq == of.Seq && e.at >= since
	}), cmp.Or(err, ctx.Err())
}

// threaded gives a bench's wall threads.
func threaded(b *bench) *[]entry {
	entries := &[]entry{}
	b.threads = talking{b.wall, entries, &[]spoken{}}
	b.restart()
	return entries
}

func TestChangesOfACaseAreEntriesOfItsThread(t *testing.T) {
	b := newBench()
	entries := threaded(b)
	for i, step := range []struct {
		severity detectors.Level
		entries  int
		aloud    bool
	}{
		{detectors.Warning, 0, false}, // the message itself
		{detectors.Critical, 1, true},
		{detectors.Critical, 1, true}, // nothing new
		{detectors.Warning, 2, false},
		{detectors.Critical, 3, true},
		{detectors.Warning, 4, false},
		{detectors.Critical, 5, false}, // the channel has heard of it three times today
		{detectors.None, 6, false},
	} {
		b.owe("a", int64(i)+1, step.severity)
		b.drain(t)
		if got := len(*entries); got != step.entries {
			t.Fatalf("step %d: got %d entries, want %d", i, got, step.entries)
		}
		if step.entries > 0 && (*entries)[step.entries-1].news.Aloud != step.aloud {
			t.Errorf("step %d: got an entry aloud %t, want %t", i, !step.aloud, step.aloud)
		}
	}
	if len(b.wall.posted) != 1 {
		t.Errorf("got %d messages, want 1", len(b.wall.posted))
	}
}

// TestCrashAtAnyStepTellsEachChangeOnce kills the Outbox at every step.
func TestCrashAtAnyStepTellsEachChangeOnce(t *testing.T) {
	steps := 0
	for came := true; came; steps++ {
		came = false
		b := newBench()
		entries := threaded(b)
		left := steps
		for seq, severity := range []detectors.Level{detectors.Warning, detectors.Critical, detectors.None} {
			b.owe("a", int64(seq)+1, severity)
			for end := later(b.now, time.Hour); len(b.store.messages) > 0; {
				if b.now > end {
					t.Fatalf("crash after %d steps: still owed after an hour", steps)
				}
				*b.store.fuse = fuse{armed: !came, left: left, crash: func() { came = true; panic(crashed{}) }}
				dies(func() { b.now = later(b.now, b.runOnce(context.Background())) })
				left = b.store.fuse.left
				if came {
					b.restart()
				}
			}
		}
		var told []int64
		for _, e := range *entries {
			told = append(told, e.news.Seq)
		}
		if b.wall.most != 1 || !slices.Equal(told, []int64{2, 3}) {
			t.Errorf("crash after %d steps: got %d messages and entries of states %v, want 1, and [2 3]", steps, b.wall.most, told)
		}
	}
	if steps < 20 {
		t.Errorf("the story took %d steps, want 20 or more to crash at", steps)
	}
}

// TestAThreadAddsUp lets a case change, calls fail and the Outbox die in any order: each entry goes on where the one before ended, no
// state is told twice, and the last one ends at what the message shows.
func TestAThreadAddsUp(t *testing.T) {
	faults := []error{nil, errLost, errUnsent, told{Busy, time.Second}, told{outcome: Refused}}
	rapid.Check(t, func(t *rapid.T) {
		b := newBench()
		entries := threaded(b)
		seq := int64(0)
		t.Repeat(map[string]func(*rapid.T){
			"change": func(t *rapid.T) {
				seq++
				b.owe("a", seq, rapid.SampledFrom([]detectors.Level{detectors.None, detectors.Warning, detectors.Critical}).Draw(t, "severity"))
			},
			"fault": func(t *rapid.T) { b.wall.fail = append(b.wall.fail, rapid.SampledFrom(faults).Draw(t, "fault")) },
			"die": func(t *rapid.T) {
				*b.store.fuse = fuse{armed: true, left: rapid.IntRange(0, 12).Draw(t, "steps"), crash: func() { panic(crashed{}) }}
				dies(func() { b.runOnce(context.Background()) })
				b.store.fuse.armed = false
				b.restart()
			},
			"pass": func(*rapid.T) { b.pass() },
			"wait": func(*rapid.T) { b.now = later(b.now, 20*time.Second) },
		})
		if err := b.quiet(); err != nil {
			t.Fatal(err)
		}
		all := slices.DeleteFunc(slices.Clone(b.wall.posted), func(n notice) bool { return n.of != "a" }) // without notices of what is held back
		if len(all) > 1 {
			t.Fatalf("%d messages are visible", len(all))
		}
		before := (*entry)(nil)
		for i := range *entries {
			e := &(*entries)[i]
			if before != nil {
				was, is := before.news.Changes[0], e.news.Changes[0]
				if e.news.Seq <= before.news.Seq || is.From != was.To {
					t.Fatalf("after %+v comes %+v", before.news, e.news)
				}
			}
			before = e
		}
		if before != nil && before.news.Changes[0].To != all[0].shows.Severity {
			t.Fatalf("the thread ends with %+v, and the message shows %v", before.news, all[0].shows.Severity)
		}
	})
}

func TestAReplyThatIsLostIsLookedFor(t *testing.T) {
	for name, tt := range map[string]struct {
		fault error
		calls []string
	}{
		"accepted and lost": {errLost, []string{"reply a", "find reply a"}},
		"lost":              {errUnsent, []string{"reply a", "find reply a", "reply a"}},
		"unfit":             {told{outcome: Unfit}, []string{"reply a"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench()
			threaded(b)
			b.owe("a", 1, detectors.Warning)
			b.drain(t)
			b.wall.fail = []error{nil, tt.fault}
			b.owe("a", 2, detectors.Critical)
			b.drain(t)
			if got := b.wall.calls[2:]; !slices.Equal(got, tt.calls) {
				t.Errorf("got calls %v, want %v", got, tt.calls)
			}
		})
	}
}
