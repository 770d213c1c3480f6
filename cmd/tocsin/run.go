package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/KimMachineGun/automemlimit/memlimit"

	"tocsin/cmd/tocsin/traces"
	"tocsin/state"
)

// runCommand consumes events from Kafka until it is told to stop.
type runCommand struct {
	configFlag
	LogLevel string `enum:",debug,info,warn,error" default:"" help:"debug, info, warn or error, instead of log.level."`

	now func() state.Instant // the store's clock; nil: the wall's
}

// drainWithin is how long a process that is told to stop takes at most, whatever does not answer it: service managers kill after 30 s.
const drainWithin = 25 * time.Second

// Run prepares the store and works until SIGINT or SIGTERM, then drains.
func (c *runCommand) Run(p *process) error {
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
	level := new(slog.LevelVar)
	log := newLog(p.stderr, cmp.Or(c.LogLevel, loaded.Log.Level), loaded.Log.Format, level)
	boundMemory(log, memlimit.FromCgroup)
	return endWithin(p.ctx, drainWithin, func() error { return c.work(p, loaded, log, level) })
}

// work is a run from opening the store to closing it.
func (c *runCommand) work(p *process, loaded *config, log *slog.Logger, level *slog.LevelVar) (err error) {
	store, err := loaded.openStore(p.ctx, ownStore)
	if err != nil {
		return ended(p.ctx, err) // told to stop before there was anything to drain
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	trace, closing, err := traces.Open(p.ctx, version(), log)
	if err != nil {
		return err
	}
	defer func() {
		last, cancel := context.WithTimeout(context.WithoutCancel(p.ctx), 2*time.Second)
		defer cancel()
		_ = closing(last) // what is lost was said
	}()
	s := &service{config: loaded, store: store, now: c.now, log: log, level: level, trace: trace}
	if s.now == nil {
		s.now = wallClock
	}
	return s.run(p.ctx)
}

// errUndrained is of work that did not end in time. What it has committed stands, and what it has not is done by the next start, as
// after a kill.
var errUndrained = errors.New("told to stop, and something did not end in time; the next start goes on from what is committed")

// endWithin waits for work, but after ctx has ended no longer than some time: then it is left to itself.
func endWithin(ctx context.Context, most time.Duration, work func() error) error {
	ended := make(chan error, 1)
	go func() { ended <- work() }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-ended:
		return err
	case <-time.After(most):
		return errUndrained
	}
}

// newLog writes lines as JSON, or as text for people, from a level on that can be set while it is in use. Ids of customers are in
// them; names, what a bank knows, and what invoices say are not.
func newLog(to io.Writer, level, format string, set *slog.LevelVar) *slog.Logger {
	_ = set.UnmarshalText([]byte(level)) // one of the words of the configuration
	options := &slog.HandlerOptions{Level: set}
	if format == "text" {
		return slog.New(slog.NewTextHandler(to, options))
	}
	return slog.New(slog.NewJSONHandler(to, options))
}
