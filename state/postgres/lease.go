package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"tocsin/state"
)

// TakeLease takes or renews a role by the server's clock, which is read when the role's row is ours to change.
func (s *Store) TakeLease(ctx context.Context, role, holder string, term time.Duration) (state.Lease, error) {
	l := state.Lease{Role: role, Holder: holder}
	err := s.write(ctx, func(ctx context.Context, tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `INSERT INTO lease AS l (role, holder, turn, until) VALUES ($1, $2, 1, clock_timestamp() + $3)
			ON CONFLICT (role) DO UPDATE SET holder = excluded.holder, until = clock_timestamp() + $3,
				turn = l.turn + CASE WHEN l.holder = excluded.holder THEN 0 ELSE 1 END
			WHERE l.holder IN ('', excluded.holder) OR l.until <= clock_timestamp()
			RETURNING turn`, role, holder, term).Scan(&l.Turn)
		if errors.Is(err, pgx.ErrNoRows) {
			return state.ErrLeased
		}
		return err
	})
	if err != nil {
		return state.Lease{}, fmt.Errorf("lease of %s: %w", role, err)
	}
	return l, nil
}

// DropLease lets a role go.
func (s *Store) DropLease(ctx context.Context, l state.Lease) error {
	return s.write(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE lease SET holder = '' WHERE role = $1 AND holder = $2 AND turn = $3`, l.Role, l.Holder, l.Turn)
		return err
	})
}

// checkLease fails a batch unless the lease stands, and keeps others from taking it until the batch is committed.
func checkLease(b *batch, l state.Lease) {
	if l == (state.Lease{}) {
		return
	}
	b.add(all(1, state.ErrLeased, "lease of %s", l.Role),
		`SELECT FROM lease WHERE role = $1 AND holder = $2 AND turn = $3 FOR SHARE`, l.Role, l.Holder, l.Turn)
}
