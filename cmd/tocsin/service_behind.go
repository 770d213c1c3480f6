package main

import (
	"context"
	"time"

	"tocsin/alerts"
	"tocsin/consumer"
	"tocsin/state"
)

// behindFor is for how long the ledger's day has to be seen behind the clock before people are told, who wait for a digest: who has just
// started catches up first.
const behindFor = 10 * time.Minute

// holding is what a day was seen to wait for.
type holding struct {
	day state.Date
	of  []alerts.HeldSource
}

// hold notes what the open day waits for.
func (s *service) hold(day state.Date, of []alerts.HeldSource) { s.holds.Store(&holding{day, of}) }

// held are the sources that a day was seen to wait for; none where nobody has looked.
func (s *service) held(day state.Date) []alerts.HeldSource {
	if h := s.holds.Load(); h != nil && h.day == day {
		return h.of
	}
	return nil
}

// lateness tells people that the daily digest is late, since the ledger's day is behind the clock: once a day, whoever looks.
type lateness struct {
	*service
	desk   *consumer.Desk
	ledger *state.Ledger
	now    func() time.Time // of this process: whatever clock the store has, it takes time to catch up
	since  time.Time        // since when it was seen to be behind; zero: it was not
	told   state.Date       // the day on which people were told last
}

// look looks once, while the digest of a day is due and is not owed.
func (l *lateness) look(ctx context.Context, today state.Date) {
	behind, err := l.desk.Behind(ctx, l.ledger)
	switch {
	case err == nil && !behind:
		l.since = time.Time{}
		return
	case err == nil && l.since.IsZero():
		l.since = l.now()
	}
	if err == nil && l.told != today && l.now().Sub(l.since) >= behindFor {
		if behind, err = l.desk.OweBehind(ctx, l.ledger, today, l.held); err == nil && behind {
			l.told = today
			l.log.Warn("the digest of the last business day is late, and people are told: the ledger's day is behind the clock")
		}
	}
	if err != nil && ctx.Err() == nil {
		l.log.Error("people are not told that the digest is late", "error", err)
	}
}
