//go:build !control_close

package consumer

import "tocsin/state"

// noMore tells that a partition has nothing of a day that ended at the instant: asked after that, its broker has said that
// where it stands there is no more.
func noMore(id Partition, at stand, ends Ends, ended state.Instant) bool {
	next := at.next
	if next < 0 {
		next = ends.Start[id] // nothing was read of it yet
	}
	return ends.At >= ended && next >= ends.Next[id]
}
