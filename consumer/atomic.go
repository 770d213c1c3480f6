//go:build !control_position && !control_record

package consumer

import (
	"iter"

	"tocsin/state"
)

// transactions is how a batch reaches the store: as one. The builds control_position and control_record tear it apart, with
// a pause in which a kill may fall, and control_close believes that a day has ended without asking the brokers; the kill
// test must catch each of them.
func transactions(c *state.Commit) iter.Seq[*state.Commit] {
	return func(yield func(*state.Commit) bool) { yield(c) }
}
