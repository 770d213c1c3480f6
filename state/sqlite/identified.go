package sqlite

import (
	"context"
	"encoding/json"

	"tocsin/state"
)

// Identified lists the rows of identifiers that a customer is in. A quote within an id is escaped, so a quoted id is found as a
// whole or not at all.
func (s *Store) Identified(ctx context.Context, customer state.CustomerID) ([]state.Identity, error) {
	quoted, _ := json.Marshal(customer) // strings have no way to fail
	return collect(ctx, s.readers, func(row func(...any) error) (state.Identity, error) {
		var key state.Identifier
		id, err := scanIdentity(func(dest ...any) error {
			return row(append([]any{&key.Scheme, &key.Value, &key.Country}, dest...)...)
		})
		id.Key = key
		return id, err
	}, `SELECT scheme, value, country, version, customers, events FROM identity WHERE instr(customers, ?) > 0`, string(quoted))
}
