package pgtest

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// CopyJournal copies the journal of the store at a location into a table of its own that has the same columns and nothing else, no
// key and no collation, by one binary COPY: the least that PostgreSQL can do for these rows. It returns how many they are and how
// long the copying took, without what it took to read them.
func CopyJournal(tb testing.TB, location string) (rows int, took time.Duration) {
	tb.Helper()
	conn := connect(tb, location)
	defer conn.Close(context.Background()) //nolint:errcheck // it has nothing to lose
	var all [][]any
	read, err := conn.Query(tb.Context(), `SELECT customer, seq, day, config, applied FROM journal ORDER BY ctid`)
	if err == nil {
		all, err = pgx.CollectRows(read, func(row pgx.CollectableRow) ([]any, error) { return row.Values() })
	}
	if err == nil {
		_, err = conn.Exec(tb.Context(), `CREATE TABLE bare (customer text, seq bigint, day integer, config integer, applied bytea)`)
	}
	if err != nil {
		tb.Fatal(err)
	}
	started := time.Now()
	if _, err = conn.CopyFrom(tb.Context(), pgx.Identifier{"bare"}, []string{"customer", "seq", "day", "config", "applied"}, pgx.CopyFromRows(all)); err != nil {
		tb.Fatal(err)
	}
	return len(all), time.Since(started)
}

// Warm makes a server as one is that has run for long: its buffers, and the files of its log, are memory and disk that it has used
// before. A new one waits for the system to clear each page.
func (s *Server) Warm(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.url("public").String())
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // it has nothing to lose
	_, err = conn.Exec(ctx, `CREATE TABLE warm (page text);
		ALTER TABLE warm ALTER COLUMN page SET STORAGE PLAIN;
		INSERT INTO warm SELECT repeat('x', 7000) FROM generate_series(1, (SELECT setting::integer FROM pg_settings WHERE name = 'shared_buffers'));
		DROP TABLE warm`)
	if err == nil {
		_, err = conn.Exec(ctx, `CHECKPOINT`)
	}
	return err
}

// WAL is how many bytes the server of a location has written to its log since it was made.
func WAL(tb testing.TB, location string) (bytes int64) {
	tb.Helper()
	conn := connect(tb, location)
	defer conn.Close(context.Background()) //nolint:errcheck // it has nothing to lose
	if err := conn.QueryRow(tb.Context(), `SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint`).Scan(&bytes); err != nil {
		tb.Fatal(err)
	}
	return bytes
}

// connect opens a session.
func connect(tb testing.TB, location string) *pgx.Conn {
	tb.Helper()
	conn, err := pgx.Connect(tb.Context(), location)
	if err != nil {
		tb.Fatal(err)
	}
	return conn
}
