package alerts

import (
	"math"

	"tocsin/detectors"
	"tocsin/state"
)

// memory is what a record remembers of alerts: its Episodes, decoded.
//
// # Encoding
//
//	version, file, number of entries, entries by (rule set, signal)
//
//	entry    rule set, signal, form, then the episode at the last close and the one now, as the form says
//	episode  levels set, with a mark if anything is kept, then for one that stands: day raised, day of the level, reason, days on
//	         which levels were reached and their clear conditions began (which of them: a mask, which also says that the baseline
//	         is an earlier episode's), the day on which that cleared, baseline; else: day cleared, baseline; then what is kept
//	file     see caseFile
//
// Dates are days since the day raised, numbers varints in their fewest bytes, texts with their length before them. A
// record about which there is nothing to remember has no bytes at all. There is one encoding of a memory, so equal
// memories are equal bytes.
type memory struct {
	entries []entry
	file    caseFile
}

// memoryVersion is that of a memory with a task whose owner was reminded of it. Version 6 is that of any other with a task of which somebody
// was told that it is late. Version 5 is that of any other in which a signal
// is muted. Version 4 is that of any other whose task somebody has put off, handed on,
// or spoken of its alerts. Version 3 is that of any other
// whose task somebody has in hand: before it, the file said when that was due. Any other one is of
// version 2 where an episode keeps something or stands by the baseline of one before, else of version 1, as it was before there was
// either.
const memoryVersion = 7

// keeps marks an episode of which something is kept.
const keeps = 1 << levels

// inherits marks, in the mask of one that stands, that its baseline is that of an episode before.
const inherits = 1 << detectors.None

// entry is one signal in one rule set.
type entry struct {
	set, signal string
	closed, now episode

	// Of the step in hand; not part of the memory.
	was       episode // now, as the step found it
	rule      *detectors.Rule
	source    *RuleSet // that rule comes from
	verdict   detectors.Verdict
	asked     bool             // verdict is of this step
	never     detectors.Rungs  // levels that a correction took
	detail    detectors.Detail // what the detector tells of today, if it was
	described bool
}

// Forms of an entry: which episodes it holds.
const (
	formClosed = 1 << iota // one at the last close
	formNow                // one now
	formSame               // that of now is that of the last close
)

func (e *entry) form() byte {
	switch {
	case e.now.equal(&e.closed):
		return formClosed | formSame
	case e.now.none():
		return formClosed
	case e.closed.none():
		return formNow
	default:
		return formClosed | formNow
	}
}

func (e *episode) equal(o *episode) bool {
	return e.set == o.set && e.raised == o.raised && e.levelSince == o.levelSince && e.reason == o.reason &&
		e.reached == o.reached && e.clearFrom == o.clearFrom && e.cleared == o.cleared && string(e.baseline) == string(o.baseline) && string(e.kept) == string(o.kept)
}

// empty tells whether there is nothing to remember of the entry.
func (e *entry) empty() bool { return e.closed.none() && e.now.none() }

// find is the place of a signal in a rule set among the entries, and whether it is there.
func (m *memory) find(set, signal string) (int, bool) {
	for i := range m.entries {
		e := &m.entries[i]
		if e.set == set && e.signal == signal {
			return i, true
		}
		if e.set > set || e.set == set && e.signal > signal {
			return i, false
		}
	}
	return len(m.entries), false
}

// decode reads what append wrote, into memory that is used again.
func (m *memory) decode(b []byte) error {
	m.entries, m.file = m.entries[:0], caseFile{}
	if len(b) == 0 {
		return nil
	}
	r := newReader(b)
	r.version = r.byte(math.MaxUint8)
	if r.version == 0 || r.version > memoryVersion {
		return errEncoding
	}
	m.file.read(&r)
	for range r.uint(uint64(len(b))) {
		if r.bad {
			break
		}
		m.entries = append(m.entries, entry{})
		m.entries[len(m.entries)-1].read(&r)
	}
	if !r.done() || m.nothing() || !m.sorted() || r.version != m.version() && r.version != m.lives() {
		return errEncoding
	}
	return nil
}

// version is the first that can say what is remembered.
func (m *memory) version() byte {
	switch {
	case m.file.reminded:
		return memoryVersion
	case m.file.escalation.Level > 0:
		return 6
	case len(m.file.mutes) > 0:
		return 5
	case m.file.isHandedOn():
		return 4
	case m.file.stage != stageOpen:
		return 3
	default:
		return m.lives()
	}
}

// lives is the first version that can say what is remembered of the episodes. It is that of what an earlier program has written.
func (m *memory) lives() byte {
	for i := range m.entries {
		if e := &m.entries[i]; e.closed.isLater() || e.now.isLater() {
			return 2
		}
	}
	return 1
}

// isLater tells whether version 1 has no way to say what is remembered of an episode.
func (e *episode) isLater() bool { return len(e.kept) > 0 || e.stands() && e.cleared != 0 }

func (m *memory) nothing() bool { return len(m.entries) == 0 && m.file.isEmpty() }

