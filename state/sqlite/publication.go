package sqlite

import (
	"cmp"
	"context"
	"slices"

	"tocsin/state"
)

// Unpublished lists up to limit rows that still owe a copy to a topic, in the order in which they were committed.
func (s *Store) Unpublished(ctx context.Context, limit int) (all []state.Publication, err error) {
	err = s.read(ctx, func(db querier) error {
		for _, kind := range []struct {
			columns, table string
			scan           func(row func(dest ...any) error) (state.Publication, error)
		}{
			{alertColumns, `alert AS a ON a.rowid = p.alert`, scanAlertOwed},
			{taskColumns, `task AS t ON t.rowid = p.task`, scanTaskOwed},
			{deadLetterColumns, `dead_letter AS d ON d.id = p.dead_letter`, scanDeadLetterOwed},
			{wishColumns, `(SELECT 1) ON p.wish IS NOT NULL`, scanWish},
		} {
			rows, err := collect(ctx, db, kind.scan, `SELECT p.id, `+kind.columns+` FROM publication AS p JOIN `+kind.table+`
				WHERE p.id IN (SELECT id FROM publication ORDER BY id LIMIT ?)`, limit)
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

func scanAlertOwed(row func(dest ...any) error) (p state.Publication, err error) {
	a, err := scanAlert(numbered(row, &p.ID))
	p.Alert = &a
	return p, err
}

func scanTaskOwed(row func(dest ...any) error) (p state.Publication, err error) {
	t, err := scanTask(numbered(row, &p.ID))
	p.Task = &t
	return p, err
}

func scanDeadLetterOwed(row func(dest ...any) error) (p state.Publication, err error) {
	d, err := scanDeadLetter(numbered(row, &p.ID))
	p.DeadLetter = &d
	return p, err
}

func scanWish(row func(dest ...any) error) (p state.Publication, err error) {
	p.Wish = new(state.WishRow)
	err = row(&p.ID, &p.Wish.Customer, &p.Wish.Body)
	return p, err
}

// numbered scans a row whose first column is its publication's number.
func numbered(row func(dest ...any) error, id *int64) func(dest ...any) error {
	return func(dest ...any) error { return row(append([]any{id}, dest...)...) }
}

// Published settles rows by their ids.
func (s *Store) Published(ctx context.Context, ids []int64) error {
	return s.write(ctx, func(tx *tx) error {
		for _, id := range ids {
			if _, err := tx.exec(`DELETE FROM publication WHERE id = ?`, id); err != nil {
				return err
			}
		}
		return nil
	})
}
