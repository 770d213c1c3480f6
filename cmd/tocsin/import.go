package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"tocsin/consumer/contract"
	"tocsin/consumer/erp"
	"tocsin/consumer/kafka"
	"tocsin/state"
)

// importCommand turns an ERP's CSV exports into contract events.
type importCommand struct {
	configFlag
	outputFlag
	Mapping  string   `required:"" placeholder:"FILE" help:"Says how the export is written and what its columns hold."`
	AsOf     string   `placeholder:"DATE" help:"When the export was made: 2026-11-20, or 2026-11-20T14:30 where there is more than one a day. A list of open items needs it."`
	Revision int64    `help:"Revision of all events; that of the export's date if not given, and 1 without a date."`
	Previous []string `placeholder:"FILE" sep:"none" help:"The list of open items of last time: what has gone since was settled. Repeatable."`
	Out      string   `placeholder:"FILE" help:"Gets the events as NDJSON; - is standard output."`
	Kafka    bool     `help:"Send the events to the brokers and topics of the configuration, all at once."`
	DryRun   bool     `help:"Write nothing: tell every fault, and what would be imported."`
	Files    []string `arg:"" name:"file" help:"CSV, plain, .gz or .zst; - is standard input."`
}

// Run converts the files. It is a finding that rows have faults; the others are converted.
func (c *importCommand) Run(p *process) (err error) {
	if !c.DryRun && c.Out == "" && !c.Kafka {
		return usageError{"say where the events go: --out FILE, --kafka, or --dry-run"}
	}
	if err := distinct(slices.Concat(c.Files, c.Previous, []string{c.Mapping}), c.Out); err != nil {
		return err
	}
	loaded, err := c.load(p)
	if err != nil {
		return err
	}
	if c.Kafka && len(loaded.Kafka.Brokers) == 0 {
		return usageError{"kafka.brokers is empty: there is nowhere to send to"}
	}
	mapping, err := loadMapping(c.Mapping)
	if err != nil {
		return refusedConfig(p, err)
	}
	ledger, err := loaded.ledger()
	if err != nil {
		return err
	}
	in := &erp.Import{Mapping: mapping, Zone: ledger.Zone}
	if err := c.date(in); err != nil {
		return err
	}
	if err := c.read(p, in); err != nil {
		return err
	}
	events, where := in.Events(), c.destination()
	if !c.DryRun {
		if err = c.deliver(p, loaded, mapping.Source, events); err != nil {
			where = "not delivered"
		}
	}
	told := c.tell(p, in, where)
	if err != nil && errors.Is(told, errFinding) {
		return err // a finding says nothing more, and there is more to say
	}
	return errors.Join(err, told)
}

// date fills in when the export was made and the revision of its events.
func (c *importCommand) date(in *erp.Import) error {
	list := in.Mapping.Layout == erp.OpenItems
	switch {
	case c.AsOf == "" && list:
		return usageError{"--as-of: a list of open items is of a day; say of which"}
	case c.AsOf == "" && in.Mapping.Limits():
		return usageError{"--as-of: credit limits are of a day; say of which"}
	case len(c.Previous) > 0 && !list:
		return usageError{"--previous is for lists of open items: from a ledger nothing goes"}
	case c.Revision < 0:
		return usageError{"--revision: a revision is 1 or more"}
	}
	in.Revision = max(c.Revision, 1)
	if c.AsOf == "" {
		return nil
	}
	at, err := exportedAt(c.AsOf, in.Zone)
	if err != nil {
		return err
	}
	in.AsOf = state.InstantOf(at)
	if c.Revision == 0 {
		in.Revision, _ = strconv.ParseInt(at.Format("200601021504"), 10, 64) // nothing but digits
	}
	return nil
}

// exportedAt reads a date, or a date and a time of day.
func exportedAt(text string, zone *time.Location) (time.Time, error) {
	for _, form := range []string{time.DateOnly, "2006-01-02T15:04"} {
		at, err := time.ParseInLocation(form, text, zone)
		if year := at.Year(); err == nil && year >= 1970 && year < 2200 {
			return at, nil
		}
	}
	return time.Time{}, usageError{fmt.Sprintf("--as-of: %q is not a date such as 2026-11-20 or 2026-11-20T14:30", text)}
}

