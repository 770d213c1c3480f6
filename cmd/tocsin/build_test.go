//go:build kill || faults

package main

import (
	"os/exec"
	"path/filepath"
	"testing"
)

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
