package consumer

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"tocsin/state"
)

// blank is a record of which nothing is known.
func blank(id state.CustomerID) *kept {
	return &kept{record: &state.Record{Customer: state.NewCustomer(id)}}
}

func TestWhoWasUsedLeastRecentlyLeavesTheCache(t *testing.T) {
	each := blank("C-1").footprint()
	c := newCache(3*each, nil)
	for _, id := range []state.CustomerID{"C-1", "C-2", "C-3"} {
		c.put(id, blank(id))
	}
	c.get("C-1") // a look is no use
	c.put("C-2", c.take("C-2"))
	c.put("C-4", blank("C-4"))
	held := func() (ids []state.CustomerID) {
		for _, id := range []state.CustomerID{"C-1", "C-2", "C-3", "C-4", "C-5"} {
			if c.get(id) != nil {
				ids = append(ids, id)
			}
		}
		return ids
	}
	if got, want := held(), []state.CustomerID{"C-2", "C-3", "C-4"}; !slices.Equal(got, want) {
		t.Errorf("got %v in memory, want %v", got, want)
	}
	c.offer("C-5", blank("C-5"))
	if got, want := held(), []state.CustomerID{"C-2", "C-3", "C-4"}; !slices.Equal(got, want) {
		t.Errorf("got %v in memory after one was offered without room, want %v", got, want)
	}
	if c.len() != 3 || c.bytes != 3*each {
		t.Errorf("got %d records of %d bytes, want 3 of %d", c.len(), c.bytes, 3*each)
	}
}

func TestACacheCountsItsBytes(t *testing.T) {
	each := blank("C-1").footprint()
	c := newCache(10*each, nil)
	c.put("C-1", blank("C-1"))
	c.put("C-1", blank("C-1"))
	c.put("C-2", blank("C-2"))
	if c.len() != 2 || c.bytes != 2*each {
		t.Errorf("got %d records of %d bytes, want 2 of %d", c.len(), c.bytes, 2*each)
	}
	large := blank("C-3")
	large.body = 20 * each
	c.put("C-3", large)
	if c.len() != 0 || c.bytes != 0 {
		t.Errorf("got %d records of %d bytes beside one that has no room, want none", c.len(), c.bytes)
	}
	c.put("C-1", blank("C-1"))
	k := c.take("C-1")
	if k == nil || c.take("C-1") != nil || c.get("C-1") != nil || c.bytes != each {
		t.Errorf("got %v and %d bytes, want one record that keeps its place and is there for nobody", k, c.bytes)
	}
	if c.put("C-1", k); c.get("C-1") != k || c.len() != 1 || c.bytes != each {
		t.Errorf("got %d records of %d bytes, want the one that was put back", c.len(), c.bytes)
	}
	k = c.take("C-1")
	broken := blank("C-1")
	broken.broken = &Panicked{}
	if c.put("C-1", broken); c.len() != 0 {
		t.Error("a journal that gives no record has one in memory")
	}
	c.put("C-1", k)
	if c.clear(); c.len() != 0 || c.bytes != 0 {
		t.Errorf("got %d records of %d bytes, want none", c.len(), c.bytes)
	}
}

// Who is being stepped leaves no snapshot, for what is in memory may never be committed; nor does what was never put back come to light.
func TestARecordThatIsTakenIsNobodyElses(t *testing.T) {
	c := newCache(2*blank("C-1").footprint(), nil)
	c.least = 0
	given := blank("C-1")
	c.put("C-1", given)
	c.take("C-1")
	c.put("C-2", blank("C-2"))
	c.put("C-3", blank("C-3")) // C-1 leaves
	if len(c.owed) != 0 || c.get("C-1") != nil {
		t.Errorf("got %d snapshots, want none of a record that is taken", len(c.owed))
	}
	c.put("C-1", given) // C-2 leaves
	if c.get("C-1") != given || len(c.owed) != 1 || c.owed[0].Customer != "C-2" {
		t.Errorf("got %v and snapshots of %v, want the record that is put back, and one of C-2", c.get("C-1"), c.owed)
	}
	c.take("C-3")
	again := blank("C-3") // loaded from the store, since the other one was dropped
	if c.put("C-3", again); c.get("C-3") != again || c.len() != 2 {
		t.Errorf("got %v of %d records, want the one that was loaded again", c.get("C-3"), c.len())
	}
}

// Whoever leaves while the store writes is not of that commit but of the next.
func TestASnapshotThatIsOwedBesideACommitWaitsForTheNext(t *testing.T) {
	c := newCache(blank("C-1").footprint(), nil)
	c.least = 0
	for _, id := range []state.CustomerID{"C-1", "C-2", "C-3"} {
		c.put(id, blank(id))
	}
	owed := len(c.owed)
	c.put("C-4", blank("C-4")) // C-3 leaves
	c.settled(owed)
	if owed != 2 || len(c.owed) != 1 || c.owed[0].Customer != "C-3" || c.owing != len(c.owed[0].Body) {
		t.Errorf("%d were committed; got %v of %d bytes, want the snapshot of C-3", owed, c.owed, c.owing)
	}
	c.clear()
	if c.settled(1); len(c.owed) != 0 || c.owing != 0 {
		t.Errorf("got %d snapshots of %d bytes, want none", len(c.owed), c.owing)
	}
}

// crowded is a rig with room for one customer in memory, in which C-1 has so many rows.
func crowded(t *testing.T, rows int) *rig {
	t.Helper()
	g := newRig(t, invoices)
	g.runner.lane.cache = newCache(6_000, g.runner.Metrics.cache)
	for n := range rows {
		g.order(invoices, g.now, "C-1", fmt.Sprint("SO-1-", n))
		g.pass(time.Minute)
		g.turns(3)
	}
	if g.runner.lane.cache.get("C-1") == nil {
		t.Fatal("there is no room for one customer in memory")
	}
	return g
}