func (c *importCommand) read(p *process, in *erp.Import) error {
	for _, name := range c.Previous {
		if err := withFile(p, name, in.Previous); err != nil {
			return fmt.Errorf("--previous: %w", err)
		}
	}
	for _, name := range c.Files {
		if err := withFile(p, name, in.Read); err != nil {
			return err
		}
	}
	return nil
}

// withFile hands an open file to read.
func withFile(p *process, name string, read func(string, io.Reader) error) error {
	f, err := openEvents(p, name)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // it was only read
	return read(name, f)
}

// deliver writes the events where they are wanted.
func (c *importCommand) deliver(p *process, loaded *config, source string, events []state.Event) (err error) {
	var outputs outputs
	defer func() { err = errors.Join(err, outputs.close()) }()
	out := outputs.open(p, c.Out)
	if outputs.err != nil {
		return outputs.err
	}
	if out != nil {
		if err := writeEvents(out, events); err != nil {
			return err
		}
	}
	if c.Kafka {
		return sendEvents(p.ctx, loaded, source, events, newLog(p.stderr, "warn", loaded.Log.Format, new(slog.LevelVar)))
	}
	return nil
}

func writeEvents(to io.Writer, events []state.Event) error {
	out := bufio.NewWriter(to)
	var line []byte
	for i := range events {
		line = append(contract.AppendEvent(line[:0], &events[i]), '\n')
		if _, err := out.Write(line); err != nil {
			return err
		}
	}
	return out.Flush()
}

// sendEvents sends the events in one transaction, so that a Tocsin that runs sees all of the import or nothing. Sending
// again after an error does no harm.
func sendEvents(ctx context.Context, loaded *config, source string, events []state.Event, log *slog.Logger) error {
	const batch = 10_000
	security, err := kafka.OpenSecurity(loaded.Kafka.Security, log)
	if err != nil {
		return err
	}
	tx, err := kafka.OpenTransaction(ctx, kafka.TransactionConfig{
		Brokers: loaded.Kafka.Brokers, ClientID: loaded.Kafka.ClientID + "-import", Security: security,
	}, "tocsin-import "+source)
	if err != nil {
		return err
	}
	messages := make([]kafka.Message, 0, batch)
	for chunk := range slices.Chunk(events, batch) {
		messages = messages[:0]
		for i := range chunk {
			ev := &chunk[i]
			messages = append(messages, kafka.Message{
				Topic: loaded.Kafka.Topics.of(ev), Key: keyOf(ev), Value: contract.Encode(ev), Timestamp: ev.KnownAt,
			})
		}
		if err := tx.Send(ctx, messages); err != nil {
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaveWithin)
			defer cancel()
			return errors.Join(err, tx.Abort(last))
		}
	}
	return tx.Commit(ctx)
}

// tell prints the faults and what was read. It is a finding where there are faults.
func (c *importCommand) tell(p *process, in *erp.Import, where string) error {
	sum := in.Summary()
	to := p.stdout
	if c.Out == "-" && !c.DryRun {
		to = p.stderr // standard output is a file of events
	}
	var err error
	if c.json() {
		err = json.NewEncoder(to).Encode(sum)
	} else {
		for _, f := range sum.Faults {
			fmt.Fprintln(p.stderr, f)
		}
		err = writeImportSummary(to, &sum, where)
	}
	if err == nil && len(sum.Faults) > 0 {
		return errFinding
	}
	return err
}

// destination says where the events went.
func (c *importCommand) destination() string {
	switch {
	case c.DryRun:
		return "dry run: nothing was written"
	case c.Kafka && c.Out != "":
		return "sent to Kafka, and written to " + c.Out
	case c.Kafka:
		return "sent to Kafka"
	}
	return "written to " + cmp.Or(c.Out, "-")
}
