package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"tocsin/consumer/contract"
)

// eventCommand groups what works on events of the contract.
type eventCommand struct {
	Check    eventCheckCommand    `cmd:"" help:"Print every fault of every line of a file of events."`
	Simulate eventSimulateCommand `cmd:"" help:"Send an invented portfolio to the topics of the configuration."`
	Sample   eventSampleCommand   `cmd:"" help:"Print an event of a type, ready to be sent; without a type, list the types."`
	Docs     eventDocsCommand     `cmd:"" help:"Print the guide for publishers, or schemas for their tools."`
}

// eventCheckCommand validates a file of events.
type eventCheckCommand struct {
	configFlag
	outputFlag
	File string `arg:"" help:"NDJSON file, plain, .gz or .zst; - is standard input."`
}

// faultRecord is a fault of a line, for programs.
type faultRecord struct {
	File    string        `json:"file"`
	Line    int           `json:"line"`
	Pointer string        `json:"pointer"`
	Code    contract.Code `json:"code"`
	Message string        `json:"message"`
}

// Run prints each fault as FILE:LINE: /json/pointer: message (code), or as an object on a line of its own.
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
	out := bufio.NewWriter(p.stdout)
	faults, err := contract.Check(c.File, in, contract.Options{Types: loaded.Types, Ahead: loaded.Ledger.MaxAhead}, c.reportTo(out))
	if err := errors.Join(err, out.Flush()); err != nil {
		return err
	}
	if faults > 0 {
		return errFinding
	}
	return nil
}

// reportTo writes faults in the form that was asked for. A writer that fails keeps its error until it is flushed.
func (c *eventCheckCommand) reportTo(out *bufio.Writer) func(int, contract.Reject) {
	if !c.json() {
		return func(line int, r contract.Reject) { fmt.Fprintf(out, "%s:%d: %v\n", c.File, line, &r) }
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	return func(line int, r contract.Reject) {
		_ = encoder.Encode(faultRecord{c.File, line, r.Pointer, r.Code, r.Message})
	}
}

// openEvents opens a file of events; "-" is standard input.
func openEvents(p *process, name string) (io.ReadCloser, error) {
	if name == "-" {
		return contract.Expand(p.stdin)
	}
	return contract.Open(name)
}

// typeNamed is the full name of a type of the contract, by that or by its short one.
func typeNamed(name string) (string, error) {
	if full, ok := contract.TypeNamed(name); ok {
		return full, nil
	}
	var known []string
	for _, full := range contract.TypeNames() {
		known = append(known, contract.ShortName(full), full)
	}
	hint := didYouMean(name, known)
	if hint == "" {
		hint = "; tocsin event sample lists them"
	}
	return "", usageError{fmt.Sprintf("%q is no type of the contract%s", clip(name), hint)}
}
