package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

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

func scanStale(row pgx.CollectableRow) (s staleOn, err error) {
	err = row.Scan(&s.day, &s.input.Topic, &s.input.Partition, &s.input.Inputs, &s.input.Since)
	return s, err
}

const selectStale = `SELECT day, topic, partition, inputs, since FROM stale_input`

// StaleInputs are those of all days so far.
func (s *Store) StaleInputs(ctx context.Context) (map[state.Date][]state.StaleInput, error) {
	rows, err := list(ctx, s, scanStale, selectStale+` ORDER BY day, topic, partition`)
	all := make(map[state.Date][]state.StaleInput)
	for _, row := range rows {
		all[row.day] = append(all[row.day], row.input)
	}
	return all, err
}

// readStale reads those of the day itself. They were written as it was opened.
func readStale(ctx context.Context, db querier, day *state.Day) error {
	rows, err := collect(ctx, db, scanStale, selectStale+` WHERE day = $1 ORDER BY topic, partition`, day.Date)
	for _, row := range rows {
		day.Stale = append(day.Stale, row.input)
	}
	return err
}

// keepStale keeps those of the next day.
func keepStale(b *batch, c *state.DayClose) {
	if len(c.Stale) == 0 {
		return
	}
	b.add(nil, `INSERT INTO stale_input (day, topic, partition, inputs, since)
		SELECT $1, w.* FROM unnest($2::text[], $3::integer[], $4::integer[], $5::integer[]) AS w (topic, partition, inputs, since)
		WHERE (SELECT least FROM day) >= $6`,
		c.Next, column(c.Stale, func(s *state.StaleInput) string { return s.Topic }), column(c.Stale, func(s *state.StaleInput) int32 { return s.Partition }),
		column(c.Stale, func(s *state.StaleInput) int32 { return int32(s.Inputs) }), column(c.Stale, func(s *state.StaleInput) int32 { return int32(s.Since) }), staleSchema)
}
