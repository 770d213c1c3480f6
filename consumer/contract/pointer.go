package contract

import (
	"bytes"
	"strconv"
)

// walker goes through a document that was read before, once, and tells where in it offsets are.
type walker struct {
	scanner
	path     []byte   // JSON Pointer of where the walk is
	offsets  []int    // offsets to look for, in ascending order
	pointers []string // those of the offsets found so far
	target   []byte   // or a pointer to look for
	targetAt int
}

// pointersAt are the JSON Pointers of the values that start at offsets, which ascend, or of the members whose names do.
// root is the pointer of the whole.
func pointersAt(doc []byte, root string, offsets []int) []string {
	w := walker{scanner: scanner{buf: doc}, path: []byte(root), offsets: offsets, pointers: make([]string, 0, len(offsets))}
	w.value(space(doc, 0))
	for len(w.pointers) < len(offsets) {
		w.pointers = append(w.pointers, "")
	}
	return w.pointers
}

// offsetOf is where the value of a pointer starts; 0 when there is none.
func (s *scanner) offsetOf(pointer string) int {
	w := walker{scanner: scanner{buf: s.buf}, path: []byte(s.root), target: []byte(pointer)}
	w.value(space(s.buf, 0))
	return w.targetAt
}

// value walks the value at p. It returns -1 when all is found or the text ends.
func (w *walker) value(p int) int {
	if p >= len(w.buf) || w.done(p) {
		return -1
	}
	switch w.buf[p] {
	case '{':
		return w.object(p)
	case '[':
		return w.array(p)
	}
	return w.skip(p)
}

// done notes that the walk is at p, and tells whether it can end.
func (w *walker) done(p int) bool {
	if w.target != nil {
		if bytes.Equal(w.path, w.target) {
			w.targetAt = p
			return true
		}
		return false
	}
	for n := len(w.pointers); n < len(w.offsets) && w.offsets[n] <= p; n++ {
		w.pointers = append(w.pointers, string(w.path))
	}
	return len(w.pointers) == len(w.offsets)
}

func (w *walker) object(p int) int {
	here := len(w.path)
	first := true
	for p++; ; first = false {
		at, name, next := w.member(p, first)
		w.path = w.path[:here]
		if next < 0 || at < 0 {
			return next
		}
		w.path = appendPointer(w.path, name)
		if w.target == nil && w.done(at) {
			return -1
		}
		if p = w.value(next); p < 0 {
			return p
		}
	}
}

func (w *walker) array(p int) int {
	here := len(w.path)
	for n := 0; ; n++ {
		next, more := w.element(p, n == 0)
		w.path = w.path[:here]
		if next < 0 || !more {
			return next
		}
		w.path = strconv.AppendInt(append(w.path, '/'), int64(n), 10)
		if p = w.value(next); p < 0 {
			return p
		}
	}
}

// appendPointer appends a member name to a JSON Pointer (RFC 6901).
func appendPointer(path, name []byte) []byte {
	path = append(path, '/')
	for _, c := range name {
		switch c {
		case '~':
			path = append(path, "~0"...)
		case '/':
			path = append(path, "~1"...)
		default:
			path = append(path, c)
		}
	}
	return path
}
