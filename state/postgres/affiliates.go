package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

// Affiliates lists the rows of all who have to do with a corporate group, by customer and seq.
func (s *Store) Affiliates(ctx context.Context) ([]state.AffiliateRow, error) {
	return list(ctx, s, func(row pgx.CollectableRow) (r state.AffiliateRow, err error) {
		var seq, name int64
		err = row.Scan(&r.Customer, &seq, &r.Known, &r.Parent, &name)
		r.Seq, r.Name = uint64(seq), uint64(name)
		return r, err
	}, `SELECT customer, seq, known, parent, name FROM affiliate
		WHERE customer IN (SELECT customer FROM affiliate WHERE parent <> '' UNION SELECT parent FROM affiliate WHERE parent <> '')
		ORDER BY customer, seq`)
}

// appendAffiliates adds rows. Their keys are those of journal rows of the same commit, so a key that is taken is a fault.
func appendAffiliates(b *batch, rows []state.AffiliateRow) {
	if len(rows) == 0 {
		return
	}
	b.add(nil, `INSERT INTO affiliate (customer, seq, known, parent, name)
		SELECT * FROM unnest($1::text[], $2::bigint[], $3::integer[], $4::text[], $5::bigint[])`,
		column(rows, func(r *state.AffiliateRow) string { return string(r.Customer) }),
		column(rows, func(r *state.AffiliateRow) int64 { return int64(r.Seq) }),
		column(rows, func(r *state.AffiliateRow) state.Date { return r.Known }),
		column(rows, func(r *state.AffiliateRow) string { return string(r.Parent) }),
		column(rows, func(r *state.AffiliateRow) int64 { return int64(r.Name) }))
}

// renameAffiliates gives the name of a customer who is erased to his pseudonym. What the group called him stays as a digest: verdicts of
// the past rest on it.
func renameAffiliates(b *batch, w *state.Rewrite) {
	b.add(nil, `UPDATE affiliate SET customer = $1 WHERE customer = $2`, w.As, w.Customer)
	b.add(nil, `UPDATE affiliate SET parent = $1 WHERE parent = $2 AND parent <> ''`, w.As, w.Customer)
}
