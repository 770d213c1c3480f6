package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"tocsin/state"
)

// The schema's history: file n brings a store from schema n-1 to n. A landed file never changes. It adds tables, indexes and columns
// that a program which does not know them fills by default, and takes nothing away, for a program of schema n-1 may come back. What
// only that one needed is dropped by a file n_….finish.sql of its own, when a person says that it does not come back. No encoding
// that it cannot read is written before that either.
//
//go:embed migrations/*.sql
var migrations embed.FS

// Changes is the schema's history.
func Changes() ([]state.SchemaChange, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	return state.SchemaChanges(files)
}

// migrate brings the schema up to date, each step in a transaction of its own. A store that a later program has finished is refused:
// an earlier one could not keep what it does not know of.
func migrate(ctx context.Context, db *sql.Conn, changes []state.SchemaChange) error {
	schema, err := readSchema(ctx, db, len(changes))
	if err == nil {
		err = schema.Newer()
	}
	if err != nil {
		return err
	}
	if schema.Have == 0 {
		if err := refuseForeign(ctx, db); err != nil {
			return err
		}
	}
	for i := schema.Have; i < len(changes); i++ {
		c := &changes[i]
		if err := script(ctx, db, c.SQL+fmt.Sprintf("\nPRAGMA user_version = %d;", c.Version)); err != nil {
			return fmt.Errorf("%s: %w", c.File, err)
		}
	}
	if schema.Have == 0 {
		if err := finish(ctx, db, changes); err != nil { // nobody has ever worked with it
			return err
		}
	}
	return keepSecret(ctx, db)
}

// finish drops what only earlier programs need, and keeps them out, in one transaction.
func finish(ctx context.Context, db *sql.Conn, changes []state.SchemaChange) error {
	schema, err := readSchema(ctx, db, len(changes))
	if err == nil {
		err = schema.Finishable()
	}
	if err != nil || schema.Least == schema.Known {
		return err
	}
	text := ""
	for i := schema.Least; i < len(changes); i++ {
		text += changes[i].Finish + "\n"
	}
	return script(ctx, db, text+fmt.Sprintf("UPDATE store SET least = %d;", schema.Known))
}

// script runs statements in a transaction of their own.
func script(ctx context.Context, db *sql.Conn, text string) error {
	_, err := db.ExecContext(ctx, "BEGIN IMMEDIATE;\n"+text+"\nCOMMIT")
	if err != nil {
		_, _ = db.ExecContext(ctx, "ROLLBACK") // fails only where SQLite has rolled back by itself
	}
	return err
}

// Finish drops what only earlier programs need, and keeps them out. There is no way back. Nobody else may own the file meanwhile.
func Finish(ctx context.Context, location string) (err error) {
	path, err := pathOf(location)
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("store %s: %w: run `tocsin migrate up`", path, state.Schema{}.Older())
	}
	changes, err := Changes()
	if err != nil {
		return err
	}
	s := &Store{changes: changes}
	if err := errors.Join(s.finish(ctx, path), s.Close()); err != nil {
		return fmt.Errorf("store %s: %w", path, err)
	}
	return nil
}

func (s *Store) finish(ctx context.Context, path string) (err error) {
	if s.lock, err = lock(path + ".lock"); err != nil {
		return err
	}
	if err := s.openWriter(ctx, path); err != nil {
		return err
	}
	return s.alone(func(conn *sql.Conn) error { return finish(ctx, conn, s.changes) })
}

// Schema is where the schema of the store in a file stands. It changes nothing.
func Schema(ctx context.Context, location string) (schema state.Schema, err error) {
	changes, err := Changes()
	if err != nil {
		return schema, err
	}
	path, err := pathOf(location)
	if err != nil {
		return schema, err
	}
	schema.Known = len(changes)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return schema, nil
	}
	s := &Store{}
	if err = s.openReaders(path); err == nil {
		schema, err = readSchema(ctx, s.readers, schema.Known)
	}
	if err = errors.Join(err, s.Close()); err != nil {
		return schema, fmt.Errorf("store %s: %w", path, err)
	}
	return schema, nil
}

// readSchema is where the schema stands for a program that knows so many changes. Before changes were finished, each kept earlier
// programs out at once.
func readSchema(ctx context.Context, db querier, known int) (state.Schema, error) {
	schema := state.Schema{Known: known}
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&schema.Have); err != nil {
		return schema, err
	}
	schema.Least = schema.Have
	var finishes bool
	err := db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM pragma_table_info('store') WHERE name = 'least')").Scan(&finishes)
	if err == nil && finishes {
		err = db.QueryRowContext(ctx, "SELECT least FROM store").Scan(&schema.Least)
	}
	return schema, err
}

// refuseForeign keeps the first migration away from a database that another program made.
func refuseForeign(ctx context.Context, db querier) error {
	var tables int
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return err
	}
	if tables > 0 {
		return errors.New("it is the database of another program")
	}
	return nil
}
