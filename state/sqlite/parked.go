package sqlite

import (
	"context"
	"fmt"

	"tocsin/state"
)

// Quarantined lists who is quarantined, by customer.
func (s *Store) Quarantined(ctx context.Context) ([]state.Quarantine, error) {
	return collect(ctx, s.readers, func(row func(...any) error) (q state.Quarantine, err error) {
		err = row(&q.Customer, &q.Since, &q.At, &q.Reason, &q.Stack, &q.Waiting)
		return q, err
	}, `SELECT q.customer, q.day, q.at, q.reason, q.stack, (SELECT count(*) FROM parked AS p WHERE p.customer = q.customer)
		FROM quarantine AS q ORDER BY q.customer`)
}

// Parked lists the first rows that wait of a customer after one of them.
func (s *Store) Parked(ctx context.Context, customer state.CustomerID, after int64, limit int) ([]state.Parked, error) {
	return collect(ctx, s.readers, func(row func(...any) error) (p state.Parked, err error) {
		err = row(&p.ID, &p.Customer, &p.Day, &p.Applied, &p.Records)
		return p, err
	}, `SELECT id, customer, day, applied, records FROM parked WHERE customer = ? AND id > ? ORDER BY id LIMIT ?`, customer, after, limit)
}

// park writes who is quarantined and what waits.
func park(tx *tx, c *state.Commit) error {
	for i := range c.Quarantines {
		q := &c.Quarantines[i]
		n, err := tx.exec(`INSERT INTO quarantine (customer, day, at, reason, stack) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			q.Customer, q.Since, q.At, q.Reason, q.Stack)
		if err := unlessOne(n, err, state.ErrConflict, "quarantine of customer %s", q.Customer); err != nil {
			return err
		}
	}
	if err := keepParked(tx, c.Parked); err != nil {
		return err
	}
	for i := range c.Releases {
		if err := release(tx, &c.Releases[i]); err != nil {
			return err
		}
	}
	if n := c.Quarantining(); n > 0 {
		_, err := tx.exec(`UPDATE store SET quarantined = quarantined + ?`, n)
		return err
	}
	return nil
}

func keepParked(tx *tx, rows []state.Parked) error {
	for i := range rows {
		p := &rows[i]
		if _, err := tx.exec(`INSERT INTO parked (customer, day, applied, records) VALUES (?, ?, ?, ?)`, p.Customer, p.Day, p.Applied, p.Records); err != nil {
			return fmt.Errorf("park what came of customer %s: %w", p.Customer, err)
		}
	}
	return nil
}

// release takes away what has been applied, and the quarantine where nothing is left.
func release(tx *tx, r *state.Release) error {
	n, err := tx.exec(`DELETE FROM parked WHERE customer = ? AND id <= ?`, r.Customer, r.UpTo)
	if err == nil && n != int64(r.Rows) {
		err = state.ErrConflict
	}
	if err == nil && r.Closes {
		n, err = tx.exec(`DELETE FROM quarantine WHERE customer = ? AND NOT EXISTS (SELECT 1 FROM parked WHERE customer = ?)`, r.Customer, r.Customer)
		err = unlessOne(n, err, state.ErrConflict, "end of the quarantine")
	}
	if err != nil {
		return fmt.Errorf("release of customer %s: %w", r.Customer, err)
	}
	return nil
}

// rewriteParked replaces what waits of a customer.
func rewriteParked(tx *tx, w *state.Rewrite) error {
	n, err := tx.exec(`DELETE FROM parked WHERE customer = ?`, w.Customer)
	if err == nil && n != int64(w.Waiting) {
		err = fmt.Errorf("%d rows are parked, not %d: %w", n, w.Waiting, state.ErrConflict)
	}
	if err == nil {
		err = keepParked(tx, w.Parked)
	}
	if err == nil && w.Renamed() {
		_, err = tx.exec(`UPDATE quarantine SET customer = ?, reason = '' WHERE customer = ?`, w.As, w.Customer)
	}
	return err
}
