package outbox

import (
	"tocsin/alerts"
	"tocsin/detectors"
	"tocsin/state"
)

// urgent tells whether a message is sent at night too: a case with a critical alert, as all of class A are, a summary that has one, and
// what somebody has told in Slack itself.
func urgent(msg alerts.Message) bool {
	switch msg := msg.(type) {
	case *alerts.CaseMessage:
		return msg.State == alerts.CaseOpen && msg.Severity == detectors.Critical
	case *alerts.Summary:
		return msg.Critical > 0
	case *alerts.Word:
		return msg.Via == state.ViaSlack || msg.Gone // who has told it is awake, and looks at the thread
	}
	return false
}

// sleeps is until when a message that would wake somebody waits, by Clock; 0: it need not. What a later change of the case has to say is
// looked at when it comes: it may be urgent, or the case may have closed.
func (l *loop) sleeps(msg alerts.Message) state.Instant {
	if l.Awake == nil || urgent(msg) {
		return 0
	}
	now := l.Clock()
	if until := l.Awake.Next(now); until != now {
		return until
	}
	return 0
}
