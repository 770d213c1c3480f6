package contract

import (
	"encoding/binary"
	"math/bits"
	"strings"
)

const (
	blockSize  = 64 << 10 // bytes of text that are allocated at once
	knownSlots = 1 << 14  // strings that are remembered
)

// intern copies strings out of documents. Copies lie one behind the other in blocks, so that there is one allocation per
// block. Strings that recur are looked up in a table of fixed size, in which each has one place: a newcomer takes it, so
// that the table never grows and old customers are forgotten. Blocks stay alive as long as an event uses them.
type intern struct {
	slots []string
	block strings.Builder
	last  string // the source seen last
}

// unique is a copy of a string that is not expected to come again.
func (t *intern) unique(s []byte) string {
	if t.block.Cap()-t.block.Len() < len(s) {
		t.block = strings.Builder{}
		t.block.Grow(max(blockSize, len(s)))
	}
	from := t.block.Len()
	t.block.Write(s)
	return t.block.String()[from:]
}

// text is a copy of a string that may have been seen before.
func (t *intern) text(s []byte) string {
	if t.slots == nil {
		t.slots = make([]string, knownSlots)
	}
	slot := &t.slots[hash(s)%knownSlots]
	if *slot != string(s) {
		*slot = t.unique(s)
	}
	return *slot
}

// hash spreads strings over slots. A publisher who makes them collide gets copies, nothing worse.
func hash(s []byte) uint64 {
	const factor = 0x9E3779B97F4A7C15
	h := uint64(len(s)) * factor
	for len(s) >= 8 {
		h = mix(h ^ binary.LittleEndian.Uint64(s))
		s = s[8:]
	}
	tail := uint64(0)
	for i, c := range s {
		tail |= uint64(c) << (8 * i)
	}
	return mix(h ^ tail)
}

func mix(x uint64) uint64 {
	high, low := bits.Mul64(x, 0xD6E8FEB86659FD93)
	return high ^ low
}
