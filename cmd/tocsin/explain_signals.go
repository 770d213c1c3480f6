package main

import (
	"encoding/json"
	"fmt"

	"tocsin/alerts"
)

// signals prints how the customer's signals stand and why: one with all that it reads, or all in a line each.
func (c *explainCommand) signals(p *process) error {
	at, err := dateFlag("--at", c.At)
	if err != nil {
		return err
	}
	loaded, err := c.load(p)
	if err != nil {
		return err
	}
	language, known := alerts.LanguageOf(c.Language)
	if !known {
		return usageError{"--language: " + notOneOf(c.Language, alerts.Languages()).Error()}
	}
	if c.Signal != "" {
		if err := loaded.knownSignal("--signal", c.Signal); err != nil {
			return err
		}
	}
	engine, err := loaded.engine()
	if err != nil {
		return err
	}
	record, day, err := c.record(p, loaded, engine, at)
	if err != nil {
		return err
	}
	if day.Config != "" && day.Config != engine.Config {
		fmt.Fprintf(p.stderr, "tocsin: warning: the store is at configuration %s, and this explains by %s: thresholds may differ from those in force\n", day.Config, engine.Config)
	}
	explained := engine.ExplainSignals(record, day, c.Signal, language)
	if c.json() {
		return json.NewEncoder(p.stdout).Encode(explained)
	}
	told := signalsTold{language, &explained}
	text := told.all
	if c.Signal != "" {
		text = told.one
	}
	_, err = p.stdout.Write([]byte(text()))
	return err
}
