package sqlite

import (
	"context"
	"database/sql"

	"tocsin/state"
)

// Program is one version of the program: it knows a history of its own. Tests let two of them work with one store.
type Program []state.SchemaChange

// Open is [Open] of that program.
func (p Program) Open(ctx context.Context, location string, o Options) (*Store, error) {
	return open(ctx, location, o, p)
}

// Finish finishes an open store as [Finish] does.
func (s *Store) Finish(ctx context.Context) error {
	return s.alone(func(conn *sql.Conn) error { return finish(ctx, conn, s.changes) })
}
