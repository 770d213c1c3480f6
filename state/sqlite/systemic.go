package sqlite

import (
	"context"
	"fmt"

	"tocsin/state"
)

// RisenOn lists signals in which customers rose on a day.
func (s *Store) RisenOn(ctx context.Context, day state.Date, ruleSet string, level uint8) ([]state.Risen, error) {
	return collect(ctx, s.readers, func(row func(...any) error) (r state.Risen, err error) {
		err = row(&r.Signal, &r.Customers)
		return r, err
	}, `SELECT signal, count(*) FROM (
			SELECT DISTINCT signal, customer, first_value(from_level) OVER w AS was, last_value(to_level) OVER w AS stands FROM alert
			WHERE EXISTS (SELECT 1 FROM journal AS j WHERE j.customer = alert.customer AND j.day < ?1) AND day = ?1 AND rule_set = ?2
			WINDOW w AS (PARTITION BY signal, customer ORDER BY known_at, seq ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) AS d
		WHERE was < ?3 AND stands >= ?3 GROUP BY signal ORDER BY signal`, day, ruleSet, level)
}

// Systemic lists what closes have kept.
func (s *Store) Systemic(ctx context.Context) ([]state.Systemic, error) {
	return collect(ctx, s.readers, func(row func(...any) error) (y state.Systemic, err error) {
		err = row(&y.Day, &y.Signal, &y.Risen, &y.Active, &y.Released, &y.By)
		return y, err
	}, `SELECT day, signal, risen, active, released, released_by FROM systemic ORDER BY day, signal`)
}

// keepSystemic keeps what a close has found, and what tells of it.
func keepSystemic(tx *tx, c *state.DayClose) error {
	for i := range c.Systemic {
		y := &c.Systemic[i]
		if _, err := tx.exec(`INSERT INTO systemic (day, signal, risen, active) VALUES (?, ?, ?, ?)`, y.Day, y.Signal, y.Risen, y.Active); err != nil {
			return fmt.Errorf("systemic %s: %w", y.Signal, err)
		}
	}
	for i := range c.Alerts {
		if err := insertAlert(tx, &c.Alerts[i]); err != nil {
			return fmt.Errorf("alert %s: %w", c.Alerts[i].ID, err)
		}
	}
	return nil
}

// ReleaseSystemic lets go what is withheld.
func (s *Store) ReleaseSystemic(ctx context.Context, of state.Systemic, alert *state.AlertRow, audit ...state.AuditRow) error {
	return s.write(ctx, func(tx *tx) error {
		n, err := tx.exec(`UPDATE systemic SET released = ?, released_by = ? WHERE day = ? AND signal = ? AND released_by = ''`, of.Released, of.By, of.Day, of.Signal)
		if err := unlessOne(n, err, state.ErrNotWithheld, "%s on %v", of.Signal, of.Day); err != nil {
			return err
		}
		if alert != nil {
			if err := insertAlert(tx, alert); err != nil {
				return fmt.Errorf("alert %s: %w", alert.ID, err)
			}
		}
		return chain(tx, audit)
	})
}
