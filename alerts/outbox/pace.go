package outbox

import (
	"time"

	"golang.org/x/time/rate"

	"tocsin/state"
)

// Pace is how fast an Outbox works. It runs on the wall's clock: a receiver keeps its own time whatever day the ledger is at.
type Pace struct {
	Post time.Duration // least time between two posts; 0: none
	Edit time.Duration // least time between two edits or look-ups; 0: none
	Poll time.Duration // how often the store is asked
	// Standby is how often who does not have the lease asks for it. The one who delivers must not be kept waiting for long either
	// when it is let go.
	Standby time.Duration
	// Doubt is how long after an attempt whose outcome is unknown it is looked up. It must be longer than the sender's own
	// time limit: a request may still be on its way.
	Doubt   time.Duration
	Backoff time.Duration // first pause after a failure; it doubles
	Longest time.Duration // pause at most
	Refused time.Duration // how often what a person must mend is tried again
	Sweep   time.Duration // how long after a post its channel is looked at for doubles; 0: never
	Resweep time.Duration // and how often without one
}

// DefaultPace suits a receiver over the network with a time limit of 10 s for a call. Post and Edit are the sender's to say.
func DefaultPace() Pace {
	return Pace{
		Poll:    500 * time.Millisecond,
		Standby: 2 * time.Second,
		Doubt:   15 * time.Second,
		Backoff: time.Second,
		Longest: 5 * time.Minute,
		Refused: time.Minute,
		Sweep:   time.Minute,
		Resweep: time.Hour,
	}
}

// limiter lets one call through per interval; nil lets all through.
func limiter(interval time.Duration) *rate.Limiter {
	if interval <= 0 {
		return nil
	}
	return rate.NewLimiter(rate.Every(interval), 1)
}

// admit takes a call's turn, or tells how long until there is one.
func admit(l *rate.Limiter, now state.Instant) (wait time.Duration) {
	if l == nil {
		return 0
	}
	at := time.Unix(0, int64(now))
	turn := l.ReserveN(at, 1)
	if wait = turn.DelayFrom(at); wait > 0 {
		turn.CancelAt(at)
	}
	return wait
}

// backoff is the pause after so many failures in a row, half of it left to chance in [0, 1): senders that failed together
// do not come back together.
func (p Pace) backoff(failures int, chance float64) time.Duration {
	pause := p.Longest
	if doubled := p.Backoff << min(failures-1, 20); doubled > 0 && doubled < pause {
		pause = doubled
	}
	return pause - time.Duration(chance*float64(pause)/2)
}

// later is the instant a time after another.
func later(at state.Instant, d time.Duration) state.Instant { return at + state.Instant(d) }
