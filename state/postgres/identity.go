package postgres

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

// identityRow is an identifier's row as it is stored.
type identityRow struct {
	key       []byte
	id        state.Identifier
	version   int64
	customers string // a JSON array, so that people can ask for it by SQL; empty where there are none
	events    []byte // one after the other in package state's encoding
	oldest    state.Instant
}

// keyOf is an identifier's key. Identifiers are locked in its order.
func keyOf(id state.Identifier) []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q", id.Scheme, id.Value, id.Country))
	return sum[:]
}

func rowOf(id *state.Identity) identityRow {
	r := identityRow{key: keyOf(id.Key), id: id.Key, version: id.Version, events: []byte{}, oldest: math.MaxInt64}
	if len(id.Customers) > 0 {
		names, _ := json.Marshal(id.Customers) // strings have no way to fail
		r.customers = string(names)
	}
	for i := range id.Events {
		r.events = state.AppendEvent(r.events, &id.Events[i])
		r.oldest = min(r.oldest, id.Events[i].KnownAt)
	}
	return r
}

func (r *identityRow) identity() (id state.Identity, err error) {
	id.Key, id.Version = r.id, r.version
	if r.customers != "" {
		if err := json.Unmarshal([]byte(r.customers), &id.Customers); err != nil {
			return id, fmt.Errorf("identifier %v: %w", r.id, err)
		}
	}
	for encoded := r.events; len(encoded) > 0; {
		var e state.Event
		if e, encoded, err = state.DecodeEvent(encoded); err != nil {
			return id, fmt.Errorf("identifier %v: %w", r.id, err)
		}
		id.Events = append(id.Events, e)
	}
	return id, nil
}

// Identities returns a row for each key in their order, an empty one where nothing is known: all read at one moment.
func (s *Store) Identities(ctx context.Context, keys []state.Identifier) ([]state.Identity, error) {
	all := make([]state.Identity, len(keys))
	hashes := make([][]byte, len(keys))
	for i, key := range keys {
		all[i].Key = key
		hashes[i] = keyOf(key)
	}
	_, err := list(ctx, s, func(row pgx.CollectableRow) (_ struct{}, err error) {
		var place int64
		var r identityRow
		if err = row.Scan(&place, &r.version, &r.customers, &r.events); err == nil {
			r.id = keys[place-1]
			all[place-1], err = r.identity()
		}
		return struct{}{}, err
	}, `SELECT w.place, i.version, i.customers, i.events
		FROM unnest($1::bytea[]) WITH ORDINALITY AS w (key, place) JOIN identity AS i ON i.key = w.key`, hashes)
	return all, err
}

// replaceIdentities inserts and locks the rows of identifiers, each step in their order, and writes their new content if each is still
// the row that the caller read. Whoever names an identifier that is new inserts its row, so that a registry event and a
// profile that come at the same moment meet there. A row that stays as it is keeps its version: nobody has to step again
// because of it.
//
// New rows come before those that are there: while a commit still inserts, others see nothing of what it holds. All rows are
// locked, also of a commit that is refused for one of them: its later statements have run by then.
func replaceIdentities(b *batch, identities []state.Identity) {
	if len(identities) == 0 {
		return
	}
	rows := column(identities, rowOf)
	slices.SortFunc(rows, func(x, y identityRow) int { return bytes.Compare(x.key, y.key) })
	fresh := slices.DeleteFunc(slices.Clone(rows), func(r identityRow) bool { return r.version != 0 })
	if len(fresh) > 0 {
		b.add(nil, `INSERT INTO identity (key, scheme, value, country, version, customers, events, oldest)
			SELECT key, scheme, value, country, 0, '', '', $5 FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[])
				AS w (key, scheme, value, country) ON CONFLICT DO NOTHING`,
			column(fresh, (*identityRow).keyColumn), column(fresh, func(r *identityRow) string { return r.id.Scheme }),
			column(fresh, func(r *identityRow) string { return r.id.Value }), column(fresh, func(r *identityRow) string { return r.id.Country }),
			int64(math.MaxInt64))
	}
	keys, versions := column(rows, (*identityRow).keyColumn), column(rows, func(r *identityRow) int64 { return r.version })
	b.add(nil, `SELECT FROM identity WHERE key = ANY ($1::bytea[]) ORDER BY key`+lockIdentifiers, keys)
	b.add(all(len(rows), state.ErrStale, "identifiers from %v on", rows[0].id),
		`SELECT FROM identity AS i JOIN unnest($1::bytea[], $2::bigint[]) AS w (key, version) ON i.key = w.key AND i.version = w.version`,
		keys, versions)
	for rows := range portions(rows, (*identityRow).size) {
		writeIdentities(b, rows)
	}
	var empty [][]byte
	for i := range rows {
		if rows[i].size() == 0 { // nobody has the identifier any more, or had it: its insertion was for the lock
			empty = append(empty, rows[i].key)
		}
	}
	if len(empty) > 0 {
		b.add(nil, `DELETE FROM identity WHERE key = ANY ($1::bytea[])`, empty)
	}
}

// writeIdentities gives rows that are held their content, and a version that no row ever had where that is new.
func writeIdentities(b *batch, rows []identityRow) {
	b.add(nil, `UPDATE identity AS i SET version = nextval('identity_version'), customers = w.customers, events = w.events, oldest = w.oldest
		FROM unnest($1::bytea[], $2::text[], $3::bytea[], $4::bigint[]) AS w (key, customers, events, oldest)
		WHERE i.key = w.key AND (i.customers <> w.customers OR i.events <> w.events)`,
		column(rows, (*identityRow).keyColumn), column(rows, func(r *identityRow) string { return r.customers }),
		column(rows, func(r *identityRow) []byte { return r.events }), column(rows, func(r *identityRow) state.Instant { return r.oldest }))
}

func (r *identityRow) keyColumn() []byte { return r.key }

func (r *identityRow) size() int { return len(r.customers) + len(r.events) }

// ForgetUnmatched drops events of identifiers that no customer ever named, known before the instant. A row that has
// nothing left goes; its version does not come back, so a step that was computed from it is told that it is stale.
func (s *Store) ForgetUnmatched(ctx context.Context, before state.Instant) error {
	return s.write(ctx, func(ctx context.Context, tx pgx.Tx) error {
		unmatched, err := collect(ctx, tx, func(row pgx.CollectableRow) (r identityRow, err error) {
			err = row.Scan(&r.key, &r.id.Scheme, &r.id.Value, &r.id.Country, &r.version, &r.customers, &r.events)
			return r, err
		}, `SELECT key, scheme, value, country, version, customers, events FROM identity
			WHERE customers = '' AND oldest < $1 ORDER BY key FOR UPDATE`, before)
		if err != nil {
			return err
		}
		var empty [][]byte
		var left []identityRow
		for i := range unmatched {
			id, err := unmatched[i].identity()
			if err != nil {
				return err
			}
			id.Events = slices.DeleteFunc(id.Events, func(e state.Event) bool { return e.KnownAt < before })
			if len(id.Events) == 0 {
				empty = append(empty, unmatched[i].key)
			} else {
				left = append(left, rowOf(&id))
			}
		}
		b := new(batch)
		b.add(nil, `DELETE FROM identity WHERE key = ANY ($1::bytea[])`, empty)
		for rows := range portions(left, (*identityRow).size) {
			writeIdentities(b, rows)
		}
		return b.send(ctx, tx)
	})
}
