package main

import (
	"testing"
	"time"
)

func TestADeadlineIsShownOnTheLedgersClocks(t *testing.T) {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	for due, want := range map[string]string{"2026-11-23T23:30:00Z": "2026-11-24 07:30", "2026-11-23": "2026-11-23", "": ""} {
		if got := (&taskRecord{Due: due}).due(shanghai); got != want {
			t.Errorf("%q: got %q, want %q", due, got, want)
		}
	}
}
