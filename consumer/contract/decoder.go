package contract

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"tocsin/state"
)

// Decoder turns documents into events. It is not safe for concurrent use; have one per goroutine and keep it, since it
// remembers the strings it has seen.
type Decoder struct {
	// Reuse makes bodies and their lists valid until the next call only, so that nothing is allocated for them.
	Reuse bool

	scanner
	target
	typ       *typeInfo  // of this document; nil: not known (yet)
	body      state.Body // of that type, being read
	named     bool       // type was read, whatever it said
	irregular bool       // the body and ext cannot reproduce data
	extAt     int        // where ext is, up to extEnd; 0: there is none
	extEnd    int
	start     int // where the document's object is

	unknownFields, unknownValues int64 // in this document

	byName map[string]*typeName
	recent [64]*typeName // some of byName, by hash
	habits [40]habit     // by table.number
	ahead  state.Instant
	known  intern
	moulds moulds
	lists  lists
	counts [32]TypeCount

	writer    canonicaliser
	canonical []byte // the last value that it wrote

	months     months
	currencies currencyCodes
}

// TypeCount is how many events of a type were accepted, and what in them was not understood.
type TypeCount struct {
	Type          string
	Accepted      int64
	UnknownFields int64 // members that the contract does not have
	UnknownValues int64 // of open enums
}

// typeName is a type under a name that a publisher gives it.
type typeName struct {
	name string
	*typeInfo
}

// NewDecoder returns a decoder. The error names a type in o.Types that the contract does not have.
func NewDecoder(o Options) (*Decoder, error) {
	d := (&Decoder{byName: make(map[string]*typeName, len(types)+len(o.Types)), ahead: o.ahead()}).Beside()
	for i := range types {
		d.byName[types[i].name] = &typeName{types[i].name, &types[i]}
	}
	for _, own := range slices.Sorted(maps.Keys(o.Types)) {
		name := o.Types[own]
		typ := typeNamed(name)
		if typ == nil {
			return nil, fmt.Errorf("types: %s: %q is no type of the contract", own, name)
		}
		d.byName[own] = &typeName{own, typ}
	}
	return d, nil
}

// Beside is a decoder for the same types that works at the same time as d and counts for itself.
func (d *Decoder) Beside() *Decoder {
	b := &Decoder{Reuse: d.Reuse, byName: d.byName, ahead: d.ahead}
	b.moulds.credit = mouldCredits
	for i := range types {
		b.counts[i].Type = types[i].name
	}
	return b
}

// Counts is what the decoder has counted since it was made, for each type in the contract's order.
func (d *Decoder) Counts() []TypeCount {
	return append([]TypeCount(nil), d.counts[:len(types)]...)
}

// Unknown is what of a document was not understood, and no fault.
type Unknown struct {
	Fields, Values uint16 // see [TypeCount]; that many at the most are told
}

// Unknown is that of the last document, if it was accepted.
func (d *Decoder) Unknown() Unknown {
	return Unknown{uint16(min(d.unknownFields, math.MaxUint16)), uint16(min(d.unknownValues, math.MaxUint16))}
}

// Decode reads a structured CloudEvents document into ev. knownAt is when the document came in; zero means that the
// document says it itself (recordedtime, else time). It returns nil, or why the document is refused: ev is then zero.
func (d *Decoder) Decode(value []byte, knownAt state.Instant, ev *state.Event) *Reject {
	d.begin(value, 0)
	if d.fits() {
		d.document(knownAt)
	}
	return d.end(knownAt, ev)
}

// fits notes a value that is too large to be read.
func (d *Decoder) fits() bool {
	if len(d.buf) <= MaxValue {
		return true
	}
	d.faults = append(d.faults, fault{code: TooLarge, whole: true,
		message: fmt.Sprintf("the document has %d bytes; at most %d are allowed", len(d.buf), MaxValue)})
	return false
}

// end is what became of the value.
func (d *Decoder) end(knownAt state.Instant, ev *state.Event) *Reject {
	if d.broke || d.badUTF8 {
		d.checkUTF8()
	}
	if len(d.faults) > 0 {
		*ev = state.Event{}
		d.recogniseFeed()
		return d.reject()
	}
	d.accept(knownAt, ev)
	return nil
}

