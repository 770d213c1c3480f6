package contract

import (
	"strconv"
	"strings"
)

// walker goes through a document that was read before, looking for a place in it.
type walker struct {
	scanner
	at      int    // offset looked for, or
	pointer string // pointer looked for (when at is -1)

	found        bool
	foundAt      int
	foundPointer string
}

// pointerAt is the JSON Pointer of the value that starts at an offset, or of the member whose name does.
func pointerAt(doc []byte, at int) string {
	w := walker{scanner: scanner{buf: doc}, at: at}
	w.value(space(doc, 0), "")
	return w.foundPointer
}

// offsetOf is where the value of a pointer starts; 0 when there is none.
func offsetOf(doc []byte, pointer string) int {
	w := walker{scanner: scanner{buf: doc}, at: -1, pointer: pointer}
	w.value(space(doc, 0), "")
	return w.foundAt
}

// value walks the value at p. It returns -1 when the place is found or the text ends.
func (w *walker) value(p int, pointer string) int {
	if w.here(p, pointer) || p >= len(w.buf) {
		return -1
	}
	switch w.buf[p] {
	case '{':
		return w.object(p, pointer)
	case '[':
		return w.array(p, pointer)
	}
	return w.skip(p)
}

func (w *walker) here(p int, pointer string) bool {
	if p == w.at || w.at < 0 && pointer == w.pointer {
		w.found, w.foundAt, w.foundPointer = true, p, pointer
	}
	return w.found
}

func (w *walker) object(p int, pointer string) int {
	first := true
	for p++; ; first = false {
		at, name, next := w.member(p, first)
		if next < 0 || at < 0 {
			return next
		}
		inner := pointer + "/" + escapePointer(string(name))
		if at == w.at {
			w.here(at, inner)
			return -1
		}
		if p = w.value(next, inner); p < 0 {
			return p
		}
	}
}

func (w *walker) array(p int, pointer string) int {
	for n := 0; ; n++ {
		next, more := w.element(p, n == 0)
		if next < 0 || !more {
			return next
		}
		if p = w.value(next, pointer+"/"+strconv.Itoa(n)); p < 0 {
			return p
		}
	}
}

// escapePointer writes a member name as a part of a JSON Pointer (RFC 6901).
func escapePointer(name string) string {
	if !strings.ContainsAny(name, "~/") {
		return name
	}
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}
