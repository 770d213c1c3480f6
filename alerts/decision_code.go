package alerts

import (
	"fmt"
	"math"

	"tocsin/state"
)

// decisionVersion is the first byte of an encoded decision by which a task's time is counted anew. Version 4 is that of one by which
// somebody is reminded of a task. Version 3 is that of one by which a task
// is escalated. Version 2 is that of any other that has a field of
// those which version 1 did not know: until, worse, to, alert. Any other one is of version 1.
const decisionVersion = 5

func (d *Decision) version() byte {
	switch {
	case d.Action == Recount:
		return decisionVersion
	case d.Action == Remind:
		return 4
	case d.Action == Escalate:
		return 3
	case d.Until != 0 || d.Worse != 0 || d.To != "" || d.Alert != "":
		return 2
	default:
		return 1
	}
}

// EncodeDecision is a decision as a journal row keeps it.
func EncodeDecision(d Decision) []byte {
	version := d.version()
	b := []byte{version, byte(d.Action)}
	for _, text := range [...]string{d.TaskID, d.By, d.Code, d.ReasonCode} {
		b = appendString(b, text)
	}
	b = appendUint(appendDate(b, 0, d.NextReview), uint64(d.At))
	if version == 1 {
		return b
	}
	b = appendUint(appendDate(b, 0, d.Until), uint64(d.Worse))
	return appendString(appendString(b, d.To), d.Alert)
}

// DecodeDecision reads what EncodeDecision wrote.
func DecodeDecision(b []byte) (Decision, error) {
	r := newReader(b)
	version, d := r.byte(math.MaxUint8), Decision{Action: Action(r.byte(math.MaxUint8))}
	d.TaskID, d.By, d.Code, d.ReasonCode = r.string(), r.string(), r.string(), r.string()
	d.NextReview = r.date(0)
	d.At = state.Instant(r.uint(math.MaxUint64))
	if version >= 2 {
		d.Until, d.Worse = r.date(0), uint(r.uint(math.MaxUint32))
		d.To, d.Alert = r.string(), r.string()
	}
	if !r.done() || version != d.version() {
		return Decision{}, fmt.Errorf("decision: %w", errEncoding)
	}
	return d, nil
}
