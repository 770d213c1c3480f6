package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"tocsin/consumer/replay"
	"tocsin/state"
)

// backtestCommand plays recorded events through the live engine.
type backtestCommand struct {
	configFlag
	outputFlag
	Events  []string `required:"" placeholder:"FILE" sep:"none" help:"NDJSON of events, plain, .gz or .zst, in any order; - is standard input. Repeatable."`
	From    string   `placeholder:"DATE" help:"Transitions before this day are not written."`
	Until   string   `placeholder:"DATE" help:"The day that is closed last. Without it the last line's."`
	Alerts  string   `placeholder:"FILE" help:"Gets the alert records; - is standard output."`
	State   string   `placeholder:"FILE" help:"Gets a record of each customer as of the last day; - is standard output."`
	Rejects string   `placeholder:"FILE" help:"Gets the refused lines with their codes; - is standard output."`
	Workers int      `help:"Goroutines that decode and judge; 0: one for each processor. The output does not depend on it."`
}

// Run plays the events. It is good when it ran to the end, whatever it raised or refused.
func (c *backtestCommand) Run(p *process) (err error) {
	from, err := dateFlag("--from", c.From)
	if err != nil {
		return err
	}
	until, err := dateFlag("--until", c.Until)
	if err != nil {
		return err
	}
	loaded, err := c.load(p)
	if err != nil {
		return err
	}
	engine, err := loaded.engine()
	if err != nil {
		return err
	}
	if err := errors.Join(canonical(c.Events), distinct(c.Events, c.Alerts, c.State, c.Rejects)); err != nil {
		return err
	}
	var outputs outputs
	defer func() { err = errors.Join(err, outputs.close()) }()
	progress := newProgress(p)
	test := replay.Backtest{
		Engine: engine, Inputs: c.Events, Types: loaded.Types, Ahead: loaded.Ledger.MaxAhead, From: from, Until: until, Workers: c.Workers, Stdin: p.stdin,
		Alerts: outputs.open(p, c.Alerts), State: outputs.open(p, c.State), Rejects: outputs.open(p, c.Rejects),
		Progress: progress.show,
	}
	if outputs.err != nil {
		return outputs.err
	}
	defer collectSeldom()()
	counts, err := test.Run(p.ctx)
	progress.done()
	if panicked := (*replay.Panicked)(nil); errors.As(err, &panicked) {
		return errors.Join(c.tell(p, counts), err)
	}
	if err != nil {
		return err
	}
	return c.tell(p, counts)
}

// tell prints what became of the lines.
func (c *backtestCommand) tell(p *process, n replay.Counts) error {
	if c.json() {
		return json.NewEncoder(p.stdout).Encode(n)
	}
	to := p.stdout
	if c.Alerts == "-" || c.State == "-" || c.Rejects == "-" {
		to = p.stderr // standard output is a file of records
	}
	_, err := fmt.Fprintf(to, "%d lines: %d accepted, %d duplicates, %d stale, %d refused; %d customers, %d alert records\n",
		n.Lines, n.Accepted, n.Duplicates, n.Stale, n.Refused, n.Customers, n.Alerts)
	for _, y := range n.Systemic {
		if err == nil {
			_, err = fmt.Fprintf(to, "systemic on %s: %s, in which %d of %d active customers rose\n", y.Day, y.Signal, y.Risen, y.Active)
		}
	}
	return err
}

// dateFlag reads a date given as a flag; an empty one is none.
func dateFlag(name, text string) (state.Date, error) {
	if text == "" {
		return 0, nil
	}
	d, ok := state.ParseDate(text)
	if !ok || d < state.MinDate || d > state.MaxDate {
		return 0, usageError{fmt.Sprintf("%s: %q is not a date such as 2026-11-20", name, text)}
	}
	return d, nil
}

// canonical refuses inputs that are to be read by a decoder of a registry's own format.
func canonical(inputs []string) error {
	for _, name := range inputs {
		if strings.HasPrefix(name, "companies_house:") {
			return usageError{fmt.Sprintf("--events %s: this version has no decoder of a registry's own format yet", name)}
		}
	}
	return nil
}

// distinct refuses a file that would be written over while it is read, or written twice.
func distinct(inputs []string, outputs ...string) error {
	for i, name := range outputs {
		if name == "" || name == "-" {
			continue
		}
		for _, input := range inputs {
			if sameFile(name, input) {
				return usageError{fmt.Sprintf("%s is an input; write to another file", name)}
			}
		}
		for _, other := range outputs[:i] {
			if sameFile(name, other) {
				return usageError{fmt.Sprintf("%s is given for two outputs", name)}
			}
		}
	}
	return nil
}

// sameFile tells whether two names lead to one regular file, be it still to be made.
func sameFile(a, b string) bool {
	first, err := os.Stat(a)
	second, otherErr := os.Stat(b)
	if err != nil || otherErr != nil {
		return filepath.Clean(a) == filepath.Clean(b)
	}
	return first.Mode().IsRegular() && os.SameFile(first, second)
}

// outputs are the files that a command writes.
type outputs struct {
	files []*os.File
	err   error // of the first that could not be made
}

// open makes a file; "-" is standard output, and an empty name no output at all.
func (o *outputs) open(p *process, name string) io.Writer {
	switch name {
	case "":
		return nil
	case "-":
		return p.stdout
	}
	f, err := os.Create(name)
	if err != nil {
		o.err = errors.Join(o.err, err)
		return nil
	}
	o.files = append(o.files, f)
	return f
}

func (o *outputs) close() error {
	var err error
	for _, f := range o.files {
		err = errors.Join(err, f.Close())
	}
	return err
}
