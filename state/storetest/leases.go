package storetest

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"tocsin/state"
)

const (
	long  = time.Hour       // a term that no test waits for
	short = time.Nanosecond // one that is over when anybody asks
)

func (t *trial) take(role, holder string, term time.Duration) state.Lease {
	t.Helper()
	l, err := t.store.TakeLease(t.Context(), role, holder, term)
	t.must(err)
	return l
}

// leased fails the test unless a role is somebody else's.
func (t *trial) leased(role, holder string) {
	t.Helper()
	l, err := t.store.TakeLease(t.Context(), role, holder, long)
	t.refused(err, state.ErrLeased)
	got(t, "the lease of who was refused", l, state.Lease{})
}

// overtake takes a role when a short term is over, which needs the store's clock to move on.
func (t *trial) overtake(role, holder string) state.Lease {
	t.Helper()
	for {
		l, err := t.store.TakeLease(t.Context(), role, holder, long)
		if err == nil {
			return l
		}
		t.refused(err, state.ErrLeased)
	}
}

func roleIsOneHolders(t *trial) {
	first := t.take("outbox", "a", long)
	got(t, "lease", first, state.Lease{Role: "outbox", Holder: "a", Turn: 1})
	t.leased("outbox", "b")
	got(t, "renewed", t.take("outbox", "a", long), first)
	t.leased("outbox", "b")
	got(t, "another role", t.take("publisher", "b", long), state.Lease{Role: "publisher", Holder: "b", Turn: 1})
	t.leased("publisher", "a")
}

func expiredLeaseIsTaken(t *trial) {
	t.take("outbox", "a", short)
	got(t, "of the next", t.overtake("outbox", "b"), state.Lease{Role: "outbox", Holder: "b", Turn: 2})
	t.leased("outbox", "a")
}

func lateRenewalKeepsTheLease(t *trial) {
	first := t.take("outbox", "a", short)
	got(t, "renewed when its term was over, and nobody wanted it", t.take("outbox", "a", long), first)
	t.leased("outbox", "b")
}

func droppedLeaseIsFree(t *trial) {
	first := t.take("outbox", "a", long)
	t.must(t.store.DropLease(t.Context(), first))
	t.must(t.store.DropLease(t.Context(), first))
	second := t.take("outbox", "b", long)
	got(t, "of the next", second, state.Lease{Role: "outbox", Holder: "b", Turn: 2})
	t.must(t.store.DropLease(t.Context(), first)) // is not his to drop
	t.leased("outbox", "a")
	t.must(t.store.DropLease(t.Context(), second))
	third := t.take("outbox", "a", long)
	t.must(t.store.DropLease(t.Context(), first)) // was another one of his
	t.leased("outbox", "b")
	t.must(t.store.DropLease(t.Context(), state.Lease{Role: "nobody's", Holder: "a", Turn: 1}))
	got(t, "the third", third.Turn, int64(3))
}

func concurrentTakersAreTold(t *trial) {
	const takers = 8
	var running sync.WaitGroup
	taken, errs := make([]bool, takers), make([]error, takers)
	for i := range takers {
		running.Go(func() {
			_, err := t.store.TakeLease(t.Context(), "outbox", fmt.Sprint("taker ", i), long)
			if taken[i] = err == nil; !errors.Is(err, state.ErrLeased) {
				errs[i] = err
			}
		})
	}
	running.Wait()
	t.must(errors.Join(errs...))
	winners := 0
	for i, is := range taken {
		if is {
			winners++
			got(t, "the winner's lease", t.take("outbox", fmt.Sprint("taker ", i), long).Turn, int64(1))
		}
	}
	got(t, "winners", winners, 1)
}

// A process wakes up and goes on with what it was doing while somebody else has done it.
func receiptIsFenced(t *trial) {
	t.open()
	t.owe(message("C-1", 1))
	attempt := state.Receipt{Case: caseOf("C-1"), Channel: channel, Attempt: noon}
	posted := state.Receipt{Case: caseOf("C-1"), Channel: channel, Timestamp: "1", Seq: 1}
	deliver := func(under state.Lease, r state.Receipt) error { return t.store.Deliver(t.Context(), under, r) }

	first := t.take("outbox", "a", short)
	t.must(deliver(first, attempt)) // its term is over, and nobody else has acted
	second := t.overtake("outbox", "b")
	t.refused(deliver(first, posted), state.ErrLeased)
	t.waiting(1, 0)
	kept, err := t.store.Receipt(t.Context(), caseOf("C-1"), channel)
	t.must(err)
	got(t, "receipt", kept, attempt)
	t.must(deliver(second, posted))
	t.waiting(0, 0)

	t.must(t.store.DropLease(t.Context(), second))
	t.refused(deliver(second, attempt), state.ErrLeased)
	t.take("outbox", "a", long)
	t.refused(deliver(first, attempt), state.ErrLeased)
	t.refused(deliver(state.Lease{Role: "publisher", Holder: "a", Turn: 1}, attempt), state.ErrLeased)
	kept, err = t.store.Receipt(t.Context(), caseOf("C-1"), channel)
	t.must(err)
	got(t, "receipt at last", kept, posted)
	// Whatever else: who shows a case that is gone must take it back.
	t.refused(deliver(first, state.Receipt{Case: "nobody's", Channel: channel}), state.ErrCaseGone)
}
