package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

// clocksSchema is the schema that brought clocks. A program of an earlier one would not stop them, nor drop that of a customer who is
// erased, so none run before it can work on the store no more.
const clocksSchema = 18

// remindersSchema is the schema that brought reminders. A program of an earlier one could not read a customer whose task people were
// reminded of, so they are reminded of none before it can work on the store no more.
const remindersSchema = 19

// recountsSchema is the schema that brought the counting of a task's time from when people were told. A program of an earlier one could not
// read the row by which it is, so none is counted so before it can work on the store no more.
const recountsSchema = 25

// Values of off.
const (
	isOff = "1" // people are not told yet, for that is put off
	known = 2   // they are, or know of it else
)

func offOf(c *state.Clock) int16 {
	if c.Known {
		return known
	}
	return 0
}

const clockColumns = `customer, task, seq, owner, level, since, due, shortest, held, told, look, remind, off`

// DueClocks lists clocks that somebody is to look at.
func (s *Store) DueClocks(ctx context.Context, now state.Instant, limit int) ([]state.Clock, error) {
	return list(ctx, s, scanClock, `SELECT `+clockColumns+` FROM clock WHERE NOT held AND off <> `+isOff+` AND look <= $1 ORDER BY look, customer LIMIT $2`, now, limit)
}

func scanClock(row pgx.CollectableRow) (c state.Clock, err error) {
	off := int16(0)
	err = row.Scan(&c.Customer, &c.Task, &c.Seq, &c.Owner, &c.Level, &c.From, &c.Due, &c.Shortest, &c.Held, &c.Told, &c.Look, &c.Remind, &off)
	c.Known = off == known
	return c, err
}

// ToldClocks lists clocks whose time runs from before people were told.
func (s *Store) ToldClocks(ctx context.Context, after state.CustomerID, limit int) ([]state.Clock, error) {
	return list(ctx, s, scanClock, `SELECT `+clockColumns+` FROM clock WHERE told > since AND told - since >= 1000000000 AND NOT held AND off <> `+isOff+`
		AND customer > $1 AND (SELECT least FROM day) >= $3 ORDER BY customer LIMIT $2`, after, limit, recountsSchema)
}

// Unheard tells whether nobody has, or is to get, a message of a case.
func (s *Store) Unheard(ctx context.Context, caseID string) (bool, error) {
	rows, err := list(ctx, s, pgx.RowTo[bool], `SELECT NOT EXISTS (SELECT FROM message WHERE case_id = $1 AND NOT settled)
		AND NOT EXISTS (SELECT FROM receipt WHERE case_id = $1 AND (timestamp <> '' OR attempt <> 0))`, caseID)
	return err == nil && rows[0], err
}

// PutOffClock has a clock looked at later, unless it was set anew.
func (s *Store) PutOffClock(ctx context.Context, seen *state.Clock, until state.Instant) error {
	return s.write(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE clock SET look = $5 WHERE customer = $1 AND task = $2 AND seq = $3 AND look = $4`,
			seen.Customer, seen.Task, seen.Seq, seen.Look, until)
		return err
	})
}

// setClocks writes and drops clocks. Whose they are is appended to in the same commit, so nobody else changes them.
func setClocks(b *batch, c *state.Commit) {
	var set []state.Clock
	var stopped []string
	for i := range c.Clocks {
		if k := &c.Clocks[i]; k.Task == "" {
			stopped = append(stopped, string(k.Customer))
		} else {
			set = append(set, *k)
		}
	}
	if len(stopped) > 0 {
		b.add(nil, `DELETE FROM clock WHERE customer = ANY ($1::text[])`, stopped)
	}
	if len(set) == 0 {
		return
	}
	b.add(nil, `INSERT INTO clock AS k (`+clockColumns+`)
		SELECT customer, task, seq, owner, level, since, due, shortest, held, 0,
			CASE WHEN (SELECT least FROM day) >= $12 THEN first ELSE due END, CASE WHEN (SELECT least FROM day) >= $12 THEN remind ELSE 0 END, off
		FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::smallint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::boolean[], $13::bigint[], $14::bigint[], $15::smallint[])
			AS w (customer, task, seq, owner, level, since, due, shortest, held, first, remind, off)
		WHERE (SELECT least FROM day) >= $11
		ON CONFLICT (customer) DO UPDATE SET
			told = CASE WHEN k.task <> excluded.task THEN 0 WHEN k.held AND NOT excluded.held THEN $10 ELSE k.told END,
			shortest = CASE WHEN k.task = excluded.task AND k.told <> 0 THEN 0 ELSE excluded.shortest END,
			task = excluded.task, seq = excluded.seq, owner = excluded.owner, level = excluded.level, since = excluded.since, due = excluded.due, held = excluded.held, look = excluded.look, remind = excluded.remind,
			off = CASE WHEN k.task <> excluded.task THEN excluded.off ELSE greatest(k.off, excluded.off) END`,
		column(set, func(k *state.Clock) string { return string(k.Customer) }),
		column(set, func(k *state.Clock) string { return k.Task }),
		column(set, func(k *state.Clock) int64 { return k.Seq }),
		column(set, func(k *state.Clock) string { return k.Owner }),
		column(set, func(k *state.Clock) int16 { return int16(k.Level) }),
		column(set, func(k *state.Clock) int64 { return int64(k.From) }),
		column(set, func(k *state.Clock) int64 { return int64(k.Due) }),
		column(set, func(k *state.Clock) int64 { return int64(k.Shortest) }),
		column(set, func(k *state.Clock) bool { return k.Held }), int64(c.At), clocksSchema, remindersSchema,
		column(set, func(k *state.Clock) int64 { return int64(k.First()) }),
		column(set, func(k *state.Clock) int64 { return int64(k.Remind) }),
		column(set, offOf))
}

func dropClock(b *batch, customer state.CustomerID) {
	b.add(nil, `DELETE FROM clock WHERE customer = $1`, customer)
}

// postponeClocks stops the clocks of cases that are put off before anybody was told of them. Their messages are locked; clocks are in their order.
func postponeClocks(b *batch, cases []string) {
	b.add(nil, `UPDATE clock AS k SET off = `+isOff+` FROM (SELECT customer FROM clock AS c WHERE c.off = 0 AND NOT c.held AND c.customer IN (
			SELECT m.customer FROM message AS m WHERE m.case_id = ANY ($1::text[])
				AND NOT EXISTS (SELECT FROM receipt AS r WHERE r.case_id = m.case_id AND r.timestamp <> '')) ORDER BY c.customer FOR UPDATE) AS w
		WHERE k.customer = w.customer AND k.off = 0`, cases)
}

// tellClock starts the clock of a case that was put off, when people are told of it. Its messages are locked.
func tellClock(b *batch, caseID string) {
	b.add(nil, `UPDATE clock SET off = $2, told = greatest(told, (SELECT max(at) FROM heard WHERE case_id = $1))
		WHERE off = `+isOff+` AND customer = (SELECT customer FROM message WHERE case_id = $1 LIMIT 1)`, caseID, int16(known))
}

// freeClocks starts the clocks of those of whom nothing is withheld any more.
func freeClocks(b *batch, at state.Instant) {
	b.add(nil, `UPDATE clock AS k SET held = false, told = $1 WHERE k.held
		AND NOT EXISTS (SELECT FROM message AS m WHERE m.customer = k.customer AND NOT m.settled AND m.held)`, at)
}
