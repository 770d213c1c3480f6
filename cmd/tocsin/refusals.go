package main

import (
	"context"
	"time"

	"tocsin/consumer"
)

// It is looked this often for what is refused, and not more than a twentieth of the time; but within what owners are promised.
const (
	refusalsEvery = 15 * time.Second
	refusalsRest  = 20
	refusalsMost  = 5 * time.Minute
)

// refusals owes the owners of sources what is refused of them, while this instance is the one that does.
func (s *service) refusals(ctx context.Context, m meters) error {
	look := consumer.Refusals{Store: s.store, Now: s.now, Names: s.config.Sources, Channels: s.config.Notify.Refused}
	failing := false
	for ctx.Err() == nil {
		rest := time.Second
		if m.counts.Load() {
			started := time.Now()
			_, err := look.Once(ctx)
			switch {
			case ctx.Err() != nil:
			case err != nil && !failing:
				s.log.Error("owners of sources are not told what is refused", "error", err)
			case err == nil && failing:
				s.log.Info("owners of sources are told what is refused again")
			}
			failing = err != nil
			rest = min(refusalsMost, max(refusalsEvery, refusalsRest*time.Since(started)))
		}
		if err := sleep(ctx, rest); err != nil {
			return ended(ctx, err)
		}
	}
	return nil
}
