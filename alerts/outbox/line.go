package outbox

import (
	"context"
	"time"

	"golang.org/x/time/rate"

	"tocsin/state"
)

// line is what is remembered of a channel.
type line struct {
	sender   Sender
	posts    *rate.Limiter
	until    state.Instant // the sender is left alone until then
	failures int           // in a row
	failing  string        // the outcome last reported; empty: all is well
	sweep    sweeping
	drained  int // cases of a flood that is over, let go in the last pass
}

// line is that of a channel, opened when it is needed first.
func (l *loop) line(channel string) *line {
	at := l.lines[channel]
	if at == nil {
		at = &line{posts: limiter(l.Pace.Post), sweep: sweeping{next: later(l.Wall(), l.Pace.Sweep)}}
		l.lines[channel] = at
		if channel != l.Channel && l.Open != nil {
			at.sender = l.Open(channel)
		}
	}
	if channel == l.Channel {
		at.sender = l.Sender
	}
	return at
}

// nap is how long until it is worth looking again.
func (l *loop) nap() time.Duration {
	nap := l.Pace.Poll
	for _, at := range l.lines {
		if left := time.Duration(at.until - l.Wall()); left > 0 {
			nap = min(nap, left)
		}
	}
	return nap
}

// turn takes a call's turn; without one the sender is left alone until there is.
func (l *loop) turn(at *line, of *rate.Limiter) bool {
	now := l.Wall()
	wait := admit(of, now)
	if wait > 0 {
		at.until = later(now, wait)
	}
	return wait == 0
}

// rested tells whether something is left alone now.
func (l *loop) rested(at spot, seq int64) bool {
	r := l.rests[at]
	return l.Wall() < r.until && (r.only == 0 || r.only == seq)
}

// fail decides who rests, and for how long, after a failure of the store or the sender. The case rests longer than the
// sender, so that one which always fails does not keep the others waiting.
func (l *loop) fail(ctx context.Context, of spot, seq int64, err error) {
	if ctx.Err() != nil {
		return // stopping is no failure; an attempt under way stays in doubt
	}
	outcome := outcomeOf(err)
	switch outcome {
	case Gone:
		return // the receipt says so by now: the next pass posts anew
	case Unfit:
		if l.rests[of].only != seq {
			l.Report(err)
		}
		l.rests[of] = rest{until: later(l.Wall(), l.Pace.Refused), only: seq}
		return
	case atStore:
		l.rests[of] = rest{until: later(l.Wall(), l.Pace.Backoff)}
		l.reportStore(err)
		return
	}
	at := l.line(of.channel)
	at.failures++
	at.until = later(l.Wall(), max(askedBy(err), l.Pace.backoff(at.failures, l.Chance())))
	switch outcome {
	case Busy: // it would have said the same of any case
		if at.failures < patience {
			return
		}
	case Refused:
		l.rests[of] = rest{until: later(at.until, l.Pace.Refused)}
	default:
		l.rests[of] = rest{until: later(at.until, l.Pace.Backoff)}
	}
	if outcome != at.failing {
		at.failing = outcome
		l.Report(err)
	}
}

// reportStore tells of a failure of the store unless the last one was of the store too.
func (l *loop) reportStore(err error) {
	if l.failing != atStore {
		l.failing = atStore
		l.Report(err)
	}
}

// works forgets failures of a channel, and of the store, after a call that went well.
func (l *loop) works(at *line) {
	if at.failing != "" || l.failing != "" {
		at.failing, l.failing = "", ""
		l.Report(nil)
	}
	at.failures = 0
}