// begin prepares for a value that stands behind some bytes of a record's value.
func (d *Decoder) begin(value []byte, before int) {
	d.reset(value)
	d.before = before
	d.envelope = envelope{}
	d.customer, d.revision, d.entity = "", 0, ""
	d.typ, d.named, d.irregular = nil, false, false
	d.start, d.extAt = 0, 0
	d.unknownFields, d.unknownValues = 0, 0
}

// document reads the whole value.
func (d *Decoder) document(knownAt state.Instant) {
	if d.moulded() {
		d.afterwards(knownAt)
		return
	}
	d.moulds.places = d.moulds.places[:0]
	start := space(d.buf, 0)
	if start == len(d.buf) {
		d.breach(start, "there is nothing; a JSON object should be there")
		return
	}
	d.start = start
	object := d.buf[start] == '{'
	end := 0
	if object {
		end = d.object(envelopeTable, start)
	} else {
		end = d.refuse(start, "an object")
	}
	if end < 0 {
		return
	}
	if end = space(d.buf, end); end != len(d.buf) {
		d.breach(end, "%q after the end of the document", d.buf[end])
		return
	}
	if object {
		d.afterwards(knownAt)
	}
	if len(d.faults) == 0 {
		d.learn()
	}
}

// afterwards does what needs the whole envelope.
func (d *Decoder) afterwards(knownAt state.Instant) {
	if d.dataWaits {
		d.named = true
		d.depth++
		d.data(d.dataAt)
		d.depth--
	}
	if d.typ != nil && d.typ.customer && (d.subject == nil || string(d.subject) != d.customer) {
		d.checkSubject()
	}
	if d.time > d.knownAt(knownAt)+d.ahead {
		d.fault(TimeFuture, d.timeAt, "the event happened more than %s after it was known (%s); check the publisher's clock",
			time.Duration(d.ahead), d.knownAt(knownAt))
	}
	if d.typ != nil && d.typ.check != nil {
		d.typ.check(d)
	}
}

func (d *Decoder) checkSubject() {
	switch {
	case d.subject == nil:
		if d.subjectAt == 0 {
			d.missing(d.start, "subject", wants[kindSubject])
		}
	case d.customer != "" && string(d.subject) != d.customer:
		d.fault(SubjectMismatch, d.subjectAt, "the subject is not the customer of data, %q; they must be equal", d.customer)
	}
}

// knownAt is when the event was known: as the caller says, else as the document does.
func (e *envelope) knownAt(given state.Instant) state.Instant {
	switch {
	case given != 0:
		return given
	case e.recorded != 0:
		return e.recorded
	}
	return e.time
}

// accept writes the event of a document without fault.
func (d *Decoder) accept(knownAt state.Instant, ev *state.Event) {
	ev.Kind, ev.Customer, ev.KnownAt, ev.Body = d.typ.kind, state.CustomerID(d.customer), d.knownAt(knownAt), d.body
	ev.Revision, ev.Time, ev.ID, ev.Source, ev.Entity, ev.Canonical = d.revision, d.time, d.id, d.source, d.entity, ""
	ev.Ext = ""
	switch {
	case d.irregular:
		d.canonical = d.writer.append(d.canonical[:0], d.buf[d.dataAt:d.dataEnd])
		ev.Canonical = string(d.canonical)
	case d.extAt > 0:
		d.canonical = d.writer.append(d.canonical[:0], d.buf[d.extAt:d.extEnd])
		ev.Ext = d.known.text(d.canonical)
	}
	if !d.Reuse {
		d.typ.body.keep(&d.slots)
	}
	count := &d.counts[d.typ.index]
	count.Accepted++
	count.UnknownFields += d.unknownFields
	count.UnknownValues += d.unknownValues
}

// KeyMatches tells whether a Kafka record's key is the one that the contract recommends for its event. A record without
// key and an event without customer match; a mismatch is counted, never refused.
func KeyMatches(key []byte, ev *state.Event) bool {
	return len(key) == 0 || ev.Customer == "" || string(key) == string(ev.Customer)
}
