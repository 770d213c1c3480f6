package contract

import "math/bits"

// object reads the object at p into the target by its table.
func (d *Decoder) object(t *table, p int) int {
	start := p
	d.depth++
	var seen uint64
	others := d.openNames()
	habit := &d.habits[t.number]
	before, first := 0, true
	for p++; !d.at(p, '}'); first = false {
		i, at := int(habit[before])-1, p
		if !first {
			at++ // behind the comma
		}
		var name []byte
		next := 0
		if i >= 0 && (first || d.at(p, ',')) && (t.leads[i].opens(d.buf, at) || t.leads[i].stands(d.buf, at)) {
			next = space(d.buf, at+len(t.leads[i].text))
		} else {
			at, name, next = d.member(p, first)
			if next < 0 {
				return next
			}
			if at < 0 {
				p = next - 1
				break
			}
			if i = t.find(name); i >= 0 && t.number > 0 {
				habit[before] = uint8(i + 1)
			}
		}
		before = i + 1
		switch {
		case i < 0:
			if others.repeats(&d.scanner, name) {
				d.repeated(at, name)
			}
			d.unknownFields++
			d.odd()
			p = d.skip(next)
		case seen>>i&1 != 0:
			d.repeated(at, []byte(t.fields[i].name))
			p = d.skip(next)
		default:
			seen |= 1 << i
			p = d.value(&t.fields[i], next)
			if d.depth <= 2 {
				d.found(&t.fields[i], next, p)
			}
		}
		if p < 0 {
			return p
		}
	}
	d.closeNames(others)
	d.depth--
	for lacking := t.required &^ seen; lacking != 0; lacking &= lacking - 1 {
		f := &t.fields[bits.TrailingZeros64(lacking)]
		d.missing(start, f.name, wants[f.kind])
	}
	return p + 1
}

// at tells whether c stands at p.
func (d *Decoder) at(p int, c byte) bool { return p < len(d.buf) && d.buf[p] == c }

// odd notes that data holds something that the body cannot reproduce.
func (d *Decoder) odd() {
	if d.depth > 1 {
		d.irregular = true
	}
}

// value reads the value at p of a member that the table knows. What is written the way almost all are is read at once, and
// with few calls, which cost more than what they do; whatever is different goes the long way and, if right, gets the same
// result.
func (d *Decoder) value(f *field, p int) int {
	next := 0
	switch f.kind {
	case kindDate:
		next = d.plainDate(f, p)
	case kindInstant:
		next = d.plainInstant(f, p)
	case kindMoney, kindLimitAmount:
		next = d.plainMoney(f, p)
	case kindInteger:
		next = d.plainInteger(f, p)
	case kindBool:
		next = d.plainFlag(f, p)
	case kindObject:
		if d.at(p, '{') {
			return d.inner(f, p)
		}
	case kindIDs, kindDues, kindAllocations, kindIdentifiers:
		if d.at(p, '[') {
			return d.array(f, p)
		}
	default:
		if f.kind < kindDate && d.at(p, '"') {
			return d.quoted(f, p)
		}
	}
	if next > 0 {
		return next
	}
	return d.anyValue(f, p)
}

// quoted reads a value that is written as a string.
func (d *Decoder) quoted(f *field, p int) int {
	b := d.buf
	var s []byte
	end := pastPlain(b, p+1)
	next := end + 1
	if end < len(b) && end > p && b[end] == '"' && end-p <= MaxString {
		s = b[p+1 : end]
	} else if s, next = d.strFrom(p, end); next < 0 {
		return next
	}
	switch f.kind { // as textOf does, with one call less for those that are frequent
	case kindID, kindText:
		switch n := len(s); {
		case n == 0 || n > MaxID || f.text == nil:
			d.textOf(f, p, s)
		case f.unique:
			*f.text(&d.target) = d.unique(s)
		default:
			*f.text(&d.target) = d.known.text(s)
		}
	case kindEnum:
		d.enum(f, p, s)
	case kindWord:
		d.word(f, p, s)
	case kindCurrency:
		d.currency(f, p, s)
	case kindDecimal:
		d.decimal(f, p, s)
	default:
		d.textOf(f, p, s)
	}
	return next
}

