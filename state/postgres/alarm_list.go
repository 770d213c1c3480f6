package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

// listSchema is the schema that brought lists of alarms. A program of an earlier one does not look into them, so none are written
// before it can work on the store no more.
const listSchema = 12

// spreadAtOnce is about how many alarms become rows in one transaction: a few milliseconds' work.
const spreadAtOnce = 4096

// listAlarms adds alarms of later days, one row for each day. None of them is looked up: who is in two rows is alarmed once.
func listAlarms(b *batch, rows []state.Alarm) {
	if len(rows) > 0 {
		b.add(nil, `INSERT INTO alarm_list (day, size, customers)
			SELECT day, count(*), array_agg(customer) FROM unnest($1::integer[], $2::text[]) AS w (day, customer) GROUP BY day`,
			column(rows, dayOf), column(rows, customerOf))
	}
}

// spread has alarms of days up to this one that stand in lists become rows, as many as are done at once. One process at a time does
// so. The day is held shared, as by a commit, so that no close and no erasure looks meanwhile. Doing it twice does no harm.
func (s *Store) spread(ctx context.Context, day state.Date) error {
	err := s.write(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, fmt.Sprintf(`SELECT pg_advisory_xact_lock(%d, 'alarm_list'::regclass::oid::integer)`, spreadLock)); err != nil {
			return err
		}
		if _, _, err := s.openDay(ctx, tx, selectDay+` FOR SHARE OF d`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `WITH due AS (
				SELECT day, id, sum(size) OVER (ORDER BY day, id) - size AS before
				FROM (SELECT day, id, size FROM alarm_list WHERE day <= $1 ORDER BY day, id LIMIT $2) AS l),
			gone AS (
				DELETE FROM alarm_list AS l USING due AS d WHERE l.day = d.day AND l.id = d.id AND d.before < $2
				RETURNING l.day, l.customers)
			INSERT INTO alarm (day, customer) SELECT g.day, w.customer FROM gone AS g, unnest(g.customers) AS w (customer)
			ORDER BY g.day, w.customer ON CONFLICT DO NOTHING`, day, spreadAtOnce)
		return err
	})
	if errors.Is(err, state.ErrUnknown) {
		err = fmt.Errorf("%w: %w", state.ErrUnavailable, err)
	}
	return err
}

// spreadLock is the advisory lock, together with the table's number, under which lists become rows.
const spreadLock = figuresLock

// forgetAlarms drops those of customers who are erased. The commit holds the day's table alone, so nobody writes alarms meanwhile. It
// walks through all lists: they are found by their day only.
func forgetAlarms(b *batch, erased []state.CustomerID) {
	b.add(nil, `DELETE FROM alarm WHERE customer = ANY ($1::text[])`, texts(erased))
	b.add(nil, `UPDATE alarm_list AS l SET size = cardinality(w.customers), customers = w.customers
		FROM (SELECT day, id, ARRAY(SELECT c FROM unnest(customers) AS u (c) WHERE c <> ALL ($1::text[])) AS customers
			FROM alarm_list WHERE customers && $1::text[]) AS w WHERE l.day = w.day AND l.id = w.id`, texts(erased))
}
