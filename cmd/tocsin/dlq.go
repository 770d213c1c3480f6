package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"tocsin/state"
)

// dlqCommand looks after refused records.
type dlqCommand struct {
	List   dlqListCommand   `cmd:"" name:"ls" default:"withargs" help:"List refused records, and count them by code."`
	Show   dlqShowCommand   `cmd:"" help:"Print a refused record as it came, and why it was refused."`
	Replay dlqReplayCommand `cmd:"" help:"Give refused records another try, once what refused them was mended."`
}

// dlqListCommand lists refused records.
type dlqListCommand struct {
	configFlag
	outputFlag
	letterFilter
	All   bool `help:"Also those that were accepted after all."`
	Limit int  `default:"100" help:"List so many and count the rest; 0 lists all."`
}

// letterRecord is a refused record in a list for programs.
type letterRecord struct {
	Topic     string        `json:"topic"`
	Partition int32         `json:"partition"`
	Offset    int64         `json:"offset"`
	Timestamp string        `json:"timestamp"`
	RefusedAt string        `json:"refused_at"`
	Key       string        `json:"key"`
	Code      string        `json:"code"`
	Pointer   string        `json:"pointer"`
	Message   string        `json:"message"`
	Replayed  *replayedNote `json:"replayed,omitempty"`
}

// replayedNote tells that a refused record was accepted after all.
type replayedNote struct {
	At      string `json:"at"`
	By      string `json:"by"`
	Outcome string `json:"outcome"`
}

// countRecord is the last line of a list for programs.
type countRecord struct {
	Records int            `json:"records"`
	Codes   map[string]int `json:"codes"`
}

func letterOf(r *state.Refused) letterRecord {
	pointer, message := splitDetail(r.Detail)
	shown := letterRecord{
		Topic: r.Topic, Partition: r.Partition, Offset: r.Offset, Timestamp: r.Timestamp.String(), RefusedAt: r.At.String(),
		Key: string(r.Key), Code: r.Code, Pointer: pointer, Message: message,
	}
	if n := r.Redrive; n != nil {
		shown.Replayed = &replayedNote{n.At.String(), n.By, n.Outcome}
	}
	return shown
}

// splitDetail takes a detail apart: a JSON Pointer, unless the fault is of the whole record, and a message.
func splitDetail(detail string) (pointer, message string) {
	if !strings.HasPrefix(detail, "/") {
		return "", detail
	}
	pointer, message, _ = strings.Cut(detail, " ")
	return pointer, message
}

// Run prints one record a line and then how many there are of each code.
func (c *dlqListCommand) Run(p *process) (err error) {
	loaded, err := c.load(p)
	if err != nil {
		return err
	}
	wanted, err := c.matcher(loaded)
	if err != nil {
		return err
	}
	store, err := loaded.openStore(p.ctx, readStore)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	sum := countRecord{Codes: map[string]int{}}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	err = eachRefused(p.ctx, store, func(r *state.Refused) error {
		if !wanted(r) || r.Redrive != nil && !c.All {
			return nil
		}
		sum.Records++
		sum.Codes[r.Code]++
		switch {
		case c.Limit > 0 && sum.Records > c.Limit:
		case c.json():
			return json.NewEncoder(p.stdout).Encode(letterOf(r))
		default:
			fmt.Fprintf(w, "%s\t%v\t%s\t%s\t%s\n", placeOf(&r.DeadLetter), r.At, r.Code, orNone(clip(printable(string(r.Key)))), clip(printable(r.Detail))+noteOf(r))
		}
		return nil
	})
	if err := errors.Join(err, w.Flush()); err != nil {
		return err
	}
	if c.json() {
		return json.NewEncoder(p.stdout).Encode(sum)
	}
	fmt.Fprintln(p.stdout, sum)
	return nil
}

func noteOf(r *state.Refused) string {
	if r.Redrive == nil {
		return ""
	}
	return fmt.Sprintf(" (replayed by %s at %v: %s)", printable(r.Redrive.By), r.Redrive.At, r.Redrive.Outcome)
}

// String is the sum in words, the most frequent code first.
func (c countRecord) String() string {
	codes := slices.SortedFunc(maps.Keys(c.Codes), func(a, b string) int {
		if c.Codes[a] != c.Codes[b] {
			return c.Codes[b] - c.Codes[a]
		}
		return strings.Compare(a, b)
	})
	for i, code := range codes {
		codes[i] = fmt.Sprintf("%s %d", code, c.Codes[code])
	}
	return strings.TrimSuffix(fmt.Sprintf("%d refused: %s", c.Records, strings.Join(codes, ", ")), ": ")
}

// eachRefused visits every refused record in the order in which they were committed.
func eachRefused(ctx context.Context, store state.Redrives, visit func(*state.Refused) error) error {
	const page = 200 // of up to 64 KiB each, as a rule
	for after := int64(0); ; {
		records, err := store.Refused(ctx, after, page)
		if err != nil {
			return fmt.Errorf("refused records: %w", err)
		}
		for i := range records {
			if err := visit(&records[i]); err != nil {
				return err
			}
		}
		if len(records) < page {
			return nil
		}
		after = records[len(records)-1].Row
	}
}
