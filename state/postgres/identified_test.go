package postgres_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
	"tocsin/state/postgres"
)

// Who locks an identifier that nobody has inserts its row, and may have nothing to write: an erasure looks for those who name the
// customer, and must not leave his id for having looked.
func TestALockedIdentifierThatStaysEmptyLeavesNoRow(t *testing.T) {
	s, location := opened(t, postgres.Options{Connections: 1})
	row := state.Identity{Key: state.Identifier{Scheme: "customer", Value: "C-1"}}
	if err := s.Commit(t.Context(), &state.Commit{Day: today, Identifiers: []state.Identity{row}}); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), location)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background()) //nolint:errcheck // it has only read
	rows := 0
	if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM identity`).Scan(&rows); err != nil || rows != 0 {
		t.Errorf("got %d rows, %v, want none", rows, err)
	}
}
