package main

import (
	"slices"
	"testing"

	"tocsin/alerts/routing"
	"tocsin/state"
)

// Of who is away his deputy is told that a task is late, and nobody of his own alone.
func TestWhoIsAwayHasADeputyToldOfLateTasks(t *testing.T) {
	c := defaultConfig()
	day := state.DateOf(2026, 11, 20)
	c.Notify.Managers, c.Notify.HeadOfCredit = map[string]string{"ana": "max", "*": "kim"}, "nora"
	c.Notify.Absences = []routing.Absence{
		{Who: "max", Deputy: "eve", From: day, Until: day + 1}, {Who: "nora", Deputy: "kim", From: day + 1, Until: day + 1},
		{Who: "kim", Deputy: "ana", From: day, Until: day},
	}
	for _, tt := range []struct {
		owner string
		level uint8
		on    state.Date
		want  []string
	}{
		{"ana", 1, day - 1, []string{"max"}}, {"ana", 1, day, []string{"eve", "max"}}, {"ana", 1, day + 1, []string{"eve", "max"}}, {"ana", 1, day + 2, []string{"max"}},
		{"bo", 1, day, []string{"ana", "kim"}}, {"bo", 1, day + 1, []string{"kim"}}, {"", 1, day + 1, []string{"kim"}},
		{"ana", 2, day, []string{"nora"}}, {"ana", 2, day + 1, []string{"kim", "nora"}},
	} {
		if got := c.escalatesTo(tt.owner, tt.level, tt.on); !slices.Equal(got, tt.want) {
			t.Errorf("%q, level %d on %s: got %q, want %q", tt.owner, tt.level, tt.on, got, tt.want)
		}
	}
	c.Notify.HeadOfCredit = ""
	if got := c.escalatesTo("ana", 2, day); !slices.Equal(got, []string{""}) {
		t.Errorf("without a head of credit: got %q", got)
	}
}
