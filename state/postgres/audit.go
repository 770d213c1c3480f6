package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

// auditSchema is the schema that brought the audit. A program of an earlier one would decide without a row, and would not drop what is
// of a customer who is erased, so no rows are written before it can work on the store no more.
const auditSchema = 13

const selectHead = `SELECT h.seq, h.hash, d.least >= $1 FROM audit_head AS h, day AS d`

// Audit lists rows behind a seq.
func (s *Store) Audit(ctx context.Context, after int64, limit int) ([]state.AuditRow, error) {
	return list(ctx, s, func(row pgx.CollectableRow) (a state.AuditRow, err error) {
		var seal, hash []byte
		err = row.Scan(&a.Seq, &a.At, &a.By, &a.Via, &a.Deed, &a.Request, &a.Customer, &a.Body, &a.Salt, &seal, &hash)
		copy(a.Seal[:], seal)
		copy(a.Hash[:], hash)
		return a, err
	}, `SELECT seq, at, by, via, deed, coalesce(request, ''), coalesce(customer, ''), body, salt, seal, hash
		FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2`, after, limit)
}

// AuditHead is where the chain ends.
func (s *Store) AuditHead(ctx context.Context) (head state.AuditHead, begun bool, err error) {
	err = s.read(ctx, func(ctx context.Context, db querier) error {
		head, begun, err = readHead(ctx, db, selectHead)
		return err
	})
	return head, begun, err
}

func readHead(ctx context.Context, db querier, query string) (head state.AuditHead, begun bool, err error) {
	var hash []byte
	err = db.QueryRow(ctx, query, auditSchema).Scan(&head.Seq, &hash, &begun)
	if errors.Is(err, pgx.ErrNoRows) {
		err = errors.New("the audit's head is not there: somebody has deleted it")
	}
	copy(head.Hash[:], hash)
	return head, begun, err
}

// chain adds rows to the audit, as the last thing of a transaction: the head is locked behind everything else, so that who waits for it
// holds up nobody who holds it, and it is not locked at all where there are no rows to be added.
func chain(ctx context.Context, tx pgx.Tx, rows []state.AuditRow) error {
	if len(rows) == 0 {
		return nil
	}
	if err := state.CheckAudit(rows); err != nil {
		return err
	}
	head, begun, err := readHead(ctx, tx, selectHead+` FOR UPDATE OF h`)
	if err != nil || !begun {
		return err
	}
	rows = slices.Clone(rows)
	for i := range rows {
		r := &rows[i] // is hashed as it is kept
		r.By, r.Request = storable(r.By), storable(r.Request)
	}
	rows, head = state.ChainAudit(head, rows, newSalt)
	b := new(batch)
	b.add(nil, `INSERT INTO audit (seq, at, by, via, deed, request, customer, body, salt, seal, hash)
		SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[], $9::bytea[],
			$10::bytea[], $11::bytea[])`,
		column(rows, func(r *state.AuditRow) int64 { return r.Seq }),
		column(rows, func(r *state.AuditRow) int64 { return int64(r.At) }),
		column(rows, func(r *state.AuditRow) string { return r.By }),
		column(rows, func(r *state.AuditRow) string { return r.Via }),
		column(rows, func(r *state.AuditRow) string { return r.Deed }),
		column(rows, func(r *state.AuditRow) string { return r.Request }),
		column(rows, func(r *state.AuditRow) string { return string(r.Customer) }),
		column(rows, func(r *state.AuditRow) []byte { return r.Body }),
		column(rows, func(r *state.AuditRow) []byte { return r.Salt }),
		column(rows, func(r *state.AuditRow) []byte { return r.Seal[:] }),
		column(rows, func(r *state.AuditRow) []byte { return r.Hash[:] }))
	b.add(nil, `UPDATE audit_head SET seq = $1, hash = $2`, head.Seq, head.Hash[:])
	if err := b.send(ctx, tx); err != nil {
		return fmt.Errorf("audit row %d: %w", head.Seq, err)
	}
	return nil
}

// newSalt is 256 bits of chance: what is sealed can be guessed, and with the salt no guess can be tried.
func newSalt() []byte {
	salt := make([]byte, 32)
	rand.Read(salt) //nolint:errcheck // it never fails
	return salt
}

// unseal drops what the audit has of customers who are erased. What is left of its rows is their seal.
func unseal(b *batch, erased []state.CustomerID) {
	b.add(nil, `UPDATE audit SET request = NULL, customer = NULL, body = NULL, salt = NULL WHERE customer = ANY ($1::text[])`, texts(erased))
}
