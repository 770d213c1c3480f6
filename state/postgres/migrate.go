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
)

// The schema's history: file n brings a store from schema n-1 to n. A released file never changes.
//
//go:embed migrations/*.sql
var migrations embed.FS

// migrationLock is the advisory lock under which one process at a time changes schemas: "tocsin" as a number.
const migrationLock = 0x746f6373696e

// Migrate makes the schema that the location's search_path names first, or brings it up to date: each file in a
// transaction of its own, one process at a time. It needs the rights of the schema's owner.
func Migrate(ctx context.Context, location string) error {
	config, err := parse(location)
	if err != nil {
		return err
	}
	Options{}.apply(config)
	if err := migrate(ctx, config.ConnConfig); err != nil {
		return fmt.Errorf("store %s: %w", name(config.ConnConfig), err)
	}
	return nil
}

// Schema is the number of the schema that a store has, 0 where there is none, and of the one that this program works with.
func Schema(ctx context.Context, location string) (have, known int, err error) {
	config, err := parse(location)
	if err != nil {
		return 0, 0, err
	}
	conn, err := pgx.ConnectConfig(ctx, config.ConnConfig)
	if err == nil {
		defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // it has only read
		have, known, err = versions(ctx, conn)
	}
	if err != nil {
		return 0, 0, fmt.Errorf("store %s: %w", name(config.ConnConfig), err)
	}
	return have, known, nil
}

func migrate(ctx context.Context, config *pgx.ConnConfig) (err error) {
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	// Whoever migrates may take longer than any row is waited for.
	if _, err := conn.Exec(ctx, fmt.Sprintf(`SET lock_timeout = 0; SELECT pg_advisory_lock(%d); RESET lock_timeout`, migrationLock)); err != nil {
		return err
	}
	if err := makeSchema(ctx, conn); err != nil {
		return err
	}
	have, known, err := versions(ctx, conn)
	if err != nil {
		return err
	}
	if have > known {
		return newer(have, known)
	}
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	for ; have < known; have++ {
		if err := migrateBy(ctx, conn, files[have], have+1); err != nil {
			return fmt.Errorf("%s: %w", files[have], err)
		}
	}
	return nil
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

// migrateBy runs one file. Its hash is kept, so that people can tell which text a store was made by.
func migrateBy(ctx context.Context, conn *pgx.Conn, file string, version int) error {
	script, err := migrations.ReadFile(file)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(script)
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, string(script)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `CREATE TABLE IF NOT EXISTS tocsin_migration (
			version integer PRIMARY KEY, file text NOT NULL, sha256 text NOT NULL, at timestamptz NOT NULL DEFAULT now())`)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO tocsin_migration (version, file, sha256) VALUES ($1, $2, $3)`,
			version, strings.TrimPrefix(file, "migrations/"), hex.EncodeToString(sum[:]))
		return err
	})
}

// versions are the number of the last migration that ran in the store's schema, 0 where there was none, and of the last one that
// this program knows. A table of the same name in another schema of the search_path is not ours.
func versions(ctx context.Context, db querier) (have, known int, err error) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return 0, 0, err
	}
	var made bool
	err = db.QueryRow(ctx, `SELECT to_regclass(quote_ident(current_schema()) || '.tocsin_migration') IS NOT NULL`).Scan(&made)
	if err == nil && made {
		err = db.QueryRow(ctx, `SELECT max(version) FROM tocsin_migration`).Scan(&have)
	}
	return have, len(files), err
}

// fits refuses a schema that is not the one this program works with.
func fits(have, known int) error {
	switch {
	case have > known:
		return newer(have, known)
	case have < known:
		return fmt.Errorf("%w: run `tocsin migrate up`", older(have, known))
	}
	return nil
}

func newer(have, known int) error {
	return fmt.Errorf("schema %d is newer than this program's %d: run the tocsin that wrote it, or a later one", have, known)
}

func older(have, known int) error {
	if have == 0 {
		return errors.New("there is no store yet")
	}
	return fmt.Errorf("schema %d is older than this program's %d", have, known)
}
