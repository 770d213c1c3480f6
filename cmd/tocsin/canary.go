package main

import (
	"context"
	"time"

	"tocsin/consumer"
	"tocsin/consumer/kafka"
	"tocsin/state"
)

// inputs are the topics that are consumed, the canary's among them where there is one.
func (c *config) inputs() []string {
	topics := c.Kafka.Topics.inputs()
	if c.CanaryEvery > 0 {
		topics = append(topics, c.Kafka.Topics.Canary)
	}
	return topics
}

// clears is what news of each of them may clear. The canary's is news of nobody.
func (c *config) clears() map[string]state.Inputs {
	all := c.Kafka.Topics.clears()
	if c.CanaryEvery > 0 {
		all[c.Kafka.Topics.Canary] = 0
	}
	return all
}

// canary publishes an event about nobody again and again while this instance is the one that publishes. Two who do so at once do no harm.
func (s *service) canary(ctx context.Context, to *kafka.Publisher, m meters) error {
	m.canaryEvery.Set(s.config.CanaryEvery.Seconds())
	failing := false
	for next := time.Now(); ctx.Err() == nil; {
		if m.counts.Load() && !time.Now().Before(next) {
			next = time.Now().Add(s.config.CanaryEvery)
			err := s.sing(ctx, to)
			if ctx.Err() != nil {
				return nil
			}
			switch m.sang(err); {
			case err != nil && !failing:
				s.log.Error("the canary's event is not published", "error", err)
			case err == nil && failing:
				s.log.Info("the canary's events are published again")
			}
			failing = err != nil
		}
		if err := sleep(ctx, min(time.Second, s.config.CanaryEvery)); err != nil {
			return ended(ctx, err)
		}
	}
	return nil
}

func (s *service) sing(ctx context.Context, to *kafka.Publisher) error {
	now := s.now()
	key, value := consumer.CanaryEvent(now)
	return to.Send(ctx, kafka.Message{Topic: s.config.Kafka.Topics.Canary, Key: key, Value: value, Timestamp: now})
}
