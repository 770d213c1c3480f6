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
	field{name: "specversion", kind: kindVersion, required: true}.
		says(`The version of CloudEvents: always "1.0".`),
	id("id", func(t *target) *string { return &t.envelope.id }).must().
		says("Names this event within its source, for tracing. Best made from the document and its revision, such as "+
			"INV-2026-184213/1: sent again, the event then has the same id."),
	field{name: "source", kind: kindSource, required: true}.
		says("Which system publishes: a URI reference such as urn:acme:erp:emea."),
	field{name: "type", kind: kindType, required: true}.
		says("What happened. A publisher that has names of its own keeps them, if the configuration of Tocsin translates them."),
	field{name: "subject", kind: kindSubject}.
		says("The customer, equal to customer_id of data. It is required where data has one."),
	instant("time", func(t *target) *state.Instant { return &t.time }).must().
		says("When it happened in the business, as an RFC 3339 instant. More than 24 hours (configurable) after the event was "+
			"known it is refused: then a clock is wrong."),
	instant("recordedtime", func(t *target) *state.Instant { return &t.recorded }).
		says("When the publisher recorded it, as an RFC 3339 instant. In a file of events it says when the event was known, "+
			"which decides the day on which it is played; left out, time does. On Kafka the record's own timestamp is what "+
			"counts."),
	text("datacontenttype", nil).
		says("The form of data: application/json."),
	text("dataschema", nil).
		says("Where a schema of data can be found. It is not read."),
	text("traceparent", nil).
		says("W3C trace context, so that the event joins the publisher's trace."),
	text("tracestate", nil).
		says("W3C trace context."),
	field{name: "data", kind: kindData, required: true}.
		says("The whole current state of the document, as its type says below."),
)

// specVersion looks at the version of CloudEvents.
func (d *Decoder) specVersion(at int, s []byte) {
	if string(s) != "1.0" {
		d.fault(SpecVersion, at, `specversion is %q; only "1.0" is understood`, clip(s))
	}
}

// typeName looks the type up.
func (d *Decoder) typeName(at int, s []byte) {
	d.named = true
	d.typ = d.typeOf(s)
	if d.typ == nil {
		d.fault(TypeUnknown, at, "%q is no type of the contract, and the configuration does not translate it", clip(s))
		return
	}
	d.body = d.typ.body.take(&d.slots)
}

// typeOf is the type of a name, nil when there is none. Publishers use few of the names.
func (d *Decoder) typeOf(name []byte) *typeInfo {
	recent := &d.recent[hash(name)%uint64(len(d.recent))]
	if *recent == nil || (*recent).name != string(name) {
		typ := d.byName[string(name)]
		if typ == nil {
			return nil
		}
		*recent = typ
	}
	return (*recent).typeInfo
}

// sourceName takes the URI reference of the publisher.
func (d *Decoder) sourceName(at int, s []byte) {
	switch {
	case string(s) == d.known.last && len(s) > 0:
	case len(s) == 0:
		d.fault(Format, at, "source is empty; give %s", wants[kindSource])
		return
	case !uriReference(s):
		d.fault(Format, at, "%q is no URI reference; give %s", clip(s), wants[kindSource])
		return
	default:
		d.known.last = d.known.text(s)
	}
	d.source = d.known.last
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
