package outbox

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

func TestCaseIsPostedOnceAndThenEdited(t *testing.T) {
	b := newBench()
	b.owe("a", 1, detectors.Warning)
	b.drain(t)
	b.owe("a", 2, detectors.Critical)
	b.drain(t)
	b.owe("a", 3, detectors.None)
	b.drain(t)
	if got, want := b.wall.calls, []string{"post a", "edit a", "edit a"}; !slices.Equal(got, want) {
		t.Errorf("got calls %v, want %v", got, want)
	}
	if got, want := b.visible(), map[string][]detectors.Level{"a": {detectors.None}}; !cmp.Equal(got, want) {
		t.Errorf("got visible %v, want %v", got, want)
	}
	if r := b.store.receipts["a"]; r.Seq != 3 || r.Attempt != 0 || r.Channel != channel {
		t.Errorf("got receipt %+v, want seq 3 in %s without an attempt", r, channel)
	}
}

func TestOnlyNewestMessageOfCaseIsSent(t *testing.T) {
	b := newBench()
	b.owe("a", 1, detectors.Warning)
	b.owe("b", 1, detectors.Warning)
	b.owe("a", 2, detectors.Critical)
	b.drain(t)
	if got, want := b.wall.calls, []string{"post a", "post b"}; !slices.Equal(got, want) {
		t.Errorf("got calls %v, want %v", got, want)
	}
	if got, want := b.visible()["a"], []detectors.Level{detectors.Critical}; !slices.Equal(got, want) {
		t.Errorf("got %v of case a, want %v", got, want)
	}
}

// The store has no place for the receipt of somebody who was erased while the receiver had the call.
func TestWhatWasShownOfWhoIsErasedMeanwhileIsTakenBack(t *testing.T) {
	b := newBench()
	erased := func() { b.store.full = state.ErrCaseGone }
	b.owe("a", 1, detectors.Warning)
	*b.store.fuse = fuse{armed: true, left: 3, crash: erased} // past the receipt of the attempt, and the post
	b.pass()
	if got, want := b.wall.calls, []string{"post a", "edit a"}; !slices.Equal(got, want) {
		t.Fatalf("got calls %v, want %v", got, want)
	}
	if shown := b.wall.posted[0].shows; shown.Customer == "C-a" || len(shown.Alerts) > 0 || shown.State != alerts.CaseClosed {
		t.Errorf("got %+v, want a closed case about nobody", shown)
	}
}

func TestWhatNobodyNeedsIsSettledUnsent(t *testing.T) {
	t.Run("closed before it was posted", func(t *testing.T) {
		b := newBench()
		b.owe("a", 1, detectors.Warning)
		b.owe("a", 2, detectors.None)
		b.drain(t)
		if len(b.wall.calls) != 0 {
			t.Errorf("got calls %v, want none", b.wall.calls)
		}
	})
	t.Run("closed before it was posted, then open again", func(t *testing.T) {
		b := newBench()
		b.owe("a", 1, detectors.None)
		b.drain(t)
		b.owe("a", 2, detectors.Warning)
		b.drain(t)
		if got, want := b.wall.calls, []string{"post a"}; !slices.Equal(got, want) {
			t.Errorf("got calls %v, want %v", got, want)
		}
	})
	t.Run("back where it was", func(t *testing.T) {
		b := newBench()
		b.owe("a", 1, detectors.Warning)
		b.drain(t)
		b.owe("a", 2, detectors.Critical)
		b.owe("a", 3, detectors.Warning)
		b.drain(t)
		if got, want := b.wall.calls, []string{"post a"}; !slices.Equal(got, want) {
			t.Errorf("got calls %v, want %v", got, want)
		}
		if got := b.store.receipts["a"].Seq; got != 3 {
			t.Errorf("got receipt of seq %d, want 3", got)
		}
	})
}

