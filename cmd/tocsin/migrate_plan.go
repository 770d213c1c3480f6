package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"tocsin/state"
	"tocsin/state/postgres"
	"tocsin/state/sqlite"
)

// migratePlanCommand tells what would be done, and does nothing.
type migratePlanCommand struct {
	configFlag
	outputFlag
}

// plannedRecord is one file that up or finish would run.
type plannedRecord struct {
	By      string   `json:"by"` // up or finish
	File    string   `json:"file"`
	Version int      `json:"version"`
	Locks   []string `json:"locks"` // who waits while it runs, in words
	SQL     string   `json:"sql"`
}

// Run prints each file with who waits for it.
func (c *migratePlanCommand) Run(p *process) error {
	loaded, err := c.load(p)
	if err != nil {
		return err
	}
	schema, err := loaded.schema(p.ctx)
	if err == nil {
		err = schema.Newer()
	}
	if err != nil {
		return err
	}
	changes, locks, err := loaded.changes()
	if err != nil {
		return err
	}
	plan := planned(schema, changes, locks)
	if c.json() {
		for _, step := range plan {
			if err := json.NewEncoder(p.stdout).Encode(step); err != nil {
				return err
			}
		}
		return nil
	}
	writePlan(p.stdout, withoutSecret(loaded.StoreURL), schema, plan)
	return nil
}

// changes is the history of the store's schema that this program knows, and who waits for a script.
func (c *config) changes() (changes []state.SchemaChange, locks func(script string) []string, err error) {
	if c.inFile() {
		changes, err = sqlite.Changes()
		return changes, func(string) []string {
			return []string{"locks the file: who writes it waits until the transaction ends"}
		}, err
	}
	changes, err = postgres.Changes()
	return changes, func(script string) (who []string) {
		for _, l := range postgres.Locks(script) {
			who = append(who, l.String())
		}
		return who
	}, err
}

// planned are the files that up would run, and then those that finish would. A new store is finished at once.
func planned(schema state.Schema, changes []state.SchemaChange, locks func(string) []string) (plan []plannedRecord) {
	add := func(by, file string, version int, script string) {
		who := locks(script)
		if schema.Have == 0 {
			by, who = "up", nil // nobody is there to wait
		}
		plan = append(plan, plannedRecord{by, file, version, append([]string{}, who...), script})
	}
	for i := range changes {
		if c := &changes[i]; c.Version > schema.Have {
			add("up", c.File, c.Version, c.SQL)
		}
	}
	for i := range changes {
		if c := &changes[i]; c.Version > schema.Least && c.Finish != "" {
			add("finish", c.FinishFile(), c.Version, c.Finish)
		}
	}
	return plan
}

func writePlan(to io.Writer, store string, schema state.Schema, plan []plannedRecord) {
	fmt.Fprintf(to, "%s has schema %d, this tocsin works with %d: %s\n", store, schema.Have, schema.Known, verdict(schema))
	for _, step := range plan {
		fmt.Fprintf(to, "\n%s runs %s, in a transaction of its own\n", step.By, step.File)
		if len(step.Locks) == 0 {
			fmt.Fprintln(to, "  nobody waits for it")
		}
		for _, who := range step.Locks {
			fmt.Fprintf(to, "  %s\n", who)
		}
		fmt.Fprintln(to)
		for line := range strings.Lines(strings.TrimSpace(step.SQL)) {
			fmt.Fprintf(to, "    %s\n", strings.TrimRight(line, "\n"))
		}
	}
	if schema.Have != 0 && schema.Have <= schema.Known && schema.Least < schema.Known {
		fmt.Fprintf(to, "\nfinish keeps the tocsin of schema %d out: there is no way back after it\n", schema.Least)
	}
}
