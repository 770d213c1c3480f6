package sqlite

import (
	"context"
	"fmt"

	"tocsin/state"
)

// causesSchema is the schema that brought common causes. To a program of an earlier one they would excuse nobody, so none are kept
// before it can work on the store no more.
const causesSchema = 11

// cause is a batch that many customers dispute.
type cause struct {
	batch string
	since state.Date
}

func scanCause(row func(dest ...any) error) (c cause, err error) {
	err = row(&c.batch, &c.since)
	return c, err
}

// readCauses reads those in force.
func (s *Store) readCauses(ctx context.Context, day *state.Day) error {
	rows, err := collect(ctx, s.readers, scanCause, `SELECT batch, since FROM cause ORDER BY batch`)
	if len(rows) > 0 {
		day.Causes = make(state.Causes, len(rows))
	}
	for _, row := range rows {
		day.Causes[row.batch] = row.since
	}
	return err
}

// keepCauses keeps those of the next day, and forgets who has no part in later ones.
func keepCauses(tx *tx, c *state.DayClose) error {
	for _, batch := range c.Causes {
		_, err := tx.exec(`INSERT INTO cause (batch, since) SELECT ?, ? FROM store WHERE least >= ? ON CONFLICT DO NOTHING`, batch, c.Next, causesSchema)
		if err != nil {
			return fmt.Errorf("common cause %s: %w", batch, err)
		}
	}
	_, err := tx.exec(`DELETE FROM disputant WHERE until < ?`, c.Next)
	return err
}

// Disputants may have a part in a common cause at the close of a day.
func (s *Store) Disputants(ctx context.Context, day state.Date) ([]state.CustomerID, error) {
	return collect(ctx, s.readers, scanCustomer, `SELECT customer FROM disputant WHERE until >= ? ORDER BY customer`, day)
}

func keepDisputants(tx *tx, disputants []state.Disputant) error {
	for _, d := range disputants {
		_, err := tx.exec(`INSERT INTO disputant AS d (customer, until) VALUES (?, ?)
			ON CONFLICT (customer) DO UPDATE SET until = excluded.until WHERE excluded.until > d.until`, d.Customer, d.Until)
		if err != nil {
			return fmt.Errorf("disputant %s: %w", d.Customer, err)
		}
	}
	return nil
}
