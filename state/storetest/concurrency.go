package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"

	"tocsin/state"
)

const (
	writers    = 64 // goroutines
	landings   = 2  // commits that each of them lands
	customers  = 7  // whom they all step, three at a time
	partitions = 5  // whose positions they all move
)

// Each writer loads three of the same few customers and a position, appends their next rows with an alert each, and tries
// again when somebody was first. A row won twice, a lost one or a deadlock would show in the totals.
func concurrentCommits(t *trial) {
	t.open()
	epochs := make([]int64, partitions)
	for p := range partitions {
		epochs[p] = t.acquire(int32(p)).Epoch
	}
	var running sync.WaitGroup
	failures := make([]error, writers)
	for w := range writers {
		running.Go(func() { failures[w] = hammer(t.Context(), t.store, w, epochs) })
	}
	running.Wait()
	t.must(errors.Join(failures...))

	positions, err := t.store.AllPositions(t.Context())
	t.must(err)
	var moved int64
	for _, p := range positions {
		moved += p.Next + 1 // it began at -1
	}
	got(t, "moves of all positions", moved, writers*landings)
	ids, err := t.store.Customers(t.Context())
	t.must(err)
	histories, err := t.store.Load(t.Context(), ids)
	t.must(err)
	rows := 0
	for i := range histories {
		t.must(histories[i].Check())
		rows += len(histories[i].Rows)
	}
	got(t, "rows", rows, writers*landings*3)
	alerts, err := t.store.Alerts(t.Context(), "")
	t.must(err)
	got(t, "alerts", len(alerts), writers*landings*3)
}

// hammer lands commits of one writer.
func hammer(ctx context.Context, s state.Store, writer int, epochs []int64) error {
	random := rand.New(rand.NewPCG(1, uint64(writer)))
	for landed := 0; landed < landings; {
		c, err := nextRows(ctx, s, random, epochs)
		if err != nil {
			return err
		}
		switch err := s.Commit(ctx, c); {
		case err == nil:
			landed++
		case !errors.Is(err, state.ErrConflict) && !errors.Is(err, state.ErrFenced):
			return err
		}
	}
	return nil
}

// nextRows is a commit of three random customers' next rows and one partition's next offset, as they stand now.
func nextRows(ctx context.Context, s state.Store, random *rand.Rand, epochs []int64) (*state.Commit, error) {
	var ids []state.CustomerID
	for _, n := range random.Perm(customers)[:3] {
		ids = append(ids, state.CustomerID(fmt.Sprintf("C-%d", n)))
	}
	slices.Sort(ids)
	positions, err := s.AllPositions(ctx)
	if err != nil {
		return nil, err
	}
	p := positions[random.IntN(len(positions))]
	c := &state.Commit{Day: today, Positions: []state.Advance{
		{Topic: p.Topic, Partition: p.Partition, Epoch: epochs[p.Partition], From: p.Next, To: p.Next + 1}}}
	histories, err := s.Load(ctx, ids)
	if err != nil {
		return nil, err
	}
	last := map[state.CustomerID]uint64{}
	for _, h := range histories {
		last[h.Customer] = h.SnapshotSeq + uint64(len(h.Rows))
	}
	for _, id := range ids {
		seq := last[id] + 1
		c.Entries = append(c.Entries, entry(id, seq))
		c.Alerts = append(c.Alerts, alert("A-"+string(id), int64(seq), id))
	}
	return c, nil
}

// Two customers are stepped together, one snapshot and its rows at a time. Whoever loads them must never see one of them
// ahead of the other, nor a snapshot with rows that it already holds.
func readersSeeWholeCommits(t *trial) {
	t.open()
	const rounds = 200
	ids := []state.CustomerID{"C-1", "C-2"}
	var writing sync.WaitGroup
	var failure error
	done := make(chan struct{})
	writing.Go(func() {
		defer close(done)
		for seq := uint64(1); seq <= rounds && failure == nil; seq++ {
			c := step(entry("C-1", seq), entry("C-2", seq))
			if seq%3 == 0 {
				c.Snapshots = []state.Snapshot{{Customer: "C-2", Seq: seq, Body: []byte("snapshot")}}
			}
			failure = t.store.Commit(t.Context(), c)
		}
	})
	for reading := true; reading; {
		select {
		case <-done:
			reading = false
		default:
		}
		histories, err := t.store.Load(t.Context(), ids)
		t.must(err)
		lasts := []uint64{0, 0}
		for i := range histories {
			t.must(histories[i].Check())
			lasts[i] = histories[i].SnapshotSeq + uint64(len(histories[i].Rows))
		}
		if lasts[0] != lasts[1] {
			t.Fatalf("got rows up to %d and %d, want both alike", lasts[0], lasts[1])
		}
	}
	writing.Wait()
	t.must(failure)
	got(t, "the last row", t.lastRow(ids), rounds)
}

// lastRow is the last row of any of some customers.
func (t *trial) lastRow(ids []state.CustomerID) (last uint64) {
	t.Helper()
	histories, err := t.store.Load(t.Context(), ids)
	t.must(err)
	for i := range histories {
		last = max(last, histories[i].SnapshotSeq+uint64(len(histories[i].Rows)))
	}
	return last
}
