package contract

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"
)

// Reject is why a document is refused.
type Reject struct {
	Code    Code
	Pointer string // JSON Pointer to the value; to the member where it should be if it is missing; empty: the whole
	Message string // what is wrong and what would be right
}

func (r *Reject) Error() string {
	return r.Pointer + ": " + r.Message + " (" + string(r.Code) + ")"
}

// fault is a Reject whose pointer is not yet looked up.
type fault struct {
	code    Code
	at      int    // offset of the value, or of the object that lacks a member; negative: see scanner.headers
	member  string // name of the member that is missing
	whole   bool   // a fault of the whole document: no pointer
	message string
}

// fault notes that the value at an offset is wrong; reading goes on.
func (s *scanner) fault(code Code, at int, format string, args ...any) {
	if s.quiet {
		return
	}
	s.faults = append(s.faults, fault{code: code, at: at, message: fmt.Sprintf(format, args...)})
}

// missing notes that the object at an offset lacks a member.
func (s *scanner) missing(object int, member, want string) {
	s.faults = append(s.faults, fault{code: Missing, at: object, member: member, message: "the member is required; give " + want})
}

// breach notes that the text is no JSON. There is no way on from it: the result is -1.
func (s *scanner) breach(at int, format string, args ...any) int {
	s.broke = true
	message := fmt.Sprintf(format, args...)
	s.faults = append(s.faults, fault{code: JSON, at: at, whole: true, message: fmt.Sprintf("not JSON at byte %d: %s", s.before+at+1, message)})
	return -1
}

// checkUTF8 looks for the first byte that is not UTF-8. It is called only when something is wrong already.
func (s *scanner) checkUTF8() {
	for i := 0; i < len(s.buf); {
		r, n := utf8.DecodeRune(s.buf[i:])
		if r == utf8.RuneError && n <= 1 {
			s.faults = append(s.faults, fault{code: UTF8, at: i, whole: true, message: fmt.Sprintf("byte %d (0x%02x) is not UTF-8; write the text as UTF-8", s.before+i+1, s.buf[i])})
			return
		}
		i += n
	}
}

// rank orders faults by code, then by place.
func rank(a, b fault) int {
	return cmp.Or(cmp.Compare(a.code.rank(), b.code.rank()), cmp.Compare(a.at, b.at))
}

// reject is the fault that decides the refusal. There is at least one.
func (s *scanner) reject() *Reject {
	worst := s.faults[0]
	for _, f := range s.faults[1:] {
		if rank(f, worst) < 0 {
			worst = f
		}
	}
	return &s.resolve([]fault{worst})[0]
}

// Faults lists every fault of the document that was decoded last, in the order of the text. A missing member stands where
// its object starts.
func (d *Decoder) Faults() []Reject {
	ordered := slices.Clone(d.faults)
	slices.SortStableFunc(ordered, func(a, b fault) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.code.rank(), b.code.rank()))
	})
	return d.resolve(ordered)
}

// resolve looks up the pointers of faults, which are in the order of the text.
func (s *scanner) resolve(faults []fault) []Reject {
	offsets := make([]int, 0, len(faults))
	for _, f := range faults {
		if f.inBuf() {
			offsets = append(offsets, f.at)
		}
	}
	pointers := pointersAt(s.buf, s.root, offsets)
	rejects := make([]Reject, 0, len(faults))
	for _, f := range faults {
		r := Reject{Code: f.code, Message: f.message}
		switch {
		case f.inBuf():
			r.Pointer, pointers = pointers[0], pointers[1:]
		case !f.whole:
			r.Pointer = s.headerPointer(f.at)
		}
		if f.member != "" {
			r.Pointer += "/" + f.member
		}
		rejects = append(rejects, r)
	}
	return rejects
}

// inBuf tells whether the fault is at a place of the text that was read.
func (f *fault) inBuf() bool { return !f.whole && f.at >= 0 }

// clip shortens what a message quotes.
func clip(text []byte) string {
	const most = 60
	if len(text) <= most {
		return string(text)
	}
	n := most
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return string(text[:n]) + "…"
}
