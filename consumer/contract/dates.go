package contract

import (
	"encoding/binary"
	"time"

	"tocsin/state"
)

// plainDate is the length of a date written the way almost all are: ten bytes between quotes.
const plainDate = 12

// plainDate reads a date that is right and written the usual way. 0: it is different, and goes the long way.
func (d *Decoder) plainDate(f *field, p int) int {
	if p < 0 || p > len(d.buf)-plainDate {
		return 0
	}
	next := p + plainDate
	s := (*[plainDate]byte)(d.buf[p:next])
	text := (*dateText)(s[1:])
	known := d.months.place(text)
	if known.text != binary.LittleEndian.Uint64(text[:]) {
		known.learn(text)
	}
	day, ok := known.date(text)
	if !ok || day < state.MinDate || day > state.MaxDate || s[0] != '"' || s[plainDate-1] != '"' {
		return 0
	}
	*f.date(&d.target) = day
	return next
}

// dateText is YYYY-MM-DD.
type dateText [10]byte

// months remembers months that dates were in, each at the place of its number and the last digit of its year. Dates are in
// few of them.
type months [8 * 16]month

type month struct {
	text   uint64     // YYYY-MM-
	before state.Date // the day before its first
	days   uint8
}

// place is where the month of a date is, or another one.
func (m *months) place(s *dateText) *month { return &m[(s[3]&7)<<4|(s[5]&1*10+s[6])&15] }

// date is the day of the month that a date is in.
func (m *month) date(s *dateText) (state.Date, bool) {
	tens, units := s[8]-'0', s[9]-'0'
	n := tens*10 + units
	return m.before + state.Date(n), tens <= 9 && units <= 9 && n > 0 && n <= m.days
}

// learn makes the place that of the month of s. What is no month has no days.
func (m *month) learn(s *dateText) {
	first := *s
	copy(first[8:], "01")
	day, ok := state.ParseDate(first[:])
	if !ok {
		*m = month{}
		return
	}
	*m = month{text: binary.LittleEndian.Uint64(s[:]), before: day - 1, days: 31}
	for m.days > 28 {
		first[8], first[9] = '0'+m.days/10, '0'+m.days%10
		if _, ok := state.ParseDate(first[:]); ok {
			break
		}
		m.days--
	}
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
	i, format, bounds := d.months.instant(s)
	switch {
	case !format:
		d.fault(Format, at, "%q is no RFC 3339 instant; give %s", clip(s), wants[kindInstant])
	case !bounds:
		d.fault(Range, at, "%s is out of bounds; give an instant from %d to %d", clip(s), firstYear, lastYear)
	}
	d.setInstant(f, at, s, i)
}

// setInstant takes an instant that was read from s at an offset; 0 if it was not right.
func (d *Decoder) setInstant(f *field, at int, s []byte, i state.Instant) {
	to := f.instant(&d.target)
	*to = i
	if to == &d.time {
		d.timeAt = at
	}
	if d.depth > 1 && (i == 0 || !writtenPlainly(s)) {
		d.odd() // another way to write the instant
	}
}

// plainInstant reads an instant that is right and written with as many decimals as most are. It reads each of the bytes, so
// that there is no need to look for the end of the string. 0: it is different, and goes the long way.
func (d *Decoder) plainInstant(f *field, p int) int {
	const whole, millis = len(`"YYYY-MM-DDThh:mm:ssZ`), len(`"YYYY-MM-DDThh:mm:ss.nnnZ`)
	b := d.buf
	end := p + millis
	if end >= len(b) || b[end] != '"' {
		end = p + whole
	}
	if end >= len(b) || b[end] != '"' || b[p] != '"' {
		return 0
	}
	s := b[p+1 : end]
	i, format, bounds := d.months.instant(s)
	if !format || !bounds {
		return 0
	}
	d.setInstant(f, p, s, i)
	return end + 1
}

