package state

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
)

// table holds the facts of one kind. They lie in the order in which they came, which nothing depends on, with an index by
// the hash of their keys; whoever needs an order sorts them. Only the newest facts are in the processor's caches, so a
// search that looks at one fact beats one that looks at many.
type table struct {
	facts []*fact
	index []slot // open addressing, a power of two long; nil while there are few facts
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
	hash := hashOf(key)
	mask := uint32(len(t.index) - 1)
	for i := hash & mask; t.index[i].at != 0; i = (i + 1) & mask {
		if s := t.index[i]; s.hash == hash {
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
	case len(t.facts)*4 > len(t.index)*3:
		t.reindex()
	default:
		t.enter(len(t.facts))
	}
}

// enter enters the fact at place at, counted from 1, into the index.
func (t *table) enter(at int) {
	hash := hashOf(t.facts[at-1].body.Key())
	mask := uint32(len(t.index) - 1)
	i := hash & mask
	for t.index[i].at != 0 {
		i = (i + 1) & mask
	}
	t.index[i] = slot{hash, uint32(at)}
}

// reindex makes the index anew, with room to grow.
func (t *table) reindex() {
	if len(t.facts) <= fewFacts {
		t.index = nil
		return
	}
	size := 2 * fewFacts
	for size*3 < len(t.facts)*5 {
		size *= 2
	}
	t.index = make([]slot, size)
	for i := range t.facts {
		t.enter(i + 1)
	}
}

// drop takes facts out.
func (t *table) drop(dead func(*fact) bool) {
	before := len(t.facts)
	if t.facts = slices.DeleteFunc(t.facts, dead); len(t.facts) != before {
		t.reindex()
	}
}

// sorted are the facts by key.
func (t *table) sorted() []*fact {
	facts := slices.Clone(t.facts)
	slices.SortFunc(facts, func(a, b *fact) int {
		return cmp.Or(strings.Compare(a.body.Key(), b.body.Key()), cmp.Compare(a.revision, b.revision))
	})
	return facts
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
