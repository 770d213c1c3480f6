package outbox

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// running is an Outbox at work on a bubble's clock.
type running struct {
	*bench
	mu     sync.Mutex // orders what the test does before what the Outbox does when the clock has moved on
	sleeps int
	cancel context.CancelCauseFunc
	ended  chan error
}

func run(t *testing.T, pace Pace) *running {
	t.Helper()
	r := &running{bench: newBench(), ended: make(chan error)}
	clock := func() state.Instant {
		r.mu.Lock()
		defer r.mu.Unlock()
		return state.InstantOf(time.Now())
	}
	r.wall.now = clock
	o := r.Outbox
	o.Clock, o.Wall, o.Pace = clock, clock, pace
	o.Lease = func(context.Context) (state.Lease, error) { // which each pass begins with: it sees what the test has done before
		r.mu.Lock()
		defer r.mu.Unlock()
		return state.Lease{}, nil
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	r.cancel = cancel
	go func() { r.ended <- o.Run(ctx) }()
	r.sleep(0)
	return r
}

// sleep moves the clock on and lets the Outbox do what it does by then.
func (r *running) sleep(d time.Duration) {
	r.mu.Lock()
	r.sleeps++
	r.mu.Unlock()
	time.Sleep(d)
	synctest.Wait()
	r.now = state.InstantOf(time.Now())
}

// stop ends the Outbox and returns what Run answered.
func (r *running) stop(cause error) error {
	r.cancel(cause)
	return <-r.ended
}

func TestRunSendsAsMessagesFallDueUntilItIsStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, DefaultPace())
		r.sleep(time.Minute)
		r.owe("a", 1, detectors.Warning)
		r.store.messages[0].DueAt = later(r.now, 15*time.Second)
		r.sleep(14 * time.Second)
		if len(r.wall.calls) != 0 {
			t.Errorf("got calls %v before the message was due, want none", r.wall.calls)
		}
		r.sleep(2 * time.Second)
		if got, want := r.wall.calls, []string{"post a"}; !slices.Equal(got, want) {
			t.Errorf("got calls %v, want %v", got, want)
		}
		cause := errors.New("the day is over")
		if got := r.stop(cause); got != cause {
			t.Errorf("got %v from Run, want its context's cause", got)
		}
	})
}

func TestPostsAndEditsKeepTheirPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pace := DefaultPace()
		pace.Post, pace.Edit = time.Second, 3*time.Second
		r := run(t, pace)
		took := func(severity detectors.Level, cases ...string) time.Duration {
			begin := r.now
			for _, id := range cases {
				r.owe(id, int64(severity), severity)
			}
			for len(r.store.messages) > 0 {
				r.sleep(100 * time.Millisecond)
			}
			return time.Duration(r.now - begin)
		}
		if got := took(detectors.Warning, "a", "b", "c", "d", "e"); got < 4*time.Second || got > 5*time.Second {
			t.Errorf("five posts took %v, want four seconds and a poll", got)
		}
		if got := took(detectors.Critical, "a", "b", "c"); got < 6*time.Second || got > 7*time.Second {
			t.Errorf("three edits took %v, want six seconds and a poll", got)
		}
		_ = r.stop(nil)
	})
}

// stopper is a receiver that gets its post just as the Outbox is told to stop.
type stopper struct {
	*wall
	stop context.CancelFunc
}

func (s stopper) Post(ctx context.Context, msg alerts.Message) (string, error) {
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
