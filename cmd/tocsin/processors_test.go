package main

import (
	"os"
	"runtime"
	"testing"
)

func TestOneProcessorMoreThanStepsTakeWaitsForTheNetwork(t *testing.T) {
	n := processors()
	want := n + 1
	if os.Getenv("GOMAXPROCS") != "" {
		want = n
	}
	if got := runtime.GOMAXPROCS(0); got != want || processors() != n {
		t.Errorf("got %d processors, and %d for steps when asked again, want %d and %d", got, processors(), want, n)
	}
}
