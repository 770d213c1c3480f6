//go:build kill

package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tocsin/alerts/slack/slacktest"
	"tocsin/detectors"
	"tocsin/state/sqlite"
)

// kills is how often a process is killed before it may end.
const kills = 20

// A demo, and a run on a backlog of months, that are killed over and over must end like ones that nobody disturbed: the same
// records at every close, each alert's transitions a chain, one Slack message for each case. The same comparison must see it
// when a rule is broken on purpose. That is asked of the run: a demo publishes its open day again when it goes on, which
// makes good for events that were lost.
func TestAKilledProcessEndsLikeAnUndisturbedOne(t *testing.T) {
	sound := buildTocsin(t, "")
	t.Run("demo", func(t *testing.T) {
		undisturbed := playDemo(t, sound, 0, 0)
		for seed := range uint64(3) { // the first is the undisturbed one, looked at by itself
			played := undisturbed
			if seed > 0 {
				played = playDemo(t, sound, kills, seed)
			}
			for _, fault := range append(played.faults(), undisturbed.differences(played.outcome)...) {
				t.Errorf("killed with seed %d: %s", seed, fault)
			}
		}
	})
	backlog := publishBacklog(t)
	undisturbed := backlog.play(t, sound, 0, 0)
	t.Run("run", func(t *testing.T) {
		for seed := range uint64(3) {
			played := undisturbed
			if seed > 0 {
				played = backlog.play(t, sound, kills, seed)
			}
			for _, fault := range append(played.faults(), undisturbed.differences(played.outcome)...) {
				t.Errorf("killed with seed %d: %s", seed, fault)
			}
		}
	})
	for _, control := range []string{"control_position", "control_record", "control_close"} {
		t.Run(control+" is caught", func(t *testing.T) {
			binary := buildTocsin(t, control)
			for seed := uint64(1); seed <= 5; seed++ {
				broken := backlog.play(t, binary, kills, seed)
				if faults := append(broken.faults(), undisturbed.differences(broken.outcome)...); len(faults) > 0 {
					t.Logf("caught with seed %d: %d faults, such as %s", seed, len(faults), faults[0])
					return
				}
			}
			t.Errorf("five runs with %d kills each did not see it", kills)
		})
	}
}

// readKilled reads the store that killed processes have left, and what the receiver of its messages shows; nil: nobody
// received any.
func readKilled(t *testing.T, path string, fake *slacktest.Slack) *killed {
	t.Helper()
	store, err := sqlite.Open(t.Context(), path, readStore)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	o, err := readOutcome(t.Context(), store, earlierEngines(store))
	if err != nil {
		t.Fatal(err)
	}
	k := &killed{outcome: o, posted: make(map[string]int)}
	if fake == nil {
		return k
	}
	k.slack = true
	for _, m := range fake.Messages() {
		k.posted[m.Of()]++
		k.texts = append(k.texts, m.Text)
	}
	return k
}

// killed is the outcome of processes that were killed, and what people saw of it.
type killed struct {
	*outcome
	slack  bool           // messages had a receiver
	posted map[string]int // visible messages by case or summary
	texts  []string       // of the messages
}

// faults are what is wrong by itself.
func (k *killed) faults() []string {
	if len(k.told) == 0 {
		return []string{"no alert was told at all"}
	}
	faults := k.outcome.faults()
	for key, level := range k.levels {
		customer, _, _ := strings.Cut(key, " ")
		if k.slack && level >= detectors.Warning && !slices.ContainsFunc(k.texts, func(text string) bool { return strings.Contains(text, customer) }) {
			faults = append(faults, fmt.Sprintf("%s stands at %v and no message names the customer", key, level))
		}
	}
	for id, n := range k.posted {
		if n != 1 {
			faults = append(faults, fmt.Sprintf("case %s has %d messages", id, n))
		}
	}
	return faults
}
