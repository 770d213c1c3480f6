package main

import (
	"context"
	"fmt"
	"time"

	"tocsin/consumer/contract"
	"tocsin/consumer/kafka"
	"tocsin/consumer/simulator"
	"tocsin/state"
)

// player publishes a simulated portfolio day by day and moves the store's clock with what it has published, until the
// past has reached today; then it publishes what happens now, as it happens.
//
// It may be killed anywhere: a portfolio is a function of its seed and first day, and a day that is published again
// changes nothing.
type player struct {
	portfolio *simulator.Portfolio
	producer  *kafka.Producer
	topics    topicConfig
	zone      *time.Location
	clock     *playedClock
	closed    <-chan state.Date // days that the runner has closed
	delay     time.Duration     // ledger.close_delay
	pause     time.Duration     // between two days, for whoever watches
}

// past plays the days from first up to and not with today.
func (p *player) past(ctx context.Context, first, today state.Date) error {
	for day := first; day < today; day++ {
		p.clock.set(day.Start(p.zone))
		if err := p.publish(ctx, p.portfolio.Day(day)); err != nil {
			return fmt.Errorf("play %s: %w", day, err)
		}
		p.clock.set((day + 1).Start(p.zone) + state.Instant(p.delay))
		if err := p.await(ctx, day); err != nil {
			return err
		}
		if err := sleep(ctx, p.pause); err != nil {
			return err
		}
	}
	return nil
}

// await waits until the runner has closed a day.
func (p *player) await(ctx context.Context, day state.Date) error {
	for {
		select {
		case closed := <-p.closed:
			if closed >= day {
				return nil
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// present publishes what happens from since on, until ctx ends. What an earlier run had begun and could not end is ended
// first: its last sign of life is at stopped, zero if there was none.
func (p *player) present(ctx context.Context, since, stopped state.Instant) error {
	const beat = time.Second
	if stopped != 0 {
		if err := p.publish(ctx, p.portfolio.Settled(stopped, wallClock())); err != nil {
			return fmt.Errorf("end what an earlier run had begun: %w", err)
		}
	}
	for {
		now := wallClock()
		events := append(p.portfolio.Scheduled(since, now), p.portfolio.Pulse(since, now)...)
		if err := p.publish(ctx, events); err != nil {
			return fmt.Errorf("publish what happens now: %w", err)
		}
		since = now
		if err := sleep(ctx, beat); err != nil {
			return err
		}
	}
}

func (p *player) publish(ctx context.Context, events []state.Event) error {
	messages := make([]kafka.Message, len(events))
	for i := range events {
		ev := &events[i]
		p.clock.set(ev.KnownAt)
		messages[i] = kafka.Message{Topic: p.topics.of(ev), Key: keyOf(ev), Value: contract.Encode(ev), Timestamp: ev.KnownAt}
	}
	return p.producer.Send(ctx, messages)
}

// of is the topic of an event.
func (t topicConfig) of(ev *state.Event) string {
	switch ev.Kind {
	case state.KindOrder, state.KindOrderCancelled:
		return t.Orders
	case state.KindInvoice, state.KindInvoiceCredited, state.KindInvoiceCancelled, state.KindInvoiceWrittenOff:
		return t.Invoices
	case state.KindPayment, state.KindPaymentApplied, state.KindPaymentReturned:
		return t.Payments
	case state.KindRegistry:
		return t.Registry
	default:
		return t.Customers
	}
}

// keyOf is the key that the contract recommends: the customer's id, or the party's identifier.
func keyOf(ev *state.Event) string {
	fact, ok := ev.Body.(*state.RegistryFact)
	if !ok {
		return string(ev.Customer)
	}
	key := fact.Identifier.Scheme + ":"
	if fact.Identifier.Country != "" {
		key += fact.Identifier.Country + ":"
	}
	return key + fact.Identifier.Value
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
