package contract

import "bytes"

// skip reads over the value at p, whatever it is, and notes what breaks the limits inside it.
func (s *scanner) skip(p int) int {
	if p >= len(s.buf) {
		return s.breach(p, "the text ends where a value should be")
	}
	switch c := s.buf[p]; c {
	case '"':
		_, next := s.str(p)
		return next
	case '{':
		return s.skipObject(p)
	case '[':
		return s.skipArray(p)
	case 't':
		return s.literal(p, "true")
	case 'f':
		return s.literal(p, "false")
	case 'n':
		return s.literal(p, "null")
	default:
		if c == '-' || c >= '0' && c <= '9' {
			return s.number(p)
		}
		return s.breach(p, "%q does not start a value", c)
	}
}

// descend opens an object or array at p.
func (s *scanner) descend(p int) {
	s.depth++
	if s.depth == MaxDepth+1 {
		s.fault(TooDeep, p, "the value is nested %d deep; at most %d is allowed", s.depth, MaxDepth)
	}
}

func (s *scanner) skipObject(p int) int {
	s.descend(p)
	names := s.openNames()
	first := true
	for p++; ; first = false {
		at, name, next := s.member(p, first)
		if next < 0 {
			return next
		}
		if at < 0 {
			s.closeNames(names)
			s.depth--
			return next
		}
		if names.repeats(s, name) {
			s.repeated(at, name)
		}
		if p = s.skip(next); p < 0 {
			return p
		}
	}
}

// member reads, inside an object, the name from p on with the comma before it unless it is the first. It returns where
// the name is and where the value is; the object's end is a name at -1.
func (s *scanner) member(p int, first bool) (at int, name []byte, value int) {
	b := s.buf
	p = space(b, p)
	if p < len(b) {
		if b[p] == '}' {
			return -1, nil, p + 1
		}
		if !first {
			if b[p] != ',' {
				return 0, nil, s.breach(p, "%q after a member; a comma or } should be there", b[p])
			}
			p = space(b, p+1)
		}
	}
	if p >= len(b) {
		return 0, nil, s.breach(p, "the text ends inside an object")
	}
	if b[p] != '"' {
		return 0, nil, s.breach(p, "%q where the name of a member should be", b[p])
	}
	at = p
	name, p = s.str(p)
	if p < 0 {
		return 0, nil, p
	}
	p = space(b, p)
	if p >= len(b) || b[p] != ':' {
		return 0, nil, s.breach(p, "no colon after the name of a member")
	}
	return at, name, space(b, p+1)
}

func (s *scanner) repeated(at int, name []byte) {
	s.fault(DuplicateKey, at, "the object has a member %q before; a name may come once", clip(name))
}

func (s *scanner) skipArray(p int) int {
	s.descend(p)
	start := p
	n := 0
	for {
		next, more := s.element(p, n == 0)
		if next < 0 {
			return next
		}
		if !more {
			s.arrayEnd(start, n)
			return next
		}
		if p = s.skip(next); p < 0 {
			return p
		}
		n++
	}
}

// element moves inside an array from p (its bracket, or behind an element) to the next element, or behind the array.
func (s *scanner) element(p int, first bool) (next int, more bool) {
	b := s.buf
	if first {
		p = space(b, p+1)
		if p < len(b) && b[p] == ']' {
			return p + 1, false
		}
		return p, true
	}
	p = space(b, p)
	if p < len(b) {
		switch b[p] {
		case ']':
			return p + 1, false
		case ',':
			return space(b, p+1), true
		}
		return s.breach(p, "%q after an element; a comma or ] should be there", b[p]), false
	}
	return s.breach(p, "the text ends inside an array"), false
}

// arrayEnd closes the array that started at start and had n elements.
func (s *scanner) arrayEnd(start, n int) {
	s.depth--
	if n > MaxArray {
		s.fault(TooLong, start, "the array has %d elements; at most %d are allowed", n, MaxArray)
	}
}

func (s *scanner) literal(p int, want string) int {
	if !bytes.HasPrefix(s.buf[p:], []byte(want)) {
		return s.breach(p, "%q does not start a value", s.buf[p])
	}
	return p + len(want)
}

// number reads over a number of JSON's grammar.
func (s *scanner) number(p int) int {
	b := s.buf
	start := p
	if b[p] == '-' {
		p++
	}
	end := digits(b, p)
	if end == p || b[p] == '0' && end > p+1 {
		return s.breach(start, "not a number of JSON")
	}
	p = end
	if p < len(b) && b[p] == '.' {
		if end = digits(b, p+1); end == p+1 {
			return s.breach(start, "not a number of JSON")
		}
		p = end
	}
	if p < len(b) && b[p]|0x20 == 'e' {
		p++
		if p < len(b) && (b[p] == '+' || b[p] == '-') {
			p++
		}
		if end = digits(b, p); end == p {
			return s.breach(start, "not a number of JSON")
		}
		p = end
	}
	return p
}

// digits is the offset behind the digits from p on.
func digits(b []byte, p int) int {
	for p < len(b) && b[p] >= '0' && b[p] <= '9' {
		p++
	}
	return p
}
