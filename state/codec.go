package state

import (
	"encoding/binary"
	"fmt"
)

// The first byte of every encoding is its version. Decoding takes this one and those before; a greater one is
// ErrNewerVersion. Golden files in testdata hold each version.
const (
	eventVersion    = 3 // 2: with ext in canonical data only; 1: without the kinds from dispute.opened on
	appliedVersion  = 7 // 6: with ext in canonical data only, and with decisions that count no task anew; 5: with decisions that remind nobody; 4: with decisions that escalate no task; 3: with events that are judged at once; 2: with decisions that neither put off nor hand on a task; 1: as of events
	recordVersion   = 9 // 8: with ext in canonical data only; 7: with episodes of whose task nobody was reminded; 6: with episodes whose task is late for nobody; 5: of which everything is judged; 4: with episodes whose task nobody has put off or been handed, and of which no signal is muted; 3: with episodes in which stands when a task is due; 2: with such that keep nothing; 1: without conduct, and with parts in one currency
	countersVersion = 2 // 1: of records in which everything is judged
)

// version reads the version byte.
func (r *reader) version(known byte) byte {
	v := r.byte()
	switch {
	case r.err != nil:
	case v > known:
		r.fail()
		r.err = fmt.Errorf("version %d: %w", v, ErrNewerVersion)
	case v == 0:
		r.fail()
	}
	return v
}

// AppendEvent appends an event.
func AppendEvent(buf []byte, ev *Event) []byte {
	return appendEvent(append(buf, eventVersion), ev)
}

// DecodeEvent reads an event from the start of data and returns what follows it. Errors are ErrCorrupt and
// ErrNewerVersion.
func DecodeEvent(data []byte) (Event, []byte, error) {
	r := reader{rest: data}
	r.exts = r.version(eventVersion) >= 3
	ev := readEvent(&r)
	if r.err != nil {
		return Event{}, nil, fmt.Errorf("event: %w", r.err)
	}
	return ev, r.rest, nil
}

func appendEvent(buf []byte, ev *Event) []byte {
	buf = append(buf, byte(ev.Kind))
	buf = appendString(buf, string(ev.Customer))
	buf = binary.AppendVarint(buf, ev.Revision)
	buf = binary.AppendVarint(buf, int64(ev.Time))
	buf = binary.AppendVarint(buf, int64(ev.KnownAt))
	key := ""
	if ev.Body != nil {
		key = ev.Body.Key()
	}
	buf = appendID(buf, ev.ID, key, ev.Revision)
	buf = appendString(buf, ev.Source)
	buf = appendString(buf, ev.Entity)
	buf = appendString(buf, ev.Ext)
	buf = appendString(buf, ev.Canonical)
	if ev.Body == nil {
		return append(buf, 0)
	}
	return appendBody(append(buf, 1), ev.Body)
}

func readEvent(r *reader) Event {
	ev := Event{Kind: enum(r, kindCount-1), Customer: CustomerID(r.string())}
	ev.Revision = r.varint()
	ev.Time, ev.KnownAt = Instant(r.varint()), Instant(r.varint())
	id, told := readID(r)
	ev.Source, ev.Entity = r.string(), r.string()
	if r.exts {
		ev.Ext = r.string()
	}
	ev.Canonical = r.string()
	key := ""
	if r.bool() {
		if ev.Body = readBody(r, ev.Kind); ev.Body == nil {
			r.fail()
			return Event{}
		}
		key = ev.Body.Key()
	}
	if ev.ID = id; !told {
		ev.ID = plainID(key, ev.Revision)
	} else if isPlainID(id, key, ev.Revision) {
		r.fail() // written in another way than appendID does
	}
	return ev
}

// appendID appends an event's id, which mostly follows from key and revision.
func appendID(buf []byte, id, key string, revision int64) []byte {
	if isPlainID(id, key, revision) {
		return append(buf, 0)
	}
	return appendString(append(buf, 1), id)
}

func readID(r *reader) (id string, told bool) {
	if !r.bool() {
		return "", false
	}
	return r.string(), true
}

// AppendApplied appends the cause of a step as a journal row holds it.
func AppendApplied(buf []byte, a *Applied) []byte {
	buf = append(buf, appliedVersion)
	buf = binary.AppendVarint(buf, int64(a.KnownAt))
	buf = binary.AppendUvarint(buf, uint64(len(a.Events)))
	for i := range a.Events {
		buf = appendEvent(buf, &a.Events[i])
	}
	buf = append(buf, boolByte(a.Decision != nil)*withDecision|boolByte(len(a.Estates) > 0)*withLegacy|boolByte(a.Unjudged)*withoutVerdict)
	buf = appendBytes(buf, a.Decision)
	if len(a.Estates) == 0 {
		return buf
	}
	buf = binary.AppendUvarint(buf, uint64(len(a.Estates)))
	for _, estate := range a.Estates {
		buf = appendBytes(buf, estate)
	}
	return buf
}

// What a journal row has beside events.
const (
	withDecision byte = 1 << iota
	withLegacy
	withoutVerdict
)

// DecodeApplied reads what AppendApplied wrote. Errors are ErrCorrupt and ErrNewerVersion.
func DecodeApplied(data []byte) (Applied, error) {
	r := reader{rest: data}
	r.exts = r.version(appliedVersion) >= 7
	a := Applied{KnownAt: Instant(r.varint())}
	if n := r.count(9); n > 0 {
		a.Events = make([]Event, 0, min(n, 64))
		for range n {
			if r.err == nil {
				a.Events = append(a.Events, readEvent(&r))
			}
		}
	}
	with, decision := r.byte(), r.bytes()
	decided := with&withDecision != 0
	if decided && decision == nil {
		decision = []byte{}
	}
	if !decided && len(decision) > 0 {
		r.fail()
	}
	a.Decision, a.Unjudged = decision, with&withoutVerdict != 0
	if with > withDecision|withLegacy|withoutVerdict {
		r.fail()
	}
	if with&withLegacy != 0 {
		a.Estates = readLegacy(&r)
	}
	if err := r.end(); err != nil {
		return Applied{}, fmt.Errorf("applied: %w", err)
	}
	return a, nil
}

// end is the reader's error; it is one if something is left.
func (r *reader) end() error {
	if len(r.rest) > 0 {
		r.fail()
	}
	return r.err
}
