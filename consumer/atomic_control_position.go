//go:build control_position

package consumer

import (
	"iter"
	"time"

	"tocsin/state"
)

// transactions is broken on purpose: positions move before what they stand for is committed.
func transactions(c *state.Commit) iter.Seq[*state.Commit] {
	first := &state.Commit{Day: c.Day, At: c.At, Positions: c.Positions}
	rest := *c
	rest.Positions = nil
	return func(yield func(*state.Commit) bool) {
		if yield(first) {
			time.Sleep(3 * time.Millisecond)
			yield(&rest)
		}
	}
}
