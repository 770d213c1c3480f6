package main

import (
	"context"
	"errors"
	"fmt"

	"tocsin/state"
	"tocsin/state/postgres"
	"tocsin/state/sqlite"
)

// migrateCommand groups what changes the store's schema.
type migrateCommand struct {
	Up     migrateUpCommand     `cmd:"" help:"Make the store if there is none, and bring its schema up to date."`
	Status migrateStatusCommand `cmd:"" help:"Tell the store's schema and this program's; exit 1 if migrate up is needed."`
	Plan   migratePlanCommand   `cmd:"" help:"Tell what up and then finish would do: the SQL, and who waits for it."`
	Finish migrateFinishCommand `cmd:"" help:"Drop what only earlier versions need. From then on none of them works with the store."`
}

// Help is how two versions of the program live with one store.
func (c *migrateCommand) Help() string {
	return "An upgrade without a pause: `migrate up` with the new version, then replace one process after the other. Up only adds, so the " +
		"processes of both versions work side by side, and the old version can come back. Once nobody wants it back: `migrate finish`. " +
		"Only then are records written in a way that the old version cannot read; a process of it that still runs stops at its next commit, " +
		"says so, and loses nothing."
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
	schema, err := loaded.schema(p.ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s has schema %d, this tocsin works with %d: %s\n", withoutSecret(loaded.StoreURL), schema.Have, schema.Known, verdict(schema))
	if schema.Fits() != nil {
		return errFinding
	}
	return nil
}

// verdict says what is to be done about a schema.
func verdict(s state.Schema) string {
	switch {
	case s.Have == 0:
		return "there is no store yet: run `tocsin migrate up`"
	case s.Newer() != nil:
		return "a later tocsin wrote it: run that one"
	case s.Older() != nil:
		return "run `tocsin migrate up`"
	case s.Have > s.Known:
		return "a later tocsin prepared it, and both work with it until that one's `tocsin migrate finish`"
	case s.Least < s.Known:
		return fmt.Sprintf("up to date; the tocsin of schema %d can come back until `tocsin migrate finish`", s.Least)
	}
	return "up to date"
}

// migrateFinishCommand is the point of no return of an upgrade.
type migrateFinishCommand struct {
	configFlag
}

// Run finishes the schema that up has made.
func (c *migrateFinishCommand) Run(p *process) error {
	loaded, err := c.load(p)
	if err != nil {
		return err
	}
	if loaded.inFile() {
		err = sqlite.Finish(p.ctx, loaded.StoreURL)
	} else {
		err = postgres.Finish(p.ctx, loaded.StoreURL)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "%s is finished: no earlier tocsin works with it any more\n", withoutSecret(loaded.StoreURL))
	return err
}

// schema is where the store's schema stands.
func (c *config) schema(ctx context.Context) (state.Schema, error) {
	if c.inFile() {
		return sqlite.Schema(ctx, c.StoreURL)
	}
	return postgres.Schema(ctx, c.StoreURL)
}
