package alerts

import (
	"math"

	"tocsin/detectors"
	"tocsin/state"
)

// isHandedOn tells whether version 3 of the memory has no way to say what the file holds.
func (f *caseFile) isHandedOn() bool {
	return f.owner != "" || f.snooze.until != 0 || len(f.feedback) > 0 || f.escalation.Level > 0 || f.reminded || f.stage == stageOpen && f.by != ""
}

// isEmpty tells whether there is nothing to remember.
func (f *caseFile) isEmpty() bool { return f.opened == 0 && len(f.mutes) == 0 }

func (f *caseFile) append(b []byte) []byte {
	b = appendDate(b, 0, f.opened)
	if f.opened != 0 {
		b = f.appendCase(b)
	}
	if len(f.mutes) == 0 && f.escalation.Level == 0 && !f.reminded {
		return b
	}
	b = appendUint(b, uint64(len(f.mutes)))
	for i := range f.mutes {
		b = f.mutes[i].append(b)
	}
	return b
}

func (f *caseFile) appendCase(b []byte) []byte {
	b = append(b, byte(f.stage))
	whole := f.isHandedOn() || len(f.mutes) > 0
	if f.stage == stageOpen && !whole {
		return b
	}
	b = appendString(appendString(appendString(b, f.by), f.code), f.reason)
	b = appendDate(b, 0, f.review)
	b = appendUint(b, uint64(len(f.seen)))
	for i := range f.seen {
		s := &f.seen[i]
		b = append(appendDate(appendString(b, s.signal), 0, s.raised), byte(s.level))
	}
	if !whole {
		return b
	}
	b = f.snooze.append(appendString(b, f.owner))
	b = appendUint(b, uint64(len(f.feedback)))
	for i := range f.feedback {
		o := &f.feedback[i]
		b = appendString(appendDate(appendString(b, o.signal), 0, o.raised), o.code)
	}
	switch e := &f.escalation; {
	case e.Level > 0:
		b = appendString(append(b, e.Level, byteOf(e.Decision), byteOf(e.Among)), e.To)
	case f.reminded:
		b = append(b, 0)
	}
	return b
}

func (f *caseFile) read(r *reader) {
	if f.opened = r.date(0); f.opened != 0 {
		f.readCase(r)
	}
	if r.version < 5 {
		return
	}
	for range r.uint(uint64(len(r.bytes))) {
		if r.bad {
			return
		}
		m := readMute(r)
		r.bad = r.bad || len(f.mutes) > 0 && f.mutes[len(f.mutes)-1].signal >= m.signal
		f.mutes = append(f.mutes, m)
	}
}

func (f *caseFile) readCase(r *reader) {
	if f.stage = stage(r.uint(uint64(stageClosed))); f.stage == stageOpen && r.version < 4 {
		return
	}
	f.by, f.code, f.reason = r.string(), r.string(), r.string()
	f.review = r.date(0)
	if r.version < 3 {
		r.date(0)
	}
	for range r.uint(uint64(len(r.bytes))) {
		if r.bad {
			return
		}
		f.seen = append(f.seen, standing{signal: r.string(), raised: r.date(0), level: detectors.Level(r.uint(uint64(detectors.Critical)))})
	}
	if r.version < 4 {
		return
	}
	f.owner = r.string()
	f.snooze.read(r)
	for range r.uint(uint64(len(r.bytes))) {
		if r.bad {
			return
		}
		f.feedback = append(f.feedback, feedback{r.string(), r.date(0), r.string()})
	}
	if r.version < 6 {
		return
	}
	f.reminded = r.version > 6
	if f.escalation.Level = r.byte(3); f.escalation.Level == 0 {
		r.bad = r.bad || !f.reminded
		return
	}
	f.escalation.Decision, f.escalation.Among, f.escalation.To = r.byte(1) == 1, r.byte(1) == 1, r.string()
	r.bad = r.bad || f.escalation.Level > 2
}

func (s *snooze) append(b []byte) []byte {
	b = appendDate(b, 0, s.until)
	if s.until == 0 {
		return b
	}
	b = append(appendString(appendDate(b, 0, s.on), s.reason), byte(s.severity), byte(s.grave))
	b = appendUint(b, uint64(s.percent))
	if s.percent == 0 {
		return b
	}
	b = appendUint(appendString(b, s.atRisk.Currency.String()), uint64(s.atRisk.Minor))
	return append(b, byteOf(s.worse))
}

func (s *snooze) read(r *reader) {
	if s.until = r.date(0); s.until == 0 {
		return
	}
	s.on, s.reason = r.date(0), r.string()
	s.severity, s.grave = detectors.Level(r.uint(uint64(detectors.Critical))), int(r.uint(2))
	if s.percent = uint(r.uint(mostPercent)); s.percent == 0 {
		return
	}
	currency, known := state.ParseCurrency(r.string())
	s.atRisk = state.Money{Minor: int64(r.uint(math.MaxInt64)), Currency: currency}
	s.worse = r.byte(1) == 1
	r.bad = r.bad || !known || s.atRisk.Minor == 0
}

func (m *mute) append(b []byte) []byte {
	b = append(appendDate(appendString(b, m.signal), 0, m.raised), byte(m.level))
	return append(appendString(appendDate(b, m.raised, m.until), m.figure), byteOf(m.worse))
}

func readMute(r *reader) mute {
	m := mute{signal: r.string(), raised: r.date(0), level: detectors.Level(r.uint(uint64(detectors.Critical)))}
	m.until, m.figure, m.worse = r.date(m.raised), r.string(), r.byte(1) == 1
	r.bad = r.bad || m.raised == 0 || m.level < detectors.Warning || m.until <= m.raised
	return m
}

func byteOf(flag bool) byte {
	if flag {
		return 1
	}
	return 0
}
