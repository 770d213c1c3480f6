package contract

import (
	"math"

	"tocsin/state"
)

// textOf takes the text of a member that is written as a string. at is where it stands.
func (d *Decoder) textOf(f *field, at int, s []byte) {
	switch f.kind {
	case kindID:
		if n := len(s); n > 0 && n <= MaxID || d.idLength(at, s) {
			*f.text(&d.target) = d.keep(f, s)
		}
	case kindText:
		switch {
		case f.text == nil:
		case len(s) == 0:
			d.odd() // looks like none
		default:
			*f.text(&d.target) = d.keep(f, s)
		}
	case kindDate:
		d.date(f, at, s)
	case kindInstant:
		d.instant(f, at, s)
	case kindEnum:
		d.enum(f, at, s)
	case kindWord:
		d.word(f, at, s)
	case kindDecimal:
		d.decimal(f, at, s)
	case kindCurrency:
		d.currency(f, at, s)
	case kindVersion:
		d.specVersion(at, s)
	case kindType:
		d.typeName(at, s)
	case kindSource:
		d.sourceName(at, s)
	case kindSubject:
		d.subject, d.subjectAt = s, at
	case kindMoneyAmount:
		d.amount.amount, d.amount.amountAt = s, at
	case kindMoneyCode:
		d.amount.code, d.amount.codeAt = s, at
	}
}

// keep is the string that an event keeps for s.
func (d *Decoder) keep(f *field, s []byte) string {
	if f.unique {
		return d.unique(s)
	}
	return d.known.text(s)
}

// unique is the string that an event keeps for a text that hardly ever recurs. Most events are named after their document,
// whose id is then a part of the event's.
func (d *Decoder) unique(s []byte) string {
	if n := len(s); n <= len(d.id) && d.id[:n] == string(s) {
		return d.id[:n]
	}
	return d.known.unique(s)
}

// idLength notes an id that is empty or too long.
func (d *Decoder) idLength(p int, s []byte) bool {
	n := len(s)
	if n > MaxID {
		n = characters(s)
	}
	if n >= 1 && n <= MaxID {
		return true
	}
	d.fault(IDLength, p, "the id has %d characters; give 1 to %d", n, MaxID)
	return false
}

// characters counts code points; a byte that is not UTF-8 counts as one.
func characters(s []byte) int {
	n := 0
	for range string(s) {
		n++
	}
	return n
}

// plainFlag reads a boolean. 0: it is none.
func (d *Decoder) plainFlag(f *field, p int) int {
	const yes, no = "true", "false"
	rest := d.buf[p:]
	switch {
	case len(rest) >= len(yes) && string(rest[:len(yes)]) == yes:
		*f.flag(&d.target) = state.FlagTrue
		return p + len(yes)
	case len(rest) >= len(no) && string(rest[:len(no)]) == no:
		*f.flag(&d.target) = state.FlagFalse
		return p + len(no)
	}
	return 0
}

// plainInteger reads an integer that is right, not 0 and not long. 0: it is different, and goes the long way.
func (d *Decoder) plainInteger(f *field, p int) int {
	const most = 18 // digits that fit whatever they are
	b := d.buf
	n, from := int64(0), p
	if d.at(p, '-') {
		from++
	}
	next := from
	for ; next < len(b) && b[next]-'0' <= 9; next++ {
		n = n*10 + int64(b[next]-'0')
	}
	if n == 0 || b[from] == '0' || next-from > most || next == len(b) || b[next] != ',' && b[next] != '}' {
		return 0
	}
	if from > p {
		n = -n
	}
	if n < f.low || n > f.high {
		return 0
	}
	*f.integer(&d.target) = n
	return next
}

// integer reads an integer literal.
func (d *Decoder) integer(f *field, p int) int {
	b := d.buf
	if c := b[p]; c != '-' && (c < '0' || c > '9') {
		return d.refuse(p, wants[kindInteger])
	}
	next := d.number(p)
	if next < 0 {
		return next
	}
	n, whole, fits := parseInteger(b[p:next])
	switch {
	case !whole:
		d.fault(WrongType, p, "%s is not written as an integer; give digits alone, such as 1", clip(b[p:next]))
	case !fits || n < f.low || n > f.high:
		d.fault(Range, p, "%s is out of bounds; give an integer from %d to %d", clip(b[p:next]), f.low, f.high)
	default:
		if n == 0 {
			d.odd() // looks like none
		}
		*f.integer(&d.target) = n
	}
	return next
}

// parseInteger reads a number of JSON's grammar.
func parseInteger(text []byte) (n int64, whole, fits bool) {
	sign := int64(1)
	if text[0] == '-' {
		sign, text = -1, text[1:]
	}
	fits = true
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false, false
		}
		digit := sign * int64(c-'0')
		if n > math.MaxInt64/10 || n < math.MinInt64/10 || n*10 > math.MaxInt64-digit && digit > 0 || n*10 < math.MinInt64-digit && digit < 0 {
			fits = false
			continue
		}
		n = n*10 + digit
	}
	return n, true, fits
}

// position is the number of the value among those of an enum, counted from 1; 0 when it has none of them.
func position(values []string, s []byte) int {
	for i, v := range values {
		if v == string(s) {
			return i + 1
		}
	}
	return 0
}

func (d *Decoder) enum(f *field, at int, s []byte) {
	n := position(f.values, s)
	if n == 0 {
		if d.unknownValue(f, at, s) {
			return
		}
		d.odd()
		n = f.other()
	}
	*f.enum(&d.target) = uint8(n)
}

// other is the number of the value that unknown ones count as.
func (f *field) other() int {
	n := len(f.values)
	if n > 0 && f.values[n-1] == "other" {
		return n
	}
	return n + 1
}

// unknownValue refuses a value that a closed enum does not have and counts one that an open one does not.
func (d *Decoder) unknownValue(f *field, at int, s []byte) (refused bool) {
	if f.closed {
		d.fault(EnumUnknown, at, "%q is not one of %s", clip(s), oneOf(f.values))
		return true
	}
	d.unknownValues++
	return false
}

func (d *Decoder) word(f *field, at int, s []byte) {
	if n := position(f.values, s); n > 0 {
		*f.text(&d.target) = f.values[n-1]
		return
	}
	if d.unknownValue(f, at, s) {
		return
	}
	if len(s) == 0 {
		d.odd() // looks like none
	}
	*f.text(&d.target) = d.known.text(s)
}

func (d *Decoder) decimal(f *field, at int, s []byte) {
	switch {
	case !plainDecimal(s):
		d.fault(Format, at, "%q is no plain decimal; give %s", clip(s), wants[kindDecimal])
	case f.part && !atMostOne(s):
		d.fault(Range, at, "%s is out of bounds; give a part of 1, such as 0.9 for 90 %%", clip(s))
	case f.positive && isZero(s):
		d.fault(Range, at, "%s is nothing; give more than 0", clip(s))
	default:
		*f.text(&d.target) = d.keep(f, s)
	}
}

func (d *Decoder) currency(f *field, at int, s []byte) {
	if c := d.currencies.of(s); c != 0 {
		*f.currency(&d.target) = c
		return
	}
	d.unknownCurrency(at, s)
}

func (d *Decoder) unknownCurrency(at int, s []byte) {
	d.fault(CurrencyUnknown, at, `%q is no currency of ISO 4217; give a code such as "EUR"`, clip(s))
}
