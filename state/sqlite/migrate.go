package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// The schema's history: file n brings a store from schema n-1 to n. A released file never changes.
//
//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the schema up to date, each step in a transaction of its own. A store of a newer schema is refused: an
// older program could not keep what it does not know of.
func migrate(ctx context.Context, db *sql.Conn) error {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	have, err := schema(ctx, db)
	if err != nil {
		return err
	}
	if have > len(files) {
		return newer(have, len(files))
	}
	if have == 0 {
		if err := refuseForeign(ctx, db); err != nil {
			return err
		}
	}
	for ; have < len(files); have++ {
		script, err := migrations.ReadFile(files[have])
		if err != nil {
			return err
		}
		step := fmt.Sprintf("BEGIN IMMEDIATE;\n%s\nPRAGMA user_version = %d;\nCOMMIT", script, have+1)
		if _, err := db.ExecContext(ctx, step); err != nil {
			return fmt.Errorf("%s: %w", files[have], err)
		}
	}
	return keepSecret(ctx, db)
}

// Schema is the number of the schema that the store in a file has, 0 where there is none, and of the one that this program works
// with. It changes nothing.
func Schema(ctx context.Context, location string) (have, known int, err error) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return 0, 0, err
	}
	path, err := pathOf(location)
	if err != nil {
		return 0, 0, err
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return 0, len(files), nil
	}
	s := &Store{}
	if err = s.openReaders(path); err == nil {
		have, err = schema(ctx, s.readers)
	}
	if err = errors.Join(err, s.Close()); err != nil {
		return 0, 0, fmt.Errorf("store %s: %w", path, err)
	}
	return have, len(files), nil
}

// checkSchema refuses a store whose schema is not the one this program reads.
func checkSchema(ctx context.Context, db querier) error {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	have, err := schema(ctx, db)
	switch {
	case err != nil:
		return err
	case have > len(files):
		return newer(have, len(files))
	case have < len(files):
		return fmt.Errorf("schema %d is older than this program's %d: run `tocsin migrate up`", have, len(files))
	}
	return nil
}

func newer(have, known int) error {
	return fmt.Errorf("schema %d is newer than this program's %d: run the tocsin that wrote it, or a later one", have, known)
}

// schema is the number of the last migration that ran; 0 in an empty file.
func schema(ctx context.Context, db querier) (version int, err error) {
	err = db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version)
	return version, err
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
