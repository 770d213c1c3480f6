package contract

import (
	"bytes"
	"math/bits"
	"strings"
	"unicode/utf8"

	"tocsin/state"
)

// DecodeRecord reads the event of a Kafka record as Decode does, in whichever of the three forms it is sent:
//
//   - structured: value is the whole document;
//   - binary: the attributes are headers, ce_ before their names but for datacontenttype, which is content-type, and value
//     is data (the Kafka binding of CloudEvents 1.0);
//   - either with the five bytes of a schema registry before the value: a zero and a number, which says nothing here.
//
// A record is binary if it has ce_ headers, unless content-type names an event format (application/cloudevents…). One
// without either is taken as structured: plain producers send no headers, or application/json.
//
// Whatever the form, the same event gets the same verdict, and a fault the same pointer: /time is the time, be it a member
// or a header. Bytes are counted from the beginning of value. Headers that are no attributes are not looked at.
func (d *Decoder) DecodeRecord(headers []state.Header, value []byte, knownAt state.Instant, ev *state.Event) *Reject {
	document := withoutSchema(value)
	d.begin(document, len(value)-len(document))
	switch {
	case !d.fits():
	case isBinary(headers):
		d.binary(headers, knownAt)
	default:
		d.document(knownAt)
	}
	return d.end(knownAt, ev)
}

// withoutSchema is a value without the prefix of a schema registry. No JSON starts with a zero byte.
func withoutSchema(value []byte) []byte {
	const prefix = 5
	if len(value) >= prefix && value[0] == 0 {
		return value[prefix:]
	}
	return value
}

const (
	attributePrefix = "ce_"
	contentType     = "content-type"
	eventFormat     = "application/cloudevents"
)

func isBinary(headers []state.Header) bool {
	attributes := false
	for i := range headers {
		h := &headers[i]
		if h.Key == contentType && len(h.Value) >= len(eventFormat) && strings.EqualFold(string(h.Value[:len(eventFormat)]), eventFormat) {
			return false
		}
		attributes = attributes || strings.HasPrefix(h.Key, attributePrefix)
	}
	return attributes
}

// attributeName is the name of the attribute that a header holds; empty: none.
func attributeName(key string) string {
	if key == contentType {
		return "datacontenttype"
	}
	name, _ := strings.CutPrefix(key, attributePrefix)
	if len(name) == len(key) {
		return ""
	}
	return name
}

// dataField is the place of data in envelopeTable.
var dataField = envelopeTable.find([]byte("data"))

// binary reads the attributes from headers and data from the value. The offset of a header is negative, so that it comes
// before the value; what is missing comes before all.
func (d *Decoder) binary(headers []state.Header, knownAt state.Instant) {
	d.root, d.headers, d.start, d.depth = "/data", headers, -len(headers)-1, 1
	seen := d.attributes(headers)
	d.named = true
	if len(d.buf) > 0 {
		seen |= 1 << dataField
		p := space(d.buf, 0)
		if p = d.value(&envelopeTable.fields[dataField], p); p < 0 {
			return
		}
		if p = space(d.buf, p); p != len(d.buf) {
			d.breach(p, "%q after the end of data", d.buf[p])
			return
		}
	}
	for lacking := envelopeTable.required &^ seen; lacking != 0; lacking &= lacking - 1 {
		f := &envelopeTable.fields[bits.TrailingZeros64(lacking)]
		d.missing(d.start, f.name, wants[f.kind])
	}
	d.afterwards(knownAt)
}

// attributes reads the headers that are attributes, and tells which fields of envelopeTable they are.
func (d *Decoder) attributes(headers []state.Header) (seen uint64) {
	others := d.openNames()
	defer d.closeNames(others)
	for n := range headers {
		name := attributeName(headers[n].Key)
		if name == "" {
			continue
		}
		at := n - len(headers)
		from := len(d.scratch)
		d.scratch = append(d.scratch, headers[n].Key...)
		if key := d.scratch[from:]; others.repeats(&d.scanner, key) {
			d.fault(DuplicateKey, at, "the record has a header %q before; an attribute may come once", clip(key))
			continue
		}
		i := envelopeTable.find([]byte(name))
		if i < 0 || i == dataField {
			d.unknownFields++
			d.limits(at, []byte(name))
			d.limits(at, headers[n].Value)
			continue
		}
		seen |= 1 << i
		d.attribute(&envelopeTable.fields[i], at, headers[n].Value)
	}
	return seen
}

// attribute takes the value of a header as that of the string it is in the structured form; without value it is null.
func (d *Decoder) attribute(f *field, at int, value []byte) {
	switch {
	case value == nil && f.required:
		d.requiredNull(f, at)
	case value != nil && d.limits(at, value):
		d.textOf(f, at, value)
	}
}

// limits notes what breaks the limits of all strings; false: it cannot be read.
func (d *Decoder) limits(at int, text []byte) bool {
	if !utf8.Valid(text) {
		d.fault(UTF8, at, "the header is not UTF-8; write the text as UTF-8")
		return false
	}
	if bytes.IndexByte(text, 0) >= 0 {
		d.nul(at)
	}
	d.counted(at, text)
	return true
}

// headerPointer is the pointer of the attribute whose header is at a negative offset; empty for the whole event.
func (s *scanner) headerPointer(at int) string {
	n := at + len(s.headers)
	if n < 0 {
		return ""
	}
	return string(appendPointer(nil, []byte(attributeName(s.headers[n].Key))))
}
