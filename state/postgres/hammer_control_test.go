//go:build !control_order

package postgres_test

import (
	"os/exec"
	"strings"
	"testing"
)

// A hammer that finds nothing may be too soft. This one is told to the store with its locks in no order.
func TestTheHammerFindsTheDeadlocksOfUnsortedLocks(t *testing.T) {
	out, err := exec.Command("go", "test", "-count=10", "-failfast", "-tags", "control_order", "-run", "TestNoDeadlockUnderTheHammer", ".").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "deadlock detected") {
		t.Errorf("rows are locked as they come, and the hammer says: %v\n%s", err, out)
	}
}
