package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"tocsin/state"
)

// write runs do in a transaction. What do returns is returned, and then nothing was written.
//
// The caller's context counts until the transaction begins; from there on it runs to its end, which the patience bounds, and lastWords
// once the caller has gone: a COMMIT that is cancelled leaves the caller without knowing what became of it.
func (s *Store) write(caller context.Context, do func(ctx context.Context, tx pgx.Tx) error) error {
	return s.writeWithin(caller, s.patience, do)
}

func (s *Store) writeWithin(caller context.Context, patience time.Duration, do func(ctx context.Context, tx pgx.Tx) error) error {
	if caller.Err() != nil {
		return context.Cause(caller)
	}
	waiting, cancel := context.WithTimeout(caller, patience)
	defer cancel()
	conn, err := s.pool.Acquire(waiting)
	if err != nil {
		return judge(caller, err, true)
	}
	defer conn.Release() // a session that is left inside a transaction is closed
	ctx, cancel := outlasting(caller, patience)
	defer cancel()
	tx, err := conn.Begin(ctx)
	if err != nil {
		return judge(context.WithoutCancel(ctx), err, conn.Conn().IsClosed())
	}
	if err := do(ctx, tx); err != nil {
		s.locks.refused(err)
		err = judge(context.WithoutCancel(ctx), err, conn.Conn().IsClosed())
		_ = tx.Rollback(ctx) // fails only where the session is gone, and its transaction with it
		return err
	}
	if conn.Conn().IsClosed() || ctx.Err() != nil {
		return fmt.Errorf("%w: the session ended before COMMIT was sent", state.ErrUnavailable)
	}
	return outcome(tx.Commit(ctx))
}

// lastWords is how long a transaction runs on after its caller has gone: a drain has no more.
const lastWords = 5 * time.Second

// outlasting is a context that ends after some time, or lastWords after the caller's.
func outlasting(caller context.Context, patience time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(caller), patience)
	stop := context.AfterFunc(caller, func() {
		select {
		case <-time.After(lastWords):
			cancel()
		case <-ctx.Done():
		}
	})
	return ctx, func() {
		stop()
		cancel()
	}
}

// read runs do on a session. Each query of it sees its own moment.
func (s *Store) read(caller context.Context, do func(ctx context.Context, db querier) error) error {
	return s.session(caller, func(ctx context.Context, conn *pgxpool.Conn) error { return do(ctx, conn) })
}

// readMoment runs do on one moment of the store, for what takes several queries.
func (s *Store) readMoment(caller context.Context, do func(ctx context.Context, db querier) error) error {
	moment := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	return s.session(caller, func(ctx context.Context, conn *pgxpool.Conn) error {
		return pgx.BeginTxFunc(ctx, conn, moment, func(tx pgx.Tx) error { return do(ctx, tx) })
	})
}

func (s *Store) session(caller context.Context, do func(ctx context.Context, conn *pgxpool.Conn) error) error {
	return s.sessionWithin(caller, s.patience, do)
}

func (s *Store) sessionWithin(caller context.Context, patience time.Duration, do func(ctx context.Context, conn *pgxpool.Conn) error) error {
	ctx, cancel := context.WithTimeout(caller, patience)
	defer cancel()
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return judge(caller, err, true)
	}
	defer conn.Release()
	err = do(ctx, conn)
	s.locks.refused(err)
	return judge(caller, err, conn.Conn().IsClosed())
}

// querier is what reads need of a session or a transaction.
type querier interface {
	Query(ctx context.Context, query string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, query string, args ...any) pgx.Row
}

// list reads all rows of one query, each with scan.
func list[T any](caller context.Context, s *Store, scan pgx.RowToFunc[T], query string, args ...any) (all []T, err error) {
	err = s.read(caller, func(ctx context.Context, db querier) error {
		all, err = collect(ctx, db, scan, query, args...)
		return err
	})
	return all, err
}

// collect reads all rows of a query within what is under way.
func collect[T any](ctx context.Context, db querier, scan pgx.RowToFunc[T], query string, args ...any) ([]T, error) {
	rows, err := db.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scan)
}

// batch is statements that go to the server in one round trip, each with what is to be said of its answer. When one is refused by
// its answer, the later ones run nevertheless, until the transaction is rolled back: they must keep the order of locks, too.
type batch struct {
	pgx.Batch
	checks []check
}

// check looks at a statement's answer, the number of rows that it concerned. A nil one only wants it to succeed.
type check func(rows int64, err error) error

func (b *batch) add(check check, query string, args ...any) {
	b.Queue(query, args...)
	b.checks = append(b.checks, check)
}

// send sends the batch and returns the first refusal in the order of the statements.
func (b *batch) send(ctx context.Context, tx pgx.Tx) (err error) {
	if len(b.checks) == 0 {
		return nil
	}
	results := tx.SendBatch(ctx, &b.Batch)
	defer func() {
		if closing := results.Close(); err == nil {
			err = closing
		}
	}()
	for _, check := range b.checks {
		tag, err := results.Exec()
		if check != nil {
			err = check(tag.RowsAffected(), err)
		}
		if err != nil {
			return detailed(err)
		}
	}
	return nil
}

// detailed adds to a server's error which row it is about.
func detailed(err error) error {
	var told *pgconn.PgError
	if errors.As(err, &told) && told.Detail != "" && !errors.Is(err, state.ErrConflict) {
		return fmt.Errorf("%w: %s", err, told.Detail)
	}
	return err
}

// all turns a statement that had to concern so many rows and did not into a refusal, and names what it was about.
func all(want int, refusal error, format string, args ...any) check {
	return func(rows int64, err error) error {
		if err != nil || rows == int64(want) {
			return err
		}
		return fmt.Errorf(format+": %w", append(args, refusal)...)
	}
}
