package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"tocsin/alerts"
	"tocsin/consumer"
	"tocsin/state"
)

// watchCommand lists the watch list and takes customers off it.
type watchCommand struct {
	List   watchListCommand   `cmd:"" default:"withargs" help:"List the customers on the watch list."`
	Remove watchRemoveCommand `cmd:"" help:"Take a customer off the watch list, in somebody's name and with a reason."`
}

// watchListCommand prints the watch list.
type watchListCommand struct {
	configFlag
	outputFlag
}

// Help says who is on it.
func (c *watchListCommand) Help() string {
	return "On the watch list is every customer whose score has reached that of the grade watch (composite.watch_count, 45), from that day on " +
		"and whatever becomes of the score, until a person takes him off. All customers of the store are read."
}

// watchedRecord is a line of --output json.
type watchedRecord struct {
	CustomerID state.CustomerID `json:"customer_id"`
	Since      string           `json:"since"`
	Score      int              `json:"score"`
	Grade      string           `json:"grade"`
	Stays      bool             `json:"stays"`
}

// Run prints one customer a line.
func (c *watchListCommand) Run(p *process) (err error) {
	store, err := c.open(p, readStore)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	desk := consumer.Desk{Store: store, Engines: earlierEngines(store), Now: wallClock}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	err = desk.Watched(p.ctx, func(one consumer.Watched) {
		if c.json() {
			_ = json.NewEncoder(p.stdout).Encode(watchedRecord{one.Customer, one.Since.String(), one.Score, one.Grade.String(), one.Stays})
			return
		}
		can := "may be taken off"
		if one.Stays {
			can = "stays by the score"
		}
		fmt.Fprintf(w, "%s\tsince %s\tscore %d\t%s\t%s\t%s\n", printable(string(one.Customer)), one.Since, one.Score, one.Grade, can, printable(one.Name))
	})
	if errors.Is(err, consumer.ErrNoDay) {
		err = nil // nobody is known, so nobody is on it
	}
	return errors.Join(w.Flush(), err)
}

// watchRemoveCommand takes a customer off the watch list.
type watchRemoveCommand struct {
	configFlag
	Customer string `arg:"" help:"The customer's id."`
	By       string `help:"Who acts. Without it the user of this machine."`
	Reason   string `required:"" help:"Why, a reason code."`
}

// Help lists the reasons.
func (c *watchRemoveCommand) Help() string {
	return "A customer whose score keeps him on the watch list stays on it. Reasons: " + strings.Join(alerts.UnwatchReasons(), ", ") + "."
}

// Run takes the removal into the customer's record; the journal keeps who, when and why.
func (c *watchRemoveCommand) Run(p *process) (err error) {
	store, err := c.open(p, besideStore)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	customer := state.CustomerID(c.Customer)
	last, err := store.LastRows(p.ctx, []state.CustomerID{customer})
	if err != nil {
		return err
	}
	seq, known := last[customer]
	if !known {
		return fmt.Errorf("customer %q is not known", c.Customer)
	}
	d := alerts.Decision{Action: alerts.Unwatch, By: actor(c.By), ReasonCode: c.Reason, At: wallClock()}
	desk := consumer.Desk{Store: store, Engines: earlierEngines(store), Now: wallClock}
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %d %q %q", customer, seq, d.Action, d.By))
	return desk.Decide(p.ctx, customer, d, "watch/"+hex.EncodeToString(sum[:]))
}
