package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tocsin/consumer"
	"tocsin/consumer/kafka"
	"tocsin/state"
)

const (
	leaveWithin = 8 * time.Second // of the 25 s that a drain has in all
	rejoinAfter = time.Second     // two groups on one store, which fence each other for ever, at least do it calmly
	lookAfter   = time.Second     // between looks at which configuration is in force
)

// consume is a member of the group until ctx ends. Who is fenced knows nothing any more of what the store holds: it leaves and
// joins anew. Who has another configuration than the one in force is no member until that is its own again.
func (s *service) consume(ctx context.Context, group kafka.Config, runner consumer.Runner) error {
	for {
		err := s.member(ctx, group, runner)
		runner.Rejoins = true
		switch {
		case errors.Is(err, state.ErrFenced), errors.Is(err, state.ErrConflict), errors.Is(err, state.ErrStale):
			s.log.Warn("partitions were taken over; joining the group anew", "error", err)
			err = sleep(ctx, rejoinAfter)
		case errors.Is(err, state.ErrUnavailable): // who works waits for the store by himself, but to begin he has to know where it stands
			s.log.Warn("the store does not answer; joining the group anew", "error", err)
			err = sleep(ctx, rejoinAfter)
		case errors.Is(err, consumer.ErrSuperseded):
			s.log.Warn("standing aside until this configuration is in force again: give every instance the same one, and start this one anew", "error", err)
			err = s.aside(ctx, runner.Engine.Config)
		default:
			return err
		}
		if err != nil {
			return ended(ctx, err)
		}
	}
}

// member joins the group, works as one of it until ctx ends or it cannot go on, and leaves.
func (s *service) member(ctx context.Context, group kafka.Config, runner consumer.Runner) error {
	source, err := kafka.Open(group, s.store, s.now)
	if err != nil {
		return err
	}
	runner.Source = source
	err = runner.Run(ctx)
	s.leave(ctx, source)
	return err
}

// leave leaves the group. That nobody hears it costs the group its session's time and nobody anything else.
func (s *service) leave(ctx context.Context, source consumer.Source) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaveWithin)
	defer cancel()
	if err := source.Close(ctx); err != nil {
		s.log.Warn("the group was not told that this process leaves", "error", err)
	}
}

// aside waits until a configuration is in force.
func (s *service) aside(ctx context.Context, config string) error {
	for {
		if err := sleep(ctx, lookAfter); err != nil {
			return err
		}
		day, _, err := s.store.Day(ctx)
		switch {
		case errors.Is(err, state.ErrUnavailable):
		case err != nil:
			return fmt.Errorf("open day: %w", err)
		case day.Config == config:
			return nil
		}
	}
}
