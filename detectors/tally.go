package detectors

import "sync/atomic"

// Tally counts what many do at once, each in a part of it, so that they do not wait for each other. It is for operators: no verdict reads
// it. A nil one counts nothing.
type Tally struct {
	parts [8]struct {
		n atomic.Uint64
		_ [56]byte // nothing else is in its line of a processor's cache
	}
}

// Add counts one more in a part; any number names one.
func (t *Tally) Add(part uint32) {
	if t != nil {
		t.parts[part%uint32(len(t.parts))].n.Add(1)
	}
}

// Total is how many there were.
func (t *Tally) Total() (n uint64) {
	for i := range t.parts {
		n += t.parts[i].n.Load()
	}
	return n
}
