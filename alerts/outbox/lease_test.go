package outbox

import (
	"context"
	"slices"
	"testing"
	"time"

	"tocsin/detectors"
	"tocsin/state"
)

const term = 10 * time.Second

// freezing is a store in which an instance stands still before or after one of its steps, while time goes by for others.
type freezing struct {
	*memory
	left   int // steps until then
	freeze func()
}

func (s *freezing) step() {
	if s.left--; s.left == -1 {
		s.freeze()
	}
}

func (s *freezing) Owed(ctx context.Context, now state.Instant, limit int) ([]state.Message, error) {
	s.step()
	defer s.step()
	return s.memory.Owed(ctx, now, limit)
}

func (s *freezing) Receipt(ctx context.Context, caseID, channel string) (state.Receipt, error) {
	s.step()
	defer s.step()
	return s.memory.Receipt(ctx, caseID, channel)
}

func (s *freezing) Deliver(ctx context.Context, under state.Lease, r state.Receipt) error {
	s.step()
	defer s.step()
	return s.memory.Deliver(ctx, under, r)
}

// leased are the instances of a bench's store, which share it by a lease, or do not, which is a negative control.
type leased struct {
	*bench
	alike bool // without a lease
}

func (l leased) instance(name string, store Store) *loop {
	o := l.Outbox
	o.Store = store
	if !l.alike {
		o.Lease = func(context.Context) (state.Lease, error) {
			return l.store.leases.Take("outbox", name, term, time.Unix(0, int64(l.now)))
		}
	}
	return newLoop(o)
}

// finish lets an instance work until nothing is owed.
func (l leased) finish(t *testing.T, o *loop) {
	t.Helper()
	l.loop = o
	l.drain(t)
}

func TestOfTwoInstancesOneDelivers(t *testing.T) {
	l := leased{bench: newBench()}
	a, b := l.instance("a", l.store), l.instance("b", l.store)
	both := func() (ofB time.Duration) {
		a.runOnce(t.Context())
		return b.runOnce(t.Context())
	}
	for _, id := range []string{"one", "two"} {
		l.owe(id, 1, detectors.Warning)
	}
	if got := both(); got != b.Pace.Standby {
		t.Errorf("got %v until b looks again, want %v", got, b.Pace.Standby)
	}
	l.owe("one", 2, detectors.Critical)
	both()
	if got, want := l.wall.calls, []string{"post one", "post two", "edit one"}; !slices.Equal(got, want) {
		t.Fatalf("got calls %v, want %v", got, want)
	}

	// a dies. Its last pass has renewed its term.
	l.owe("two", 2, detectors.Critical)
	l.now = later(l.now, term-1)
	b.runOnce(t.Context())
	if len(l.wall.calls) != 3 {
		t.Errorf("got calls %v before the term was over, want no more", l.wall.calls)
	}
	l.now = later(l.now, 1)
	b.runOnce(t.Context())
	if got := l.wall.calls[3:]; !slices.Equal(got, []string{"edit two"}) {
		t.Errorf("got calls %v of b, want it to go on", got)
	}
	l.owe("one", 3, detectors.None)
	a.runOnce(t.Context()) // was frozen only
	if len(l.wall.calls) != 4 {
		t.Errorf("got calls %v of a, which has no lease any more", l.wall.calls[4:])
	}
}

// thaws plays how an instance freezes at a step, another one takes over, tells newer news, and may let the lease go, before the first
// wakes. It returns how many steps there are where the first one then called the receiver, and at how many something wrong was
// visible at the end.
func thaws(t *testing.T, alike, drops bool, before func(l leased)) (called, wrong int) {
	t.Helper()
	for step := 0; ; step++ {
		l := leased{newBench(), alike}
		before(l)
		store := &freezing{memory: l.store, left: step}
		a, b := l.instance("a", store), l.instance("b", l.store)
		woken := -1 // how many calls there were by then
		store.freeze = func() {
			l.now = later(l.now, time.Minute)
			l.owe("x", 8, detectors.Critical)
			l.finish(t, b)
			l.owe("x", 9, detectors.Warning)
			l.finish(t, b)
			if drops {
				l.store.leases.Drop(b.lease)
			}
			woken = len(l.wall.calls)
		}
		a.runOnce(t.Context())
		if woken < 0 {
			if step < 4 {
				t.Fatalf("the pass took %d steps, want 4 or more to freeze at", step)
			}
			return called, wrong
		}
		if len(l.wall.calls) > woken {
			called++
		}
		l.now = later(l.now, time.Minute)
		l.owe("x", 10, detectors.Info)
		l.finish(t, a)
		if seen := l.visible()["x"]; l.wall.most != 1 || len(seen) != 1 || seen[0] != detectors.Info {
			wrong++
			if !alike {
				t.Errorf("frozen at step %d: got visible %v, %d at once, want one that says what stands", step, seen, l.wall.most)
			}
		}
	}
}

// beforeThaws is what an instance is about to do when it freezes.
var beforeThaws = map[string]func(l leased){
	"post": func(l leased) { l.owe("x", 1, detectors.Warning) },
	"edit": func(l leased) {
		l.owe("x", 1, detectors.Warning)
		l.instance("a", l.store).runOnce(context.Background())
		l.owe("x", 2, detectors.None)
	},
	"settle": func(l leased) { l.owe("x", 1, detectors.None) },
	"look up": func(l leased) {
		l.wall.fail = []error{errLost}
		l.owe("x", 1, detectors.Warning)
		l.instance("a", l.store).runOnce(context.Background())
		l.now = later(l.now, time.Minute)
	},
}

func TestAFrozenInstanceThatWakesTellsNobodyAnything(t *testing.T) {
	for doing, before := range beforeThaws {
		t.Run(doing, func(t *testing.T) {
			for _, drops := range []bool{false, true} {
				called, _ := thaws(t, false, drops, before)
				if called > 0 && doing != "look up" { // to look is no harm
					t.Errorf("dropped %t: got calls after waking at %d steps, want none", drops, called)
				}
			}
		})
	}
}

func TestInstancesWithoutALeaseAreCaught(t *testing.T) {
	wrongs := 0
	for _, before := range beforeThaws {
		_, wrong := thaws(t, true, false, before)
		wrongs += wrong
	}
	if wrongs == 0 {
		t.Error("nothing wrong was visible without a lease: this suite cannot see what it is for")
	}
}

// Whoever has no sender must not keep those waiting who have one.
func TestAnInstanceWithoutASenderTakesNoLease(t *testing.T) {
	l := leased{bench: newBench()}
	a, b := l.instance("a", l.store), l.instance("b", l.store)
	a.Sender = nil
	l.owe("x", 1, detectors.Warning)
	a.runOnce(t.Context())
	b.runOnce(t.Context())
	if got, want := l.wall.calls, []string{"post x"}; !slices.Equal(got, want) {
		t.Errorf("got calls %v, want %v", got, want)
	}
}

// While the store does not say whose turn it is, nobody is told anything.
func TestAStoreThatDoesNotTellWhoseTurnItIsIsReported(t *testing.T) {
	l := leased{bench: newBench()}
	a := l.instance("a", l.store)
	a.Lease = func(context.Context) (state.Lease, error) { return state.Lease{}, state.ErrUnavailable }
	l.owe("x", 1, detectors.Warning)
	a.runOnce(t.Context())
	if len(l.wall.calls) > 0 || len(l.reported) != 1 {
		t.Errorf("got calls %v and reports %v, want one report", l.wall.calls, l.reported)
	}
}
