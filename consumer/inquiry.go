package consumer

import (
	"context"
	"time"

	"tocsin/state"
)

// Bounds of asking the brokers for their ends.
const (
	askEvery = 200 * time.Millisecond // an answer serves this long, so that catching up day by day is not one of questions
	askIdle  = 10 * time.Second       // between questions that no day waits for: the lag is shown all day long
	askLimit = 5 * time.Second        // an answer that takes longer is none: records of the other brokers wait meanwhile
	askSlow  = 50 * time.Millisecond  // after an answer that took longer the brokers are left alone
	askRest  = 4                      // for so many times what it took, so that a broker in trouble costs a fifth of the time
)

// inquiry asks the brokers for their ends, no more often than it is worth.
type inquiry struct {
	source Source
	answer Ends
	told   time.Time // when the answer came; zero: there is none
	rest   time.Time // nobody is asked before
}

// ends is an answer that the brokers gave after an instant of the store's clock and not long ago. Where there is none they
// are asked, unless they are left alone.
func (q *inquiry) ends(ctx context.Context, after state.Instant) (ends Ends, known bool) {
	if q.age() < askEvery && q.answer.At >= after {
		return q.answer, true
	}
	started := time.Now()
	if started.Before(q.rest) {
		return Ends{}, false
	}
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	answer, err := q.source.Ends(ctx)
	took := time.Since(started)
	if took > askSlow || err != nil {
		q.rest = time.Now().Add(max(askEvery, askRest*took))
	}
	if err != nil {
		return Ends{}, false // without a broker no day closes; the source tells people
	}
	q.answer, q.told = answer, time.Now()
	return answer, true
}

// age is how long ago the brokers last answered.
func (q *inquiry) age() time.Duration { return time.Since(q.told) }
