package alerts

import (
	"math"
	"time"

	"tocsin/detectors"
	"tocsin/state"
)

// told holds what was told last, and when: the seq of each alert, of the case and of its task, since when people know of an
// alert's levels, and when the task is due. How often and when something was told depends on how events were batched, so it
// is encoded apart from the episodes. It is kept as long as the episode stands or its day is open: of a signal in a rule set
// there is never more than one alert on one day.
//
// Encoding: version, seq of the case, seq of the task, when that is due, number of alerts, then each with rule set, signal, seq
// and since when it is told as a warning and as critical. Instants are in seconds. In version 1, which is that of counters
// without any, there is none. In version 3 when the task came back comes behind when it is due.
type told struct {
	caseSeq, taskSeq uint64
	due              state.Instant // of the task; zero: nothing was
	back             state.Instant // when the task came back last that was put off, or people were told of it late; zero: neither
	alerts           []counter
	read             bool // decoded in this step
}

// counter is what was told of an alert.
type counter struct {
	set, signal string
	seq         uint64

	// Since when people are told of a live alert at a level or above, in full seconds; zero: they are not.
	warning, critical state.Instant
}

const toldVersion = 3

// next counts an alert up.
func (t *told) next(set, signal string) *counter {
	c := t.of(set, signal)
	if c == nil {
		t.alerts = append(t.alerts, counter{set: set, signal: signal})
		c = &t.alerts[len(t.alerts)-1]
	}
	c.seq++
	return c
}

// of is the counter of an alert; nil: nothing was told of it.
func (t *told) of(set, signal string) *counter {
	for i := range t.alerts {
		if c := &t.alerts[i]; c.set == set && c.signal == signal {
			return c
		}
	}
	return nil
}

// nextCase counts case and task up, and keeps when the task is due.
func (t *told) nextCase(due state.Instant) {
	t.caseSeq++
	t.taskSeq++
	t.due = due
}

// tell keeps since when people know of the levels that an alert has now.
func (c *counter) tell(from, to detectors.Level, at state.Instant) {
	at = inSeconds(at)
	keep := func(since *state.Instant, level detectors.Level) {
		switch {
		case to < level:
			*since = 0
		case from < level:
			*since = at
		}
	}
	keep(&c.warning, detectors.Warning)
	keep(&c.critical, detectors.Critical)
}

// inSeconds is an instant as counters keep it.
func inSeconds(at state.Instant) state.Instant { return at - at%second }

const second = state.Instant(time.Second)

// keep forgets, at a close, the counters of what does not stand in the promoted memory. It tells whether there were any.
func (t *told) keep(m *memory) bool {
	kept := t.alerts[:0]
	for _, c := range t.alerts {
		if at, known := m.find(c.set, c.signal); known && m.entries[at].now.stands() {
			kept = append(kept, c)
		}
	}
	changed := len(kept) < len(t.alerts)
	t.alerts = kept
	if m.file.opened == 0 && t.caseSeq+t.taskSeq > 0 {
		t.caseSeq, t.taskSeq, t.due, t.back, changed = 0, 0, 0, 0, true
	}
	return changed
}

func (t *told) decode(b []byte) error {
	t.caseSeq, t.taskSeq, t.due, t.back, t.alerts, t.read = 0, 0, 0, 0, t.alerts[:0], true
	if len(b) == 0 {
		return nil
	}
	r := newReader(b)
	r.version = r.byte(0xff)
	t.caseSeq, t.taskSeq, t.due = r.uint(1<<63-1), r.uint(1<<63-1), r.seconds()
	if r.version >= 3 {
		t.back = r.seconds()
	}
	for range r.uint(uint64(len(b))) {
		if r.bad {
			break
		}
		t.alerts = append(t.alerts, counter{r.string(), r.string(), r.uint(1<<63 - 1), r.seconds(), r.seconds()})
	}
	if !r.done() || t.version() != r.version || t.nothing() {
		return errEncoding
	}
	return nil
}

// seconds reads an instant, of which version 1 has none.
func (r *reader) seconds() state.Instant {
	if r.version == 1 {
		return 0
	}
	return state.Instant(r.uint(math.MaxInt64/uint64(second))) * second
}

// version is the first that can say what was told.
func (t *told) version() byte {
	if t.back != 0 {
		return toldVersion
	}
	timed := t.due != 0
	for i := range t.alerts {
		timed = timed || t.alerts[i].warning != 0 || t.alerts[i].critical != 0
	}
	if timed {
		return 2
	}
	return 1
}

func (t *told) nothing() bool { return t.caseSeq == 0 && t.taskSeq == 0 && len(t.alerts) == 0 }

// append appends the encoding; nothing when nothing is counted.
func (t *told) append(b []byte) []byte {
	if t.nothing() {
		return b
	}
	version := t.version()
	timed := func(b []byte, at state.Instant) []byte {
		if version == 1 {
			return b
		}
		return appendUint(b, uint64(at/second))
	}
	b = timed(appendUint(appendUint(append(b, version), t.caseSeq), t.taskSeq), t.due)
	if version >= 3 {
		b = timed(b, t.back)
	}
	b = appendUint(b, uint64(len(t.alerts)))
	for i := range t.alerts {
		c := &t.alerts[i]
		b = appendUint(appendString(appendString(b, c.set), c.signal), c.seq)
		b = timed(timed(b, c.warning), c.critical)
	}
	return b
}

// mustDecode panics on bytes that this package did not write.
func (t *told) mustDecode(b []byte) {
	if err := t.decode(b); err != nil {
		panic("told counters: " + err.Error())
	}
}

// mustDecode panics on bytes that this package did not write.
func (m *memory) mustDecode(b []byte) {
	if err := m.decode(b); err != nil {
		panic("episodes: " + err.Error())
	}
}
