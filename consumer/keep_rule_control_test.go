//go:build kill

package consumer

import (
	"os/exec"
	"strings"
	"testing"
)

// What a runner is not to do with what it has in memory is seen by a test that a sound one passes.
func TestTheTestsSeeWhatIsBroken(t *testing.T) {
	for _, control := range []struct{ tag, run, seen string }{
		{"control_cache", "^TestARecordThatAFailedOverDatabaseHasLostIsNoneToGoOnFrom$", "row 2 is missing"},
		{"control_abandon", "^TestRecordsOfAnotherServersLifeAreLoadedAnew$", "got 1 journal rows, <nil>, want 2"},
	} {
		t.Run(control.tag, func(t *testing.T) {
			if out, err := exec.Command("go", "test", "-count=1", "-run", control.run, ".").CombinedOutput(); err != nil {
				t.Fatalf("a sound runner does not pass: %v\n%.2000s", err, out)
			}
			out, err := exec.Command("go", "test", "-count=1", "-tags", control.tag, "-run", control.run, ".").CombinedOutput()
			if err == nil || !strings.Contains(string(out), control.seen) {
				t.Errorf("the test says %v, want %q among what it finds:\n%.2000s", err, control.seen, out)
			}
		})
	}
}
