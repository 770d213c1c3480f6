//go:build kill

package main

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"tocsin/state"
)

// A rule that is broken on purpose is seen on journeys, too, and soon: nearly each of those on which something fails tells. A
// commit that is torn apart may also meet its own first half when it is tried again: a row that is there, or a position that has moved.
func TestJourneysShowWhatIsBroken(t *testing.T) {
	for _, control := range []string{"control_position", "control_record", "control_close", "control_ids"} {
		t.Run(control, func(t *testing.T) {
			play := exec.Command("go", "test", "-tags", control, "-count=1", "-run", "^TestARunLeavesWhatABacktestFinds$", ".")
			play.Env = append(os.Environ(), "RAPID_CHECKS=500", "RAPID_NOFAILFILE=true", "RAPID_SHRINKTIME=1s")
			out, err := play.CombinedOutput()
			if err == nil {
				t.Fatal("500 journeys for each leg did not see it")
			}
			seen := []string{againstBacktest, againstJournal, state.ErrConflict.Error(), state.ErrFenced.Error()}
			if !slices.ContainsFunc(seen, func(s string) bool { return strings.Contains(string(out), s) }) {
				t.Fatalf("it failed in another way: %v\n%.2000s", err, out)
			}
		})
	}
}
