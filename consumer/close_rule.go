//go:build !control_close

package consumer

import "tocsin/state"

// noMore tells that a partition of ours has nothing of a day that ended at the instant: asked after that, its broker has
// said that where we stand there is no more.
func noMore(p *partition, ends Ends, ended state.Instant) bool {
	next := p.next
	if next < 0 {
		next = ends.Start[p.id] // nothing was read of it yet
	}
	return ends.At >= ended && next >= ends.Next[p.id]
}
