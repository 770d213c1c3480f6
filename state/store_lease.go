package state

import (
	"context"
	"errors"
	"time"
)

// ErrLeased: the lease is not the caller's. Somebody else has taken it, for a while at least.
var ErrLeased = errors.New("the lease is somebody else's")

// Leases share out roles that only one process may have at a time. A term counts by the store's own clock, so that neither the
// clocks of processes nor the one that a past is played by have a say.
type Leases interface {
	// TakeLease takes a role that nobody has or whose holder's term is over, and renews the term of whoever has it already.
	// Else it fails with ErrLeased. The holder's name is of one life of one process: its next life is somebody else.
	TakeLease(ctx context.Context, role, holder string, term time.Duration) (Lease, error)
	// DropLease lets others take the role at once. A lease that is the caller's no more is left to who has it now.
	DropLease(ctx context.Context, l Lease) error
}

// Lease is a role that is one holder's. It lasts beyond its term until somebody else takes the role, since nobody else has
// acted in it until then; a write that names it is refused from that moment on, whatever its sender believes.
type Lease struct {
	Role   string
	Holder string
	Turn   int64 // counts how often the role has changed hands: who had it, lost it and has it again holds another lease
}

// LeaseTable keeps leases by their role, for a store that has no other process beside it that could take any. It is not for
// concurrent use.
type LeaseTable map[string]leaseRow

type leaseRow struct {
	Lease // whose holder is empty when nobody has the role
	until time.Time
}

// Take is [Leases.TakeLease] at an instant.
func (t LeaseTable) Take(role, holder string, term time.Duration, now time.Time) (Lease, error) {
	row := t[role]
	if row.Holder != holder {
		if row.Holder != "" && now.Before(row.until) {
			return Lease{}, ErrLeased
		}
		row.Lease = Lease{Role: role, Holder: holder, Turn: row.Turn + 1}
	}
	row.until = now.Add(term)
	t[role] = row
	return row.Lease, nil
}

// Drop is [Leases.DropLease].
func (t LeaseTable) Drop(l Lease) {
	if row := t[l.Role]; row.Lease == l {
		row.Holder = ""
		t[l.Role] = row
	}
}

// Check fails with ErrLeased unless the lease stands, as it must for what is written under it. The zero lease always stands.
func (t LeaseTable) Check(l Lease) error {
	if l != (Lease{}) && t[l.Role].Lease != l {
		return ErrLeased
	}
	return nil
}
