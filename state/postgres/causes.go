package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

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

func scanCause(row pgx.CollectableRow) (c cause, err error) {
	err = row.Scan(&c.batch, &c.since)
	return c, err
}

// readCauses reads those in force.
func readCauses(ctx context.Context, db querier, day *state.Day) error {
	rows, err := collect(ctx, db, scanCause, `SELECT batch, since FROM cause ORDER BY batch`)
	if len(rows) > 0 {
		day.Causes = make(state.Causes, len(rows))
	}
	for _, row := range rows {
		day.Causes[row.batch] = row.since
	}
	return err
}

// keepCauses keeps those of the next day, and forgets who has no part in later ones.
func keepCauses(b *batch, c *state.DayClose) {
	if len(c.Causes) > 0 {
		b.add(nil, `INSERT INTO cause (batch, since) SELECT batch, $1 FROM unnest($2::text[]) AS w (batch) WHERE (SELECT least FROM day) >= $3
			ON CONFLICT DO NOTHING`, c.Next, texts(c.Causes), causesSchema)
	}
	b.add(nil, `DELETE FROM disputant WHERE until < $1`, c.Next)
}

// Disputants may have a part in a common cause at the close of a day.
func (s *Store) Disputants(ctx context.Context, day state.Date) ([]state.CustomerID, error) {
	return list(ctx, s, pgx.RowTo[state.CustomerID], `SELECT customer FROM disputant WHERE until >= $1 ORDER BY customer`, day)
}

// keepDisputants locks the rows in the order of customers. Whoever else has a step of one of them to write waits for its journal row
// before.
func keepDisputants(b *batch, disputants []state.Disputant) {
	if len(disputants) == 0 {
		return
	}
	b.add(nil, `INSERT INTO disputant AS d (customer, until) SELECT * FROM unnest($1::text[], $2::integer[])
		ON CONFLICT (customer) DO UPDATE SET until = excluded.until WHERE excluded.until > d.until`,
		column(disputants, func(d *state.Disputant) string { return string(d.Customer) }),
		column(disputants, func(d *state.Disputant) int32 { return int32(d.Until) }))
}
