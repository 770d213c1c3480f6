package alerts

import (
	"encoding/binary"
	"errors"
	"math"

	"tocsin/state"
)

// errEncoding is the answer to bytes that this package did not write.
var errEncoding = errors.New("alerts: not an encoding of this version")

// reader takes an encoding apart. It never fails in the middle: what is wrong sets bad, and everything read after that is
// zero, so that callers look once, at the end.
type reader struct {
	bytes []byte
	text  string // the same bytes, so that all strings of a record are one allocation
	at    int
	bad   bool

	version byte // of the memory
}

func newReader(b []byte) reader { return reader{bytes: b, text: string(b)} }

// done tells whether everything was read and right.
func (r *reader) done() bool { return !r.bad && r.at == len(r.bytes) }

// uint reads a number of at most most. A number that is not written in the fewest bytes is wrong.
func (r *reader) uint(most uint64) uint64 {
	n, size := binary.Uvarint(r.bytes[r.at:])
	if r.bad || size <= 0 || n > most || size > 1 && r.bytes[r.at+size-1] == 0 {
		r.bad = true
		return 0
	}
	r.at += size
	return n
}

// byte reads one byte that has no bit outside mask.
func (r *reader) byte(mask byte) byte {
	if r.bad || r.at == len(r.bytes) || r.bytes[r.at]&^mask != 0 {
		r.bad = true
		return 0
	}
	r.at++
	return r.bytes[r.at-1]
}

// date reads a date as days since another one.
func (r *reader) date(since state.Date) state.Date {
	return since + state.Date(r.uint(uint64(math.MaxInt32-since)))
}

// string reads a text; it shares the memory of the whole encoding.
func (r *reader) string() string {
	from, to := r.span()
	return r.text[from:to]
}

// blob reads bytes; they share the memory of the encoding, which nobody writes into. None is nil.
func (r *reader) blob() []byte {
	from, to := r.span()
	if from == to {
		return nil
	}
	return r.bytes[from:to:to]
}

func (r *reader) span() (from, to int) {
	size := int(r.uint(uint64(len(r.bytes))))
	if size > len(r.bytes)-r.at {
		r.bad = true
		return 0, 0
	}
	r.at += size
	return r.at - size, r.at
}

func appendUint(b []byte, n uint64) []byte { return binary.AppendUvarint(b, n) }

func appendDate(b []byte, since, d state.Date) []byte { return appendUint(b, uint64(d-since)) }

func appendString[T string | []byte](b []byte, text T) []byte {
	return append(appendUint(b, uint64(len(text))), text...)
}
