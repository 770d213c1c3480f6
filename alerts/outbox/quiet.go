package outbox

import (
	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// urgent tells whether a message is sent at night too: a case with a critical alert, as all of class A are, and a summary that has one.
func urgent(msg alerts.Message) bool {
	switch msg := msg.(type) {
	case *alerts.CaseMessage:
		return msg.State == alerts.CaseOpen && msg.Severity == detectors.Critical
	case *alerts.Summary:
		return msg.Critical > 0
	}
	return false
}

// sleeps lets a message that would wake somebody rest until quiet hours end, and tells whether it did. What a later change of the
// case has to say is looked at when it comes: it may be urgent, or the case may have closed.
func (l *loop) sleeps(m state.Message, channel string, msg alerts.Message) bool {
	if l.Awake == nil || urgent(msg) {
		return false
	}
	now := l.Clock()
	until := l.Awake.Next(now)
	if until == now {
		return false
	}
	l.rests[spot{m.Case, channel}] = rest{until: l.Wall() + until - now, only: m.Seq, sleeps: true}
	return true
}
