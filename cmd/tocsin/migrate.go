package main

import (
	"context"
	"errors"
	"fmt"

	"tocsin/state/postgres"
	"tocsin/state/sqlite"
)

// migrateCommand groups what changes the store's schema.
type migrateCommand struct {
	Up     migrateUpCommand     `cmd:"" help:"Make the store if there is none, and bring its schema up to date."`
	Status migrateStatusCommand `cmd:"" help:"Tell the store's schema and this program's; exit 1 if migrate up is needed."`
}

// migrateUpCommand prepares the store, as the first thing of run does. In PostgreSQL it needs the rights of the schema's owner,
// which run need not have.
type migrateUpCommand struct {
	configFlag
}

// Run opens the store, which brings it up to date, and closes it.
func (c *migrateUpCommand) Run(p *process) (err error) {
	loaded, err := c.load(p)
	if err != nil {
		return err
	}
	store, err := loaded.openStore(p.ctx, ownStore)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	_, err = fmt.Fprintf(p.stdout, "%s is up to date\n", withoutSecret(loaded.StoreURL))
	return err
}

// migrateStatusCommand looks at the store and changes nothing.
type migrateStatusCommand struct {
	configFlag
}

// Run prints one line.
func (c *migrateStatusCommand) Run(p *process) error {
	loaded, err := c.load(p)
	if err != nil {
		return err
	}
	have, known, err := loaded.schema(p.ctx)
	if err != nil {
		return err
	}
	verdict := "up to date"
	switch {
	case have == 0:
		verdict = "there is no store yet: run `tocsin migrate up`"
	case have < known:
		verdict = "run `tocsin migrate up`"
	case have > known:
		verdict = "a later tocsin wrote it: run that one"
	}
	fmt.Fprintf(p.stdout, "%s has schema %d, this tocsin works with %d: %s\n", withoutSecret(loaded.StoreURL), have, known, verdict)
	if have != known {
		return errFinding
	}
	return nil
}

// schema is the number of the store's schema, 0 where there is none, and of the one that this program works with.
func (c *config) schema(ctx context.Context) (have, known int, err error) {
	if c.inFile() {
		return sqlite.Schema(ctx, c.StoreURL)
	}
	return postgres.Schema(ctx, c.StoreURL)
}
