package contract

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"

	"tocsin/state"
)

// scanner reads JSON's grammar and notes what breaks the limits that hold for every value. Its methods take the offset
// at which a value starts and return the offset behind it, or -1 when the grammar is broken and reading must stop.
type scanner struct {
	buf     []byte
	depth   int     // objects and arrays that are open
	quiet   bool    // note breaches of the grammar only: the value will be read again
	badUTF8 bool    // some string is not UTF-8; where is looked up at the end
	broke   bool    // the grammar is broken
	faults  []fault // in the order of discovery
	scratch []byte  // unescaped strings of this document
	names   [][]byte

	root    string         // JSON Pointer of the value in buf: /data where the attributes are headers
	before  int            // bytes of the record's value that stand before buf
	headers []state.Header // those that hold the attributes; what is wrong with them is at a negative offset
}

// reset prepares for another document.
func (s *scanner) reset(buf []byte) {
	s.buf = buf
	s.depth = 0
	s.quiet, s.badUTF8, s.broke = false, false, false
	s.faults = s.faults[:0]
	s.scratch = s.scratch[:0]
	s.names = s.names[:0]
	s.root, s.before, s.headers = "", 0, nil
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// special marks, of eight bytes of a string, those that are not plain: quote, backslash, control or not ASCII. Only the
// lowest mark is exact.
func special(w uint64) uint64 {
	quote := (w ^ ones*'"') - ones
	slash := (w ^ ones*'\\') - ones
	control := w - ones*0x20
	return (quote | slash | control | w) & highs
}

// pastPlain is the offset of the first byte from i on that is special, or close to the end of the text.
func pastPlain(b []byte, i int) int {
	for ; i >= 0 && i <= len(b)-8; i += 8 {
		if m := special(binary.LittleEndian.Uint64(b[i : i+8])); m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
	}
	return i
}

// str reads the string whose quote is at p. The result is valid until the next document.
func (s *scanner) str(p int) ([]byte, int) { return s.strFrom(p, pastPlain(s.buf, p+1)) }

// strFrom goes on with a string that is plain up to i.
func (s *scanner) strFrom(p, i int) ([]byte, int) {
	b := s.buf
	if i < len(b) && i > len(b)-8 {
		i += bits.TrailingZeros64(special(lastOf(b, len(b)-i))) >> 3
	}
	if i < len(b) && b[i] == '"' && i-p-1 <= MaxString {
		return b[p+1 : i], i + 1
	}
	return s.restOfString(p, min(i, len(b)))
}

// lastOf is the last bytes, less than eight, as a number.
func lastOf(b []byte, left int) uint64 {
	if len(b) >= 8 {
		return binary.LittleEndian.Uint64(b[len(b)-8:]) >> (8 * (8 - left) & 63)
	}
	w := uint64(0)
	for i, c := range b[len(b)-left:] {
		w |= uint64(c) << (8 * i)
	}
	return w
}

// restOfString goes on with a string that is plain up to i, to its end or its first escape.
func (s *scanner) restOfString(p, i int) ([]byte, int) {
	b := s.buf
	for i < len(b) && b[i] >= 0x20 && b[i] != '\\' {
		switch {
		case b[i] >= utf8.RuneSelf:
			i += s.character(i)
		case b[i] != '"':
			i = max(i+1, pastPlain(b, i))
		case i-p-1 <= MaxString:
			return b[p+1 : i], i + 1
		default:
			return s.counted(p, b[p+1:i]), i + 1
		}
	}
	return s.escaped(p, i)
}

// escaped goes on with a string from i on, where its first escape is, or what ends it wrongly.
func (s *scanner) escaped(p, i int) ([]byte, int) {
	b := s.buf
	from := len(s.scratch)
	s.scratch = append(s.scratch, b[p+1:i]...)
	for i < len(b) {
		switch c := b[i]; {
		case c == '"':
			return s.counted(p, s.scratch[from:]), i + 1
		case c < 0x20:
			return nil, s.breach(i, "a control character inside a string must be escaped")
		case c == '\\':
			next := s.escape(p, i)
			if next < 0 {
				return nil, next
			}
			i = next
		default:
			n := s.character(i)
			s.scratch = append(s.scratch, b[i:i+n]...)
			i += n
		}
	}
	return nil, s.breach(len(b), "the text ends inside a string")
}

// character is the length of the character at i; one that is not UTF-8 counts as one byte.
func (s *scanner) character(i int) int {
	if s.buf[i] < utf8.RuneSelf {
		return 1
	}
	r, n := utf8.DecodeRune(s.buf[i:])
	if r == utf8.RuneError && n <= 1 {
		s.badUTF8 = true
	}
	return n
}

// counted notes a string that has too many characters.
func (s *scanner) counted(p int, text []byte) []byte {
	if len(text) > MaxString {
		if n := utf8.RuneCount(text); n > MaxString {
			s.longString(p, n)
		}
	}
	return text
}

func (s *scanner) longString(p, n int) {
	s.fault(TooLong, p, "the string has %d characters; at most %d are allowed", n, MaxString)
}

// escape appends what the escape sequence at i stands for, inside the string at p.
func (s *scanner) escape(p, i int) int {
	b := s.buf
	if i+1 >= len(b) {
		return s.breach(len(b), "the text ends inside a string")
	}
	c := b[i+1]
	switch c {
	case '"', '\\', '/':
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'u':
		return s.unicode(p, i)
	default:
		return s.breach(i, "%q is no escape sequence of JSON", b[i:i+2])
	}
	s.scratch = append(s.scratch, c)
	return i + 2
}

// unicode appends the character of the \u sequence, or pair of them, at i.
func (s *scanner) unicode(p, i int) int {
	r, ok := hex4(s.buf, i)
	if !ok {
		return s.breach(i, `\u needs four hexadecimal digits`)
	}
	next := i + 6
	switch {
	case r == 0:
		s.nul(p)
	case r >= 0xDC00 && r < 0xE000:
		s.fault(JSON, p, `the string contains \u%04x, half of a surrogate pair without the other half`, r)
		r = utf8.RuneError
	case r >= 0xD800 && r < 0xDC00:
		low, ok := hex4(s.buf, next)
		if ok && low >= 0xDC00 && low < 0xE000 {
			r = 0x10000 + (r-0xD800)<<10 + (low - 0xDC00)
			next += 6
			break
		}
		s.fault(JSON, p, `the string contains \u%04x, half of a surrogate pair without the other half`, r)
		r = utf8.RuneError
	}
	s.scratch = utf8.AppendRune(s.scratch, r)
	return next
}

func (s *scanner) nul(p int) { s.fault(JSON, p, "the string contains U+0000, which is not allowed") }

// hex4 reads \uXXXX at i.
func hex4(b []byte, i int) (rune, bool) {
	if i+6 > len(b) || b[i] != '\\' || b[i+1] != 'u' {
		return 0, false
	}
	var r rune
	for _, c := range b[i+2 : i+6] {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

// space is the offset of the first byte from p on that is no white space.
func space(b []byte, p int) int {
	if p < len(b) && b[p] > ' ' {
		return p
	}
	return pastSpace(b, p)
}

func pastSpace(b []byte, p int) int {
	for p < len(b) && (b[p] == ' ' || b[p] == '\t' || b[p] == '\n' || b[p] == '\r') {
		p++
	}
	return p
}
