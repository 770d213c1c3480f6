package contract

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Canonical is a JSON value in canonical form (RFC 8785): no white space, members ordered by the UTF-16 code units of
// their names, one way to write each string and number. The value must be one that a Decoder took.
//
// It departs from the RFC in one point: an integer literal that an int64 holds is kept exactly, where the RFC would round
// it to a float64. Two revisions beyond 2^53 are two values here.
func Canonical(value []byte) []byte {
	return new(canonicaliser).append(make([]byte, 0, len(value)), value)
}

// canonicaliser appends values and returns the offset behind them. It may be used for one value after the other.
type canonicaliser struct {
	scanner
	unordered []byte // the members of an object as they came, while they are put in order
	order     []int  // those, by their places
}

// append appends one value whole.
func (c *canonicaliser) append(out, value []byte) []byte {
	c.reset(value)
	out, _ = c.value(out, space(value, 0))
	return out
}

func (c *canonicaliser) value(out []byte, p int) ([]byte, int) {
	if p < 0 || p >= len(c.buf) {
		return out, -1
	}
	switch b := c.buf[p]; {
	case b == '"':
		s, next := c.str(p)
		return c.appendRead(out, p, s, next), next
	case b == '{':
		return c.object(out, p)
	case b == '[':
		return c.array(out, p)
	case b == '-' || b >= '0' && b <= '9':
		next := c.number(p)
		return appendNumber(out, c.buf[p:max(p, next)]), next
	}
	next := c.skip(p)
	return append(out, c.buf[p:max(p, next)]...), next
}

// appendRead appends the string that was read at p. As long as it stands there, it has no escape and needs none.
func (c *canonicaliser) appendRead(out []byte, p int, s []byte, next int) []byte {
	const quotes = 2
	if next-p == len(s)+quotes {
		return append(out, c.buf[p:next]...)
	}
	return appendString(out, s)
}

// span is a member of an object, by its name and where its text, with the name, stands in what was written.
type span struct {
	name     []byte
	first    uint64 // the first eight bytes of name, which mostly tell two apart
	from, to int
}

// object writes the members as they come, and where that is not their order writes them once more.
func (c *canonicaliser) object(out []byte, p int) ([]byte, int) {
	var few [16]span // as many as most objects have at most
	members, ordered := few[:0], true
	out = append(out, '{')
	start := len(out)
	first := true
	for p++; ; first = false {
		at, name, next := c.member(p, first)
		if next < 0 {
			return out, next
		}
		if at < 0 {
			p = next
			break
		}
		if !first {
			out = append(out, ',')
		}
		m := span{name: name, first: firstOf(name), from: len(out)}
		out, p = c.value(append(appendString(out, name), ':'), next)
		m.to = len(out)
		ordered = ordered && (first || compareNames(members[len(members)-1].name, name) < 0)
		members = append(members, m)
	}
	if !ordered {
		c.inOrder(out, start, members)
	}
	return append(out, '}'), p
}

// inOrder moves the members that stand in out from start on into their order.
func (c *canonicaliser) inOrder(out []byte, start int, members []span) {
	c.unordered = append(c.unordered[:0], out[start:]...)
	text := func(m span) []byte { return c.unordered[m.from-start : m.to-start] }
	c.order = c.order[:0]
	for i := range members {
		c.order = append(c.order, i)
	}
	slices.SortFunc(c.order, func(i, j int) int {
		a, b := &members[i], &members[j]
		if a.first != b.first && (a.first|b.first)&highs == 0 {
			return cmp.Compare(a.first, b.first)
		}
		if order := compareNames(a.name, b.name); order != 0 {
			return order
		}
		return bytes.Compare(text(*a), text(*b))
	})
	out = out[:start]
	for n, i := range c.order {
		if n > 0 {
			out = append(out, ',')
		}
		out = append(out, text(members[i])...)
	}
}

// firstOf are the first eight bytes of a name as a number in their order. A name has no byte 0, so what it lacks goes before all.
func firstOf(name []byte) uint64 {
	if len(name) >= 8 {
		return binary.BigEndian.Uint64(name)
	}
	first := uint64(0)
	for i, b := range name {
		first |= uint64(b) << (56 - 8*i)
	}
	return first
}

// compareNames compares by UTF-16 code units. That is the order of their bytes but where one has a character beyond U+FFFF, which
// UTF-16 writes as surrogates, and the other one of those behind the surrogates, from U+E000 on.
func compareNames(a, b []byte) int {
	const behindSurrogates, beyondBasic = 0xEE, 0xF0 // first bytes of such characters
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	if n == len(a) || n == len(b) {
		return cmp.Compare(len(a), len(b))
	}
	x, y := a[n], b[n]
	if x >= behindSurrogates && y >= behindSurrogates && (x >= beyondBasic) != (y >= beyondBasic) {
		return cmp.Compare(y, x)
	}
	return cmp.Compare(x, y)
}

func (c *canonicaliser) array(out []byte, p int) ([]byte, int) {
	out = append(out, '[')
	for n := 0; ; n++ {
		next, more := c.element(p, n == 0)
		if next < 0 || !more {
			return append(out, ']'), next
		}
		if n > 0 {
			out = append(out, ',')
		}
		out, p = c.value(out, next)
	}
}

// appendNumber writes a number of JSON's grammar as ECMAScript would.
func appendNumber(out, literal []byte) []byte {
	if n, whole, fits := parseInteger(literal); whole && fits {
		return strconv.AppendInt(out, n, 10)
	}
	x, err := strconv.ParseFloat(string(literal), 64)
	if err != nil {
		return append(out, literal...) // beyond a float64: the RFC has no form for it
	}
	if x == 0 {
		return append(out, '0') // minus zero too
	}
	const small, large = 1e-6, 1e21
	if size := math.Abs(x); size >= small && size < large {
		return strconv.AppendFloat(out, x, 'f', -1, 64)
	}
	from := len(out)
	out = strconv.AppendFloat(out, x, 'e', -1, 64)
	if sign := from + bytes.IndexByte(out[from:], 'e') + 1; out[sign+1] == '0' {
		out = slices.Delete(out, sign+1, sign+2) // 1e-07 is 1e-7
	}
	return out
}

// appendString writes a JSON string with no escape that is not needed.
func appendString[T ~string | ~[]byte](out []byte, s T) []byte {
	const hex = "0123456789abcdef"
	out = append(out, '"')
	plain := 0 // from here on nothing is written yet
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		out = append(out, s[plain:i]...)
		plain = i + 1
		switch c {
		case '"', '\\':
			out = append(out, '\\', c)
		case '\b':
			out = append(out, `\b`...)
		case '\f':
			out = append(out, `\f`...)
		case '\n':
			out = append(out, `\n`...)
		case '\r':
			out = append(out, `\r`...)
		case '\t':
			out = append(out, `\t`...)
		default:
			out = append(out, `\u00`...)
			out = append(out, hex[c>>4], hex[c&15])
		}
	}
	out = append(out, s[plain:]...)
	return append(out, '"')
}

// appendText is appendString for a string that may not be UTF-8: what is not becomes U+FFFD.
func appendText(out []byte, s string) []byte {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return appendString(out, s)
}
