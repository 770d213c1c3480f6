package sqlite

import (
	"context"

	"tocsin/state"
)

// Affiliates lists the rows of all who have to do with a corporate group, by customer and seq.
func (s *Store) Affiliates(ctx context.Context) ([]state.AffiliateRow, error) {
	return collect(ctx, s.readers, scanAffiliate, `SELECT customer, seq, known, parent, name FROM affiliate
		WHERE customer IN (SELECT customer FROM affiliate WHERE parent <> '' UNION SELECT parent FROM affiliate WHERE parent <> '')
		ORDER BY customer, seq`)
}

func scanAffiliate(row func(dest ...any) error) (r state.AffiliateRow, err error) {
	var name int64
	err = row(&r.Customer, &r.Seq, &r.Known, &r.Parent, &name)
	r.Name = uint64(name)
	return r, err
}

// appendAffiliate adds a row. Its key is that of a journal row of the same commit, so a key that is taken is a fault.
func appendAffiliate(tx *tx, r *state.AffiliateRow) error {
	_, err := tx.exec(`INSERT INTO affiliate (customer, seq, known, parent, name) VALUES (?, ?, ?, ?, ?)`, r.Customer, r.Seq, r.Known, r.Parent, int64(r.Name))
	return err
}

// renameAffiliates gives the name of a customer who is erased to his pseudonym. What the group called him stays as a digest: verdicts of
// the past rest on it.
func renameAffiliates(tx *tx, w *state.Rewrite) error {
	if _, err := tx.exec(`UPDATE affiliate SET customer = ? WHERE customer = ?`, w.As, w.Customer); err != nil {
		return err
	}
	_, err := tx.exec(`UPDATE affiliate SET parent = ? WHERE parent = ? AND parent <> ''`, w.As, w.Customer)
	return err
}
