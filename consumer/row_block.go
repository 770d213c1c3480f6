package consumer

import (
	"slices"

	"tocsin/state"
)

// rowBlock is memory in which encoded rows of a batch lie one behind the other, so that not each of them is an allocation, or several
// while it grows. They live as long as the commit that they are of.
type rowBlock struct{ block []byte }

// A block is twice as large as the one before it, up to the most; one with less than the least left is full.
const leastBlock, mostBlock = 1 << 10, 64 << 10

func (b *rowBlock) encode(a *state.Applied) []byte {
	if cap(b.block)-len(b.block) < leastBlock {
		b.block = make([]byte, 0, min(2*max(leastBlock, cap(b.block)), mostBlock))
	}
	from := len(b.block)
	b.block = state.AppendApplied(b.block, a)
	return slices.Clip(b.block[from:])
}
