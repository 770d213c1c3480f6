package sqlite

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"tocsin/state"
)

// Load returns the history of each known customer among ids: all of them by one query, so at one moment.
func (s *Store) Load(ctx context.Context, ids []state.CustomerID) ([]state.History, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	rows, err := s.readers.QueryContext(ctx, `
		SELECT 1, s.customer, s.seq, 0, '', s.body
		FROM json_each(?) AS wanted CROSS JOIN snapshot AS s ON s.customer = wanted.value
		UNION ALL
		SELECT 0, j.customer, j.seq, j.day, c.version, j.applied
		FROM json_each(?) AS wanted
		LEFT JOIN snapshot AS s ON s.customer = wanted.value
		CROSS JOIN journal AS j ON j.customer = wanted.value AND j.seq > coalesce(s.seq, 0)
		CROSS JOIN configuration AS c ON c.id = j.config`, string(list), string(list))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	histories := make([]state.History, len(ids))
	for rows.Next() {
		var snapshot bool
		var e state.Entry
		if err := rows.Scan(&snapshot, &e.Customer, &e.Seq, &e.Day, &e.Config, &e.Applied); err != nil {
			return nil, err
		}
		at, _ := slices.BinarySearch(ids, e.Customer)
		h := &histories[at]
		h.Customer = e.Customer
		if snapshot {
			h.Snapshot, h.SnapshotSeq = e.Applied, e.Seq
		} else {
			h.Rows = append(h.Rows, e)
		}
	}
	if err := rows.Err(); err != nil {
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
	if len(ids) == 0 {
		return nil, nil
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	rows := make(map[state.CustomerID]uint64, len(ids))
	_, err = collect(ctx, s.readers, func(row func(...any) error) (_ struct{}, err error) {
		var id state.CustomerID
		var seq uint64
		if err = row(&id, &seq); err == nil && seq > 0 {
			rows[id] = seq
		}
		return struct{}{}, err
	}, `SELECT value, max(coalesce((SELECT max(seq) FROM journal WHERE customer = value), 0),
		coalesce((SELECT seq FROM snapshot WHERE customer = value), 0)) FROM json_each(?)`, string(list))
	return rows, err
}

// DueAlarms lists up to limit alarms with Day ≤ day, by (Day, Customer).
func (s *Store) DueAlarms(ctx context.Context, day state.Date, limit int) ([]state.Alarm, error) {
	return collect(ctx, s.readers, func(row func(...any) error) (a state.Alarm, err error) {
		err = row(&a.Day, &a.Customer)
		return a, err
	}, `SELECT day, customer FROM alarm WHERE day <= ? ORDER BY day, customer LIMIT ?`, day, limit)
}

// Customers lists every customer with a history.
func (s *Store) Customers(ctx context.Context) ([]state.CustomerID, error) {
	return collect(ctx, s.readers, scanCustomer, `SELECT id FROM customer ORDER BY id`)
}

// Rows lists a customer's whole journal.
func (s *Store) Rows(ctx context.Context, customer state.CustomerID) ([]state.Entry, error) {
	return collect(ctx, s.readers, func(row func(...any) error) (e state.Entry, err error) {
		err = row(&e.Customer, &e.Seq, &e.Day, &e.Config, &e.Applied)
		return e, err
	}, `SELECT j.customer, j.seq, j.day, c.version, j.applied FROM journal AS j JOIN configuration AS c ON c.id = j.config
		WHERE j.customer = ? ORDER BY j.seq`, customer)
}
