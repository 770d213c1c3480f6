package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tocsin/alerts"
	"tocsin/consumer"
	"tocsin/consumer/replay"
	"tocsin/state"
)

// explainCommand takes what Tocsin says of a customer apart, and what it listens for.
type explainCommand struct {
	configFlag
	outputFlag
	Customer string   `placeholder:"ID" help:"The customer. With neither a figure nor a signal: all signals, a line each."`
	Signal   string   `placeholder:"NAME" help:"One signal: what its verdict rests on, how it stands, and what would clear or raise it."`
	Figure   string   `placeholder:"NAME" help:"A figure of the customer record, such as receivables or ageing.31_60."`
	Detector string   `placeholder:"NAME" help:"What a signal listens for, of whatever customer, and the parameters that tune it."`
	Language string   `default:"en" help:"Language of explained signals, with its forms of numbers and dates: en or zh. Parameters, kinds of documents, docs and figures stay English."`
	At       string   `placeholder:"DATE" help:"As of the close of this day. Without it the open day of the store, or the last line's."`
	Events   []string `placeholder:"FILE" sep:"none" help:"NDJSON of events to play instead of reading the store of the configuration. Repeatable."`
}

// Help lists the figures and the signals.
func (c *explainCommand) Help() string {
	return "Of a figure: the documents that it is the sum of, or what else it is made of; the last line is the figure as the customer record has it. " +
		"Of a signal: the facts, each threshold and what sets it, the frozen baseline, the verdict, the level that stands and since when, " +
		"and what would clear it; or what keeps it silent, and how far it is from being raised; or what is missing to judge it.\n\nFigures: " +
		strings.Join(consumer.Figures(), ", ") + "\n\nSignals: " + strings.Join(signalNames(), ", ")
}

// Run prints what was asked for.
func (c *explainCommand) Run(p *process) error {
	switch {
	case c.Detector != "" && (c.Customer != "" || c.Figure != "" || c.Signal != "" || c.At != "" || len(c.Events) > 0):
		return usageError{"--detector is asked of no customer: it goes with --config and --output alone"}
	case c.Detector != "":
		return c.detector(p)
	case c.Customer == "":
		return usageError{"whom or what? --customer ID [--signal NAME | --figure NAME], or --detector NAME; see tocsin explain --help"}
	case c.Language != alerts.English.Tag() && (c.Figure != "" || c.Detector != ""):
		return usageError{"--language is of what is said of signals: figures and detectors are told in English"}
	case c.Figure != "" && c.Signal != "":
		return usageError{"--figure and --signal are two questions: ask one"}
	case c.Figure != "":
		return c.figure(p)
	default:
		return c.signals(p)
	}
}

// figure prints the figure's parts.
func (c *explainCommand) figure(p *process) error {
	at, err := dateFlag("--at", c.At)
	if err != nil {
		return err
	}
	if known := consumer.Figures(); !slices.Contains(known, c.Figure) {
		return usageError{fmt.Sprintf("--figure: no figure is called %q%s\nThere are: %s", c.Figure, didYouMean(c.Figure, known), strings.Join(known, ", "))}
	}
	loaded, err := c.load(p)
	if err != nil {
		return err
	}
	engine, err := loaded.engine()
	if err != nil {
		return err
	}
	record, day, err := c.record(p, loaded, engine, at)
	if err != nil {
		return err
	}
	explained, err := engine.Explain(record, day, c.Figure)
	if err != nil {
		return err
	}
	if c.json() {
		return json.NewEncoder(p.stdout).Encode(explained)
	}
	_, err = p.stdout.Write(explanationText(&explained))
	return err
}

// record is the customer's record as of a day, and what its views read of that day.
func (c *explainCommand) record(p *process, loaded *config, engine *consumer.Engine, at state.Date) (record *state.Record, day state.Day, err error) {
	if len(c.Events) > 0 {
		record, day, err = c.play(p, loaded, engine, at)
	} else {
		record, day, err = c.fold(p, loaded, at)
	}
	switch {
	case err != nil:
		return nil, day, err
	case record == nil:
		return nil, day, fmt.Errorf("customer %q is not known as of %s", c.Customer, day.Date)
	}
	switch fate := record.Customer.Fate(day.Date); {
	case fate.Ended:
		return nil, day, fmt.Errorf("customer %q was merged into %q: ask for that one", c.Customer, fate.Heir)
	case fate.Erased:
		return nil, day, fmt.Errorf("customer %q was erased", c.Customer)
	}
	return record, day, nil
}

// play plays files of events up to a day.
func (c *explainCommand) play(p *process, loaded *config, engine *consumer.Engine, at state.Date) (record *state.Record, day state.Day, err error) {
	progress := newProgress(p)
	test := replay.Backtest{
		Engine: engine, Inputs: c.Events, Types: loaded.Types, Ahead: loaded.Ledger.MaxAhead, Until: at, Stdin: p.stdin, Progress: progress.show,
		Of: state.CustomerID(c.Customer), Look: func(last state.Day, rec *state.Record) { record, day = rec, last },
	}
	counts, err := test.Run(p.ctx)
	progress.done()
	if counts.Refused > 0 {
		was := "were refused and count"
		if counts.Refused == 1 {
			was = "was refused and counts"
		}
		fmt.Fprintf(p.stderr, "tocsin: warning: %s %s for nothing here; tocsin backtest --rejects FILE tells why\n", counted(counts.Refused, "line"), was)
	}
	if record == nil && err == nil {
		return nil, day, fmt.Errorf("no accepted event is of customer %q%s", c.Customer, byDay(at))
	}
	return record, day, err
}

// byDay says up to which day was looked; nothing where that was the last one.
func byDay(at state.Date) string {
	if at == 0 {
		return ""
	}
	return " by " + at.String()
}

// fold reads the store's journal up to a day.
func (c *explainCommand) fold(p *process, loaded *config, at state.Date) (record *state.Record, day state.Day, err error) {
	store, err := loaded.openStore(p.ctx, readStore)
	if err != nil {
		return nil, day, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return consumer.RecordAt(p.ctx, store, earlierEngines(store), state.CustomerID(c.Customer), at)
}
