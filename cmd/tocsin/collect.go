package main

import (
	"os"
	"runtime/debug"
)

// gcPercent is how much the heap of a backtest or a run may grow between two garbage collections, in percent of what was live. That
// is mostly customers' records, which stay; collecting less often than usual looks at them fewer times. GOGC in the environment is
// in force instead, and GOMEMLIMIT bounds both.
const gcPercent = 200

// collectSeldom has it so, until the returned function is called.
func collectSeldom() (asBefore func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(gcPercent)
	return func() { debug.SetGCPercent(before) }
}