func TestHeldAndFutureMessagesWait(t *testing.T) {
	b := newBench()
	b.owe("held", 1, detectors.Critical)
	b.store.messages[0].Held = true
	b.owe("later", 1, detectors.Critical)
	b.store.messages[1].DueAt = later(b.now, 15*time.Second)
	b.pass()
	if len(b.wall.calls) != 0 {
		t.Errorf("got calls %v, want none yet", b.wall.calls)
	}
	b.now = later(start, 15*time.Second)
	b.pass()
	if got, want := b.wall.calls, []string{"post later"}; !slices.Equal(got, want) {
		t.Errorf("got calls %v, want %v", got, want)
	}
}

func TestPostOfUnknownOutcomeIsReadBeforeItIsRetried(t *testing.T) {
	tests := []struct {
		name  string
		err   error
		calls []string
	}{
		{"it had arrived", errLost, []string{"post a", "find a", "edit a"}},
		{"it had not arrived", errUnsent, []string{"post a", "find a", "post a"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench()
			b.wall.fail = []error{tt.err}
			b.owe("a", 1, detectors.Warning)
			b.pass()
			attempt := b.store.receipts["a"].Attempt
			b.drain(t)
			if !slices.Equal(b.wall.calls, tt.calls) {
				t.Errorf("got calls %v, want %v", b.wall.calls, tt.calls)
			}
			if attempt != start {
				t.Errorf("got attempt at %v, want %v", attempt, start)
			}
			if waited := time.Duration(b.now - start); waited < b.Pace.Doubt {
				t.Errorf("read after %v, want not before %v: the request may be on its way", waited, b.Pace.Doubt)
			}
			if b.wall.most != 1 {
				t.Errorf("got %d messages of the case, want 1", b.wall.most)
			}
		})
	}
}

func TestDoubtOfCaseThatClosedIsStillReadUp(t *testing.T) {
	for _, tt := range []struct {
		err   error
		calls []string
	}{
		{errLost, []string{"post a", "find a", "edit a"}},
		{errUnsent, []string{"post a", "find a"}},
	} {
		b := newBench()
		b.wall.fail = []error{tt.err}
		b.owe("a", 1, detectors.Warning)
		b.pass()
		b.owe("a", 2, detectors.None)
		b.drain(t)
		if !slices.Equal(b.wall.calls, tt.calls) {
			t.Errorf("%v: got calls %v, want %v", tt.err, b.wall.calls, tt.calls)
		}
	}
}

// What a message shows after an edit that nobody confirmed is not known, so going back where it was is news.
func TestCaseThatCameBackAfterEditOfUnknownOutcomeIsEditedAgain(t *testing.T) {
	b := newBench()
	b.owe("a", 1, detectors.Warning)
	b.drain(t)
	b.wall.fail = []error{errLost}
	b.owe("a", 2, detectors.None)
	b.pass()
	b.owe("a", 3, detectors.Warning)
	b.drain(t)
	if got, want := b.visible()["a"], []detectors.Level{detectors.Warning}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestMessageThatSomebodyRemovedIsPostedAnew(t *testing.T) {
	b := newBench()
	b.owe("a", 1, detectors.Warning)
	b.drain(t)
	b.wall.posted = nil
	b.owe("a", 2, detectors.Critical)
	b.drain(t)
	if got, want := b.wall.calls, []string{"post a", "edit a", "post a"}; !slices.Equal(got, want) {
		t.Errorf("got calls %v, want %v", got, want)
	}
	b.wall.posted = nil
	b.owe("a", 3, detectors.None)
	b.drain(t)
	if got := len(b.wall.posted); got != 0 {
		t.Errorf("got %d messages of a removed and closed case, want 0", got)
	}
}

func TestUnreadableMessageStaysOwedAndHoldsNobodyUp(t *testing.T) {
	b := newBench()
	b.store.messages = []state.Message{{ID: "bad/1", Case: "bad", Seq: 1, DueAt: start, Body: []byte("{")}}
	b.owe("a", 1, detectors.Warning)
	for range 5 {
		b.pass()
	}
	if got, want := b.wall.calls, []string{"post a"}; !slices.Equal(got, want) {
		t.Errorf("got calls %v, want %v", got, want)
	}
	if len(b.store.messages) != 1 || len(b.reported) != 1 {
		t.Errorf("got %d owed and reports %v, want 1 owed and 1 report", len(b.store.messages), b.reported)
	}
}
