package outbox

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// spoken is what a thread shows that a person has told.
type spoken struct {
	id, under string
	at        state.Instant
	word      alerts.Word
}

func (w talking) Say(ctx context.Context, under string, word *alerts.Word) (string, error) {
	err, happens := w.call("say " + word.WordID)
	id := fmt.Sprintf("said.%d", len(w.calls))
	if happens {
		*w.said = append(*w.said, spoken{id, under, w.now(), *word})
	}
	w.fuse.burn()
	return id, cmp.Or(err, ctx.Err())
}

func (w talking) FindSaid(ctx context.Context, under, word string, since state.Instant) (string, bool, error) {
	err, _ := w.call("find " + word)
	w.fuse.burn()
	for _, s := range *w.said {
		if s.under == under && s.word.WordID == word && s.at >= since {
			return s.id, true, cmp.Or(err, ctx.Err())
		}
	}
	return "", false, cmp.Or(err, ctx.Err())
}

func (w talking) Edit(ctx context.Context, id string, msg alerts.Message) error {
	word, is := msg.(*alerts.Word)
	if !is {
		return w.wall.Edit(ctx, id, msg)
	}
	err, happens := w.call("edit " + word.WordID)
	i := slices.IndexFunc(*w.said, func(s spoken) bool { return s.id == id })
	if i < 0 && err == nil {
		return told{outcome: Gone}
	}
	if happens {
		(*w.said)[i].word = *word
	}
	w.fuse.burn()
	return cmp.Or(err, ctx.Err())
}

// hears gives a bench's wall threads, and returns what people have told there.
func hears(b *bench) *[]spoken {
	threaded(b)
	return b.threads.(talking).said
}

// tells puts into the store what somebody has told of the customer of case a.
func (b *bench) tells(via string) *alerts.Word {
	w := &alerts.Word{
		WordID: alerts.WordID("n-1", 20_000), Seq: 1, Customer: "C-a", CaseID: "a", Via: via, At: b.now,
		Entry: alerts.Entry{Action: alerts.Note, By: "ana", Text: "the owner is ill"},
	}
	b.oweWord(w)
	return w
}

func (b *bench) oweWord(w *alerts.Word) {
	key := w.Key()
	b.store.messages = append(b.store.messages, state.Message{ID: fmt.Sprintf("%s/%d", key.Case, key.Seq), Case: key.Case, Seq: key.Seq, DueAt: b.now, Body: w.AppendJSON(nil)})
}

func TestCrashAtAnyStepTellsAWordOnce(t *testing.T) {
	steps := 0
	for came := true; came; steps++ {
		came = false
		b := newBench()
		said := hears(b)
		b.owe("a", 1, detectors.Warning)
		b.drain(t)
		b.tells(state.ViaAPI)
		left := steps
		for end := later(b.now, time.Hour); len(b.store.messages) > 0; {
			if b.now > end {
				t.Fatalf("crash after %d steps: still owed after an hour", steps)
			}
			*b.store.fuse = fuse{armed: !came, left: left, crash: func() { came = true; panic(crashed{}) }}
			dies(func() { b.now = later(b.now, b.runOnce(context.Background())) })
			if left = b.store.fuse.left; came {
				b.restart()
			}
		}
		if len(*said) != 1 || (*said)[0].under != b.wall.posted[0].id || (*said)[0].word.Entry.Text != "the owner is ill" {
			t.Errorf("crash after %d steps: the thread has %+v, want the word once", steps, *said)
		}
	}
	if steps < 6 {
		t.Errorf("the story took %d steps, want 6 or more to crash at", steps)
	}
}

func TestAWordThatIsLostIsLookedFor(t *testing.T) {
	for name, fault := range map[string]error{"taken and lost": errLost, "lost": errUnsent, "busy": told{Busy, time.Second}, "refused": told{outcome: Refused}, "unfit": told{outcome: Unfit}} {
		b := newBench()
		said := hears(b)
		b.owe("a", 1, detectors.Warning)
		b.drain(t)
		b.wall.fail = append(b.wall.fail, fault)
		b.tells(state.ViaAPI)
		b.drain(t)
		if len(*said) != 1 {
			t.Errorf("%s: the thread has %+v, want the word once", name, *said)
		}
	}
}

// What is told before its case has a message waits for that; where nobody was told of the case, nobody is told of the word either.
func TestAWordWaitsForTheMessageOfItsCase(t *testing.T) {
	b := newBench()
	said := hears(b)
	b.tells(state.ViaAPI)
	b.owe("a", 1, detectors.Warning)
	b.store.messages[1].DueAt = later(b.now, 15*time.Second)
	for range 5 {
		b.pass()
	}
	if len(*said) != 0 || len(b.store.messages) != 2 {
		t.Fatalf("the thread has %+v before there is one; owed are %d", *said, len(b.store.messages))
	}
	b.drain(t)
	if len(*said) != 1 || b.now > later(start, time.Minute) {
		t.Errorf("the thread has %+v at %s", *said, b.now)
	}

	b = newBench()
	said = hears(b)
	b.tells(state.ViaAPI)
	b.owe("a", 1, detectors.Warning)
	b.store.messages[1].DueAt = later(b.now, 15*time.Second)
	b.pass()
	b.owe("a", 2, detectors.None)
	b.drain(t)
	if len(*said) != 0 || len(b.wall.posted) != 0 {
		t.Errorf("a case that nobody was told of: the thread has %+v", *said)
	}
}

// What came over the API waits for the morning; who told it in Slack looks at the thread.
func TestAWordOfTheNight(t *testing.T) {
	for via, want := range map[string]string{state.ViaAPI: "2026-11-23T07:00:00Z", state.ViaSlack: "2026-11-21T02:00:00Z"} {
		b := newBench()
		b.awake = nights(t, "Europe/Berlin")
		said := hears(b)
		b.owe("a", 1, detectors.Warning)
		b.drain(t)
		b.now = state.InstantOf(time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC))
		b.tells(via)
		b.drain(t)
		if len(*said) != 1 || (*said)[0].at.String() != want {
			t.Errorf("%s: the thread has %+v, want the word at %s", via, *said, want)
		}
	}
}

// Whoever is erased is so in threads, too, also where it was not known whether they had told.
func TestAWordOfWhoIsErasedIsTakenBack(t *testing.T) {
	gone := func(of state.CustomerID) (state.CustomerID, bool) { return "erased-1", of == "C-a" }
	for name, fault := range map[string]error{"told": nil, "taken and lost": errLost, "lost": errUnsent} {
		b := newBench()
		said := hears(b)
		b.owe("a", 1, detectors.Warning)
		b.drain(t)
		if fault != nil {
			b.wall.fail = append(b.wall.fail, fault)
		}
		w := b.tells(state.ViaAPI)
		b.pass()
		if !w.Unname(gone) || w.Unname(gone) {
			t.Error("the customer is erased once")
		}
		b.oweWord(w)
		b.drain(t)
		if fault == errUnsent {
			if len(*said) != 0 {
				t.Errorf("%s: the thread has %+v", name, *said)
			}
		} else if len(*said) != 1 || !(*said)[0].word.Gone || (*said)[0].word.Entry.Text+(*said)[0].word.Entry.By != "" {
			t.Errorf("%s: the thread has %+v, want nothing of the customer", name, *said)
		}
	}
}