// anyValue reads a value, however it is written.
func (d *Decoder) anyValue(f *field, p int) int {
	switch {
	case p >= len(d.buf):
		return d.breach(p, "the text ends where a value should be")
	case d.buf[p] == 'n':
		return d.null(f, p)
	case f.kind > lastText:
		return d.other(f, p)
	case d.buf[p] == '"':
		return d.quoted(f, p)
	}
	if f.kind == kindSubject {
		d.subjectAt = p // it is there
	}
	return d.refuse(p, wants[f.kind])
}

// other reads a value that is not written as a string.
func (d *Decoder) other(f *field, p int) int {
	switch f.kind {
	case kindMoney, kindLimitAmount:
		return d.money(f, p)
	case kindInteger:
		return d.integer(f, p)
	case kindData:
		return d.data(p)
	case kindAny: // ext
		d.extAt, d.extEnd = p, d.skip(p)
		return d.extEnd
	}
	return d.refuse(p, wants[f.kind])
}

// null reads a null: the same as a member that is not there, but for a limit that is withdrawn.
func (d *Decoder) null(f *field, p int) int {
	next := d.literal(p, "null")
	if next < 0 {
		return next
	}
	switch {
	case f.kind == kindLimitAmount:
		*f.withdrawn(&d.target) = true
	case f.required:
		d.requiredNull(f, p)
	default:
		d.odd()
	}
	return next
}

func (d *Decoder) requiredNull(f *field, at int) {
	d.fault(Missing, at, "the member is required and null; give %s", wants[f.kind])
}

// refuse reads over a value of the wrong kind.
func (d *Decoder) refuse(p int, want string) int {
	next := d.skip(p)
	if next >= 0 {
		d.fault(WrongType, p, "the value is %s; give %s", describe(d.buf[p]), want)
	}
	return next
}

// describe says what kind of value starts with c.
func describe(c byte) string {
	switch c {
	case '"':
		return "a string"
	case '{':
		return "an object"
	case '[':
		return "an array"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	return "a number"
}

// inner reads an object that is a member of data.
func (d *Decoder) inner(f *field, p int) int {
	if f.enter != nil {
		f.enter(&d.target)
	}
	next := d.object(f.items, p)
	if space(d.buf, p+1) == next-1 {
		d.odd() // an empty object looks like none
	}
	return next
}

// array reads a list.
func (d *Decoder) array(f *field, p int) int {
	start := p
	d.depth++
	d.lists.start(f.kind)
	n := 0
	for {
		next, more := p+1, d.plainElement(p, n == 0)
		if !more && (n == 0 || !d.at(p, ']')) {
			next, more = d.element(p, n == 0)
		}
		if next < 0 {
			return next
		}
		if !more {
			d.arrayEnd(start, n)
			d.lists.finish(f, &d.target, d.Reuse)
			if n == 0 {
				d.odd() // an empty list looks like none
			}
			return next
		}
		if p = d.item(f, next); p < 0 {
			return p
		}
		n++
	}
}

// plainElement tells whether another element comes at once behind p, a bracket or a comma.
func (d *Decoder) plainElement(p int, first bool) bool {
	return p+1 < len(d.buf) && (first || d.buf[p] == ',') && d.buf[p+1] > ' ' && d.buf[p+1] != ']'
}

// item reads one element of a list.
func (d *Decoder) item(f *field, p int) int {
	if f.kind == kindIDs {
		if p >= len(d.buf) || d.buf[p] != '"' {
			return d.refuse(p, wants[kindID])
		}
		s, next := d.str(p)
		if n := len(s); next >= 0 && (n > 0 && n <= MaxID || d.idLength(p, s)) {
			d.lists.ids.open = append(d.lists.ids.open, d.known.unique(s))
		}
		return next
	}
	if p >= len(d.buf) || d.buf[p] != '{' {
		return d.refuse(p, "an object")
	}
	d.lists.enter(f.kind, &d.target)
	return d.object(f.items, p)
}
