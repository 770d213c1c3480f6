package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

// Program is one version of the program: it knows a history of its own. Tests let two of them work with one store.
type Program []state.SchemaChange

// Open is [Open] of that program.
func (p Program) Open(ctx context.Context, location string, o Options) (*Store, error) {
	return open(ctx, location, o, p)
}

// Migrate is [Migrate] of that program.
func (p Program) Migrate(ctx context.Context, location string) error {
	return p.change(ctx, location, migrate)
}

// Finish is [Finish] of that program.
func (p Program) Finish(ctx context.Context, location string) error {
	return p.change(ctx, location, finish)
}

func (p Program) change(ctx context.Context, location string, do changer) error {
	return connected(ctx, location, func(conn *pgx.Conn) error { return alone(ctx, conn, p, do) })
}

// PageQuery is the statement by which a page is read.
func PageQuery(q any) (query string, args []any) {
	switch q := q.(type) {
	case *state.TaskQuery:
		return taskPage(q)
	case *state.AlertQuery:
		return alertPage(q)
	case state.CaseKey:
		return casePage, []any{string(q.Customer), q.Case, 100}
	}
	return customersAfter, []any{"", 100}
}
