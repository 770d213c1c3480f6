package postgres

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

// The schema's history: file n brings a store from schema n-1 to n. A landed file never changes. It adds tables, indexes and columns
// that a program which does not know them fills by default, and takes nothing away, for programs of schema n-1 go on beside it and
// may come back. What only they needed is dropped by a file n_….finish.sql of its own, when a person says that none of them comes
// back. No encoding that they cannot read is written before that either.
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

// migrationLock is the advisory lock under which one process at a time changes schemas: "tocsin" as a number.
const migrationLock = 0x746f6373696e

// Migrate makes the schema that the location's search_path names first, or brings it up to date: each file in a
// transaction of its own, one process at a time. It needs the rights of the schema's owner.
func Migrate(ctx context.Context, location string) error { return change(ctx, location, migrate) }

// Finish drops what only earlier programs need, and keeps them out. There is no way back. It needs the rights of the schema's owner.
//
// First the row of the open day says so: it waits for the commits that are under way, and from then on an earlier program can do none.
// Then each file runs in a transaction of its own. One that dies in between is finished by the next call.
func Finish(ctx context.Context, location string) error { return change(ctx, location, finish) }

// Schema is where the store's schema stands.
func Schema(ctx context.Context, location string) (schema state.Schema, err error) {
	err = connected(ctx, location, func(conn *pgx.Conn) error {
		changes, err := Changes()
		if err == nil {
			schema, err = readSchema(ctx, conn, len(changes))
		}
		return err
	})
	return schema, err
}

// connected runs do on a session of its own.
func connected(ctx context.Context, location string, do func(conn *pgx.Conn) error) error {
	config, err := parse(location)
	if err != nil {
		return err
	}
	Options{}.apply(config)
	conn, err := pgx.ConnectConfig(ctx, config.ConnConfig)
	if err == nil {
		err = errors.Join(do(conn), conn.Close(context.WithoutCancel(ctx)))
	}
	if err != nil {
		return fmt.Errorf("store %s: %w", name(config.ConnConfig), err)
	}
	return nil
}

type changer func(ctx context.Context, conn *pgx.Conn, changes []state.SchemaChange) error

// change runs do where nobody else changes the schema.
func change(ctx context.Context, location string, do changer) error {
	return connected(ctx, location, func(conn *pgx.Conn) error {
		changes, err := Changes()
		if err != nil {
			return err
		}
		return alone(ctx, conn, changes, do)
	})
}

func alone(ctx context.Context, conn *pgx.Conn, changes []state.SchemaChange, do changer) error {
	// Whoever migrates may take longer than any row is waited for. The lock goes with the session.
	if _, err := conn.Exec(ctx, fmt.Sprintf(`SET lock_timeout = 0; SELECT pg_advisory_lock(%d); RESET lock_timeout`, migrationLock)); err != nil {
		return err
	}
	return do(ctx, conn, changes)
}

func migrate(ctx context.Context, conn *pgx.Conn, changes []state.SchemaChange) error {
	if err := makeSchema(ctx, conn); err != nil {
		return err
	}
	schema, err := readSchema(ctx, conn, len(changes))
	if err == nil {
		err = schema.Newer()
	}
	if err != nil {
		return err
	}
	for i := schema.Have; i < len(changes); i++ {
		c := &changes[i]
		if err := runFile(ctx, conn, "tocsin_migration", c.Version, c.File, c.SQL); err != nil {
			return fmt.Errorf("%s: %w", c.File, err)
		}
	}
	if schema.Have == 0 {
		return finish(ctx, conn, changes) // nobody has ever worked with it
	}
	return nil
}

func finish(ctx context.Context, conn *pgx.Conn, changes []state.SchemaChange) error {
	schema, err := readSchema(ctx, conn, len(changes))
	if err == nil {
		err = schema.Finishable()
	}
	if err != nil {
		return err
	}
	if schema.Least < schema.Known {
		if err := raiseLeast(ctx, conn, schema.Known); err != nil {
			return err
		}
	}
	for i := range changes {
		c := &changes[i]
		if c.Finish == "" {
			continue
		}
		var done bool
		if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM tocsin_finish WHERE version = $1)`, c.Version).Scan(&done); err != nil {
			return err
		}
		if done {
			continue
		}
		if err := runFile(ctx, conn, "tocsin_finish", c.Version, c.FinishFile(), c.Finish); err != nil {
			return fmt.Errorf("%s: %w", c.FinishFile(), err)
		}
	}
	return nil
}

// raiseLeast keeps earlier programs out. It holds the day alone, as a close does. Whoever may write the row and drop nothing would
// leave the rest undone.
func raiseLeast(ctx context.Context, conn *pgx.Conn, least int) error {
	var owns bool
	if err := conn.QueryRow(ctx, `SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'day'::regclass`).Scan(&owns); err != nil {
		return err
	}
	if !owns {
		return errors.New("let the schema's owner run `tocsin migrate finish`")
	}
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `LOCK TABLE day IN EXCLUSIVE MODE`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE day SET least = $1`, least)
		return err
	})
}

// makeSchema makes the schema that search_path names first. One that is there needs no right to make any.
func makeSchema(ctx context.Context, conn *pgx.Conn) error {
	first, _, _ := strings.Cut(conn.Config().RuntimeParams["search_path"], ",")
	schema := strings.Trim(strings.TrimSpace(first), `"`)
	if schema == "" {
		return nil
	}
	var missing bool
	if err := conn.QueryRow(ctx, `SELECT to_regnamespace(quote_ident($1)) IS NULL`, schema).Scan(&missing); err != nil || !missing {
		return err
	}
	_, err := conn.Exec(ctx, `CREATE SCHEMA `+pgx.Identifier{schema}.Sanitize())
	return err
}

// runFile runs one file. Its hash is kept in a table of those that ran, so that people can tell which text a store was made by.
func runFile(ctx context.Context, conn *pgx.Conn, table string, version int, file, script string) error {
	sum := sha256.Sum256([]byte(script))
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, script); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `CREATE TABLE IF NOT EXISTS `+table+` (
			version integer PRIMARY KEY, file text NOT NULL, sha256 text NOT NULL, at timestamptz NOT NULL DEFAULT now())`)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO `+table+` (version, file, sha256) VALUES ($1, $2, $3)`, version, file, hex.EncodeToString(sum[:]))
		return err
	})
}

// readSchema is where the schema stands for a program that knows so many changes. A table of the same name in another schema of the
// search_path is not ours. Before changes were finished, each kept earlier programs out at once.
func readSchema(ctx context.Context, db querier, known int) (state.Schema, error) {
	schema := state.Schema{Known: known}
	var made, finishes bool
	err := db.QueryRow(ctx, `SELECT to_regclass(quote_ident(current_schema()) || '.tocsin_migration') IS NOT NULL,
		EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass(quote_ident(current_schema()) || '.day') AND attname = 'least')`).Scan(&made, &finishes)
	if err != nil || !made {
		return schema, err
	}
	if err = db.QueryRow(ctx, `SELECT max(version) FROM tocsin_migration`).Scan(&schema.Have); err != nil {
		return schema, err
	}
	if schema.Least = schema.Have; finishes {
		err = db.QueryRow(ctx, `SELECT least FROM day`).Scan(&schema.Least)
	}
	return schema, err
}
