package main

import (
	"testing"
	"time"
)

func TestDeadlinesAreShownOnTheLedgersClocks(t *testing.T) {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ acknowledge, due, want string }{
		{"2026-11-20T02:00:00Z", "2026-11-23T23:30:00Z", "acknowledge by 2026-11-20 10:00, due 2026-11-24 07:30"},
		{"", "2026-11-23T23:30:00Z", "due 2026-11-24 07:30"},
		{"", "2026-11-23", "due 2026-11-23"},
		{"", "", "due " + orNone("")},
	} {
		if got := (&taskRecord{Acknowledge: tt.acknowledge, Due: tt.due}).due(shanghai); got != tt.want {
			t.Errorf("%s, %s: got %q, want %q", tt.acknowledge, tt.due, got, tt.want)
		}
	}
}
