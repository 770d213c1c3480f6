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
