package main

import (
	"context"
	"errors"
	"time"

	"tocsin/alerts/worktime"
	"tocsin/consumer"
	"tocsin/state"
)

// digestEvery is how often it is looked whether a digest is to be told.
const digestEvery = 10 * time.Second

// digests tells whether anybody is told of each day.
func (c *config) digests() bool {
	return c.Slack.TokenFile != "" && c.Notify.Digest < worktime.EndOfDay && !c.Notify.Hold
}

// digests owes the digest of each business day on the next one, from the configured time on. Which instance does so does not matter: the
// store owes it once.
func (s *service) digests(ctx context.Context) error {
	ledger, err := s.config.ledger()
	if err != nil {
		return err
	}
	zone, days, err := s.config.readersDays()
	if err != nil {
		return err
	}
	hours := worktime.Hours{Zone: zone, Days: days, From: s.config.Notify.Digest, To: worktime.EndOfDay}
	desk := &consumer.Desk{Store: s.store, Engines: earlierEngines(s.store), Now: s.now}
	done := state.Date(0) // by the clocks of those who read it
	ticker := time.NewTicker(digestEvery)
	defer ticker.Stop()
	for {
		if now := s.now(); now.Date(zone) != done && hours.Include(now) {
			switch owed, err := desk.OweDigest(ctx, ledger); {
			case ctx.Err() != nil:
			case errors.Is(err, state.ErrConflict): // somebody was erased meanwhile
			case err != nil:
				s.log.Error("the digest is not made yet", "error", err)
			case owed:
				s.log.Info("the digest of the last business day is owed")
				done = now.Date(zone)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}
