package consumer

// rowBlock is memory in which what a batch's rows hold lies encoded, one behind the other, so that not each of them is an allocation,
// or several while it grows. They live as long as the commit that they are of.
type rowBlock struct {
	block []byte
	row   []byte // the last one, as it grew
}

// A block is twice as large as the one before it, up to the most.
const leastBlock, mostBlock = 1 << 10, 64 << 10

// add is what one more row holds, as appendRow appends it.
func (b *rowBlock) add(appendRow func([]byte) []byte) []byte {
	b.row = appendRow(b.row[:0])
	if cap(b.block)-len(b.block) < len(b.row) {
		b.block = make([]byte, 0, max(len(b.row), min(2*max(leastBlock, cap(b.block)), mostBlock)))
	}
	from := len(b.block)
	b.block = append(b.block, b.row...)
	return b.block[from:len(b.block):len(b.block)]
}
