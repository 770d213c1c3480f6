package main

import (
	"context"
	"errors"
	"time"

	"tocsin/consumer"
	"tocsin/state"
)

// lookEvery is how often somebody looks whether tasks are late. They are due to the minute at most.
const lookEvery = 15 * time.Second

// escalate reminds people of tasks and tells others of those that are late, while it is this instance's turn.
func (s *service) escalate(ctx context.Context, meters meters) error {
	turn := s.tenure(clockRole, meters)
	defer turn.drop(ctx)
	e, err := s.escalator()
	if err != nil {
		return err
	}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	failing := false
	for {
		err := s.look(ctx, e, turn)
		switch {
		case err != nil && !failing && ctx.Err() == nil:
			s.log.Error("tasks that are late are not escalated", "error", err)
		case err == nil && failing:
			s.log.Info("tasks that are late are escalated again")
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// look looks once, if it is this instance's turn.
func (s *service) look(ctx context.Context, e *consumer.Escalator, turn *tenure) error {
	if _, err := turn.take(ctx); errors.Is(err, state.ErrLeased) {
		return nil
	} else if err != nil {
		return err
	}
	_, err := e.Once(ctx)
	return err
}

func (s *service) escalator() (*consumer.Escalator, error) {
	ledger, err := s.config.ledger()
	if err != nil {
		return nil, err
	}
	to := func(owner string, level uint8) []string {
		return s.config.escalatesTo(owner, level, s.now().Date(ledger.Zone))
	}
	e := &consumer.Escalator{
		Desk: &consumer.Desk{Store: s.store, Engines: earlierEngines(s.store), Now: s.now, Via: state.ViaProcess},
		By:   "tocsin", Remind: s.config.reminds(), To: to, Many: s.config.Notify.LateAtOnce, Log: s.log,
	}
	if s.config.Slack.TokenFile == "" || s.config.Notify.Hold {
		return e, nil // nobody is told of it
	}
	if e.Zone, err = s.config.readers(); err != nil {
		return nil, err
	}
	e.Channels, err = s.config.route(s.now)
	return e, err
}
