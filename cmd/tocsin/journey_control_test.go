//go:build kill

package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// A rule that is broken on purpose is seen on journeys, too, and soon: nearly each of those on which something fails tells.
func TestJourneysShowWhatIsBroken(t *testing.T) {
	for _, control := range []string{"control_position", "control_record", "control_close"} {
		t.Run(control, func(t *testing.T) {
			play := exec.Command("go", "test", "-tags", control, "-count=1", "-run", "^TestARunLeavesWhatABacktestFinds$", ".")
			play.Env = append(os.Environ(), "RAPID_CHECKS=500", "RAPID_NOFAILFILE=true", "RAPID_SHRINKTIME=1s")
			out, err := play.CombinedOutput()
			if err == nil {
				t.Fatal("a thousand journeys did not see it")
			}
			told := string(out)
			if !strings.Contains(told, againstBacktest) && !strings.Contains(told, againstJournal) {
				t.Fatalf("it failed in another way: %v\n%.2000s", err, told)
			}
		})
	}
}
