package contract

import (
	"encoding/binary"
	"time"

	"tocsin/state"
)

// plainDate is the length of a date written the way almost all are: ten bytes between quotes.
const plainDate = 12

// plainDate reads a date that is right and written the usual way. Whatever is different goes the long way.
func (d *Decoder) plainDate(f *field, p int) bool {
	b := d.buf
	if p+plainDate > len(b) || b[p+plainDate-1] != '"' {
		return false
	}
	day, ok := d.months.date(b[p+1 : p+plainDate-1])
	if ok && day >= state.MinDate && day <= state.MaxDate {
		*f.date(&d.target) = day
		return true
	}
	return false
}

// months remembers months that dates were in, each at the place of its number and the last digit of its year. Dates are in
// few of them.
type months [8 * 16]month

type month struct {
	text   uint64     // YYYY-MM-
	before state.Date // the day before its first
	days   uint8
}

// date is state.ParseDate of ten bytes.
func (m *months) date(s []byte) (state.Date, bool) {
	text := binary.LittleEndian.Uint64(s)
	known := &m[(s[3]&7)<<4|(s[5]&1*10+s[6])&15]
	if known.text != text {
		if !known.learn(text, s) {
			return 0, false
		}
	}
	n, ok := twoDigits(s[8:], int(known.days))
	return known.before + state.Date(n), ok && n > 0
}

// learn makes the place that of the month of s.
func (m *month) learn(text uint64, s []byte) bool {
	var first [10]byte
	copy(first[:], s[:8])
	copy(first[8:], "01")
	day, ok := state.ParseDate(first[:])
	if !ok {
		return false
	}
	*m = month{text: text, before: day - 1, days: 31}
	for m.days > 28 {
		first[8], first[9] = '0'+m.days/10, '0'+m.days%10
		if _, ok := state.ParseDate(first[:]); ok {
			break
		}
		m.days--
	}
	return true
}

func (d *Decoder) date(f *field, at int, s []byte) {
	day, ok := state.ParseDate(s)
	switch {
	case !ok:
		d.fault(Format, at, "%q is no date; give %s", clip(s), wants[kindDate])
	case day < state.MinDate || day > state.MaxDate:
		d.fault(Range, at, "%s is out of bounds; give a date from %s to %s", clip(s), state.MinDate, state.MaxDate)
	default:
		*f.date(&d.target) = day
	}
}

func (d *Decoder) instant(f *field, at int, s []byte) {
	to := f.instant(&d.target)
	if to == &d.time {
		d.timeAt = at
	}
	i, format, bounds := d.months.instant(s)
	switch {
	case !format:
		d.fault(Format, at, "%q is no RFC 3339 instant; give %s", clip(s), wants[kindInstant])
	case !bounds:
		d.fault(Range, at, "%s is out of bounds; give an instant from %d to %d", clip(s), firstYear, lastYear)
	default:
		*to = i
		if d.depth > 1 && (i == 0 || !plainInstant(s)) {
			d.odd() // another way to write the instant
		}
	}
}

// plainInstant tells whether an instant, which was read from s, is written out again as s: in UTC, with no zero at the end of
// a fraction, and none of a leap second.
func plainInstant(s []byte) bool {
	const whole, nanos = len("2006-01-02T15:04:05Z"), len("2006-01-02T15:04:05.000000000Z")
	n := len(s)
	return s[10] == 'T' && s[n-1] == 'Z' && s[17] != '6' && (n == whole || n <= nanos && s[n-2] != '0')
}

const (
	second = state.Instant(time.Second)
	minute = state.Instant(time.Minute)
	hour   = state.Instant(time.Hour)
	day    = 24 * hour
)

// instant reads YYYY-MM-DDThh:mm:ss with an optional fraction and Z or an offset (RFC 3339). Decimals beyond
// nanoseconds are cut. A leap second, where the last minute of a day in UTC has one, is the first of the next.
func (m *months) instant(s []byte) (i state.Instant, format, bounds bool) {
	if len(s) < 20 || s[10]|0x20 != 't' || s[13] != ':' || s[16] != ':' {
		return 0, false, false
	}
	date, ok := m.date(s[:10])
	h, hOK := twoDigits(s[11:], 23)
	min, minOK := twoDigits(s[14:], 59)
	sec, secOK := twoDigits(s[17:], 60)
	if !ok || !hOK || !minOK || !secOK {
		return 0, false, false
	}
	nanos, rest, ok := fraction(s[19:])
	if !ok {
		return 0, false, false
	}
	offset, ok := zone(rest)
	if !ok {
		return 0, false, false
	}
	const slack = 2 // days; beyond them the nanoseconds could overflow
	if date < state.MinDate-slack || date > state.MaxDate+slack {
		return 0, true, false
	}
	i = state.Instant(date-1)*day + state.Instant(h)*hour + state.Instant(min)*minute - offset
	if sec == 60 && (i+minute)%day != 0 {
		return 0, false, false
	}
	i += state.Instant(sec)*second + nanos
	return i, true, i >= 0 && i < state.Instant(state.MaxDate)*day
}

func twoDigits(s []byte, most int) (int, bool) {
	tens, units := s[0]-'0', s[1]-'0'
	n := int(tens)*10 + int(units)
	return n, tens <= 9 && units <= 9 && n <= most
}

// fraction reads an optional fraction of a second.
func fraction(s []byte) (nanos state.Instant, rest []byte, ok bool) {
	if s[0] != '.' {
		return 0, s, true
	}
	unit := second
	n := digits(s, 1)
	for _, c := range s[1:n] {
		unit /= 10
		nanos += state.Instant(c-'0') * unit
	}
	return nanos, s[n:], n > 1
}

// zone reads Z or an offset from UTC.
func zone(s []byte) (state.Instant, bool) {
	if len(s) == 1 && s[0]|0x20 == 'z' {
		return 0, true
	}
	if len(s) != 6 || s[3] != ':' || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	h, hOK := twoDigits(s[1:], 23)
	m, mOK := twoDigits(s[4:], 59)
	offset := state.Instant(h)*hour + state.Instant(m)*minute
	if s[0] == '-' {
		offset = -offset
	}
	return offset, hOK && mOK
}
