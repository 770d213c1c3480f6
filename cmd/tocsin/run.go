package main

import (
	"errors"
	"fmt"
	"log/slog"

	"tocsin/state"
)

// runCommand consumes events from Kafka until it is told to stop.
type runCommand struct {
	configFlag
	LogLevel string `enum:"debug,info,warn,error" default:"info" help:"debug, info, warn or error."`

	now func() state.Instant // the store's clock; nil: the wall's
}

// Run prepares the store and works until SIGINT or SIGTERM, then drains.
func (c *runCommand) Run(p *process) (err error) {
	loaded, err := c.load(p)
	if err != nil {
		return err
	}
	if len(loaded.Kafka.Brokers) == 0 {
		return usageError{"kafka.brokers is empty: there is nothing to consume; tocsin demo has a broker of its own"}
	}
	for topic := range loaded.Kafka.Decoders {
		return usageError{fmt.Sprintf("kafka.decoders: %s: this version has no decoder of a registry's own format yet", topic)}
	}
	defer collectSeldom()()
	store, err := loaded.openStore(p.ctx, ownStore)
	if err != nil {
		return ended(p.ctx, err) // told to stop before there was anything to drain
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	s := &service{config: loaded, store: store, now: c.now, log: newLog(p, c.LogLevel)}
	if s.now == nil {
		s.now = wallClock
	}
	return s.run(p.ctx)
}

// newLog writes JSON lines to standard error.
func newLog(p *process, level string) *slog.Logger {
	var l slog.Level
	_ = l.UnmarshalText([]byte(level)) // one of the flag's words
	return slog.New(slog.NewJSONHandler(p.stderr, &slog.HandlerOptions{Level: l}))
}
