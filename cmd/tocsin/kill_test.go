//go:build kill

package main

import (
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tocsin/alerts/slack/slacktest"
	"tocsin/consumer"
	"tocsin/detectors"
	"tocsin/state"
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
			for _, fault := range append(played.faults(), undisturbed.differences(played)...) {
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
			for _, fault := range append(played.faults(), undisturbed.differences(played)...) {
				t.Errorf("killed with seed %d: %s", seed, fault)
			}
		}
	})
	for _, control := range []string{"control_position", "control_record", "control_close"} {
		t.Run(control+" is caught", func(t *testing.T) {
			binary := buildTocsin(t, control)
			for seed := uint64(1); seed <= 5; seed++ {
				broken := backlog.play(t, binary, kills, seed)
				if faults := append(broken.faults(), undisturbed.differences(broken)...); len(faults) > 0 {
					t.Logf("caught with seed %d: %d faults, such as %s", seed, len(faults), faults[0])
					return
				}
			}
			t.Errorf("five runs with %d kills each did not see it", kills)
		})
	}
}

// buildTocsin builds the binary, with a rule broken by a build tag.
func buildTocsin(t *testing.T, tag string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "tocsin")
	build := exec.Command("go", "build", "-tags", tag, "-o", binary, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build with %q: %v\n%s", tag, err, out)
	}
	return binary
}

// outcome is what a demo has left.
type outcome struct {
	closes map[state.CustomerID][]string // what stood at each close, where it changed
	told   map[string]string             // transitions by alert and seq, as the store has them
	retold map[string]string             // the same as the journal tells them
	levels map[string]detectors.Level    // standing, by alert's customer and signal
	chains map[string][]state.AlertRow
	slack  bool           // messages had a receiver
	posted map[string]int // visible messages by case
	texts  []string       // of the messages
}

// readOutcome reads a store, and what the receiver of its messages shows; nil: nobody received any.
func readOutcome(t *testing.T, path string, fake *slacktest.Slack) *outcome {
	t.Helper()
	ctx := t.Context()
	store, err := sqlite.Open(ctx, path, readStore)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	o := &outcome{
		closes: make(map[state.CustomerID][]string), told: make(map[string]string), retold: make(map[string]string),
		levels: make(map[string]detectors.Level), chains: make(map[string][]state.AlertRow), posted: make(map[string]int),
	}
	rows, err := store.Alerts(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		o.told[fmt.Sprintf("%s/%d", row.ID, row.Seq)] = string(row.Body)
		o.chains[row.ID] = append(o.chains[row.ID], row)
	}
	ids, err := store.Customers(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		o.retell(t, store, id)
	}
	if fake == nil {
		return o
	}
	o.slack = true
	for _, m := range fake.Messages() {
		o.posted[fmt.Sprint(m.Metadata.EventPayload["case_id"])]++
		o.texts = append(o.texts, m.Text)
	}
	return o
}

// retell folds a customer's journal and keeps what stood at the close of each day on which it was stepped.
func (o *outcome) retell(t *testing.T, store state.Store, id state.CustomerID) {
	t.Helper()
	engines := earlierEngines(store)
	var last state.Date
	var standing string
	keep := func() {
		if n := len(o.closes[id]); last != 0 && (n == 0 || !strings.HasSuffix(o.closes[id][n-1], standing)) {
			o.closes[id] = append(o.closes[id], last.String()+" "+standing)
		}
	}
	var signals []string
	err := consumer.Retell(t.Context(), store, engines, id, func(day state.Date, rec *state.Record, effects *consumer.Effects) {
		if day != last {
			keep()
		}
		engine, err := engines(t.Context(), versionOf(t, store))
		if err != nil {
			t.Fatal(err)
		}
		last, standing = day, fmt.Sprintf("%x", engine.Standing(rec))
		signals = signals[:0]
		for _, s := range engine.Judge.Signals(rec.Episodes) {
			signals = append(signals, s.Name)
			o.levels[string(id)+" "+s.Name] = s.Level
		}
		maps.DeleteFunc(o.levels, func(key string, _ detectors.Level) bool {
			customer, signal, _ := strings.Cut(key, " ")
			return customer == string(id) && !slices.Contains(signals, signal)
		})
		for i := range effects.Transitions {
			tr := &effects.Transitions[i]
			o.retold[fmt.Sprintf("%s/%d", tr.AlertID, tr.Seq)] = string(tr.AppendJSON(nil))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	keep()
}

func versionOf(t *testing.T, store state.Store) string {
	t.Helper()
	day, _, err := store.Day(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return day.Config
}

// faults are what is wrong with an outcome by itself.
func (o *outcome) faults() (faults []string) {
	if len(o.told) == 0 {
		return []string{"no alert was told at all"}
	}
	for key, body := range o.told {
		if o.retold[key] != body {
			faults = append(faults, fmt.Sprintf("transition %s: the store has\n%s\nthe journal tells\n%s", key, body, o.retold[key]))
		}
	}
	for key := range o.retold {
		if _, told := o.told[key]; !told {
			faults = append(faults, "lost: the journal tells transition "+key+", the store does not have it")
		}
	}
	standing := maps.Clone(o.levels)
	for id, chain := range o.chains {
		slices.SortFunc(chain, func(a, b state.AlertRow) int { return int(a.Seq - b.Seq) })
		level := uint8(0)
		for i, row := range chain {
			if row.Seq != int64(i+1) || row.From != level {
				faults = append(faults, fmt.Sprintf("alert %s: row %d is seq %d from level %d, want from %d", id, i+1, row.Seq, row.From, level))
			}
			level = row.To
		}
		if key := string(chain[0].Customer) + " " + chain[0].Signal; level > 0 {
			if standing[key] != detectors.Level(level) {
				faults = append(faults, fmt.Sprintf("alert %s: told to stand at %d, the record has %v", id, level, standing[key]))
			}
			delete(standing, key)
		}
	}
	for key, level := range standing {
		faults = append(faults, fmt.Sprintf("%s stands at %v and nobody was told", key, level))
	}
	for key, level := range o.levels {
		customer, _, _ := strings.Cut(key, " ")
		if o.slack && level >= detectors.Warning && !slices.ContainsFunc(o.texts, func(text string) bool { return strings.Contains(text, customer) }) {
			faults = append(faults, fmt.Sprintf("%s stands at %v and no message names the customer", key, level))
		}
	}
	for id, n := range o.posted {
		if n != 1 {
			faults = append(faults, fmt.Sprintf("case %s has %d messages", id, n))
		}
	}
	return faults
}

// differences are where another outcome is not this one.
func (o *outcome) differences(other *outcome) (differences []string) {
	for _, id := range slices.Sorted(maps.Keys(o.closes)) {
		if a, b := o.closes[id], other.closes[id]; !slices.Equal(a, b) {
			differences = append(differences, fmt.Sprintf("customer %s: %d changes of what stood at closes, want %d", id, len(b), len(a)))
		}
	}
	if len(other.closes) != len(o.closes) {
		differences = append(differences, fmt.Sprintf("%d customers, want %d", len(other.closes), len(o.closes)))
	}
	return differences
}