// writtenPlainly tells whether an instant, which was read from s, is written out again as s: in UTC, with no zero at the end of
// a fraction, and none of a leap second.
func writtenPlainly(s []byte) bool {
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
	const whole, shortest = len("YYYY-MM-DDThh:mm:ss"), len("YYYY-MM-DDThh:mm:ssZ")
	if len(s) < shortest {
		return 0, false, false
	}
	t := (*[whole]byte)(s)
	known := m.place((*dateText)(t[:]))
	if known.text != binary.LittleEndian.Uint64(t[:]) {
		known.learn((*dateText)(t[:]))
	}
	date, dateOK := known.date((*dateText)(t[:]))
	h, min, sec, clockOK := clock(binary.LittleEndian.Uint64(t[11:]))
	if !dateOK || !clockOK || t[10]|0x20 != 't' {
		return 0, false, false
	}
	nanos, rest, ok := fraction(s[whole:])
	if !ok {
		return 0, false, false
	}
	offset := state.Instant(0)
	if len(rest) != 1 || rest[0] != 'Z' {
		if offset, ok = zone(rest); !ok {
			return 0, false, false
		}
	}
	clockTime := state.Instant(h)*hour + state.Instant(min)*minute - offset
	if sec == 60 && (clockTime+minute)%day != 0 {
		return 0, false, false
	}
	const slack = 2 // days; beyond them the nanoseconds could overflow
	if date < state.MinDate-slack || date > state.MaxDate+slack {
		return 0, true, false
	}
	i = state.Instant(date-1)*day + clockTime
	i += state.Instant(sec)*second + nanos
	return i, true, i >= 0 && i < state.Instant(state.MaxDate)*day
}

// clock reads hh:mm:ss, whose first byte is the lowest of text. Seconds are up to 60.
func clock(text uint64) (h, min, sec uint8, ok bool) {
	const (
		colons  = 1<<16 | 1<<40
		zeros   = ones*'0' ^ colons*('0'^':') // 00:00:00
		toHighs = ones*(0x80-10) + colons*9   // what brings digits beyond 9 and other marks than colons to 0x80
	)
	digits := text ^ zeros
	wrong := (digits | (digits + toHighs)) & highs
	pairs := digits*10 + digits>>8 // the number of each two digits is where the first one was
	h, min, sec = uint8(pairs), uint8(pairs>>24), uint8(pairs>>48)
	return h, min, sec, wrong == 0 && h <= 23 && min <= 59 && sec <= 60
}

// twoDigits is the number that two digits make.
func twoDigits(tens, units byte) (n uint8, ok bool) {
	tens, units = tens-'0', units-'0'
	return tens*10 + units, tens <= 9 && units <= 9
}

// units are the parts of a second that a fraction of so many digits counts.
var units = [...]state.Instant{second, second / 1e1, second / 1e2, second / 1e3, second / 1e4, second / 1e5, second / 1e6, second / 1e7, second / 1e8, second / 1e9}

// fraction reads an optional fraction of a second.
func fraction(s []byte) (nanos state.Instant, rest []byte, ok bool) {
	if s[0] != '.' {
		return 0, s, true
	}
	n := digits(s, 1)
	counted := s[1:min(n, len(units))]
	for _, c := range counted {
		nanos = nanos*10 + state.Instant(c-'0')
	}
	return nanos * units[len(counted)], s[n:], n > 1
}

// zone reads Z or an offset from UTC.
func zone(s []byte) (state.Instant, bool) {
	if len(s) == 1 && s[0]|0x20 == 'z' {
		return 0, true
	}
	if len(s) != 6 || s[3] != ':' || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	h, hOK := twoDigits(s[1], s[2])
	m, mOK := twoDigits(s[4], s[5])
	offset := state.Instant(h)*hour + state.Instant(m)*minute
	if s[0] == '-' {
		offset = -offset
	}
	return offset, hOK && mOK && h <= 23 && m <= 59
}
