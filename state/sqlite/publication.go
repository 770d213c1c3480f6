package sqlite

import (
	"cmp"
	"context"
	"slices"

	"tocsin/state"
)

// Unpublished lists up to limit rows that still owe a copy to a topic, in the order in which they were committed.
func (s *Store) Unpublished(ctx context.Context, limit int) ([]state.Publication, error) {
	tx, err := s.readers.BeginTx(ctx, nil) // one moment for three queries
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	const first = ` IN (SELECT id FROM publication ORDER BY id LIMIT ?)`
	alerts, err := collect(ctx, tx, func(row func(...any) error) (p state.Publication, err error) {
		a, err := scanAlert(numbered(row, &p.ID))
		p.Alert = &a
		return p, err
	}, `SELECT p.id, `+alertColumns+` FROM publication AS p JOIN alert AS a ON a.rowid = p.alert WHERE p.id`+first, limit)
	if err != nil {
		return nil, err
	}
	tasks, err := collect(ctx, tx, func(row func(...any) error) (p state.Publication, err error) {
		t, err := scanTask(numbered(row, &p.ID))
		p.Task = &t
		return p, err
	}, `SELECT p.id, `+taskColumns+` FROM publication AS p JOIN task AS t ON t.rowid = p.task WHERE p.id`+first, limit)
	if err != nil {
		return nil, err
	}
	letters, err := collect(ctx, tx, func(row func(...any) error) (p state.Publication, err error) {
		d, err := scanDeadLetter(numbered(row, &p.ID))
		p.DeadLetter = &d
		return p, err
	}, `SELECT p.id, `+deadLetterColumns+` FROM publication AS p JOIN dead_letter AS d ON d.id = p.dead_letter WHERE p.id`+first, limit)
	if err != nil {
		return nil, err
	}
	all := slices.Concat(alerts, tasks, letters)
	slices.SortFunc(all, func(a, b state.Publication) int { return cmp.Compare(a.ID, b.ID) })
	return all, nil
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
