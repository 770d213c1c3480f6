package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"tocsin/state"
)

// dlqShowCommand prints one refused record.
type dlqShowCommand struct {
	configFlag
	outputFlag
	Place letterPlace `arg:"" placeholder:"PLACE" help:"Where the record lies: TOPIC/PARTITION@OFFSET."`
}

// shownRecord is a refused record with what it holds. What is not UTF-8 is in the members that say base64.
type shownRecord struct {
	letterRecord
	Headers     []shownHeader `json:"headers"`
	Value       *string       `json:"value"`
	ValueBase64 []byte        `json:"value_base64,omitempty"`
}

type shownHeader struct {
	Key         string  `json:"key"`
	Value       *string `json:"value"`
	ValueBase64 []byte  `json:"value_base64,omitempty"`
}

// Run prints why the record was refused, and the record.
func (c *dlqShowCommand) Run(p *process) (err error) {
	store, err := c.open(p, readStore)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	var found *state.Refused
	err = eachRefused(p.ctx, store, func(r *state.Refused) error {
		if c.Place.is(&r.DeadLetter) {
			found = r
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case found == nil:
		return fmt.Errorf("no record was refused at %v; tocsin dlq ls lists those that were", &c.Place)
	case c.json():
		encoder := json.NewEncoder(p.stdout)
		encoder.SetEscapeHTML(false)
		return encoder.Encode(shown(found))
	}
	showLetter(p, found)
	return nil
}

func showLetter(p *process, r *state.Refused) {
	l := letterOf(r)
	line := func(name, value string) { fmt.Fprintf(p.stdout, "%-10s %s\n", name, value) }
	line("place", placeOf(&r.DeadLetter))
	line("timestamp", l.Timestamp)
	line("refused", l.RefusedAt)
	line("code", l.Code)
	line("pointer", orNone(printable(l.Pointer)))
	line("message", printable(l.Message))
	if n := r.Redrive; n != nil {
		line("replayed", fmt.Sprintf("%s, by %s at %v", n.Outcome, printable(n.By), n.At))
	}
	line("key", orNone(printable(l.Key)))
	for _, h := range r.Headers {
		line("header", printable(h.Key)+": "+printable(string(h.Value)))
	}
	fmt.Fprintln(p.stdout)
	for text := range strings.Lines(string(r.Value)) {
		fmt.Fprintln(p.stdout, printable(strings.TrimRight(text, "\r\n")))
	}
}

func shown(r *state.Refused) shownRecord {
	s := shownRecord{letterRecord: letterOf(r), Headers: []shownHeader{}}
	s.Value, s.ValueBase64 = textOrBytes(r.Value)
	for _, h := range r.Headers {
		header := shownHeader{Key: h.Key}
		header.Value, header.ValueBase64 = textOrBytes(h.Value)
		s.Headers = append(s.Headers, header)
	}
	return s
}

// textOrBytes is a value as text where it is one; neither where there is none.
func textOrBytes(value []byte) (text *string, other []byte) {
	if value == nil {
		return nil, nil
	}
	if !utf8.Valid(value) {
		return nil, value
	}
	s := string(value)
	return &s, nil
}
