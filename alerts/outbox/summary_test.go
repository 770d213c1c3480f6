package outbox

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"

	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

func TestASummaryIsPostedOnceAndEditedWhenReworded(t *testing.T) {
	b := newBench()
	b.oweSummary("s", 1, "a")
	b.drain(t)
	b.pass()
	reworded := b.oweSummary("s", 2, "a")
	b.drain(t)
	if got, want := b.wall.calls, []string{"post s", "edit s"}; !slices.Equal(got, want) {
		t.Errorf("got calls %v, want %v", got, want)
	}
	if got := b.wall.posted[0].tells; len(b.wall.posted) != 1 || got.Seq != reworded.Seq {
		t.Errorf("got %+v, want the new wording", b.wall.posted)
	}
}

// A case that a summary stands for is posted when it has something new to say, and not edited into the summary.
func TestACaseAfterItsSummaryHasAMessageOfItsOwn(t *testing.T) {
	b := newBench()
	b.oweSummary("s", 1, "a")
	b.drain(t)
	b.owe("a", 4, detectors.Critical)
	b.owe("z", 2, detectors.Warning) // which it only counts
	b.drain(t)
	if got, want := b.wall.calls, []string{"post s", "post a", "post z"}; !slices.Equal(got, want) {
		t.Errorf("got calls %v, want %v", got, want)
	}
}

// Whoever has read the name of a case hears of its end; of one that was only counted nobody needs to.
func TestTheEndOfACaseThatASummaryNamesIsTold(t *testing.T) {
	b := newBench()
	b.oweSummary("s", 1, "a")
	b.drain(t)
	if mark := b.store.receipts["a"].Body; len(mark) == 0 || bytes.Contains(mark, []byte("Acme")) {
		t.Errorf("got receipt body %q of the case, want a mark that names nobody", mark)
	}
	b.owe("a", 5, detectors.None)
	b.owe("z", 5, detectors.None)
	b.drain(t)
	if got, want := b.wall.calls, []string{"post s", "post a"}; !slices.Equal(got, want) {
		t.Errorf("got calls %v, want %v", got, want)
	}
	b.owe("a", 6, detectors.None)
	b.drain(t)
	if got := len(b.wall.calls); got != 2 {
		t.Errorf("got %d calls, want no more for an end that was told", got)
	}
}

func TestACaseWithAMessageOfItsOwnKeepsItsReceipt(t *testing.T) {
	b := newBench()
	b.owe("a", 1, detectors.Warning)
	b.drain(t)
	before := b.store.receipts["a"]
	b.oweSummary("s", 1, "a")
	b.drain(t)
	if after := b.store.receipts["a"]; after.Timestamp != before.Timestamp || !bytes.Equal(after.Body, before.Body) {
		t.Errorf("got receipt %+v, want %+v", after, before)
	}
}

// A sender that dies at any step leaves one summary, and one message of the case that it names, once that has closed.
func TestCrashAtAnyStepShowsASummaryOnce(t *testing.T) {
	steps := 0
	for came := true; came; steps++ {
		b := newBench()
		came = false
		*b.store.fuse = fuse{armed: true, left: steps, crash: func() { came = true; panic(crashed{}) }}
		b.oweSummary("s", 1, "a")
		for closes := range 2 {
			if closes == 1 {
				b.owe("a", 2, detectors.None)
			}
			func() {
				defer func() {
					if r := recover(); r != nil && r != (crashed{}) {
						panic(r)
					}
				}()
				if err := b.quiet(); err != nil {
					t.Fatal(err)
				}
			}()
			b.restart()
			if err := b.quiet(); err != nil {
				t.Fatal(err)
			}
		}
		if got := b.visible(); b.wall.most != 1 || len(got["s"]) != 1 || len(got["a"]) != 1 {
			t.Errorf("crash after %d steps: got %v visible, and %d of one at once", steps, got, b.wall.most)
		}
	}
	if steps < 12 {
		t.Errorf("the story took %d steps, want 12 or more to crash at", steps)
	}
}

func TestAMessageOfALaterProgramWaitsForIt(t *testing.T) {
	b := newBench()
	b.store.messages = append(b.store.messages, state.Message{ID: "x/1", Case: "x", Seq: 1, DueAt: b.now, Body: []byte(`{"kind":"summary","version":2,"summary_id":"x","seq":1}`)})
	b.owe("a", 1, detectors.Warning)
	b.pass()
	b.pass()
	if got := b.wall.calls; !slices.Equal(got, []string{"post a"}) || len(b.store.messages) != 1 || len(b.reported) != 1 {
		t.Errorf("got calls %v, %d messages left and reports %v, want it left and told of once", got, len(b.store.messages), b.reported)
	}
	if _, err := alerts.ParseMessage([]byte(`{"kind":"digest"}`)); err == nil || errors.Is(err, state.ErrConflict) {
		t.Errorf("a kind that nobody knows: got %v, want an error", err)
	}
}

// oweDigest puts a digest into the store.
func (b *bench) oweDigest(day state.Date, seq int64, made state.Instant) {
	d := &alerts.Digest{Day: day, Last: day, Seq: seq, MadeAt: made}
	key := d.Key()
	b.store.messages = append(b.store.messages, state.Message{ID: fmt.Sprintf("%s/%d", key.Case, seq), Case: key.Case, Seq: seq, DueAt: b.now, Body: d.AppendJSON(nil)})
}

func TestADigestIsPostedOnItsDayOrNever(t *testing.T) {
	b := newBench()
	day := state.DateOf(2026, 11, 19)
	b.oweDigest(day-1, 1, b.now-freshDigest-1)
	b.oweDigest(day, 1, b.now)
	b.drain(t)
	if got, want := b.wall.calls, []string{"post digest/2026-11-19"}; !slices.Equal(got, want) {
		t.Errorf("got calls %v, want %v", got, want)
	}
	b.now += 2 * freshDigest
	b.oweDigest(day, 2, b.now-2*freshDigest) // somebody was erased from it
	b.drain(t)
	if got, want := b.wall.calls, []string{"post digest/2026-11-19", "edit digest/2026-11-19"}; !slices.Equal(got, want) {
		t.Errorf("got calls %v, want %v", got, want)
	}
}
