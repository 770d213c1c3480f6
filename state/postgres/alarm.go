package postgres

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

// setAlarms adds a commit's alarms and takes away those whose customers were stepped as they stand. One whose customer has moved
// on stays and fires again; one that the same commit sets anew stays too.
//
// New rows come before those that are there. Whoever adds waits for nobody who ticks, but for his deletion, and he who deletes
// waits for nothing any more; whoever ticks does not see what another one is about to add. The rows to be ticked are locked by a
// statement of their own, so that the next one sees what was committed meanwhile.
//
// Where lists are written, alarms of later days go there. They cannot be ticked before [Store.DueAlarms] has shown them.
func setAlarms(b *batch, c *state.Commit, lists bool) {
	kept := make(map[state.Alarm]bool, len(c.Alarms))
	for _, a := range c.Alarms {
		kept[state.Alarm{Day: a.Day, Customer: a.Customer}] = true
	}
	rows := sorted(c.Alarms, byDay)
	if lists {
		later, _ := slices.BinarySearchFunc(rows, c.Day.Date+1, func(a state.Alarm, day state.Date) int { return cmp.Compare(a.Day, day) })
		listAlarms(b, rows[later:])
		rows = rows[:later]
	}
	if len(rows) > 0 {
		b.add(nil, `INSERT INTO alarm (day, customer) SELECT * FROM unnest($1::integer[], $2::text[]) ON CONFLICT DO NOTHING`,
			column(rows, dayOf), column(rows, customerOf))
	}
	var ticks []state.Alarm
	for _, a := range sorted(c.Ticks, byDay) {
		if !kept[state.Alarm{Day: a.Day, Customer: a.Customer}] {
			ticks = append(ticks, a)
		}
	}
	if len(ticks) > 0 {
		tick(b, ticks, c.Entries)
	}
}

// lastRow holds of a tick of the row that is the customer's last.
const lastRow = `w.seq = greatest(
	(SELECT max(j.seq) FROM journal AS j WHERE j.customer = a.customer),
	(SELECT s.seq FROM snapshot AS s WHERE s.customer = a.customer), 0)`

func tick(b *batch, ticks []state.Alarm, entries []state.Entry) {
	appended := make(map[state.CustomerID]bool, len(entries))
	for i := range entries {
		appended[entries[i].Customer] = true
	}
	days, customers := column(ticks, dayOf), column(ticks, customerOf)
	b.add(nil, `SELECT FROM alarm AS a JOIN unnest($1::integer[], $2::text[]) AS w (day, customer)
		ON a.day = w.day AND a.customer = w.customer ORDER BY a.day, a.customer FOR UPDATE OF a`, days, customers)
	b.add(nil, `DELETE FROM alarm AS a USING unnest($1::integer[], $2::text[], $3::bigint[], $4::boolean[]) AS w (day, customer, seq, appended)
		WHERE a.day = w.day AND a.customer = w.customer AND (w.appended OR `+ticked+`)`,
		days, customers, column(ticks, func(a *state.Alarm) int64 { return int64(a.Seq) }),
		column(ticks, func(a *state.Alarm) bool { return appended[a.Customer] }))
}

func byDay(a, b state.Alarm) int {
	return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Customer, b.Customer))
}

func dayOf(a *state.Alarm) int32 { return int32(a.Day) }

func customerOf(a *state.Alarm) string { return string(a.Customer) }

// alarmEverybody has every customer judged on a day. Nobody commits meanwhile.
func alarmEverybody(ctx context.Context, tx pgx.Tx, day state.Date) error {
	_, err := tx.Exec(ctx, `INSERT INTO alarm (day, customer) SELECT $1, id FROM customer ON CONFLICT DO NOTHING`, day)
	return err
}

// DueAlarms lists up to limit alarms with Day ≤ day, by (Day, Customer). As long as there are fewer rows, lists become some.
func (s *Store) DueAlarms(ctx context.Context, day state.Date, limit int) ([]state.Alarm, error) {
	for {
		due, lists, err := s.dueRows(ctx, day, limit)
		if err != nil || !lists || len(due) >= limit {
			return due, err
		}
		if err := s.spread(ctx, day); err != nil {
			return nil, fmt.Errorf("alarms of %v: %w", day, err)
		}
	}
}

// dueRows are alarms that are rows, and whether there are any in lists.
func (s *Store) dueRows(ctx context.Context, day state.Date, limit int) (due []state.Alarm, lists bool, err error) {
	due, err = list(ctx, s, func(row pgx.CollectableRow) (a state.Alarm, err error) {
		err = row.Scan(&a.Day, &a.Customer)
		return a, err
	}, `(SELECT day, customer FROM alarm WHERE day <= $1 ORDER BY day, customer LIMIT $2)
		UNION ALL (SELECT day, '' FROM alarm_list WHERE day <= $1 LIMIT 1)`, day, limit)
	slices.SortFunc(due, byDay)
	if first := slices.IndexFunc(due, func(a state.Alarm) bool { return a.Customer == "" }); first >= 0 {
		return slices.Delete(due, first, first+1), true, err
	}
	return due, false, err
}
