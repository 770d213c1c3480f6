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

// Plan is how a page is looked for.
func (s *Store) Plan(ctx context.Context, q any) ([]string, error) {
	query, args := "", []any(nil)
	switch q := q.(type) {
	case *state.TaskQuery:
		query, args = taskPage(q)
	case *state.AlertQuery:
		query, args = alertPage(q)
	case state.CaseKey:
		query, args = casePage, []any{q.Customer, q.Case, 100}
	case []state.CustomerID:
		query, args = wordsOf(q)
	case state.Instant:
		query, args = dropsWords, []any{q}
	case string:
		query, args = lastOf(q)
	case nil:
		query = summaries
	}
	return collect(ctx, s.readers, func(row func(...any) error) (step string, err error) {
		var id, parent, unused int
		err = row(&id, &parent, &unused, &step)
		return step, err
	}, `EXPLAIN QUERY PLAN `+query, args...)
}

// Script runs a script that fills a store.
func (s *Store) Script(ctx context.Context, script string) error {
	return s.alone(func(conn *sql.Conn) error {
		_, err := conn.ExecContext(ctx, script)
		return err
	})
}
