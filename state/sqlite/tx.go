package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"tocsin/state"
)

// tx is the writing connection while it is one caller's, inside a transaction.
type tx struct {
	conn     *sql.Conn
	prepared map[string]*sql.Stmt // by their text: the program's own statements, a few dozen
	known    int                  // the schema that this program works with
}

// querier is what reads need of a connection, a pool or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// write runs do in a transaction of the writing connection. What do returns is returned, and then nothing was written.
//
// The context counts while the caller waits for its turn. From BEGIN on the transaction runs to its end: a cancelled
// COMMIT would leave the caller without knowing what became of it.
func (s *Store) write(ctx context.Context, do func(tx *tx) error) error {
	if s.writer == nil {
		return ErrReadOnly
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case t := <-s.writer:
		defer func() { s.writer <- t }()
		if ctx.Err() != nil { // both were ready
			return context.Cause(ctx)
		}
		return t.run(do)
	}
}

// run does the transaction. After any end but COMMIT's, also a panic, it is rolled back: a connection that is left inside
// a transaction would take the next caller's writes for its own.
func (t *tx) run(do func(tx *tx) error) error {
	if _, err := t.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	committed := false
	defer func() {
		if !committed {
			_, _ = t.exec("ROLLBACK") // fails only where SQLite has rolled back by itself
		}
	}()
	if err := do(t); err != nil {
		return err
	}
	if _, err := t.exec("COMMIT"); err != nil {
		return fmt.Errorf("%w: %w", state.ErrUnknown, err)
	}
	committed = true
	return nil
}

// read runs do on one moment of the store, for what takes several queries.
func (s *Store) read(ctx context.Context, do func(db querier) error) error {
	tx, err := s.readers.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // it wrote nothing
	return do(tx)
}

// exec runs a statement and returns how many rows it changed.
func (t *tx) exec(query string, args ...any) (changed int64, err error) {
	stmt, err := t.prepare(query)
	if err != nil {
		return 0, err
	}
	result, err := stmt.Exec(args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// insert runs an INSERT of one row and returns the row's number.
func (t *tx) insert(query string, args ...any) (rowid int64, err error) {
	stmt, err := t.prepare(query)
	if err != nil {
		return 0, err
	}
	result, err := stmt.Exec(args...)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

// get reads one row into dest; found is false where there is none.
func (t *tx) get(query string, args []any, dest ...any) (found bool, err error) {
	stmt, err := t.prepare(query)
	if err != nil {
		return false, err
	}
	switch err := stmt.QueryRow(args...).Scan(dest...); {
	case errors.Is(err, sql.ErrNoRows):
		return false, nil
	case err != nil:
		return false, err
	}
	return true, nil
}

func (t *tx) prepare(query string) (*sql.Stmt, error) {
	if stmt, ok := t.prepared[query]; ok {
		return stmt, nil
	}
	stmt, err := t.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	t.prepared[query] = stmt
	return stmt, nil
}

func (t *tx) close() error {
	var errs []error
	for _, stmt := range t.prepared {
		errs = append(errs, stmt.Close())
	}
	return errors.Join(append(errs, t.conn.Close())...)
}

// collect reads all rows of a query, each with scan.
func collect[T any](ctx context.Context, db querier, scan func(row func(dest ...any) error) (T, error), query string, args ...any) ([]T, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		one, err := scan(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}
