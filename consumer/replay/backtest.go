package replay

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"tocsin/alerts"
	"tocsin/consumer"
	"tocsin/consumer/contract"
	"tocsin/state"
)

// Backtest plays files of events. Writers that are nil were not asked for.
type Backtest struct {
	Engine  *consumer.Engine
	Inputs  []string          // paths; "-" is standard input; .gz and .zst are read as such
	Types   map[string]string // a publisher's own names of types
	Ahead   time.Duration     // how far an event's time may lie after it was known; zero: as the contract has it
	From    state.Date        // transitions of earlier days are not written; zero: all
	Until   state.Date        // the day that is closed last; zero: the last line's
	Workers int               // decoders and lanes; zero: one for each processor
	Stdin   io.Reader
	Names   *state.Pseudonyms // under which the inputs tell of those who are erased; nil: of nobody

	Alerts, State, Rejects io.Writer
	Told                   func(*alerts.CaseMessage)      // given what would be owed of a case, from From on, in order for each customer; may be nil
	Of                     state.CustomerID               // the customer to look at, if Look is set; empty: all
	Look                   func(state.Day, *state.Record) // shown records as they stand at the last close, by id; may be nil
	Progress               func(Progress)                 // called now and then from one goroutine; may be nil

	names   []string // the inputs as they were given, for the rejects
	chapter int      // items of a chapter; zero: chapterItems
	shelf   *shelf
	size    int64 // of the inputs
}

// Counts tell what became of the lines: Accepted + Duplicates + Stale + Refused = Lines.
type Counts struct {
	Lines      int `json:"lines"`
	Accepted   int `json:"accepted"`
	Duplicates int `json:"duplicates"`
	Stale      int `json:"stale"`
	Refused    int `json:"refused"`
	Customers  int `json:"customers"`
	Alerts     int `json:"alerts"` // alert records: changes in alerts' lives, from Backtest.From on

	Systemic []SystemicRule `json:"systemic,omitempty"` // from Backtest.From on, by day and signal
}

// SystemicRule is a rule in which too many customers rose on one day. One alert record tells of all of a day, as it closes.
type SystemicRule struct {
	Day    string `json:"day"`
	Signal string `json:"signal"`
	Risen  int    `json:"risen"`  // customers
	Active int    `json:"active"` // of so many
}

func (c *Counts) add(o Counts) {
	c.Lines += o.Lines
	c.Accepted += o.Accepted
	c.Duplicates += o.Duplicates
	c.Stale += o.Stale
	c.Refused += o.Refused
	c.Customers += o.Customers
	c.Alerts += o.Alerts
	c.Systemic = append(c.Systemic, o.Systemic...)
}

// Progress is how far a backtest has come.
type Progress struct {
	Lines int
	Read  int64 // bytes of the files as they lie on disk
	Size  int64 // of all inputs; 0: not known
	Day   state.Date
}

// errOrder: the input is not in day order, so it must be sorted first.
var errOrder = errors.New("input is not in day order")

// Run plays the inputs and writes what was asked for. The same input gives the same bytes, whatever the number of
// workers. The error tells why it could not run to the end; refused lines are no error. After a
// [*Panicked] everything was written that there is.
func (b *Backtest) Run(ctx context.Context) (Counts, error) {
	if b.Workers <= 0 {
		b.Workers = runtime.GOMAXPROCS(0)
	}
	inputs, cleanup, err := b.spool()
	if err != nil {
		return Counts{}, err
	}
	defer cleanup()
	run := *b
	run.chapter, run.shelf = cmp.Or(b.chapter, chapterItems), new(shelf)
	run.size = sizeOf(inputs)
	run.Inputs, run.names = inputs, b.Inputs
	counts, err := run.spoolAlerts(ctx, false)
	if errors.Is(err, errOrder) {
		counts, err = run.spoolAlerts(ctx, true)
	}
	return counts, err
}

// spoolAlerts plays with the alert records going to a file, and copies them to where they are wanted only at the end: a
// stream that turns out not to be in day order has then told nobody anything.
func (b Backtest) spoolAlerts(ctx context.Context, sorted bool) (counts Counts, err error) {
	if b.Alerts == nil {
		return b.play(ctx, sorted)
	}
	spool, err := os.CreateTemp("", "tocsin-alerts-*")
	if err != nil {
		return Counts{}, fmt.Errorf("write the alerts: %w", err)
	}
	defer func() { err = errors.Join(err, spool.Close(), os.Remove(spool.Name())) }()
	wanted := b.Alerts
	b.Alerts = spool
	counts, err = b.play(ctx, sorted)
	if panicked := (*Panicked)(nil); err != nil && !errors.As(err, &panicked) {
		return counts, err
	}
	_, copying := spool.Seek(0, io.SeekStart)
	if copying == nil {
		_, copying = io.Copy(wanted, spool)
	}
	return counts, errors.Join(err, copying)
}

// play runs the pipeline once. It fails with errOrder when the input must be sorted first and is not to be.
func (b *Backtest) play(ctx context.Context, sorted bool) (Counts, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	p := newPlayers(b)
	s := newSequencer(b, p, sorted)
	blocks := readLines(ctx, cancel, b)
	err := s.run(blocks)
	if err != nil {
		cancel(err)
	}
	for range blocks { // what is still decoded after a cancel is let go
	}
	err = errors.Join(err, context.Cause(ctx))
	records, played, writeErr := p.finish(s.last(), err == nil)
	if errors.Is(err, errOrder) {
		return Counts{}, errOrder
	}
	if err = errors.Join(err, writeErr); err != nil {
		return Counts{}, err
	}
	counts := s.counts
	counts.add(played.counts)
	counts.Customers = p.customers(s.last().Date)
	if b.State != nil {
		if err := writeState(b.State, records); err != nil {
			return counts, fmt.Errorf("write the customer records: %w", err)
		}
	}
	if b.Rejects != nil {
		if err := writeRejects(b.Rejects, b.names, append(s.refusals, played.conflicts...)); err != nil {
			return counts, fmt.Errorf("write the rejects: %w", err)
		}
	}
	return counts, panickedError(played.panicked)
}

// refusal is a line that the contract refuses.
type refusal struct {
	line   lineRef
	reject *contract.Reject
}
