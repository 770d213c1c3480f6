package postgres

import (
	"context"
	"encoding/json"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

// Identified lists the rows of identifiers that a customer is in. A quote within an id is escaped, so a quoted id is found as a
// whole or not at all.
func (s *Store) Identified(ctx context.Context, customer state.CustomerID) ([]state.Identity, error) {
	quoted, _ := json.Marshal(customer) // strings have no way to fail
	return list(ctx, s, func(row pgx.CollectableRow) (state.Identity, error) {
		var r identityRow
		if err := row.Scan(&r.id.Scheme, &r.id.Value, &r.id.Country, &r.version, &r.customers, &r.events); err != nil {
			return state.Identity{}, err
		}
		return r.identity()
	}, `SELECT scheme, value, country, version, customers, events FROM identity WHERE strpos(customers, $1) > 0`, string(quoted))
}