// sorted tells whether the entries are in order and each signal of a rule set is there once.
func (m *memory) sorted() bool {
	for i := 1; i < len(m.entries); i++ {
		a, b := &m.entries[i-1], &m.entries[i]
		if a.set > b.set || a.set == b.set && a.signal >= b.signal {
			return false
		}
	}
	return true
}

// append appends the encoding; nothing when there is nothing to remember.
func (m *memory) append(b []byte) []byte {
	count := 0
	for i := range m.entries {
		if !m.entries[i].empty() {
			count++
		}
	}
	if count == 0 && m.file.isEmpty() {
		return b
	}
	b = append(b, m.version())
	b = m.file.append(b)
	b = appendUint(b, uint64(count))
	for i := range m.entries {
		if !m.entries[i].empty() {
			b = m.entries[i].append(b)
		}
	}
	return b
}

func (e *entry) append(b []byte) []byte {
	form := e.form()
	b = append(appendString(appendString(b, e.set), e.signal), form)
	if form&formClosed != 0 {
		b = e.closed.append(b)
	}
	if form&formNow != 0 {
		b = e.now.append(b)
	}
	return b
}

func (e *entry) read(r *reader) {
	e.set, e.signal = r.string(), r.string()
	form := r.byte(formClosed | formNow | formSame)
	if form&formClosed != 0 {
		e.closed.read(r)
	}
	if form&formNow != 0 {
		e.now.read(r)
	}
	if form&formSame != 0 {
		e.now = e.closed
	}
	if form == 0 || form != e.form() {
		r.bad = true
	}
	e.was = e.now
}

func (e *episode) append(b []byte) []byte {
	if len(e.kept) == 0 {
		return e.appendLife(append(b, byte(e.set)))
	}
	return appendString(e.appendLife(append(b, byte(e.set)|keeps)), e.kept)
}

func (e *episode) appendLife(b []byte) []byte {
	if !e.stands() {
		return appendString(appendDate(b, 0, e.cleared), e.baseline)
	}
	b = appendDate(b, 0, e.raised)
	b = appendDate(b, e.raised, e.levelSince)
	b = appendString(b, e.reason)
	mask := byte(0)
	if e.cleared != 0 {
		mask = inherits
	}
	for l := detectors.Info; l <= detectors.Critical; l++ {
		if e.reached[l] != 0 {
			mask |= 1 << l
		}
		if e.clearFrom[l] != 0 {
			mask |= 1 << (l + detectors.Critical)
		}
	}
	b = append(b, mask)
	for l := detectors.Info; l <= detectors.Critical; l++ {
		if e.reached[l] != 0 {
			b = appendDate(b, e.raised, e.reached[l])
		}
		if e.clearFrom[l] != 0 {
			b = appendDate(b, e.raised, e.clearFrom[l])
		}
	}
	if e.cleared != 0 {
		b = appendDate(b, 0, e.cleared)
	}
	return appendString(b, e.baseline)
}

func (e *episode) read(r *reader) {
	set := r.byte(byte(detectors.AllRungs) | keeps)
	e.set = detectors.Rungs(set &^ keeps)
	e.readLife(r)
	if set&keeps != 0 {
		e.kept = r.blob()
		r.bad = r.bad || len(e.kept) == 0
	}
	r.bad = r.bad || e.none()
}

func (e *episode) readLife(r *reader) {
	if !e.stands() {
		e.cleared = r.date(0)
		e.baseline = r.blob()
		r.bad = r.bad || e.cleared == 0 && len(e.baseline) > 0
		return
	}
	e.raised = r.date(0)
	e.levelSince = r.date(e.raised)
	e.reason = r.string()
	mask := r.byte(1<<(detectors.Critical*2+1) - 1)
	for l := detectors.Info; l <= detectors.Critical; l++ {
		if mask&(1<<l) != 0 {
			e.reached[l] = r.date(e.raised)
		}
		if mask&(1<<(l+detectors.Critical)) != 0 {
			e.clearFrom[l] = r.date(e.raised)
		}
	}
	if mask&inherits != 0 {
		e.cleared = r.date(0)
		r.bad = r.bad || e.cleared == 0
	}
	e.baseline = r.blob()
	r.bad = r.bad || e.raised == 0 || byte(e.set)&^mask != 0 || e.cleared != 0 && len(e.baseline) == 0
}

// promote makes what stands what stood at the last close, for a step on a later day. It tells whether that changed
// anything.
func (m *memory) promote(day state.Date) bool {
	changed := false
	for i := range m.entries {
		e := &m.entries[i]
		if e.now.forgets(day) {
			e.now = episode{kept: e.now.kept}
		}
		if !e.closed.equal(&e.now) {
			e.closed = e.now
			changed = true
		}
	}
	if m.file.snooze.until != 0 || len(m.file.feedback) > 0 {
		changed = m.file.settle(m.standing(nowOf)) || changed
	}
	changed = m.unmute(day) || changed
	return m.file.promote(m.hasCase()) || changed
}
