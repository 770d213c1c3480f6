package storetest

import (
	"context"
	"fmt"
	"slices"

	"tocsin/state"
)

// Audit lists rows of the chain.
func (m *Memory) Audit(_ context.Context, after int64, limit int) ([]state.AuditRow, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(first(limit, m.audit[min(int(after), len(m.audit)):])), nil
}

// AuditHead is where the chain ends.
func (m *Memory) AuditHead(context.Context) (state.AuditHead, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.head, true, nil
}

// chain adds rows, with salts that are the same for every store in memory.
func (m *Memory) chain(rows []state.AuditRow) {
	chained, head := state.ChainAudit(m.head, rows, func() []byte { return fmt.Appendf(nil, "a salt of tests, %d", len(m.audit)) })
	m.audit, m.head = append(m.audit, chained...), head
}
