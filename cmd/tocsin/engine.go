package main

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"tocsin/alerts"
	"tocsin/consumer"
	"tocsin/state"
)

// engine is the core under this configuration.
func (c *config) engine() (*consumer.Engine, error) {
	ledger, err := c.ledger()
	if err != nil {
		return nil, err
	}
	live, faults := c.ruleSet()
	if len(faults) > 0 {
		return nil, errors.Join(faults[0].Err)
	}
	others, faults := c.ruleSets()
	if len(faults) > 0 {
		return nil, faults[0].Err
	}
	judge, err := alerts.NewJudge(c.version(), c.SLA, append([]alerts.RuleSet{live}, others...)...)
	if err != nil {
		return nil, err
	}
	return &consumer.Engine{Ledger: ledger, Judge: judge, Config: c.version(), Text: c.canonical()}, nil
}

// earlierEngines makes the engines of configurations that were in force before, from the texts that the store keeps. Any number may ask
// at once.
func earlierEngines(store state.Journal) func(context.Context, string) (*consumer.Engine, error) {
	var mu sync.Mutex
	known := make(map[string]*consumer.Engine)
	return func(ctx context.Context, version string) (*consumer.Engine, error) {
		mu.Lock()
		defer mu.Unlock()
		if e := known[version]; e != nil {
			return e, nil
		}
		text, err := store.Configuration(ctx, version)
		if err != nil {
			return nil, err
		}
		if len(text) == 0 {
			return nil, fmt.Errorf("configuration %s: the store has no text of it", version)
		}
		c, _, err := parseConfig(version, text, nil)
		if err != nil {
			return nil, fmt.Errorf("configuration %s as the store keeps it: %w", version, err)
		}
		e, err := c.engine()
		if err != nil {
			return nil, err
		}
		e.Config = version
		known[version] = e
		return e, nil
	}
}
