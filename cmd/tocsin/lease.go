package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"time"

	"tocsin/state"
)

// Roles that one instance at a time has, as they stand in the store.
const (
	outboxRole    = "outbox"    // sends messages
	clockRole     = "clock"     // tells others of tasks that are late
	publisherRole = "publisher" // copies rows to topics
)

const (
	leaseTerm  = 10 * time.Second // for so long others wait for a process that is gone or frozen
	renewAfter = leaseTerm / 4    // leaves a slow call most of the term
	dropWithin = 3 * time.Second  // of the 25 s that a drain has in all
)

// tenure is this process's part in a role. It is for one goroutine, and needs none of its own: who has the role asks for the lease
// again and again, so one whose work hangs does not keep it.
type tenure struct {
	leases       state.Leases
	role, holder string
	show         func(held bool)
	log          *slog.Logger

	lease state.Lease // the last one that was ours; the zero one: it is somebody else's
	renew time.Time   // until then nobody can have taken it. By this machine's steady clock, which runs on while the process is frozen
	told  bool        // that it is somebody else's
}

func (s *service) tenure(role string, meters meters) *tenure {
	return &tenure{leases: s.store, role: role, holder: holder(), show: meters.lease(role), log: s.log.With("role", role)}
}

// holder is a name for this life of this process. People find the process by it.
func holder() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s/%d/%08x", host, os.Getpid(), rand.Uint32())
}

// take takes the lease, or keeps it; it asks the store only when that is time. While the store does not answer, nobody knows whose
// the lease is.
func (t *tenure) take(ctx context.Context) (state.Lease, error) {
	now := time.Now()
	if now.Before(t.renew) {
		return t.lease, nil
	}
	lease, err := t.leases.TakeLease(ctx, t.role, t.holder, leaseTerm)
	switch {
	case err == nil:
		if t.renew = now.Add(renewAfter); lease != t.lease {
			t.log.Info("this instance has the lease", "turn", lease.Turn)
		}
		t.lease, t.told = lease, false
		t.show(true)
	case errors.Is(err, state.ErrLeased):
		if !t.told {
			t.log.Info("another instance has the lease; this one stands by")
		}
		t.lease, t.told = state.Lease{}, true
		t.show(false)
	}
	return lease, err
}

// drop lets others have the role at once.
func (t *tenure) drop(ctx context.Context) {
	if t.lease == (state.Lease{}) {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), dropWithin)
	defer cancel()
	if err := t.leases.DropLease(ctx, t.lease); err != nil {
		t.log.Warn("the lease was not let go; others have the role when its term is over", "error", err)
	}
	t.lease, t.renew = state.Lease{}, time.Time{}
	t.show(false)
}
