package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"tocsin/consumer/kafka"
)

// doctorCommand looks at all that a run needs.
type doctorCommand struct {
	configFlag
	outputFlag
}

// Help is what is looked at.
func (c *doctorCommand) Help() string {
	return "Looks at the configuration, its files, the store, Kafka, Slack and the disk, as a run with this configuration and on this machine " +
		"would find them, and changes nothing: it joins no group, posts nothing and makes no table. Each line says ok, or wrong, with what was " +
		"found and what mends it; a note is worth knowing and stops nothing. Exit 1 if something is wrong. No secret is printed."
}

// States of a remark.
const (
	fine  = "ok"
	noted = "note"  // worth knowing, or not to be told from here; nothing stops for it
	wrong = "wrong" // a run would not work, would lose something, or would tell people nothing
)

// remark is what was found of one thing.
type remark struct {
	Check string `json:"check"`          // what was looked at, such as "kafka topic credit.orders.v1"
	State string `json:"state"`          // ok, note or wrong
	Found string `json:"found"`          // a sentence
	Mend  string `json:"mend,omitempty"` // a command or what to do; empty where nothing is to be done
}

// remarks are those of one examination, in order.
type remarks []remark

func (f *remarks) add(state, check, mend, format string, args ...any) {
	*f = append(*f, remark{Check: check, State: state, Found: fmt.Sprintf(format, args...), Mend: mend})
}

func (f *remarks) ok(check, format string, args ...any) { f.add(fine, check, "", format, args...) }

func (f remarks) sound() bool {
	for _, one := range f {
		if one.State == wrong {
			return false
		}
	}
	return true
}

// Run prints what was found, the worst not first: what is wrong at the beginning often explains the rest.
func (c *doctorCommand) Run(p *process) error {
	found := c.examine(p)
	if c.json() {
		if err := json.NewEncoder(p.stdout).Encode(struct {
			OK       bool    `json:"ok"`
			Findings remarks `json:"findings"`
		}{found.sound(), found}); err != nil {
			return err
		}
	} else if _, err := fmt.Fprint(p.stdout, found.text()); err != nil {
		return err
	}
	if !found.sound() {
		return errFinding
	}
	return nil
}

func (f remarks) text() string {
	var b strings.Builder
	for _, one := range f {
		fmt.Fprintf(&b, "%-6s %s: %s\n", one.State, one.Check, one.Found)
		for line := range strings.Lines(one.Mend) {
			fmt.Fprintf(&b, "         %s\n", strings.TrimRight(line, "\n"))
		}
	}
	return b.String()
}

// examine looks at everything that can be looked at.
func (c *doctorCommand) examine(p *process) (f remarks) {
	loaded, warnings, err := loadConfig(c.Config, p.environ)
	for _, w := range warnings {
		f.add(noted, "environment", "", "%s", w)
	}
	var faulty faults
	switch {
	case errors.As(err, &faulty):
		for _, one := range faulty {
			f.add(wrong, "configuration", "tocsin check --print-defaults   # has every key with its bounds", "%s", one.String())
		}
		return f
	case err != nil:
		f.add(wrong, "configuration", "tocsin check --print-defaults > tocsin.yaml", "%v", err)
		return f
	}
	f.ok("configuration", "%s", loaded.version())
	f = append(f, loaded.examineFiles()...)
	f = append(f, loaded.examineHTTP()...)
	f = append(f, loaded.examineStore(p.ctx)...)
	f = append(f, loaded.examineKafka(p.ctx)...)
	return append(f, loaded.examineSlack(p.ctx)...)
}

// security is how the brokers are asked.
func (c *config) security() (*kafka.Security, error) {
	return kafka.OpenSecurity(c.Kafka.Security, slog.New(slog.DiscardHandler))
}
