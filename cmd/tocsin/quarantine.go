package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"tocsin/consumer"
	"tocsin/state"
)

// quarantineCommand shows and releases customers whose steps panic.
type quarantineCommand struct {
	Ls      quarantineLsCommand      `cmd:"" default:"withargs" help:"List the customers whose steps panic, since when, why and how much waits."`
	Release quarantineReleaseCommand `cmd:"" help:"Apply what waits of a customer, in order, and go on with him. Install a version that takes the step first."`
}

// quarantineLsCommand lists who is quarantined.
type quarantineLsCommand struct {
	configFlag
	outputFlag
}

// quarantineRecord is one of the list's lines in JSON.
type quarantineRecord struct {
	Customer state.CustomerID `json:"customer_id"` // a pseudonym if he was erased meanwhile
	Since    string           `json:"since"`       // the open day
	At       string           `json:"at"`
	Parked   int              `json:"parked"` // batches of his events that wait
	Reason   string           `json:"reason"` // what the panic said; empty of who was erased
	Stack    []string         `json:"stack"`  // innermost frame first
}

// Run prints one customer a line with the frames below it, or JSON lines.
func (c *quarantineLsCommand) Run(p *process) (err error) {
	store, err := c.open(p, readStore)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	all, err := store.Quarantined(p.ctx)
	if err != nil {
		return err
	}
	if len(all) == 0 && !c.json() {
		fmt.Fprintln(p.stdout, "nobody is quarantined")
	}
	for _, q := range all {
		frames := strings.FieldsFunc(q.Stack, func(r rune) bool { return r == '\n' })
		if c.json() {
			record := quarantineRecord{q.Customer, q.Since.String(), q.At.String(), q.Waiting, q.Reason, frames}
			if err := json.NewEncoder(p.stdout).Encode(record); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(p.stdout, "%s  since %s  %d parked  %s\n", printable(string(q.Customer)), q.Since, q.Waiting, orNone(printable(q.Reason)))
		for _, frame := range frames {
			fmt.Fprintf(p.stdout, "    %s\n", frame)
		}
	}
	return nil
}

// quarantineReleaseCommand releases one customer.
type quarantineReleaseCommand struct {
	configFlag
	Customer string `arg:"" help:"The customer's id, as tocsin quarantine ls shows it."`
	By       string `help:"Who releases. Without it the user of this machine."`
	Reason   string `placeholder:"TEXT" help:"Why, for those who look later."`
}

// Run applies what is parked. Given again after it has died it goes on.
func (c *quarantineReleaseCommand) Run(p *process) (err error) {
	store, err := c.open(p, besideStore)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	desk := consumer.Desk{Store: store, Engines: earlierEngines(store), Now: wallClock}
	released, err := desk.Release(p.ctx, state.CustomerID(c.Customer), actor(c.By), c.Reason)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s is released: %d events applied\n", printable(string(released.Customer)), released.Events)
	return nil
}
