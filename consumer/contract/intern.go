package contract

import (
	"encoding/binary"
	"math/bits"
	"strings"
)

const (
	uniqueBlock = 64 << 10 // bytes of text that hardly recurs, allocated at once
	knownBlock  = 8 << 10  // bytes of text that is remembered
	knownSlots  = 1 << 14  // strings that are remembered
)

// intern copies strings out of documents. Copies lie one behind the other in blocks, so that there is one allocation per
// block. Strings that recur are looked up in a table of fixed size, in which each has one place: a newcomer takes it, so
// that the table never grows and old customers are forgotten. They have blocks of their own, since a string that stays in
// the table keeps its whole block.
type intern struct {
	slots  *[knownSlots]string
	known  block
	others block
	last   string // the source seen last
}

// block is memory that strings are cut from. It stays alive as long as one of them.
type block struct{ strings.Builder }

// copy is s as a string. size is how much to allocate when the block is full.
func (b *block) copy(s []byte, size int) string {
	if b.Cap()-b.Len() < len(s) {
		b.Builder = strings.Builder{}
		b.Grow(max(size, len(s)))
	}
	from := b.Len()
	b.Write(s)
	return b.String()[from:]
}

// unique is a copy of a string that is not expected to come again.
func (t *intern) unique(s []byte) string { return t.others.copy(s, uniqueBlock) }

// text is a copy of a string that may have been seen before.
func (t *intern) text(s []byte) string {
	if t.slots == nil {
		t.slots = new([knownSlots]string)
	}
	var h uint64
	switch n := len(s); {
	case n < 8:
		h = short(s)
	case n <= 16:
		h = mix(binary.LittleEndian.Uint64(s)) ^ binary.LittleEndian.Uint64(s[n-8:])
	default:
		h = hash(s)
	}
	slot := &t.slots[mix(h)%knownSlots]
	if *slot != string(s) {
		*slot = t.known.copy(s, knownBlock)
	}
	return *slot
}

// hash spreads strings over numbers. A publisher who makes them collide gets copies, nothing worse.
func hash(s []byte) uint64 {
	h := uint64(len(s))
	for ; len(s) >= 8; s = s[8:] {
		h = mix(h ^ binary.LittleEndian.Uint64(s))
	}
	return mix(h ^ short(s))
}

// short is a string of less than eight bytes as a number.
func short(s []byte) uint64 {
	switch n := len(s); {
	case n >= 4:
		return uint64(binary.LittleEndian.Uint32(s)) | uint64(binary.LittleEndian.Uint32(s[n-4:]))<<32
	case n > 0:
		return uint64(s[0]) | uint64(s[n/2])<<8 | uint64(s[n-1])<<16
	}
	return 0
}

func mix(x uint64) uint64 {
	high, low := bits.Mul64(x, 0xD6E8FEB86659FD93)
	return high ^ low
}
