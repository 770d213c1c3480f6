//go:build control_position

package consumer

import "tocsin/state"

// transactions is broken on purpose: positions move before what they stand for is committed.
func transactions(c *state.Commit) []*state.Commit {
	positions := &state.Commit{Day: c.Day, At: c.At, Positions: c.Positions}
	rest := *c
	rest.Positions = nil
	return []*state.Commit{positions, &rest}
}
