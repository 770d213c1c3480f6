package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"

	"tocsin/state"
)

// auditSchema is the schema that brought the audit. A program of an earlier one would decide without a row, and would not drop what is
// of a customer who is erased, so no rows are written before it can work on the store no more.
const auditSchema = 12

const selectHead = `SELECT h.seq, h.hash, s.least >= ? FROM audit_head AS h, store AS s`

// Audit lists rows behind a seq.
func (s *Store) Audit(ctx context.Context, after int64, limit int) ([]state.AuditRow, error) {
	return collect(ctx, s.readers, func(row func(dest ...any) error) (a state.AuditRow, err error) {
		var seal, hash []byte
		err = row(&a.Seq, &a.At, &a.By, &a.Via, &a.Deed, &a.Request, &a.Customer, &a.Body, &a.Salt, &seal, &hash)
		copy(a.Seal[:], seal)
		copy(a.Hash[:], hash)
		return a, err
	}, `SELECT seq, at, by, via, deed, coalesce(request, ''), coalesce(customer, ''), body, salt, seal, hash
		FROM audit WHERE seq > ? ORDER BY seq LIMIT ?`, after, limit)
}

var errHeadGone = errors.New("the audit's head is not there: somebody has deleted it")

// AuditHead is where the chain ends.
func (s *Store) AuditHead(ctx context.Context) (head state.AuditHead, begun bool, err error) {
	var hash []byte
	err = s.readers.QueryRowContext(ctx, selectHead, auditSchema).Scan(&head.Seq, &hash, &begun)
	if errors.Is(err, sql.ErrNoRows) {
		err = errHeadGone
	}
	copy(head.Hash[:], hash)
	return head, begun, err
}

// chain adds rows to the audit.
func chain(tx *tx, rows []state.AuditRow) error {
	if len(rows) == 0 {
		return nil
	}
	if err := state.CheckAudit(rows); err != nil {
		return err
	}
	var head state.AuditHead
	var hash []byte
	var begun bool
	found, err := tx.get(selectHead, []any{auditSchema}, &head.Seq, &hash, &begun)
	if err == nil && !found {
		err = errHeadGone
	}
	if err != nil || !begun {
		return err
	}
	copy(head.Hash[:], hash)
	rows, head = state.ChainAudit(head, rows, newSalt)
	for i := range rows {
		r := &rows[i]
		_, err := tx.exec(`INSERT INTO audit (seq, at, by, via, deed, request, customer, body, salt, seal, hash)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, r.Seq, r.At, r.By, r.Via, r.Deed, r.Request, r.Customer, r.Body, r.Salt, r.Seal[:], r.Hash[:])
		if err != nil {
			return fmt.Errorf("audit row %d: %w", r.Seq, err)
		}
	}
	_, err = tx.exec(`UPDATE audit_head SET seq = ?, hash = ?`, head.Seq, head.Hash[:])
	return err
}

// newSalt is 256 bits of chance: what is sealed can be guessed, and with the salt no guess can be tried.
func newSalt() []byte {
	salt := make([]byte, 32)
	rand.Read(salt) //nolint:errcheck // it never fails
	return salt
}

// unseal drops what the audit has of a customer who is erased. What is left of its rows is their seal.
func unseal(tx *tx, customer state.CustomerID) error {
	_, err := tx.exec(`UPDATE audit SET request = NULL, customer = NULL, body = NULL, salt = NULL WHERE customer = ?`, customer)
	return err
}
