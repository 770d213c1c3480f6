package state

import (
	"encoding/binary"
)

// table holds the facts of one kind. They lie in the order in which they came, which nothing depends on, with an index by
// the hash of their keys; whoever needs an order sorts them. Only the newest facts are in the processor's caches, so a
// search that looks at one fact beats one that looks at many.
type table struct {
	facts []*fact
	index *[]slot // open addressing, a power of two long; nil while there are few facts. A customer has many tables with none
}

// slot is the place of a fact in a table.
type slot struct {
	hash uint32
	at   uint32 // 1 + index into facts; 0: free
}

const fewFacts = 8

// find is the fact of a key, nil when there is none.
func (t *table) find(key string) *fact {
	if t.index == nil {
		for _, f := range t.facts {
			if f.body.Key() == key {
				return f
			}
		}
		return nil
	}
	hash, index := hashOf(key), *t.index
	mask := uint32(len(index) - 1)
	for i := hash & mask; index[i].at != 0; i = (i + 1) & mask {
		if s := index[i]; s.hash == hash {
			if f := t.facts[s.at-1]; f.body.Key() == key {
				return f
			}
		}
	}
	return nil
}

// add adds a fact whose key is not there yet.
func (t *table) add(f *fact) {
	t.facts = append(t.facts, f)
	switch {
	case len(t.facts) <= fewFacts:
	case t.index == nil || len(t.facts)*4 > len(*t.index)*3:
		t.reindex(t.hashes())
	default:
		t.enter(hashOf(f.body.Key()), len(t.facts))
	}
}

// enter enters the fact at place at, counted from 1, into the index.
func (t *table) enter(hash uint32, at int) {
	index := *t.index
	mask := uint32(len(index) - 1)
	i := hash & mask
	for index[i].at != 0 {
		i = (i + 1) & mask
	}
	index[i] = slot{hash, uint32(at)}
}

// reindex makes the index anew, with room to grow. Hashes that the old one knows are taken from it.
func (t *table) reindex(hashes []uint32) {
	if len(t.facts) <= fewFacts {
		t.index = nil
		return
	}
	size := 2 * fewFacts
	for size*3 < len(t.facts)*5 {
		size *= 2
	}
	index := make([]slot, size)
	t.index = &index
	for i, f := range t.facts {
		if i == len(hashes) {
			hashes = append(hashes, hashOf(f.body.Key()))
		}
		t.enter(hashes[i], i+1)
	}
}

// hashes are the hashes of the facts by place, as far as the index knows them.
func (t *table) hashes() []uint32 {
	if t.index == nil {
		return nil
	}
	hashes := make([]uint32, len(t.facts))
	known := 0
	for _, s := range *t.index {
		if s.at != 0 {
			hashes[s.at-1] = s.hash
			known++
		}
	}
	return hashes[:known]
}

// drop takes facts out.
func (t *table) drop(dead func(*fact) bool) {
	hashes := t.hashes()
	kept := 0
	for i, f := range t.facts {
		if dead(f) {
			continue
		}
		if t.facts[kept] = f; hashes != nil {
			hashes[kept] = hashes[i]
		}
		kept++
	}
	if kept == len(t.facts) {
		return
	}
	clear(t.facts[kept:])
	t.facts = t.facts[:kept]
	t.reindex(hashes[:min(kept, len(hashes))])
}

// hashOf hashes a key eight bytes at a time.
func hashOf(key string) uint32 {
	const prime = 0x9E3779B97F4A7C15
	h := uint64(len(key)) * prime
	for len(key) >= 8 {
		h = mix(h, binary.LittleEndian.Uint64([]byte(key[:8])))
		key = key[8:]
	}
	tail := uint64(0)
	for i := range len(key) {
		tail = tail<<8 | uint64(key[i])
	}
	h = mix(h, tail)
	return uint32(h >> 32)
}

func mix(h, word uint64) uint64 {
	h = (h ^ word) * 0xD6E8FEB86659FD93
	return h ^ h>>32
}
