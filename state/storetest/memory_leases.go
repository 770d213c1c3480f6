package storetest

import (
	"context"
	"time"

	"tocsin/state"
)

// TakeLease takes or renews a role. The store's clock is the process's.
func (m *Memory) TakeLease(_ context.Context, role, holder string, term time.Duration) (state.Lease, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.leases.Take(role, holder, term, time.Now())
}

// DropLease lets a role go.
func (m *Memory) DropLease(_ context.Context, l state.Lease) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.leases.Drop(l)
	return nil
}
