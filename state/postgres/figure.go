package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"tocsin/state"
)

var _ state.ReadModel = (*Store)(nil)

// Touched lists the customers with a row since the figures were written last.
func (s *Store) Touched(ctx context.Context, day state.Date) (touched state.Touched, err error) {
	err = s.sessionWithin(ctx, bulky, func(ctx context.Context, conn *pgxpool.Conn) error {
		touched.Rows = 0
		touched.Customers, err = collect(ctx, conn, func(row pgx.CollectableRow) (c state.TouchedCustomer, err error) {
			rows := 0
			err = row.Scan(&c.Customer, &c.Seq, &rows)
			touched.Rows += rows
			return c, err
		}, `SELECT customer, max(seq), count(*) FILTER (WHERE day = $1) FROM journal
			WHERE day > (SELECT figures FROM day) AND day <= $1 GROUP BY customer ORDER BY customer`, day)
		return err
	})
	return touched, err
}

// writeFigures replaces the figures of those whom the days up to this close have touched. It comes before the close holds the day, so
// that no commit waits for it. Of several who close the day at once, the others wait here, and find it closed.
func (s *Store) writeFigures(ctx context.Context, tx pgx.Tx, c *state.DayClose) error {
	if c.Figures == nil {
		return nil
	}
	if _, err := tx.Exec(ctx, fmt.Sprintf(`SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock(%d, 'figures'::regclass::oid::integer);
		SET LOCAL lock_timeout TO DEFAULT`, figuresLock)); err != nil {
		return err
	}
	day, _, err := s.openDay(ctx, tx, selectDay)
	if err != nil {
		return err
	}
	if day.Date != c.From.Date {
		return fmt.Errorf("close day %v: %w", c.From.Date, state.ErrDayClosed)
	}
	b := new(batch)
	keepFigures(b, c)
	return b.send(ctx, tx)
}

// figuresLock is the advisory lock, together with the table's number, under which figures are written.
const figuresLock = 0x746f6373

// figuresHold refuses figures that were computed before the day's last row came in. Rows of earlier days do not come in any more.
func figuresHold(ctx context.Context, tx pgx.Tx, c *state.DayClose) error {
	if c.Figures == nil {
		return nil
	}
	rows := 0
	if err := tx.QueryRow(ctx, `SELECT count(*) FROM journal WHERE day = $1`, c.From.Date).Scan(&rows); err != nil {
		return err
	}
	if rows != c.Figures.Rows {
		return fmt.Errorf("the figures are of %d journal rows of %d: %w", c.Figures.Rows, rows, state.ErrNotIdle)
	}
	_, err := tx.Exec(ctx, `UPDATE day SET figures = $1`, c.From.Date)
	return err
}

// forgetFigures drops those of customers who are erased. It comes before the commit holds the day, as a close writes them before: in
// the other order they could block each other. A close that writes them meanwhile is either done before the commit holds the day,
// which then is another one, or finds that somebody was erased.
func forgetFigures(b *batch, rewrites []state.Rewrite) {
	if erased := renamed(rewrites); len(erased) > 0 {
		b.add(nil, `DELETE FROM figures WHERE customer = ANY ($1::text[])`, texts(erased))
	}
}

// keepFigures replaces figures. Money comes as a decimal string with all of its currency's decimals, so that without the point it is
// an amount in minor units.
func keepFigures(b *batch, c *state.DayClose) {
	b.add(nil, `DELETE FROM figures WHERE customer = ANY ($1::text[])`, texts(c.Figures.Gone))
	for rows := range portions(c.Figures.Listed, func(f *state.FigureRow) int { return len(f.Body) }) {
		b.add(nil, `INSERT INTO figures SELECT w.customer, r.as_of, r.currency, w.digits,
				replace(r.open_orders, '.', '')::bigint, replace(r.delivered_not_invoiced, '.', '')::bigint, replace(r.receivables, '.', '')::bigint,
				replace(r.bills, '.', '')::bigint, replace(r.uncleared, '.', '')::bigint, replace(r.unapplied, '.', '')::bigint,
				replace(r.exposure, '.', '')::bigint, replace(r.net_exposure, '.', '')::bigint, replace(r."limit", '.', '')::bigint, r.utilisation,
				replace(r.ageing->>'current', '.', '')::bigint, replace(r.ageing->>'1_30', '.', '')::bigint, replace(r.ageing->>'31_60', '.', '')::bigint,
				replace(r.ageing->>'61_90', '.', '')::bigint, replace(r.ageing->>'91_plus', '.', '')::bigint, replace(r.overdue, '.', '')::bigint,
				r.max_days_past_due, r.open_count, r.default_90, r.weighted_days_late, r.dbt,
				(r.dso->>'average')::numeric, (r.dso->>'count_back')::numeric, (r.dso->>'ageing')::numeric, r."add",
				replace(r.ecl, '.', '')::bigint, r.score, r.grade, r.customer_class, r.signals, r.not_evaluable
			FROM unnest($1::text[], $2::smallint[], $3::jsonb[]) AS w (customer, digits, body), jsonb_to_record(w.body) AS r (
				as_of date, currency text, open_orders text, delivered_not_invoiced text, receivables text, bills text, uncleared text, unapplied text,
				exposure text, net_exposure text, "limit" text, utilisation numeric, ageing jsonb, overdue text, max_days_past_due integer,
				open_count integer, default_90 boolean, weighted_days_late numeric, dbt numeric, dso jsonb, "add" numeric, ecl text,
				score integer, grade text, customer_class text, signals jsonb, not_evaluable jsonb)
			ON CONFLICT (customer) DO UPDATE SET as_of = excluded.as_of, currency = excluded.currency, minor_digits = excluded.minor_digits,
				open_orders = excluded.open_orders, delivered_not_invoiced = excluded.delivered_not_invoiced, receivables = excluded.receivables,
				bills = excluded.bills, uncleared = excluded.uncleared, unapplied = excluded.unapplied, exposure = excluded.exposure,
				net_exposure = excluded.net_exposure, credit_limit = excluded.credit_limit, utilisation = excluded.utilisation,
				ageing_current = excluded.ageing_current, ageing_1_30 = excluded.ageing_1_30, ageing_31_60 = excluded.ageing_31_60,
				ageing_61_90 = excluded.ageing_61_90, ageing_91_plus = excluded.ageing_91_plus, overdue = excluded.overdue,
				max_days_past_due = excluded.max_days_past_due, open_count = excluded.open_count, default_90 = excluded.default_90,
				weighted_days_late = excluded.weighted_days_late, dbt = excluded.dbt, dso_average = excluded.dso_average,
				dso_count_back = excluded.dso_count_back, dso_ageing = excluded.dso_ageing, average_days_delinquent = excluded.average_days_delinquent,
				ecl = excluded.ecl, score = excluded.score, grade = excluded.grade, customer_class = excluded.customer_class,
				signals = excluded.signals, not_evaluable = excluded.not_evaluable`,
			column(rows, func(f *state.FigureRow) string { return string(f.Customer) }),
			column(rows, func(f *state.FigureRow) int16 { return int16(f.Digits) }),
			column(rows, func(f *state.FigureRow) string { return string(f.Body) }))
	}
}
