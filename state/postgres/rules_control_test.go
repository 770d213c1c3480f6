//go:build kill

package postgres_test

import (
	"os/exec"
	"strings"
	"testing"
)

// Each rule of the protocol that is broken on purpose is found by a test that a sound store passes, and as what it is.
func TestTheSuiteSeesWhatIsBroken(t *testing.T) {
	for _, control := range []struct{ tag, run, seen string }{
		{"control_compare", "^TestStoreConforms$/^(a_position_moves|of_concurrent_commits)", "want partition position moved"},
		{"control_key", "^TestStoreConforms$/^of_concurrent_commits|^TestNoDeadlockUnderTheHammer$", `"alert_pkey"`},
		{"control_identity", "^TestTwoProcessesThatNameOneIdentifierNeverMissEachOther$", "customers and"},
		{"control_day", "^TestACloseSeesWhatTheStepsThatItWaitedForHaveWritten$", "want that an alarm is due"},
		{"control_tick", "^TestStoreConforms$/^a_tick", "alarms after ticks of other rows"},
	} {
		t.Run(control.tag, func(t *testing.T) {
			out, err := exec.Command("go", "test", "-count=1", "-run", control.run, ".").CombinedOutput()
			if err != nil {
				t.Fatalf("a sound store does not pass: %v\n%.2000s", err, out)
			}
			out, err = exec.Command("go", "test", "-count=20", "-failfast", "-tags", control.tag, "-run", control.run, ".").CombinedOutput()
			if err == nil || !strings.Contains(string(out), control.seen) {
				t.Errorf("the tests say %v, want %q among what they find:\n%.2000s", err, control.seen, out)
			}
		})
	}
}
