package outbox

import (
	"errors"
	"slices"
	"testing"
	"time"

	"tocsin/detectors"
)

func TestBusyReceiverIsLeftAloneAsLongAsItAsks(t *testing.T) {
	b := newBench()
	b.wall.fail = []error{told{Busy, 30 * time.Second}}
	b.owe("a", 1, detectors.Warning)
	b.owe("b", 1, detectors.Warning)
	b.pass()
	if r := b.store.receipts["a"]; r.Attempt != 0 {
		t.Errorf("got attempt %v after a post that was not taken, want none", r.Attempt)
	}
	b.now = later(start, 30*time.Second-1)
	b.pass()
	if got, want := b.wall.calls, []string{"post a"}; !slices.Equal(got, want) {
		t.Errorf("within 30 s: got calls %v, want %v", got, want)
	}
	b.now = later(start, 30*time.Second)
	b.drain(t)
	if got, want := b.wall.calls, []string{"post a", "post a", "post b"}; !slices.Equal(got, want) {
		t.Errorf("got calls %v, want %v", got, want)
	}
	if len(b.reported) != 0 {
		t.Errorf("got reports %v, want none of a receiver that was busy once", b.reported)
	}
}

func TestReceiverThatStaysBusyIsReportedOnce(t *testing.T) {
	b := newBench()
	b.wall.fail = slices.Repeat([]error{told{outcome: Busy}}, 7)
	b.owe("a", 1, detectors.Warning)
	b.drain(t)
	want := []string{"post message of case a in #credit-alerts: the receiver is busy", "<nil>"}
	if !slices.Equal(b.reported, want) {
		t.Errorf("got reports %q, want %q", b.reported, want)
	}
}

func TestPausesBeginAnewAfterSuccess(t *testing.T) {
	b := newBench()
	b.wall.fail = append(slices.Repeat([]error{told{outcome: Busy}}, 6), nil, told{outcome: Busy})
	b.owe("a", 1, detectors.Warning)
	b.drain(t)
	b.owe("a", 2, detectors.Critical)
	begin := b.now
	b.drain(t)
	if took := time.Duration(b.now - begin); took > 2*time.Second {
		t.Errorf("after one failure the edit took %v, want about %v", took, b.Pace.Backoff)
	}
}

func TestRefusalIsReportedOnceAndRetriedSlowly(t *testing.T) {
	b := newBench()
	b.wall.fail = slices.Repeat([]error{told{outcome: Refused}}, 8)
	b.owe("a", 1, detectors.Warning)
	b.owe("b", 1, detectors.Critical)
	b.drain(t)
	if got, want := b.wall.most, 1; got != want {
		t.Errorf("got %d messages of a case, want %d", got, want)
	}
	if got, want := len(b.visible()), 2; got != want {
		t.Errorf("got %d cases in the end, want %d", got, want)
	}
	if len(b.reported) != 2 || b.reported[1] != "<nil>" {
		t.Errorf("got reports %v, want the refusal once and then that it works again", b.reported)
	}
	if slices.Contains(b.wall.calls, "find a") {
		t.Errorf("got calls %v, want no look-up: the receiver said that it did nothing", b.wall.calls)
	}
	if took := time.Duration(b.now - start); took < 2*time.Minute {
		t.Errorf("8 refusals in %v, want them minutes apart", took)
	}
}

func TestUnfitMessageHoldsNobodyUpAndItsSuccessorIsTriedAtOnce(t *testing.T) {
	b := newBench()
	b.wall.fail = []error{told{outcome: Unfit}}
	b.owe("a", 1, detectors.Warning)
	b.owe("b", 1, detectors.Warning)
	b.pass()
	b.pass()
	if got, want := b.wall.calls, []string{"post a", "post b"}; !slices.Equal(got, want) {
		t.Errorf("got calls %v, want %v", got, want)
	}
	b.owe("a", 2, detectors.Critical)
	b.pass()
	if got, want := b.wall.calls[2:], []string{"post a"}; !slices.Equal(got, want) {
		t.Errorf("got calls %v after a new message, want %v", got, want)
	}
	if len(b.reported) != 1 {
		t.Errorf("got reports %v, want one", b.reported)
	}
}

// A case whose edits always time out must not keep the others from being posted.
func TestCaseThatAlwaysFailsDoesNotStarveOthers(t *testing.T) {
	b := newBench()
	b.owe("a", 1, detectors.Warning)
	b.drain(t)
	b.wall.fail = []error{errUnsent, nil, errUnsent, nil, errUnsent, nil}
	b.owe("a", 2, detectors.Critical)
	b.owe("b", 1, detectors.Warning)
	b.owe("c", 1, detectors.Warning)
	b.drain(t)
	if got, want := b.wall.calls, []string{"post a", "edit a", "post b", "post c"}; !slices.Equal(got[:4], want) {
		t.Errorf("got calls %v, want %v first", got, want)
	}
}

func TestStoreThatIsDownIsReportedOnceAndSendingGoesOnAsSoonAsItIsBack(t *testing.T) {
	b := newBench()
	b.owe("a", 1, detectors.Warning)
	b.store.down = errors.New("database is locked")
	for range 100 {
		b.pass()
	}
	b.store.down = nil
	b.pass()
	if got, want := b.wall.calls, []string{"post a"}; !slices.Equal(got, want) {
		t.Errorf("got calls %v in the next pass, want %v", got, want)
	}
	if got, want := b.reported, []string{"list owed messages: database is locked", "<nil>"}; !slices.Equal(got, want) {
		t.Errorf("got reports %q, want %q", got, want)
	}
}

// Where the receipt of an attempt cannot be kept, nothing may be posted.
func TestNothingIsPostedWhileReceiptsCannotBeKept(t *testing.T) {
	b := newBench()
	b.owe("a", 1, detectors.Warning)
	b.store.full = errors.New("disk is full")
	for range 10 {
		b.pass()
	}
	if len(b.wall.calls) != 0 {
		t.Errorf("got calls %v, want none", b.wall.calls)
	}
	if got, want := b.reported, []string{"keep receipt of case a: disk is full"}; !slices.Equal(got, want) {
		t.Errorf("got reports %q, want %q", got, want)
	}
	b.store.full = nil
	b.drain(t)
	if got, want := b.wall.calls, []string{"post a"}; !slices.Equal(got, want) {
		t.Errorf("got calls %v, want %v", got, want)
	}
}

func TestBackoffDoublesUpToItsLimitAndIsSpread(t *testing.T) {
	p := DefaultPace()
	for _, tt := range []struct {
		failures int
		chance   float64
		want     time.Duration
	}{
		{1, 0, time.Second},
		{1, 0.5, 750 * time.Millisecond},
		{4, 0, 8 * time.Second},
		{4, 0.999, 4004 * time.Millisecond},
		{9, 0, 256 * time.Second},
		{10, 0, 5 * time.Minute},
		{1000, 0, 5 * time.Minute},
	} {
		if got := p.backoff(tt.failures, tt.chance); got != tt.want {
			t.Errorf("backoff after %d failures, chance %v: got %v, want %v", tt.failures, tt.chance, got, tt.want)
		}
	}
}
