package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"tocsin/consumer"
	"tocsin/state"
)

// gapCommand shows what partitions cannot read, and records who accepts it.
type gapCommand struct {
	List   gapListCommand   `cmd:"" name:"ls" default:"withargs" help:"List the gaps that partitions stand before, and those that were accepted."`
	Accept gapAcceptCommand `cmd:"" help:"Accept that records of a partition are not read: it goes on behind them."`
}

// Help says what a gap is and what accepting it means.
func (c *gapCommand) Help() string {
	return "A gap is what a partition stands before and cannot read: retention removed records before they were read, the log was cut back, " +
		"a batch cannot be decoded, or the topic or its whole cluster is another one. The other partitions go on; the open day is held for " +
		"ledger.max_hold and then goes on without this one, and what its topic's news could clear does not rise meanwhile. Nothing skips a gap by itself, for that a payment did not come would be " +
		"concluded from a hole. Restore the records or have them published again if you can; then accept the gap.\n\ntocsin gap ls exits 1 while a gap is open."
}

// partitionFlag is a partition on the command line, TOPIC/PARTITION.
type partitionFlag struct {
	topic  string
	number int32
}

// UnmarshalText reads TOPIC/PARTITION.
func (f *partitionFlag) UnmarshalText(text []byte) error {
	at := strings.LastIndexByte(string(text), '/')
	if at <= 0 {
		return fmt.Errorf("%q is not TOPIC/PARTITION, such as credit.invoices.v1/0", text)
	}
	number, err := strconv.ParseInt(string(text[at+1:]), 10, 32)
	if err != nil || number < 0 {
		return fmt.Errorf("%q is not TOPIC/PARTITION: %q is no partition", text, text[at+1:])
	}
	f.topic, f.number = string(text[:at]), int32(number)
	return nil
}

func (f *partitionFlag) String() string { return fmt.Sprintf("%s/%d", f.topic, f.number) }

// gapListCommand lists gaps.
type gapListCommand struct {
	configFlag
	outputFlag
	All bool `help:"Accepted ones too, and those whose records came back."`
}

// What has become of a gap.
const (
	gapOpen     = "open"
	gapAccepted = "accepted"
	gapOver     = "over" // the partition is past it without anybody's word: the records came back
)

// gapRecord is a gap for programs. Offsets that are not known are null.
type gapRecord struct {
	Topic      string         `json:"topic"`
	Partition  int32          `json:"partition"`
	State      string         `json:"state"`
	Stands     *int64         `json:"stands"`
	From       *int64         `json:"from"`
	To         *int64         `json:"to"`
	Lost       *int64         `json:"lost"` // offsets: at most as many records
	OtherTopic bool           `json:"other_topic"`
	Reason     string         `json:"reason"`
	Since      string         `json:"since"`
	Accepted   *acceptedShown `json:"accepted,omitempty"`
}

type acceptedShown struct {
	To  int64  `json:"to"`
	At  string `json:"at"`
	By  string `json:"by"`
	Why string `json:"reason"`
}

// Run prints one gap a line. It exits 1 while one is open: a partition stands.
func (c *gapListCommand) Run(p *process) (err error) {
	store, err := c.open(p, readStore)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	gaps, err := store.Gaps(p.ctx)
	if err != nil {
		return err
	}
	positions, err := store.AllPositions(p.ctx)
	if err != nil {
		return err
	}
	open := false
	for i := range gaps {
		g := &gaps[i]
		now := stateOf(g, positions)
		open = open || now == gapOpen
		if now != gapOpen && !c.All {
			continue
		}
		if c.json() {
			_ = json.NewEncoder(p.stdout).Encode(recordOf(g, now))
			continue
		}
		fmt.Fprintln(p.stdout, gapLine(g, now))
	}
	if open {
		return errFinding
	}
	return nil
}

// stateOf is what has become of a gap.
func stateOf(g *state.Gap, positions []state.Position) string {
	if !g.Open() {
		return gapAccepted
	}
	for _, pos := range positions {
		if pos.Topic == g.Topic && pos.Partition == g.Partition && pos.Next > g.Stands {
			return gapOver
		}
	}
	return gapOpen
}

