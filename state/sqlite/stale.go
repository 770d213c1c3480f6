package sqlite

import (
	"context"

	"tocsin/state"
)

// staleSchema is the schema that brought stale inputs. A program of an earlier one does not let a signal wait, so none are kept
// before it can work on the store no more.
const staleSchema = 9

// staleOn is a stale input with the day that was opened without it.
type staleOn struct {
	day   state.Date
	input state.StaleInput
}

func scanStale(row func(dest ...any) error) (s staleOn, err error) {
	err = row(&s.day, &s.input.Topic, &s.input.Partition, &s.input.Inputs, &s.input.Since)
	return s, err
}

const selectStale = `SELECT day, topic, partition, inputs, since FROM stale_input`

// StaleInputs are those of all days so far.
func (s *Store) StaleInputs(ctx context.Context) (map[state.Date][]state.StaleInput, error) {
	rows, err := collect(ctx, s.readers, scanStale, selectStale+` ORDER BY day, topic, partition`)
	all := make(map[state.Date][]state.StaleInput)
	for _, row := range rows {
		all[row.day] = append(all[row.day], row.input)
	}
	return all, err
}

// readStale reads those of the day itself. They were written as it was opened.
func (s *Store) readStale(ctx context.Context, day *state.Day) error {
	rows, err := collect(ctx, s.readers, scanStale, selectStale+` WHERE day = ? ORDER BY topic, partition`, day.Date)
	for _, row := range rows {
		day.Stale = append(day.Stale, row.input)
	}
	return err
}

// keepStale keeps those of the next day.
func keepStale(tx *tx, c *state.DayClose) error {
	for i := range c.Stale {
		s := &c.Stale[i]
		_, err := tx.exec(`INSERT INTO stale_input (day, topic, partition, inputs, since) SELECT ?, ?, ?, ?, ? FROM store WHERE least >= ?`,
			c.Next, s.Topic, s.Partition, s.Inputs, s.Since, staleSchema)
		if err != nil {
			return err
		}
	}
	return nil
}
