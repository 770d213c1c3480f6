package main

import (
	"testing"

	"tocsin/state"
)

// date parses a date that a test wrote.
func date(t *testing.T, text string) state.Date {
	t.Helper()
	d, ok := state.ParseDate(text)
	if !ok {
		t.Fatalf("%q is not a date", text)
	}
	return d
}
