package main

import (
	"io"

	"tocsin/consumer/contract"
)

// eventCommand groups what works on events of the contract.
type eventCommand struct {
	Check eventCheckCommand `cmd:"" help:"Print every fault of every line of a file of events."`
}

// eventCheckCommand validates a file of events.
type eventCheckCommand struct {
	configFlag
	File string `arg:"" help:"NDJSON file, plain, .gz or .zst; - is standard input."`
}

// Run prints each fault as FILE:LINE: /json/pointer: message (code).
func (c *eventCheckCommand) Run(p *process) error {
	loaded, err := c.load(p)
	if err != nil {
		return err
	}
	in, err := openEvents(p, c.File)
	if err != nil {
		return err
	}
	defer in.Close()
	faults, err := contract.Check(c.File, in, p.stdout, contract.Options{Types: loaded.Types, Ahead: loaded.Ledger.MaxAhead})
	if err != nil {
		return err
	}
	if faults > 0 {
		return errFinding
	}
	return nil
}

// openEvents opens a file of events; "-" is standard input.
func openEvents(p *process, name string) (io.ReadCloser, error) {
	if name == "-" {
		return contract.Expand(p.stdin)
	}
	return contract.Open(name)
}
