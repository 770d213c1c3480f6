package postgres

import (
	"cmp"
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

// Unpublished lists up to limit rows that still owe a copy to a topic, in the order in which they were committed. (Of two
// commits at the same moment either may be numbered first; of one customer never, since his rows follow each other.)
func (s *Store) Unpublished(ctx context.Context, limit int) (all []state.Publication, err error) {
	err = s.readMoment(ctx, func(ctx context.Context, db querier) error {
		for _, kind := range []struct {
			columns, table string
			scan           pgx.RowToFunc[state.Publication]
		}{
			{alertColumns, `alert AS a ON a.row = p.alert`, func(row pgx.CollectableRow) (p state.Publication, err error) {
				p.Alert = new(state.AlertRow)
				err = row.Scan(append([]any{&p.ID}, alertFields(p.Alert)...)...)
				return p, err
			}},
			{taskColumns, `task AS t ON t.row = p.task`, func(row pgx.CollectableRow) (p state.Publication, err error) {
				p.Task = new(state.TaskRow)
				err = row.Scan(append([]any{&p.ID}, taskFields(p.Task)...)...)
				return p, err
			}},
			{wishColumns, `(SELECT) AS w ON p.wish IS NOT NULL`, func(row pgx.CollectableRow) (p state.Publication, err error) {
				p.Wish = new(state.WishRow)
				err = row.Scan(&p.ID, &p.Wish.Customer, &p.Wish.Body)
				return p, err
			}},
			{deadLetterColumns, `dead_letter AS d ON d.row = p.dead_letter`, func(row pgx.CollectableRow) (p state.Publication, err error) {
				p.DeadLetter = new(state.DeadLetter)
				err = scanDeadLetterInto(p.DeadLetter, func(fields ...any) error { return row.Scan(append([]any{&p.ID}, fields...)...) })
				return p, err
			}},
		} {
			rows, err := collect(ctx, db, kind.scan, `SELECT p.id, `+kind.columns+` FROM publication AS p JOIN `+kind.table+`
				WHERE p.id IN (SELECT id FROM publication ORDER BY id LIMIT $1)`, limit)
			if err != nil {
				return err
			}
			all = append(all, rows...)
		}
		return nil
	})
	slices.SortFunc(all, func(a, b state.Publication) int { return cmp.Compare(a.ID, b.ID) })
	return all, err
}

// Published settles rows by their ids. They are locked in order, for another publisher may settle the same.
func (s *Store) Published(ctx context.Context, ids []int64) error {
	return s.write(ctx, func(ctx context.Context, tx pgx.Tx) error {
		b := new(batch)
		b.add(nil, `SELECT FROM publication WHERE id = ANY ($1::bigint[]) ORDER BY id FOR UPDATE`, ids)
		b.add(nil, `DELETE FROM publication WHERE id = ANY ($1::bigint[])`, ids)
		return b.send(ctx, tx)
	})
}
