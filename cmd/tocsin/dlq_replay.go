package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tocsin/consumer"
	"tocsin/consumer/contract"
	"tocsin/state"
)

// dlqReplayCommand gives refused records another try.
type dlqReplayCommand struct {
	configFlag
	outputFlag
	letterFilter
	Apply  bool          `help:"Do it. Without it nothing is written, and what would become of each record by itself is told."`
	By     string        `help:"Who does it. Without it the user of this machine."`
	Places []letterPlace `arg:"" optional:"" placeholder:"PLACE" help:"Where records lie: TOPIC/PARTITION@OFFSET. Without one all that the flags pick."`
}

// Help says what a try is.
func (c *dlqReplayCommand) Help() string {
	return "Each record goes through the contract again, as this program and this configuration understand it, in the order in which they " +
		"were refused. What is accepted changes its customer at once, in a commit of its own, as of the record's own timestamp; what is " +
		"refused still stays where it is, and the exit code is 1. A record is accepted once: a second try, one that was killed, and two at " +
		"a time change nothing more. Nothing is published again.\n\nIt may work beside `tocsin run`."
}

// replayRecord is what became of one record, for programs; replaySum the last line.
type replayRecord struct {
	Topic     string        `json:"topic"`
	Partition int32         `json:"partition"`
	Offset    int64         `json:"offset"`
	Outcome   string        `json:"outcome"` // accepted, duplicate, stale, parked, nothing, or refused
	Before    bool          `json:"before"`  // accepted by an earlier replay
	Code      contract.Code `json:"code,omitempty"`
	Pointer   string        `json:"pointer,omitempty"`
	Message   string        `json:"message,omitempty"`
}

type replaySum struct {
	Tried    int            `json:"tried"`
	Outcomes map[string]int `json:"outcomes"`
	Applied  bool           `json:"applied"`
}

// stillRefused is the outcome of a record that the contract refuses again.
const stillRefused = "refused"

// Run tries each record and says what became of it.
func (c *dlqReplayCommand) Run(p *process) (err error) {
	loaded, err := c.load(p)
	if err != nil {
		return err
	}
	wanted, err := c.matcher(loaded)
	if err != nil {
		return err
	}
	decoder, err := contract.NewDecoder(contract.Options{Types: loaded.Types, Ahead: loaded.Ledger.MaxAhead})
	if err != nil {
		return err
	}
	how := readStore
	if c.Apply {
		how = besideStore
	}
	store, err := loaded.openStore(p.ctx, how)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	redrive := consumer.Redrive{
		Store: store, Engines: earlierEngines(store), Decoder: decoder, Now: wallClock, By: actor(c.By), Write: c.Apply,
		Hold: consumer.Hold{Settle: loaded.Notify.Settle, All: loaded.Notify.Hold},
	}
	sum := replaySum{Outcomes: map[string]int{}, Applied: c.Apply}
	err = eachRefused(p.ctx, store, func(r *state.Refused) error {
		if !wanted(r) || !c.named(r) {
			return nil
		}
		if p.ctx.Err() != nil {
			return p.ctx.Err() // each record is whole or not begun
		}
		result, err := redrive.Try(p.ctx, r)
		if err != nil {
			return err
		}
		c.tell(p, r, result, &sum)
		return nil
	})
	if err != nil {
		return err
	}
	c.tellAll(p, &sum)
	if sum.Outcomes[stillRefused] > 0 {
		return errFinding
	}
	return nil
}

// named tells whether a record is one of the places. Where none is named, those that were accepted before are left out.
func (c *dlqReplayCommand) named(r *state.Refused) bool {
	if len(c.Places) == 0 {
		return r.Redrive == nil
	}
	return slices.ContainsFunc(c.Places, func(at letterPlace) bool { return at.is(&r.DeadLetter) })
}

func (c *dlqReplayCommand) tell(p *process, r *state.Refused, result consumer.Redriven, sum *replaySum) {
	record := replayRecord{Topic: r.Topic, Partition: r.Partition, Offset: r.Offset, Outcome: result.Outcome, Before: result.Before}
	text := result.Outcome
	if result.Before {
		text += " (by an earlier replay)"
	}
	if reject := result.Reject; reject != nil {
		record.Outcome, record.Code, record.Pointer, record.Message = stillRefused, reject.Code, reject.Pointer, reject.Message
		text = fmt.Sprintf("refused still: %s %s", reject.Code, printable(strings.TrimSpace(reject.Pointer+" "+reject.Message)))
	}
	sum.Tried++
	sum.Outcomes[record.Outcome]++
	if c.json() {
		_ = json.NewEncoder(p.stdout).Encode(record)
		return
	}
	fmt.Fprintf(p.stdout, "%s  %s\n", placeOf(&r.DeadLetter), text)
}

func (c *dlqReplayCommand) tellAll(p *process, sum *replaySum) {
	if c.json() {
		_ = json.NewEncoder(p.stdout).Encode(sum)
		return
	}
	fmt.Fprintf(p.stdout, "%d tried", sum.Tried)
	for _, outcome := range []string{
		consumer.RedrivenAccepted, consumer.RedrivenDuplicate, consumer.RedrivenStale, consumer.RedrivenParked, consumer.RedrivenNothing, stillRefused,
	} {
		if n := sum.Outcomes[outcome]; n > 0 {
			fmt.Fprintf(p.stdout, ", %d %s", n, outcome)
		}
	}
	if !c.Apply {
		fmt.Fprint(p.stdout, "; nothing was written: --apply does it")
	}
	fmt.Fprintln(p.stdout)
}
