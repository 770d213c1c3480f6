package contract

import (
	"time"

	"tocsin/state"
)

func (d *Decoder) date(f *field, p int) int {
	b := d.buf
	// The way almost all dates are written: ten bytes between quotes.
	if p+12 <= len(b) && b[p] == '"' && b[p+11] == '"' {
		if day, ok := state.ParseDate(b[p+1 : p+11]); ok && day >= state.MinDate && day <= state.MaxDate {
			*f.date(&d.target) = day
			return p + 12
		}
	}
	s, next, ok := d.quoted(p, kindDate)
	if !ok {
		return next
	}
	day, ok := state.ParseDate(s)
	switch {
	case !ok:
		d.fault(Format, p, "%q is no date; give %s", clip(s), wants[kindDate])
	case day < state.MinDate || day > state.MaxDate:
		d.fault(Range, p, "%s is out of bounds; give a date from %s to %s", clip(s), state.MinDate, state.MaxDate)
	default:
		*f.date(&d.target) = day
	}
	return next
}

func (d *Decoder) instant(f *field, p int) int {
	at := f.instant(&d.target)
	if at == &d.time {
		d.timeAt = p
	}
	s, next, ok := d.quoted(p, kindInstant)
	if !ok {
		return next
	}
	i, format, bounds := parseInstant(s)
	switch {
	case !format:
		d.fault(Format, p, "%q is no RFC 3339 instant; give %s", clip(s), wants[kindInstant])
	case !bounds:
		d.fault(Range, p, "%s is out of bounds; give an instant from %d to %d", clip(s), firstYear, lastYear)
	default:
		*at = i
		if d.depth > 1 && (i == 0 || !plainInstant(i, s)) {
			d.odd() // another way to write the instant
		}
	}
	return next
}

// plainInstant tells whether s is how the instant is written out again.
func plainInstant(i state.Instant, s []byte) bool {
	var plain [len(time.RFC3339Nano)]byte
	return string(i.Time().AppendFormat(plain[:0], time.RFC3339Nano)) == string(s)
}

const (
	second = state.Instant(time.Second)
	minute = state.Instant(time.Minute)
	hour   = state.Instant(time.Hour)
	day    = 24 * hour
)

// parseInstant reads YYYY-MM-DDThh:mm:ss with an optional fraction and Z or an offset (RFC 3339). Decimals beyond
// nanoseconds are cut. A leap second, where the last minute of a day in UTC has one, is the first of the next.
func parseInstant(s []byte) (i state.Instant, format, bounds bool) {
	if len(s) < 20 || s[10]|0x20 != 't' || s[13] != ':' || s[16] != ':' {
		return 0, false, false
	}
	date, ok := state.ParseDate(s[:10])
	h, hOK := twoDigits(s[11:], 23)
	m, mOK := twoDigits(s[14:], 59)
	sec, sOK := twoDigits(s[17:], 60)
	if !ok || !hOK || !mOK || !sOK {
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
	i = state.Instant(date-1)*day + state.Instant(h)*hour + state.Instant(m)*minute - offset
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
