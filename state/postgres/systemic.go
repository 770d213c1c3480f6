package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

// RisenOn lists signals in which customers rose on a day.
func (s *Store) RisenOn(ctx context.Context, day state.Date, ruleSet string, level uint8) ([]state.Risen, error) {
	return list(ctx, s, func(row pgx.CollectableRow) (r state.Risen, err error) {
		err = row.Scan(&r.Signal, &r.Customers)
		return r, err
	}, `SELECT signal, count(*) FROM (
			SELECT DISTINCT signal, customer, first_value(from_level) OVER w AS was, last_value(to_level) OVER w AS stands FROM alert
			WHERE EXISTS (SELECT 1 FROM journal AS j WHERE j.customer = alert.customer AND j.day < $1) AND day = $1 AND rule_set = $2
			WINDOW w AS (PARTITION BY signal, customer ORDER BY known_at, seq ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) AS d
		WHERE was < $3 AND stands >= $3 GROUP BY signal ORDER BY signal`, day, ruleSet, int16(level))
}

// Systemic lists what closes have kept.
func (s *Store) Systemic(ctx context.Context) ([]state.Systemic, error) {
	return list(ctx, s, func(row pgx.CollectableRow) (y state.Systemic, err error) {
		err = row.Scan(&y.Day, &y.Signal, &y.Risen, &y.Active, &y.Released, &y.By)
		return y, err
	}, `SELECT day, signal, risen, active, released, released_by FROM systemic ORDER BY day, signal`)
}

// keepSystemic keeps what a close has found, and what tells of it.
func keepSystemic(b *batch, c *state.DayClose) {
	for i := range c.Systemic {
		y := &c.Systemic[i]
		b.add(nil, `INSERT INTO systemic (day, signal, risen, active) VALUES ($1, $2, $3, $4)`, y.Day, y.Signal, y.Risen, y.Active)
	}
	if len(c.Alerts) > 0 {
		insertAlerts(b, c.Alerts)
	}
}

// ReleaseSystemic lets go what is withheld.
func (s *Store) ReleaseSystemic(ctx context.Context, of state.Systemic, alert *state.AlertRow, audit ...state.AuditRow) error {
	err := s.write(ctx, func(ctx context.Context, tx pgx.Tx) error {
		b := new(batch)
		b.add(all(1, state.ErrNotWithheld, "%s on %v", of.Signal, of.Day), `UPDATE systemic SET released = $3, released_by = $4 WHERE day = $1 AND signal = $2 AND released_by = ''`,
			of.Day, of.Signal, of.Released, storable(of.By))
		if alert != nil {
			insertAlerts(b, []state.AlertRow{*alert})
		}
		if err := b.send(ctx, tx); err != nil {
			return err
		}
		return chain(ctx, tx, audit)
	})
	if err != nil {
		return fmt.Errorf("release what is systemic: %w", err)
	}
	return nil
}
