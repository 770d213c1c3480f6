package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"tocsin/consumer/simulator"
	"tocsin/state"
)

// eventSimulateCommand publishes an invented portfolio: a publisher for whoever has none yet.
type eventSimulateCommand struct {
	configFlag
	Seed      uint64 `default:"1" help:"Another seed is another portfolio."`
	Customers int    `default:"40" help:"Customers at the start."`
	First     string `placeholder:"DATE" help:"First day of the past; the first of January if not given. With the same one a second start sends what is there already, which changes nothing."`
	Past      bool   `help:"End when the past is sent."`
}

// Help is what to expect of it.
func (c *eventSimulateCommand) Help() string {
	return "Sends an invented portfolio to the brokers and topics of the configuration: its past at once, then what happens now, until it is " +
		"interrupted. Do not point it at the topics of a real ledger: a customer's events are not taken back."
}

// publishBeat is how often what has happened is sent.
const publishBeat = 2 * time.Second

// Run sends the past, and then the present until it is interrupted.
func (c *eventSimulateCommand) Run(p *process) error {
	loaded, err := c.load(p)
	if err != nil {
		return err
	}
	if len(loaded.Kafka.Brokers) == 0 {
		return usageError{"kafka.brokers is empty: there is nowhere to send to"}
	}
	ledger, err := loaded.ledger()
	if err != nil {
		return err
	}
	now := wallClock()
	today := now.Date(ledger.Zone)
	year, _, _ := today.Civil()
	first := state.DateOf(year, 1, 1)
	if c.First != "" {
		var ok bool
		if first, ok = state.ParseDate(c.First); !ok || first > today {
			return usageError{fmt.Sprintf("--first: %q is no date in the past such as 2026-01-01", clip(c.First))}
		}
	}
	portfolio := simulator.New(simulator.Config{Seed: c.Seed, First: first, Customers: c.Customers, Zone: ledger.Zone})
	events := portfolio.Scheduled(first.Start(ledger.Zone)-1, now)
	log := newLog(p.stderr, "warn", loaded.Log.Format, new(slog.LevelVar))
	if err := sendEvents(p.ctx, loaded, "simulator", events, log); err != nil {
		return fmt.Errorf("send the past: %w", err)
	}
	if _, err := fmt.Fprintf(p.stdout, "%d events of %d customers since %s are sent\n", len(events), len(portfolio.Names()), first); err != nil || c.Past {
		return err
	}
	return ended(p.ctx, c.present(p.ctx, loaded, portfolio, now, log))
}

// present sends what happens from since on, until ctx ends.
func (c *eventSimulateCommand) present(ctx context.Context, loaded *config, portfolio *simulator.Portfolio, since state.Instant, log *slog.Logger) error {
	for {
		if err := sleep(ctx, publishBeat); err != nil {
			return err
		}
		now := wallClock()
		events := append(portfolio.Scheduled(since, now), portfolio.Pulse(since, now)...)
		if len(events) > 0 {
			if err := sendEvents(ctx, loaded, "simulator", events, log); err != nil {
				return fmt.Errorf("send what happens now: %w", err)
			}
		}
		since = now
	}
}
