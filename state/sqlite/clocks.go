package sqlite

import (
	"context"
	"fmt"

	"tocsin/state"
)

// clocksSchema is the schema that brought clocks. A program of an earlier one would not stop them, nor drop that of a customer who is
// erased, so none run before it can work on the store no more.
const clocksSchema = 17

// remindersSchema is the schema that brought reminders. A program of an earlier one could not read a customer whose task people were
// reminded of, so they are reminded of none before it can work on the store no more.
const remindersSchema = 18

// recountsSchema is the schema that brought the counting of a task's time from when people were told. A program of an earlier one could not
// read the row by which it is, so none is counted so before it can work on the store no more.
const recountsSchema = 22

// Values of off.
const (
	isOff = "1" // people are not told yet, for that is put off
	known = 2   // they are, or know of it else
)

func offOf(c *state.Clock) int {
	if c.Known {
		return known
	}
	return 0
}

const clockColumns = `customer, task, seq, owner, level, since, due, shortest, held, told, look, remind, off`

// DueClocks lists clocks that somebody is to look at.
func (s *Store) DueClocks(ctx context.Context, now state.Instant, limit int) ([]state.Clock, error) {
	return collect(ctx, s.readers, scanClock, `SELECT `+clockColumns+` FROM clock WHERE held = 0 AND off <> `+isOff+` AND look <= ? ORDER BY look, customer LIMIT ?`, now, limit)
}

func scanClock(row func(...any) error) (c state.Clock, err error) {
	off := 0
	err = row(&c.Customer, &c.Task, &c.Seq, &c.Owner, &c.Level, &c.From, &c.Due, &c.Shortest, &c.Held, &c.Told, &c.Look, &c.Remind, &off)
	c.Known = off == known
	return c, err
}

// ToldClocks lists clocks whose time runs from before people were told.
func (s *Store) ToldClocks(ctx context.Context, after state.CustomerID, limit int) ([]state.Clock, error) {
	return collect(ctx, s.readers, scanClock, `SELECT `+clockColumns+` FROM clock WHERE told > since AND told - since >= 1000000000 AND held = 0 AND off <> `+isOff+`
		AND customer > ? AND (SELECT least FROM store) >= ? ORDER BY customer LIMIT ?`, after, recountsSchema, limit)
}

// Unheard tells whether nobody has, or is to get, a message of a case.
func (s *Store) Unheard(ctx context.Context, caseID string) (bool, error) {
	rows, err := collect(ctx, s.readers, func(row func(...any) error) (is bool, err error) { return is, row(&is) },
		`SELECT NOT EXISTS (SELECT 1 FROM message WHERE case_id = ?1 AND settled = 0)
			AND NOT EXISTS (SELECT 1 FROM receipt WHERE case_id = ?1 AND (timestamp <> '' OR attempt <> 0))`, caseID)
	return err == nil && rows[0], err
}

// PutOffClock has a clock looked at later, unless it was set anew.
func (s *Store) PutOffClock(ctx context.Context, seen *state.Clock, until state.Instant) error {
	return s.write(ctx, func(tx *tx) error {
		_, err := tx.exec(`UPDATE clock SET look = ? WHERE customer = ? AND task = ? AND seq = ? AND look = ?`,
			until, seen.Customer, seen.Task, seen.Seq, seen.Look)
		return err
	})
}

func setClocks(tx *tx, c *state.Commit) error {
	for i := range c.Clocks {
		if err := setClock(tx, c.At, &c.Clocks[i]); err != nil {
			return fmt.Errorf("clock of customer %s: %w", c.Clocks[i].Customer, err)
		}
	}
	return nil
}

func setClock(tx *tx, at state.Instant, c *state.Clock) error {
	if c.Task == "" {
		return dropClock(tx, c.Customer)
	}
	_, err := tx.exec(`INSERT INTO clock (`+clockColumns+`) 
			SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, CASE WHEN least >= ? THEN ? ELSE ? END, CASE WHEN least >= ? THEN ? ELSE 0 END, ? FROM store WHERE least >= ?
		ON CONFLICT DO UPDATE SET
			told = CASE WHEN task <> excluded.task THEN 0 WHEN held AND NOT excluded.held THEN ? ELSE told END,
			shortest = CASE WHEN task = excluded.task AND told <> 0 THEN 0 ELSE excluded.shortest END,
			task = excluded.task, seq = excluded.seq, owner = excluded.owner, level = excluded.level, since = excluded.since, due = excluded.due, held = excluded.held, look = excluded.look, remind = excluded.remind,
			off = CASE WHEN task <> excluded.task THEN excluded.off ELSE max(off, excluded.off) END`,
		c.Customer, c.Task, c.Seq, c.Owner, c.Level, c.From, c.Due, c.Shortest, c.Held, remindersSchema, c.First(), c.Due, remindersSchema, c.Remind, offOf(c), clocksSchema, at)
	return err
}

func dropClock(tx *tx, customer state.CustomerID) error {
	_, err := tx.exec(`DELETE FROM clock WHERE customer = ?`, customer)
	return err
}

// postponeClock stops the clock of a case that is put off before anybody was told of it.
func postponeClock(tx *tx, caseID string) error {
	_, err := tx.exec(`UPDATE clock SET off = `+isOff+` WHERE off = 0 AND held = 0 AND customer = (SELECT customer FROM message WHERE case_id = ?1 LIMIT 1)
		AND NOT EXISTS (SELECT 1 FROM receipt WHERE case_id = ?1 AND timestamp <> '')`, caseID)
	return err
}

// tellClock starts the clock of a case that was put off, when people are told of it.
func tellClock(tx *tx, caseID string) error {
	_, err := tx.exec(`UPDATE clock SET off = ?2, told = max(told, coalesce((SELECT max(at) FROM heard WHERE case_id = ?1), 0))
		WHERE off = `+isOff+` AND customer = (SELECT customer FROM message WHERE case_id = ?1 LIMIT 1)`, caseID, known)
	return err
}

// freeClocks starts the clocks of those of whom nothing is withheld any more.
func freeClocks(tx *tx, at state.Instant) error {
	_, err := tx.exec(`UPDATE clock SET held = 0, told = ? WHERE held = 1
		AND NOT EXISTS (SELECT 1 FROM message AS m WHERE m.customer = clock.customer AND m.settled = 0 AND m.held = 1)`, at)
	return err
}
