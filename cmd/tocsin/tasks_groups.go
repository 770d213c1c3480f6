package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"text/tabwriter"

	"tocsin/consumer"
)

// tasksGroupsCommand lists corporate groups of which several tasks wait for a person.
type tasksGroupsCommand struct {
	configFlag
	outputFlag
}

// Help says what ties tasks together.
func (c *tasksGroupsCommand) Help() string {
	return "Customers whose profiles name the same parent, or each other as such, are a group; who heads it is the last parent of whom a profile is known. Where two of " +
		"them or more have a task that waits for a decision, the group is one work item: it is as grave as the worst of them and due with the first. Each task is " +
		"decided by itself as ever. Profiles of the open day count from the next one on."
}

// Run prints a group with a line for each of its tasks, the worst first.
func (c *tasksGroupsCommand) Run(p *process) (err error) {
	store, err := c.open(p, readStore)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	desk := consumer.Desk{Store: store, Engines: earlierEngines(store), Now: wallClock}
	groups, err := desk.Groups(p.ctx)
	if errors.Is(err, consumer.ErrNoDay) {
		return nil // nobody is known
	}
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for i := range groups {
		g := &groups[i]
		if c.json() {
			_ = json.NewEncoder(p.stdout).Encode(g.Record())
			continue
		}
		due := "-"
		if g.Due != 0 {
			due = g.Due.String()
		}
		fmt.Fprintf(w, "%s\t%s\t%d tasks\tdue %s\t%s\n", printable(string(g.Parent)), g.Severity, len(g.Members), due, printable(g.Name))
		for j := range g.Members {
			m := &g.Members[j]
			fmt.Fprintf(w, "  %s\t%s\t%s\t%s\t%s\n", printable(string(m.Row.Customer)), m.Task.Severity, m.Task.State, m.Row.ID, printable(m.Task.Owner))
		}
	}
	return w.Flush()
}
