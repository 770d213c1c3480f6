package postgres

import (
	"cmp"
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

// Load returns the history of each known customer among ids: all of them by one query, so at one moment.
func (s *Store) Load(ctx context.Context, ids []state.CustomerID) ([]state.History, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	histories := make([]state.History, len(ids))
	_, err := list(ctx, s, func(row pgx.CollectableRow) (_ struct{}, err error) {
		var snapshot bool
		var e state.Entry
		if err := row.Scan(&snapshot, &e.Customer, &e.Seq, &e.Day, &e.Config, &e.Applied); err != nil {
			return struct{}{}, err
		}
		at, _ := slices.BinarySearch(ids, e.Customer)
		h := &histories[at]
		h.Customer = e.Customer
		if snapshot {
			h.Snapshot, h.SnapshotSeq = e.Applied, e.Seq
		} else {
			h.Rows = append(h.Rows, e)
		}
		return struct{}{}, nil
	}, `WITH wanted AS MATERIALIZED (SELECT w.id, s.seq, s.body
			FROM unnest($1::text[]) AS w (id) LEFT JOIN snapshot AS s ON s.customer = w.id)
		SELECT true, id, seq, 0, '', body FROM wanted WHERE seq IS NOT NULL
		UNION ALL
		SELECT false, j.customer, j.seq, j.day, c.version, j.applied
		FROM wanted AS w JOIN journal AS j ON j.customer = w.id COLLATE "C" AND j.seq > coalesce(w.seq, 0)
		JOIN configuration AS c ON c.id = j.config`, texts(ids))
	if err != nil {
		return nil, err
	}
	histories = slices.DeleteFunc(histories, func(h state.History) bool { return h.Customer == "" })
	for i := range histories {
		slices.SortFunc(histories[i].Rows, func(a, b state.Entry) int { return cmp.Compare(a.Seq, b.Seq) })
	}
	return histories, nil
}

// LastRows are customers' last rows, or the rows that their snapshots are of where those are later.
func (s *Store) LastRows(ctx context.Context, ids []state.CustomerID) (map[state.CustomerID]uint64, error) {
	last, err := list(ctx, s, func(row pgx.CollectableRow) (c state.TouchedCustomer, err error) {
		err = row.Scan(&c.Customer, &c.Seq)
		return c, err
	}, `SELECT w.id, l.seq FROM unnest($1::text[]) AS w (id), LATERAL (SELECT greatest(
			(SELECT max(j.seq) FROM journal AS j WHERE j.customer = w.id COLLATE "C"),
			(SELECT s.seq FROM snapshot AS s WHERE s.customer = w.id)) AS seq) AS l WHERE l.seq IS NOT NULL`, texts(ids))
	rows := make(map[state.CustomerID]uint64, len(last))
	for _, c := range last {
		rows[c.Customer] = c.Seq
	}
	return rows, err
}

// Customers lists every customer with a history.
func (s *Store) Customers(ctx context.Context) ([]state.CustomerID, error) {
	return list(ctx, s, pgx.RowTo[state.CustomerID], `SELECT id FROM customer ORDER BY id`)
}

// Rows lists a customer's whole journal.
func (s *Store) Rows(ctx context.Context, customer state.CustomerID) ([]state.Entry, error) {
	return list(ctx, s, func(row pgx.CollectableRow) (e state.Entry, err error) {
		err = row.Scan(&e.Customer, &e.Seq, &e.Day, &e.Config, &e.Applied)
		return e, err
	}, `SELECT j.customer, j.seq, j.day, c.version, j.applied FROM journal AS j JOIN configuration AS c ON c.id = j.config
		WHERE j.customer = $1 ORDER BY j.seq`, customer)
}
