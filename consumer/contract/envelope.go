package contract

import "tocsin/state"

// envelope is what stands around data. Offsets are those of the values; zero: not read.
type envelope struct {
	id        string
	source    string
	subject   []byte // as it stands in the document
	time      state.Instant
	recorded  state.Instant
	subjectAt int
	timeAt    int
	dataAt    int
	dataEnd   int
	dataWaits bool // data came before type
}

var envelopeTable = newTable(
	field{name: "specversion", kind: kindVersion, required: true},
	id("id", func(t *target) *string { return &t.envelope.id }).must(),
	field{name: "source", kind: kindSource, required: true},
	field{name: "type", kind: kindType, required: true},
	field{name: "subject", kind: kindSubject},
	instant("time", func(t *target) *state.Instant { return &t.time }).must(),
	instant("recordedtime", func(t *target) *state.Instant { return &t.recorded }),
	text("datacontenttype", nil),
	text("dataschema", nil),
	text("traceparent", nil),
	text("tracestate", nil),
	field{name: "data", kind: kindData, required: true},
)

// specVersion reads the version of CloudEvents.
func (d *Decoder) specVersion(p int) int {
	s, next, ok := d.quoted(p, kindVersion)
	if ok && string(s) != "1.0" {
		d.fault(SpecVersion, p, `specversion is %q; only "1.0" is understood`, clip(s))
	}
	return next
}

// typeName reads the type and looks it up.
func (d *Decoder) typeName(p int) int {
	s, next, ok := d.quoted(p, kindType)
	d.named = true
	if !ok {
		return next
	}
	typ := d.typeOf(s)
	switch {
	case typ == nil:
		d.fault(TypeUnknown, p, "%q is no type of the contract, and the configuration does not translate it", clip(s))
	default:
		d.typ = typ
		typ.body.take(&d.slots)
	}
	return next
}

// typeOf is the type of a name, nil when there is none. Publishers use few of the names.
func (d *Decoder) typeOf(name []byte) *typeInfo {
	recent := &d.recent[hash(name)%uint64(len(d.recent))]
	if *recent == nil || (*recent).name != string(name) {
		typ := d.byName[string(name)]
		if typ == nil {
			return nil
		}
		*recent = &typeName{string(name), typ}
	}
	return (*recent).typeInfo
}

// sourceName reads the URI reference of the publisher.
func (d *Decoder) sourceName(p int) int {
	s, next, ok := d.quoted(p, kindSource)
	switch {
	case !ok || string(s) == d.known.last:
	case len(s) == 0:
		d.fault(Format, p, "source is empty; give %s", wants[kindSource])
		return next
	case !uriReference(s):
		d.fault(Format, p, "%q is no URI reference; give %s", clip(s), wants[kindSource])
		return next
	default:
		d.known.last = d.known.text(s)
	}
	d.source = d.known.last
	return next
}

// uriReference tells whether text consists of what RFC 3986 allows in a URI reference.
func uriReference(text []byte) bool {
	for i, c := range text {
		switch {
		case c <= ' ', c >= 0x7F, c == '"', c == '<', c == '>', c == '\\', c == '^', c == '`', c == '{', c == '|', c == '}':
			return false
		case c == '%' && (i+2 >= len(text) || !isHex(text[i+1]) || !isHex(text[i+2])):
			return false
		}
	}
	return true
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}

// data reads the data object by the table of its type. Data that comes before its type waits until the envelope is read;
// of an unknown type only the limits of all values are checked.
func (d *Decoder) data(p int) int {
	if !d.named {
		d.dataAt, d.dataWaits = p, true
		d.quiet = true
		next := d.skip(p)
		d.quiet = false
		return next
	}
	d.dataAt = p
	switch {
	case d.typ == nil:
		d.dataEnd = d.skip(p)
	case d.buf[p] != '{':
		d.dataEnd = d.refuse(p, "an object")
	default:
		d.dataEnd = d.object(d.typ.data, p)
	}
	return d.dataEnd
}
