package main

import (
	"errors"
	"fmt"
)

// migrateCommand groups what changes the store's schema.
type migrateCommand struct {
	Up migrateUpCommand `cmd:"" help:"Make the store if there is none, and bring it up to date."`
}

// migrateUpCommand prepares the store, as the first thing of run does.
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
