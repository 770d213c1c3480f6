package outbox

import (
	"context"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/detectors"
)

// TestEachCaseIsShownOnceWhateverHappens lets cases change, calls fail and the Outbox die in any order; when it is quiet
// again, each case that stands has one message which shows it as it is.
func TestEachCaseIsShownOnceWhateverHappens(t *testing.T) {
	faults := []error{
		nil, nil, errLost, errUnsent, told{Busy, time.Second}, told{outcome: Refused}, told{outcome: Unfit},
		fmt.Errorf("wrapped: %w", errLost),
	}
	rapid.Check(t, func(t *rapid.T) {
		b := newBench()
		stands, seqs := map[string]detectors.Level{}, map[string]int64{}
		t.Repeat(map[string]func(*rapid.T){
			"change": func(t *rapid.T) {
				id := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "case")
				severity := rapid.SampledFrom([]detectors.Level{detectors.None, detectors.Warning, detectors.Critical}).Draw(t, "severity")
				seqs[id]++
				stands[id] = severity
				b.owe(id, seqs[id], severity)
			},
			"fault": func(t *rapid.T) {
				b.wall.fail = append(b.wall.fail, rapid.SampledFrom(faults).Draw(t, "fault"))
			},
			"die": func(t *rapid.T) {
				*b.store.fuse = fuse{armed: true, left: rapid.IntRange(0, 6).Draw(t, "steps"), crash: func() { panic(crashed{}) }}
				func() {
					defer func() {
						if r := recover(); r != nil && r != (crashed{}) {
							panic(r)
						}
					}()
					b.runOnce(context.Background())
				}()
				b.store.fuse.armed = false
				b.restart()
			},
			"pass": func(t *rapid.T) { b.pass() },
			"wait": func(t *rapid.T) { b.now = later(b.now, 10*time.Second) },
			"": func(t *rapid.T) {
				if b.wall.most > 1 {
					t.Fatalf("%d messages of one case are visible", b.wall.most)
				}
			},
		})
		if err := b.quiet(); err != nil {
			t.Fatal(err)
		}
		for id, severity := range stands {
			seen := b.visible()[id]
			switch {
			case len(seen) > 1, len(seen) == 1 && seen[0] != severity:
				t.Fatalf("case %s stands at %v and is shown as %v", id, severity, seen)
			case len(seen) == 0 && severity != detectors.None:
				t.Fatalf("case %s stands at %v and is not shown", id, severity)
			}
		}
	})
}
