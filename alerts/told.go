package alerts

// told holds the last seq told of each alert, of the case and of its task. How often something was told depends on how
// events were batched, so it is encoded apart from the episodes. It is kept as long as the episode stands or its day is
// open: of a signal in a rule set there is never more than one alert on one day.
//
// Encoding: version, seq of the case, seq of the task, number of alerts, then each with rule set, signal and seq.
type told struct {
	caseSeq, taskSeq uint64
	alerts           []counter
	read             bool // decoded in this step
}

type counter struct {
	set, signal string
	seq         uint64
}

const toldVersion = 1

// next counts an alert up.
func (t *told) next(set, signal string) int64 {
	for i := range t.alerts {
		if c := &t.alerts[i]; c.set == set && c.signal == signal {
			c.seq++
			return int64(c.seq)
		}
	}
	t.alerts = append(t.alerts, counter{set, signal, 1})
	return 1
}

// nextCase counts case and task up.
func (t *told) nextCase() {
	t.caseSeq++
	t.taskSeq++
}

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
		t.caseSeq, t.taskSeq, changed = 0, 0, true
	}
	return changed
}

func (t *told) decode(b []byte) error {
	t.caseSeq, t.taskSeq, t.alerts, t.read = 0, 0, t.alerts[:0], true
	if len(b) == 0 {
		return nil
	}
	r := newReader(b)
	version := r.byte(0xff)
	t.caseSeq, t.taskSeq = r.uint(1<<63-1), r.uint(1<<63-1)
	for range r.uint(uint64(len(b))) {
		if r.bad {
			break
		}
		t.alerts = append(t.alerts, counter{r.string(), r.string(), r.uint(1<<63 - 1)})
	}
	if !r.done() || version != toldVersion || t.nothing() {
		return errEncoding
	}
	return nil
}

func (t *told) nothing() bool { return t.caseSeq == 0 && t.taskSeq == 0 && len(t.alerts) == 0 }

// append appends the encoding; nothing when nothing is counted.
func (t *told) append(b []byte) []byte {
	if t.nothing() {
		return b
	}
	b = append(b, toldVersion)
	b = appendUint(appendUint(appendUint(b, t.caseSeq), t.taskSeq), uint64(len(t.alerts)))
	for i := range t.alerts {
		c := &t.alerts[i]
		b = appendUint(appendString(appendString(b, c.set), c.signal), c.seq)
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