func recordOf(g *state.Gap, now string) gapRecord {
	offset := func(n int64) *int64 {
		if n < 0 {
			return nil
		}
		return &n
	}
	r := gapRecord{
		Topic: g.Topic, Partition: g.Partition, State: now, Stands: offset(g.Stands), From: offset(g.From), To: offset(g.To),
		OtherTopic: g.Foreign, Reason: g.Reason, Since: g.Since.String(),
	}
	if n, known := g.Lost(); known {
		r.Lost = &n
	}
	if a := g.Accepted; !g.Open() {
		r.Accepted = &acceptedShown{a.To, a.At.String(), a.By, a.Why}
	}
	return r
}

func gapLine(g *state.Gap, now string) string {
	lost := "offsets from " + strconv.FormatInt(max(g.From, 0), 10) + " on"
	if n, known := g.Lost(); known {
		lost = fmt.Sprintf("offsets %d to %d, at most %d records", g.From, g.To-1, n)
	}
	stands := "at its start"
	if g.Stands >= 0 {
		stands = fmt.Sprintf("at %d", g.Stands)
	}
	line := fmt.Sprintf("%s/%d  %s  stands %s  %s  since %v  %s", g.Topic, g.Partition, now, stands, lost, g.Since, printable(g.Reason))
	if a := g.Accepted; !g.Open() {
		line += fmt.Sprintf("  accepted by %s at %v, on at %d: %s", printable(a.By), a.At, a.To, printable(a.Why))
	}
	return line
}

// gapAcceptCommand records that a gap is accepted.
type gapAcceptCommand struct {
	configFlag
	Partition partitionFlag `arg:"" placeholder:"TOPIC/PARTITION" help:"The partition, as TOPIC/PARTITION."`
	To        int64         `required:"" placeholder:"OFFSET" help:"Where the partition goes on."`
	By        string        `help:"Who accepts. Without it the user of this machine."`
	Reason    string        `required:"" placeholder:"TEXT" help:"Why it may be skipped, for those who look later."`
}

// Run moves the partition behind its gap. What runs goes on within seconds, and the next start does.
func (c *gapAcceptCommand) Run(p *process) (err error) {
	if c.To < 0 {
		return usageError{fmt.Sprintf("--to: %d is no offset", c.To)}
	}
	store, err := c.open(p, besideStore)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	gap, err := c.lastGap(p, store)
	if err != nil {
		return err
	}
	if !gap.Open() && gap.Accepted.To == c.To {
		fmt.Fprintf(p.stdout, "%v: accepted before, by %s at %v\n", &c.Partition, printable(gap.Accepted.By), gap.Accepted.At)
		return nil
	}
	word := state.Acceptance{To: c.To, At: wallClock(), By: actor(c.By), Why: c.Reason}
	desk := consumer.Desk{Store: store, Engines: earlierEngines(store), Now: wallClock}
	err = desk.AcceptGap(p.ctx, &gap, word)
	switch {
	case errors.Is(err, state.ErrNoGap):
		return fmt.Errorf("%v: no gap is open; tocsin gap ls --all lists what was", &c.Partition)
	case errors.Is(err, state.ErrFenced):
		return fmt.Errorf("%v does not stand before its gap, at %d: what was read before it is not applied yet, or the partition is past it; "+
			"let tocsin run go on, and look again", &c.Partition, gap.Stands)
	case err != nil:
		return err
	}
	fmt.Fprintf(p.stdout, "%v goes on at %d\n", &c.Partition, c.To)
	if gap.Foreign {
		fmt.Fprintln(p.stdout, "its topic is another one: start anew what runs")
	}
	return nil
}

// lastGap is the open gap of the partition, or the one that was accepted last.
func (c *gapAcceptCommand) lastGap(p *process, store state.Gaps) (last state.Gap, err error) {
	gaps, err := store.Gaps(p.ctx)
	found := false
	for i := range gaps {
		if g := &gaps[i]; g.Topic == c.Partition.topic && g.Partition == c.Partition.number && (!found || !last.Open()) {
			last, found = *g, true
		}
	}
	if err == nil && !found {
		err = fmt.Errorf("%v: no gap is open; tocsin gap ls lists those that are", &c.Partition)
	}
	return last, err
}
