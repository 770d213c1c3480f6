package consumer

import "slices"

// rowBlock is memory in which what a batch's rows hold lies encoded, one behind the other, so that not each of them is an allocation,
// or several while it grows. They live as long as the commit that they are of.
type rowBlock struct{ block []byte }

// A block is twice as large as the one before it, up to the most; one with less than the least left is full.
const leastBlock, mostBlock = 1 << 10, 64 << 10

// add is what one more row holds, as appendRow appends it.
func (b *rowBlock) add(appendRow func([]byte) []byte) []byte {
	if cap(b.block)-len(b.block) < leastBlock {
		b.block = make([]byte, 0, min(2*max(leastBlock, cap(b.block)), mostBlock))
	}
	from := len(b.block)
	b.block = appendRow(b.block)
	return slices.Clip(b.block[from:])
}
