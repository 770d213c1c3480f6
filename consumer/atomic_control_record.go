//go:build control_record

package consumer

import (
	"iter"
	"time"

	"tocsin/state"
)

// transactions is broken on purpose: records change before the alerts that the change leads to are committed.
func transactions(c *state.Commit) iter.Seq[*state.Commit] {
	first := &state.Commit{Day: c.Day, At: c.At, Identifiers: c.Identifiers, FirstLimit: c.FirstLimit, Entries: c.Entries, Snapshots: c.Snapshots}
	rest := *c
	rest.Identifiers, rest.FirstLimit, rest.Entries, rest.Snapshots = nil, false, nil, nil
	return func(yield func(*state.Commit) bool) {
		if yield(first) {
			time.Sleep(3 * time.Millisecond)
			yield(&rest)
		}
	}
}