// next lets other customers come, one batch each.
func (g *rig) next(ids ...string) {
	g.t.Helper()
	for _, id := range ids {
		g.order(invoices, g.now, id, "SO-"+id)
		g.turns(3)
	}
}

// snapshot is the row that a customer's snapshot is of.
func (g *rig) snapshot(id state.CustomerID) uint64 {
	g.t.Helper()
	h, err := g.store.Load(g.t.Context(), []state.CustomerID{id})
	if err != nil || len(h) != 1 {
		g.t.Fatalf("load %s: got %d histories, %v, want one", id, len(h), err)
	}
	return h[0].SnapshotSeq
}

func TestWhoLeavesMemoryLeavesASnapshotWithTheNextCommit(t *testing.T) {
	g := crowded(t, leavingRows)
	g.next("C-2")
	if n := len(g.runner.lane.cache.owed); g.runner.lane.cache.get("C-1") != nil || n != 1 || g.snapshot("C-1") != 0 {
		t.Fatalf("got %d snapshots waiting and one of row %d, want C-1's to wait for a commit", n, g.snapshot("C-1"))
	}
	g.next("C-3")
	if n := len(g.runner.lane.cache.owed); g.snapshot("C-1") != leavingRows || n != 0 {
		t.Fatalf("got a snapshot of row %d and %d waiting, want one of row %d", g.snapshot("C-1"), n, leavingRows)
	}
	g.next("C-1", "C-2", "C-3")
	g.wantRows("C-1", leavingRows+1)
	if got := g.snapshot("C-1"); got != leavingRows {
		t.Errorf("got a snapshot of row %d for one row more, want none", got)
	}
	if sum, broken, err := g.rebuild(g.store, false); err != nil || len(broken) > 0 || sum.Snapshots != 1 {
		t.Errorf("got %+v, %+v, %v, want one snapshot that is its journal's fold", sum, broken, err)
	}
}

func TestAFewRowsAreNotWorthASnapshot(t *testing.T) {
	g := crowded(t, leavingRows-1)
	g.next("C-2", "C-3")
	if got := g.snapshot("C-1"); g.runner.lane.cache.get("C-1") != nil || got != 0 {
		t.Errorf("got a snapshot of row %d, want none", got)
	}
}

// A step that has no row brings the record to a later day; a snapshot of that would not be the fold.
func TestARecordOfALaterDayThanItsLastRowLeavesNoSnapshot(t *testing.T) {
	g := crowded(t, leavingRows)
	k := g.runner.lane.cache.get("C-1")
	g.engine.Step(k.record, Step{Day: state.Day{Date: g.open() + 1}}, nil)
	g.next("C-2", "C-3")
	if got := g.snapshot("C-1"); g.runner.lane.cache.get("C-1") != nil || got != 0 {
		t.Errorf("got a snapshot of row %d, want none", got)
	}
}

// What a store that does not answer has, nobody knows; when it answers again, nothing of before is written.
func TestASnapshotThatWaitsIsForgottenWithTheRecords(t *testing.T) {
	g := crowded(t, leavingRows)
	g.next("C-2")
	g.runner.lost(state.ErrUnavailable)
	g.runner.outage.next = time.Time{}
	g.next("C-3")
	g.wantRows("C-3", 1)
	if got := g.snapshot("C-1"); got != 0 {
		t.Errorf("got a snapshot of row %d from before the outage, want none", got)
	}
}

func TestASnapshotIsWrittenWhenItsRowsHaveOutgrownIt(t *testing.T) {
	g := newRig(t, invoices)
	g.turns(5)
	var at []uint64
	written := 0
	for n := range 6 * outgrownRows {
		g.order(invoices, g.now, "C-1", fmt.Sprint("SO-1-", n))
		g.turns(3)
		if seq := g.snapshot("C-1"); len(at) == 0 && seq > 0 || len(at) > 0 && at[len(at)-1] != seq {
			k := g.runner.lane.cache.get("C-1")
			if before := written; before > 0 && k.body < before {
				t.Errorf("the snapshot of row %d has %d bytes, the one before has %d", seq, k.body, before)
			}
			at, written = append(at, seq), k.body
		}
	}
	if len(at) < 3 || at[0] != outgrownRows || at[1] < 2*outgrownRows {
		t.Fatalf("got snapshots of rows %v, want the first of row %d and later ones no closer", at, outgrownRows)
	}
	k := g.runner.lane.cache.get("C-1")
	if k.rows() >= manyRows || k.rows() >= outgrownRows && k.tail >= k.body {
		t.Errorf("%d rows of %d bytes stand behind a snapshot of %d", k.rows(), k.tail, k.body)
	}
	loaded, err := g.runner.lane.load(t.Context(), g.runner.day, []state.CustomerID{"C-1"})
	if err != nil {
		t.Fatal(err)
	}
	again := loaded["C-1"]
	if !bytes.Equal(state.AppendSnapshot(nil, k.record), state.AppendSnapshot(nil, again.record)) {
		t.Error("the record in memory is not the one that is loaded")
	}
	if again.snapshot != k.snapshot || again.body != k.body || again.tail != k.tail || again.rowDay != k.rowDay {
		t.Errorf("loaded with a snapshot of row %d and %d bytes, %d behind, of %s; in memory %d, %d, %d, %s",
			again.snapshot, again.body, again.tail, again.rowDay, k.snapshot, k.body, k.tail, k.rowDay)
	}
}
