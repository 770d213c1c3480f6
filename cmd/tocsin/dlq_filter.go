package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tocsin/state"
)

// letterFilter picks refused records. What is not told picks all.
type letterFilter struct {
	Code  []string `placeholder:"CODE" help:"Refused for this; several may be given."`
	Topic []string `placeholder:"TOPIC" help:"Of this topic; several may be given."`
	Key   string   `help:"With this key."`
	Since string   `placeholder:"TIME" help:"Refused then or later: a date, or an instant such as 2026-11-20T09:00:00Z."`
	Until string   `placeholder:"TIME" help:"Refused before then."`
}

// matcher tells whether a record is picked. A date is its first instant in the ledger's time zone.
func (f *letterFilter) matcher(c *config) (func(*state.Refused) bool, error) {
	ledger, err := c.ledger()
	if err != nil {
		return nil, err
	}
	since, err := instantFlag("--since", f.Since, ledger.Zone)
	if err != nil {
		return nil, err
	}
	until, err := instantFlag("--until", f.Until, ledger.Zone)
	if err != nil {
		return nil, err
	}
	return func(r *state.Refused) bool {
		return (len(f.Code) == 0 || slices.Contains(f.Code, r.Code)) &&
			(len(f.Topic) == 0 || slices.Contains(f.Topic, r.Topic)) &&
			(f.Key == "" || f.Key == string(r.Key)) &&
			(since == 0 || r.At >= since) && (until == 0 || r.At < until)
	}, nil
}

// instantFlag reads a date or an instant; zero where nothing is told.
func instantFlag(name, text string, zone *time.Location) (state.Instant, error) {
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return state.InstantOf(at), nil
	}
	day, err := dateFlag(name, text)
	if err != nil {
		return 0, usageError{fmt.Sprintf("%s: %q is neither a date such as 2026-11-20 nor an instant such as 2026-11-20T09:00:00Z", name, text)}
	}
	if day == 0 {
		return 0, nil
	}
	return day.Start(zone), nil
}

// letterPlace is where a record lies, TOPIC/PARTITION@OFFSET.
type letterPlace struct {
	partitionFlag
	offset int64
}

// UnmarshalText reads TOPIC/PARTITION@OFFSET.
func (p *letterPlace) UnmarshalText(text []byte) error {
	at := strings.LastIndexByte(string(text), '@')
	if at < 0 {
		return fmt.Errorf("%q is not TOPIC/PARTITION@OFFSET, such as credit.invoices.v1/0@1042", text)
	}
	offset, err := strconv.ParseInt(string(text[at+1:]), 10, 64)
	if err != nil || offset < 0 {
		return fmt.Errorf("%q is not TOPIC/PARTITION@OFFSET: %q is no offset", text, text[at+1:])
	}
	p.offset = offset
	return p.partitionFlag.UnmarshalText(text[:at])
}

// is tells whether a refused record lies there.
func (p *letterPlace) is(d *state.DeadLetter) bool {
	return p.topic == d.Topic && p.number == d.Partition && p.offset == d.Offset
}

func (p *letterPlace) String() string { return fmt.Sprintf("%v@%d", &p.partitionFlag, p.offset) }

func placeOf(d *state.DeadLetter) string {
	return fmt.Sprintf("%s/%d@%d", d.Topic, d.Partition, d.Offset)
}
