package state

import (
	"encoding/binary"
	"errors"
)

// Errors of decoding.
var (
	// ErrNewerVersion: the bytes were written by a newer Tocsin. Stop; do not quarantine.
	ErrNewerVersion = errors.New("written by a later tocsin: run that one, or a later one")
	// ErrCorrupt: the bytes are no encoding.
	ErrCorrupt = errors.New("corrupt encoding")
)

func appendString(buf []byte, s string) []byte {
	return append(binary.AppendUvarint(buf, uint64(len(s))), s...)
}

func appendBytes(buf, b []byte) []byte {
	return append(binary.AppendUvarint(buf, uint64(len(b))), b...)
}

func appendDate(buf []byte, d Date) []byte { return binary.AppendVarint(buf, int64(d)) }

func appendMoney(buf []byte, m Money) []byte {
	return binary.AppendVarint(binary.AppendUvarint(buf, uint64(m.Currency)), m.Minor)
}

// reader takes values off an encoding. After the first fault every value is zero and err is set, so that callers look
// once, at the end. It never allocates more than the bytes it was given can hold.
type reader struct {
	rest []byte
	err  error
	exts bool // events have their ext by itself
}

func (r *reader) fail() {
	if r.err == nil {
		r.err = ErrCorrupt
	}
	r.rest = nil
}

func (r *reader) byte() byte {
	if len(r.rest) == 0 {
		r.fail()
		return 0
	}
	b := r.rest[0]
	r.rest = r.rest[1:]
	return b
}

// bool reads a byte that must be 0 or 1: an encoding has one form only.
func (r *reader) bool() bool {
	b := r.byte()
	if b > 1 {
		r.fail()
	}
	return b == 1
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 || n > 1 && r.rest[n-1] == 0 {
		r.fail()
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *reader) varint() int64 {
	u := r.uvarint()
	v := int64(u >> 1)
	if u&1 != 0 {
		v = ^v
	}
	return v
}

func (r *reader) date() Date {
	v := r.varint()
	if int64(Date(v)) != v {
		r.fail()
	}
	return Date(v)
}

func (r *reader) uint64() uint64 {
	if len(r.rest) < 8 {
		r.fail()
		return 0
	}
	v := binary.LittleEndian.Uint64(r.rest)
	r.rest = r.rest[8:]
	return v
}

func (r *reader) currency() Currency {
	c := r.uvarint()
	if c != 0 && (c >= uint64(len(scales)) || !Currency(c).valid()) {
		r.fail()
		return 0
	}
	return Currency(c)
}

// money reads an amount, which is never negative.
func (r *reader) money() Money {
	m := Money{Currency: r.currency(), Minor: r.varint()}
	if m.Minor < 0 {
		r.fail()
	}
	return m
}

// count reads how many values follow, each of at least size bytes.
func (r *reader) count(size int) int {
	n := r.uvarint()
	if n > uint64(len(r.rest)/size) {
		r.fail()
		return 0
	}
	return int(n)
}

// view is the next length-prefixed bytes, shared with the input.
func (r *reader) view() []byte {
	n := r.count(1)
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

func (r *reader) string() string { return string(r.view()) }

// bytes is a copy of the next length-prefixed bytes, nil when there are none.
func (r *reader) bytes() []byte { return append([]byte(nil), r.view()...) }

// enum reads a byte of at most limit.
func enum[T ~uint8](r *reader, limit T) T {
	b := r.byte()
	if b > byte(limit) {
		r.fail()
		return 0
	}
	return T(b)
}
