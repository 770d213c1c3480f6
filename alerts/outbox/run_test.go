package outbox

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// runs starts an Outbox on the bubble's clock; stop ends it and returns what Run answered.
func runs(t *testing.T, b *bench, pace Pace) (stop func(error) error) {
	t.Helper()
	clock := func() state.Instant { return state.InstantOf(time.Now()) }
	b.wall.now = clock
	b.now = clock()
	ctx, cancel := context.WithCancelCause(t.Context())
	ended := make(chan error)
	o := b.Outbox
	o.Clock, o.Wall, o.Pace = clock, clock, pace
	go func() { ended <- o.Run(ctx) }()
	return func(cause error) error {
		cancel(cause)
		return <-ended
	}
}

func TestRunSendsAsMessagesFallDueUntilItIsStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		stop := runs(t, b, DefaultPace())
		time.Sleep(time.Minute)
		synctest.Wait()
		b.now = state.InstantOf(time.Now())
		b.owe("a", 1, detectors.Warning)
		b.store.messages[0].DueAt = later(b.now, 15*time.Second)
		time.Sleep(14 * time.Second)
		synctest.Wait()
		if len(b.wall.calls) != 0 {
			t.Errorf("got calls %v before the message was due, want none", b.wall.calls)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got, want := b.wall.calls, []string{"post a"}; !slices.Equal(got, want) {
			t.Errorf("got calls %v, want %v", got, want)
		}
		cause := errors.New("the day is over")
		if got := stop(cause); got != cause {
			t.Errorf("got %v from Run, want its context's cause", got)
		}
	})
}

func TestPostsAndEditsKeepTheirPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		pace := DefaultPace()
		pace.Post, pace.Edit = time.Second, 3*time.Second
		b.now = state.InstantOf(time.Now())
		for _, id := range []string{"a", "b", "c", "d", "e"} {
			b.owe(id, 1, detectors.Warning)
		}
		begin := time.Now()
		stop := runs(t, b, pace)
		for len(b.wall.posted) < 5 {
			time.Sleep(100 * time.Millisecond)
			synctest.Wait()
		}
		if took := time.Since(begin); took < 4*time.Second || took > 4500*time.Millisecond {
			t.Errorf("five posts took %v, want four seconds", took)
		}
		begin, b.now = time.Now(), state.InstantOf(time.Now())
		b.owe("a", 2, detectors.Critical)
		b.owe("b", 2, detectors.Critical)
		b.owe("c", 2, detectors.Critical)
		for len(b.store.messages) > 0 {
			time.Sleep(100 * time.Millisecond)
			synctest.Wait()
		}
		if took := time.Since(begin); took < 6*time.Second || took > 7*time.Second {
			t.Errorf("three edits took %v, want six seconds", took)
		}
		_ = stop(nil)
	})
}

// stopper is a receiver that gets its post just as the Outbox is told to stop.
type stopper struct {
	*wall
	stop context.CancelFunc
}

func (s stopper) Post(ctx context.Context, msg *alerts.CaseMessage) (string, error) {
	s.stop()
	return s.wall.Post(context.WithoutCancel(ctx), msg)
}

func TestStopWhilePostIsUnderWayStillKeepsItsReceipt(t *testing.T) {
	b := newBench()
	ctx, stop := context.WithCancel(t.Context())
	b.Sender = stopper{b.wall, stop}
	b.owe("a", 1, detectors.Warning)
	b.runOnce(ctx)
	if r := b.store.receipts["a"]; r.Timestamp == "" || r.Attempt != 0 {
		t.Errorf("got receipt %+v, want the post's", r)
	}
}

// A backlog beyond one batch goes on at once where nothing limits the rate.
func TestBacklogBeyondOneBatchDoesNotWaitForThePoll(t *testing.T) {
	b := newBench()
	for i := range 2*batch + 1 {
		b.owe(string(rune('a'+i%26))+string(rune('a'+i/26)), 1, detectors.Warning)
	}
	if nap := b.runOnce(t.Context()); nap != 0 {
		t.Errorf("got a pause of %v after a full batch, want none", nap)
	}
	b.runOnce(t.Context())
	if nap := b.runOnce(t.Context()); nap != b.Pace.Poll || len(b.store.messages) != 0 {
		t.Errorf("got a pause of %v with %d owed, want %v and none", nap, len(b.store.messages), b.Pace.Poll)
	}
}
