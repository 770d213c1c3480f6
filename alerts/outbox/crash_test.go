package outbox

import (
	"context"
	"errors"
	"testing"
	"time"

	"tocsin/detectors"
)

// crashed is the panic of a fuse.
type crashed struct{}

// story owes a case that is posted, grows worse and closes, and one that stays, with a crash after so many steps. It tells
// whether the crash came.
func story(t *testing.T, b *bench, steps int, crash func(stop context.CancelCauseFunc) func()) (came bool) {
	t.Helper()
	live := func() {
		ctx, stop := context.WithCancelCause(context.Background())
		defer stop(nil)
		*b.store.fuse = fuse{armed: !came, left: steps, crash: func() { came = true; crash(stop)() }}
		defer func() {
			steps = b.store.fuse.left
			if r := recover(); r != nil && r != (crashed{}) {
				panic(r)
			}
		}()
		for end := later(b.now, time.Hour); len(b.store.messages) > 0 && ctx.Err() == nil; b.now = later(b.now, b.runOnce(ctx)) {
			if b.now > end {
				t.Fatalf("crash after %d steps: still owed after an hour: %v", steps, b.store.messages)
			}
		}
	}
	for _, severity := range []detectors.Level{detectors.Warning, detectors.Critical, detectors.None} {
		seq := int64(severity) + 1
		if severity == detectors.None {
			seq = 9
		}
		b.owe("goes", seq, severity)
		b.owe("stays", seq, detectors.Critical)
		for len(b.store.messages) > 0 {
			live()
			b.restart()
		}
	}
	return came
}

// TestCrashAtAnyStepShowsEachCaseOnce kills the Outbox before and after every step that the store or the receiver takes, in
// three ways, and lets a new one go on with the same store.
func TestCrashAtAnyStepShowsEachCaseOnce(t *testing.T) {
	ways := map[string]func(context.CancelCauseFunc) func(){
		"process dies": func(context.CancelCauseFunc) func() { return func() { panic(crashed{}) } },
		"context ends": func(stop context.CancelCauseFunc) func() { return func() { stop(errors.New("stop")) } },
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			steps := 0
			for ; ; steps++ {
				b := newBench()
				came := story(t, b, steps, way)
				if b.wall.most != 1 {
					t.Errorf("crash after %d steps: %d messages of one case were visible, want 1", steps, b.wall.most)
				}
				if got := b.visible(); len(got["goes"]) != 1 || got["goes"][0] != detectors.None || len(got["stays"]) != 1 {
					t.Errorf("crash after %d steps: got visible %v, want each case once and the first closed", steps, got)
				}
				if !came {
					break
				}
			}
			if steps < 20 {
				t.Errorf("the story took %d steps, want 20 or more to crash at", steps)
			}
		})
	}
}

// TestPostingWithoutReadingIsCaught is the negative control: with a receiver that finds nothing the same story shows a
// case twice.
func TestPostingWithoutReadingIsCaught(t *testing.T) {
	doubles := 0
	for steps := 0; ; steps++ {
		b := newBench()
		b.wall.blind = true
		came := story(t, b, steps, func(context.CancelCauseFunc) func() { return func() { panic(crashed{}) } })
		if b.wall.most > 1 {
			doubles++
		}
		if !came {
			break
		}
	}
	if doubles == 0 {
		t.Error("no crash showed a case twice although nothing was read: this suite cannot see what it is for")
	}
}
