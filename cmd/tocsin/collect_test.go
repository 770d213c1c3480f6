package main

import (
	"runtime/debug"
	"testing"
)

func TestGarbageIsCollectedSeldomUnlessTheEnvironmentSaysHowOften(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(70))
	percent := func() int {
		now := debug.SetGCPercent(70)
		debug.SetGCPercent(now)
		return now
	}
	for gogc, want := range map[string]int{"": gcPercent, "70": 70} {
		t.Setenv("GOGC", gogc)
		asBefore := collectSeldom()
		if got := percent(); got != want {
			t.Errorf("GOGC %q: got %d percent, want %d", gogc, got, want)
		}
		if asBefore(); percent() != 70 {
			t.Errorf("GOGC %q: got %d percent afterwards, want 70 as before", gogc, percent())
		}
	}
}
