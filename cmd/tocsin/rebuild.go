package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"tocsin/consumer"
	"tocsin/state"
)

// rebuildCommand folds every journal and compares the snapshots with it.
type rebuildCommand struct {
	configFlag
	outputFlag
	Check bool `help:"Only look: tell of each customer whose snapshot is not the fold of the journal, and exit 1 if there is one."`
}

// Help says what it is for, and when not to.
func (c *rebuildCommand) Help() string {
	return "The journal is the truth; a snapshot is a cache of what a customer's rows fold to. Each journal is played from its first row " +
		"through the engines that wrote it, and nothing else is trusted. A snapshot that is not the fold is told of and, without --check, " +
		"written anew. A journal that lacks a row cannot be mended from here: restore it from a backup.\n\n" +
		"It may work beside `tocsin run`. After a snapshot has been mended, restart what runs: it may have the record that was wrong in memory."
}

// brokenRecord and rebuiltRecord are the lines of --output json: one for each customer, and the last one.
type brokenRecord struct {
	CustomerID state.CustomerID `json:"customer_id"`
	Faults     []string         `json:"faults"`
	Mended     bool             `json:"mended"`
}

type rebuiltRecord struct {
	Customers int `json:"customers"`
	Rows      int `json:"rows"`
	Snapshots int `json:"snapshots"`
	Written   int `json:"written"`
	Broken    int `json:"broken"`
	Unmended  int `json:"unmended"`
}

// Run looks at every customer; it exits 1 where something is wrong and stays so.
func (c *rebuildCommand) Run(p *process) (err error) {
	how := besideStore
	if c.Check {
		how = readStore
	}
	store, err := c.open(p, how)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	progress := newProgress(p)
	rebuild := consumer.Rebuild{
		Store: store, Engines: earlierEngines(store), Write: !c.Check,
		Found: func(b consumer.Broken) {
			progress.done()
			c.tell(p, b)
		},
		Progress: func(done, customers int) {
			progress.draw(func(elapsed time.Duration) string { return rebuildLine(done, customers, elapsed) })
		},
	}
	sum, err := rebuild.Run(p.ctx)
	progress.done()
	if err != nil {
		return err
	}
	c.tellAll(p, sum)
	if sum.Unmended > 0 {
		return errFinding
	}
	return nil
}

func (c *rebuildCommand) tell(p *process, b consumer.Broken) {
	if c.json() {
		_ = json.NewEncoder(p.stdout).Encode(brokenRecord{b.Customer, b.Faults, b.Mended})
		return
	}
	mended := ""
	if b.Mended {
		mended = " (written anew)"
	}
	fmt.Fprintf(p.stdout, "%s: %s%s\n", b.Customer, strings.Join(b.Faults, "; "), mended)
}

func (c *rebuildCommand) tellAll(p *process, sum consumer.Rebuilt) {
	if c.json() {
		_ = json.NewEncoder(p.stdout).Encode(rebuiltRecord(sum))
		return
	}
	verdict := "each is the fold of its journal"
	if sum.Broken > 0 {
		verdict = fmt.Sprintf("something was wrong with %d customers", sum.Broken)
	}
	if c.Check {
		fmt.Fprintf(p.stdout, "%d customers, %d rows, %d snapshots: %s\n", sum.Customers, sum.Rows, sum.Snapshots, verdict)
		return
	}
	fmt.Fprintf(p.stdout, "%d customers, %d rows, %d snapshots: %s; %d snapshots written\n", sum.Customers, sum.Rows, sum.Snapshots, verdict, sum.Written)
}

// rebuildLine is how far a rebuild has come after some time.
func rebuildLine(done, customers int, elapsed time.Duration) string {
	remaining := time.Duration(float64(elapsed) * float64(customers-done) / float64(max(done, 1)))
	return fmt.Sprintf("%d of %d customers  %.0f customers/s  %s left", done, customers, float64(done)/max(elapsed.Seconds(), 0.001), remaining.Round(time.Second))
}
