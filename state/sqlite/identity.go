package sqlite

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"tocsin/state"
)

// Identities returns a row for each key in their order, an empty one where nothing is known.
func (s *Store) Identities(ctx context.Context, keys []state.Identifier) ([]state.Identity, error) {
	all := make([]state.Identity, len(keys))
	err := s.read(ctx, func(db querier) error {
		for i, key := range keys {
			all[i].Key = key
			found, err := collect(ctx, db, scanIdentity, `SELECT version, customers, events FROM identity
				WHERE scheme = ? AND value = ? AND country = ?`, key.Scheme, key.Value, key.Country)
			if err != nil {
				return fmt.Errorf("identifier %v: %w", key, err)
			}
			for _, id := range found {
				id.Key = key
				all[i] = id
			}
		}
		return nil
	})
	return all, err
}

func scanIdentity(row func(dest ...any) error) (id state.Identity, err error) {
	var customers, events []byte
	if err := row(&id.Version, &customers, &events); err != nil {
		return id, err
	}
	if len(customers) > 0 {
		if err := json.Unmarshal(customers, &id.Customers); err != nil {
			return id, err
		}
	}
	id.Events, err = decodeEvents(events)
	return id, err
}

// replaceIdentity writes an identifier's new content, if it is still the row that the caller read. A row that stays as it
// is keeps its version: nobody has to step again because of it.
func replaceIdentity(tx *tx, id *state.Identity) error {
	var version int64
	var customers, events []byte
	_, err := tx.get(`SELECT version, customers, events FROM identity WHERE scheme = ? AND value = ? AND country = ?`,
		[]any{id.Key.Scheme, id.Key.Value, id.Key.Country}, &version, &customers, &events)
	if err == nil && version != id.Version {
		err = state.ErrStale
	}
	if err != nil {
		return fmt.Errorf("identifier %v: %w", id.Key, err)
	}
	newCustomers, newEvents := encodeIdentity(id)
	if bytes.Equal(customers, newCustomers) && bytes.Equal(events, newEvents) {
		return nil
	}
	if len(newCustomers)+len(newEvents) == 0 { // nobody has the identifier any more
		return dropIdentity(tx, id)
	}
	return writeIdentity(tx, id, newCustomers, newEvents)
}

// dropIdentity drops a row; its version does not come back.
func dropIdentity(tx *tx, id *state.Identity) error {
	_, err := tx.exec(`DELETE FROM identity WHERE scheme = ? AND value = ? AND country = ?`, id.Key.Scheme, id.Key.Value, id.Key.Country)
	return err
}

// writeIdentity gives the row a version that no row ever had.
func writeIdentity(tx *tx, id *state.Identity, customers, events []byte) error {
	if _, err := tx.exec(`UPDATE store SET identity_version = identity_version + 1`); err != nil {
		return err
	}
	_, err := tx.exec(`INSERT INTO identity (scheme, value, country, version, customers, events, oldest)
		VALUES (?, ?, ?, (SELECT identity_version FROM store), ?, ?, ?) ON CONFLICT DO UPDATE
		SET version = excluded.version, customers = excluded.customers, events = excluded.events, oldest = excluded.oldest`,
		id.Key.Scheme, id.Key.Value, id.Key.Country, string(customers), events, oldest(id.Events))
	if err != nil {
		return fmt.Errorf("identifier %v: %w", id.Key, err)
	}
	return nil
}

// ForgetUnmatched drops events of identifiers that no customer ever named, known before the instant. A row that has
// nothing left goes; its version does not come back, so a step that was computed from it is told that it is stale.
func (s *Store) ForgetUnmatched(ctx context.Context, before state.Instant) error {
	return s.write(ctx, func(tx *tx) error {
		unmatched, err := collect(context.WithoutCancel(ctx), tx.conn, func(row func(...any) error) (state.Identity, error) {
			var key state.Identifier
			id, err := scanIdentity(func(dest ...any) error {
				return row(append([]any{&key.Scheme, &key.Value, &key.Country}, dest...)...)
			})
			id.Key = key
			return id, err
		}, `SELECT scheme, value, country, version, customers, events FROM identity WHERE customers = '' AND oldest < ?`, before)
		if err != nil {
			return err
		}
		for i := range unmatched {
			id := &unmatched[i]
			id.Events = slices.DeleteFunc(id.Events, func(e state.Event) bool { return e.KnownAt < before })
			if err := rewriteUnmatched(tx, id); err != nil {
				return err
			}
		}
		return nil
	})
}

func rewriteUnmatched(tx *tx, id *state.Identity) error {
	if len(id.Events) == 0 {
		return dropIdentity(tx, id)
	}
	customers, events := encodeIdentity(id)
	return writeIdentity(tx, id, customers, events)
}

// encodeIdentity is the content of a row: customers as a JSON array, so that people can ask for it by SQL, and events one
// after the other in package state's encoding. Where there are none it is empty.
func encodeIdentity(id *state.Identity) (customers, events []byte) {
	if len(id.Customers) > 0 {
		customers, _ = json.Marshal(id.Customers) // strings have no way to fail
	}
	for i := range id.Events {
		events = state.AppendEvent(events, &id.Events[i])
	}
	return customers, events
}

func decodeEvents(encoded []byte) (events []state.Event, err error) {
	for len(encoded) > 0 {
		var e state.Event
		if e, encoded, err = state.DecodeEvent(encoded); err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return events, nil
}

// oldest is when the first of events was known; the end of time where there is none.
func oldest(events []state.Event) state.Instant {
	at := state.Instant(math.MaxInt64)
	for i := range events {
		at = min(at, events[i].KnownAt)
	}
	return at
}
