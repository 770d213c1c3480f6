package sqlite

import (
	"context"
	"time"

	"tocsin/state"
)

// Leases are kept in memory. One process owns the file, those beside it take single decisions and no role, and a lease of a
// process that is gone must not make the next owner wait. It costs no write either.

// TakeLease takes or renews a role. Beside the owner, and for a reader, every role is somebody else's.
func (s *Store) TakeLease(ctx context.Context, role, holder string, term time.Duration) (l state.Lease, err error) {
	if s.lock == nil {
		return l, state.ErrLeased
	}
	return l, s.unwritten(ctx, func() (err error) {
		l, err = s.leases.Take(role, holder, term, time.Now())
		return err
	})
}

// DropLease lets a role go.
func (s *Store) DropLease(ctx context.Context, l state.Lease) error {
	if s.lock == nil {
		return nil
	}
	return s.unwritten(ctx, func() error {
		s.leases.Drop(l)
		return nil
	})
}

// unwritten runs do while nobody writes.
func (s *Store) unwritten(ctx context.Context, do func() error) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case t := <-s.writer:
		defer func() { s.writer <- t }()
		return do()
	}
}
