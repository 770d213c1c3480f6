package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

// Quarantined lists who is quarantined, by customer.
func (s *Store) Quarantined(ctx context.Context) ([]state.Quarantine, error) {
	return list(ctx, s, func(row pgx.CollectableRow) (q state.Quarantine, err error) {
		err = row.Scan(&q.Customer, &q.Since, &q.At, &q.Reason, &q.Stack, &q.Waiting)
		return q, err
	}, `SELECT q.customer, q.day, q.at, q.reason, q.stack, (SELECT count(*) FROM parked AS p WHERE p.customer = q.customer)
		FROM quarantine AS q ORDER BY q.customer`)
}

// Parked lists the first rows that wait of a customer after one of them.
func (s *Store) Parked(ctx context.Context, customer state.CustomerID, after int64, limit int) ([]state.Parked, error) {
	return list(ctx, s, func(row pgx.CollectableRow) (p state.Parked, err error) {
		err = row.Scan(&p.ID, &p.Customer, &p.Day, &p.Applied, &p.Records)
		return p, err
	}, `SELECT id, customer, day, applied, records FROM parked WHERE customer = $1 AND id > $2 ORDER BY id LIMIT $3`, customer, after, limit)
}

// park writes who is quarantined and what waits. A commit that quarantines or ends it holds the day's table alone.
func park(b *batch, c *state.Commit) {
	for i := range c.Quarantines {
		q := &c.Quarantines[i]
		b.add(all(1, state.ErrConflict, "quarantine of customer %s", q.Customer),
			`INSERT INTO quarantine (customer, day, at, reason, stack) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
			q.Customer, q.Since, q.At, storable(q.Reason), storable(q.Stack))
	}
	keepParked(b, c.Parked)
	for i := range c.Releases {
		r := &c.Releases[i]
		b.add(all(r.Rows, state.ErrConflict, "release of customer %s", r.Customer),
			`DELETE FROM parked WHERE customer = $1 AND id <= $2`, r.Customer, r.UpTo)
		if r.Closes {
			b.add(all(1, state.ErrConflict, "end of the quarantine of customer %s", r.Customer),
				`DELETE FROM quarantine WHERE customer = $1 AND NOT EXISTS (SELECT FROM parked WHERE customer = $1)`, r.Customer)
		}
	}
	if n := c.Quarantining(); n > 0 {
		b.add(nil, `UPDATE day SET quarantined = quarantined + $1`, n)
	}
}

func keepParked(b *batch, parked []state.Parked) {
	for rows := range portions(parked, func(p *state.Parked) int { return len(p.Applied) + len(p.Records) }) {
		b.add(nil, `INSERT INTO parked (customer, day, applied, records)
			SELECT customer, day, applied, records FROM unnest($1::text[], $2::integer[], $3::bytea[], $4::bytea[])
				WITH ORDINALITY AS w (customer, day, applied, records, n) ORDER BY n`,
			column(rows, func(p *state.Parked) string { return string(p.Customer) }),
			column(rows, func(p *state.Parked) state.Date { return p.Day }),
			column(rows, func(p *state.Parked) []byte { return p.Applied }),
			column(rows, func(p *state.Parked) []byte { return p.Records }))
	}
}

// rewriteParked replaces what waits of a customer.
func rewriteParked(b *batch, w *state.Rewrite) {
	b.add(all(w.Waiting, state.ErrConflict, "what is parked of customer %s", w.Customer), `DELETE FROM parked WHERE customer = $1`, w.Customer)
	keepParked(b, w.Parked)
	if w.Renamed() {
		b.add(nil, `UPDATE quarantine SET customer = $1, reason = '' WHERE customer = $2`, w.As, w.Customer)
	}
}
