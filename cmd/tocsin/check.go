package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"tocsin/detectors"
)

// checkCommand checks a configuration or prints the defaults.
type checkCommand struct {
	configFlag
	outputFlag
	Route         string `placeholder:"CASE" help:"Tell in which channels a case is told, described as a route is: 'segment: key_account, severity: critical, at_risk: 120000 EUR, owner: li.wei, signal: overdue, on: 2026-12-24'. What it does not say is not known of the case."`
	PrintDefaults bool   `help:"Print a complete configuration: every key with its default, bounds and meaning."`
}

// checkReport is the output for programs.
type checkReport struct {
	OK       bool     `json:"ok"`
	Version  string   `json:"config,omitempty"`
	Faults   []string `json:"faults"`
	Warnings []string `json:"warnings"`
}

// Run prints "ok" with a summary, or every fault.
func (c *checkCommand) Run(p *process) error {
	if c.PrintDefaults {
		return printDefaults(p.stdout)
	}
	if c.Route != "" {
		loaded, err := c.load(p)
		if err != nil {
			return err
		}
		return loaded.routeCase(p, c.Route)
	}
	if c.json() {
		return c.report(p)
	}
	loaded, err := c.load(p)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "ok\n%s", loaded.summary())
	return err
}

func (c *checkCommand) report(p *process) error {
	loaded, warnings, err := loadConfig(c.Config, p.environ)
	report := checkReport{OK: err == nil, Faults: []string{}, Warnings: append([]string{}, warnings...)}
	var wrong faults
	switch {
	case errors.As(err, &wrong):
		for _, f := range wrong {
			report.Faults = append(report.Faults, f.String())
		}
	case err != nil:
		return err
	default:
		report.Version = loaded.version()
	}
	if err := json.NewEncoder(p.stdout).Encode(report); err != nil {
		return err
	}
	if !report.OK {
		return errFinding
	}
	return nil
}

// summary is what a configuration amounts to, in a few lines.
func (c *config) summary() string {
	var b strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "  %-9s %s\n", name, fmt.Sprintf(format, args...))
	}
	line("version", "%s", c.version())
	line("ledger", "%s, weekend %s, %s, base currency %s", c.Ledger.TimeZone, orNone(strings.Join(c.Ledger.Weekend, " and ")),
		counted(len(c.Ledger.Holidays), "holiday"), orNone(c.Ledger.BaseCurrency))
	line("kafka", "%s, group %s", orNone(strings.Join(c.Kafka.Brokers, ", ")), c.Kafka.Group)
	line("store", "%s", withoutSecret(c.StoreURL))
	live, shadow, off := c.Rules.modes()
	custom := ""
	if n := len(c.Rules.Signs); n > 0 {
		custom = "; " + counted(n, "custom sign")
	}
	line("signals", "%d live, %d in shadow, %d off%s; %s", live, shadow, off, custom, counted(len(c.Rules.Segments), "segment"))
	if len(c.Rules.Sets) > 0 {
		names := make([]string, len(c.Rules.Sets))
		for i := range c.Rules.Sets {
			names[i] = c.Rules.Sets[i].Name
		}
		line("rule sets", "%s beside the live one", strings.Join(names, ", "))
	}
	if c.Slack.TokenFile == "" {
		line("slack", "none: slack.token_file is empty")
	} else {
		routes := ""
		if n := len(c.Notify.Routes); n > 0 {
			routes = "; " + counted(n, "route")
		}
		line("slack", "%s%s", c.Slack.Channel, routes)
	}
	return b.String()
}

// modes counts the signals of the base, and the custom ones, by mode.
func (c *ruleConfig) modes() (live, shadow, off int) {
	modes := make([]detectors.Mode, 0, len(c.Base)+len(c.Signs))
	for _, r := range c.Base {
		modes = append(modes, r.Mode)
	}
	for _, s := range c.Signs {
		modes = append(modes, s.Mode)
	}
	for _, m := range modes {
		switch m {
		case detectors.Live:
			live++
		case detectors.Shadow:
			shadow++
		case detectors.Off:
			off++
		}
	}
	return live, shadow, off
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// counted is a number with the thing that it counts: 1 segment, 2 segments.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
