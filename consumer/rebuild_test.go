package consumer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/state"
)

// harmed shows a store with one customer's snapshot and rows as somebody else has left them, and takes no snapshot.
type harmed struct {
	state.Store
	snapshot func(body []byte) []byte
	rows     func(rows []state.Entry) []state.Entry
}

func (h harmed) Load(ctx context.Context, ids []state.CustomerID) ([]state.History, error) {
	histories, err := h.Store.Load(ctx, ids)
	for i := range histories {
		if histories[i].Customer != "C-1" {
			continue
		}
		if h.snapshot != nil {
			histories[i].Snapshot = h.snapshot(slices.Clone(histories[i].Snapshot))
		}
		if h.rows != nil {
			histories[i].Rows = h.rows(histories[i].Rows)
		}
	}
	return histories, err
}

func (h harmed) Rows(ctx context.Context, customer state.CustomerID) ([]state.Entry, error) {
	rows, err := h.Store.Rows(ctx, customer)
	if h.rows != nil && customer == "C-1" {
		rows = h.rows(rows)
	}
	return rows, err
}

// rebuildRig is a store in which C-1 has a snapshot and a tail after it, and C-2 a few rows.
func rebuildRig(t *testing.T) *rig {
	t.Helper()
	g := newRig(t, invoices)
	for n := range 2*outgrownRows + 7 {
		g.order(invoices, g.now, "C-1", fmt.Sprint("SO-1-", n))
		if n%30 == 0 {
			g.order(invoices, g.now, "C-2", fmt.Sprint("SO-2-", n))
		}
		g.pass(time.Duration(n%5) * time.Hour)
		g.turns(3)
	}
	g.turns(10)
	h, err := g.store.Load(t.Context(), []state.CustomerID{"C-1", "C-2"})
	if err != nil || len(h) != 2 || h[0].Snapshot == nil || len(h[0].Rows) == 0 || h[1].Snapshot != nil {
		t.Fatalf("got %d customers, %v, want a snapshot and a tail of the first alone", len(h), err)
	}
	return g
}

// rebuild looks at a store.
func (g *rig) rebuild(store state.Store, write bool) (Rebuilt, []Broken, error) {
	var all []Broken
	r := Rebuild{Store: store, Engines: g.engines, Write: write, Found: func(b Broken) { all = append(all, b) }}
	sum, err := r.Run(g.t.Context())
	return sum, all, err
}

func TestEverySnapshotIsTheFoldOfItsJournal(t *testing.T) {
	g := rebuildRig(t)
	sum, broken, err := g.rebuild(g.store, false)
	if err != nil || len(broken) > 0 {
		t.Fatalf("got %v, %v, want nothing wrong", broken, err)
	}
	if want := (Rebuilt{Customers: 2, Rows: sum.Rows, Snapshots: 1}); sum != want || sum.Rows < 2*outgrownRows {
		t.Errorf("got %+v, want %+v and all rows", sum, want)
	}
}

// Whichever byte of a snapshot is another one, and however; but for its version, where the one before says the same in the same bytes.
func TestASnapshotWithOneChangedByteIsFound(t *testing.T) {
	g := rebuildRig(t)
	h, err := g.store.Load(t.Context(), []state.CustomerID{"C-1"})
	if err != nil {
		t.Fatal(err)
	}
	sameBefore := 0
	for at := range h[0].Snapshot {
		for _, mask := range []byte{0x01, 0x40, 0x80} {
			store := harmed{Store: g.store, snapshot: func(body []byte) []byte {
				body[at] ^= mask
				return body
			}}
			rec, err := state.DecodeSnapshot(store.snapshot(bytes.Clone(h[0].Snapshot)))
			if err == nil && bytes.Equal(state.AppendSnapshot(nil, rec), h[0].Snapshot) {
				sameBefore++
				continue
			}
			sum, broken, err := g.rebuild(store, false)
			if errors.Is(err, state.ErrNewerVersion) {
				continue // a later Tocsin's: that is told as well
			}
			if err != nil || len(broken) != 1 || broken[0].Customer != "C-1" || broken[0].Mended || sum.Unmended != 1 {
				t.Fatalf("byte %d of %d, %#x: got %+v, %v, want it to be found", at, len(h[0].Snapshot), mask, broken, err)
			}
		}
	}
	if sameBefore > 1 {
		t.Errorf("%d changes leave the record as it was, want that of its version at most", sameBefore)
	}
}

func TestAJournalThatDoesNotGiveItsRecordIsFound(t *testing.T) {
	g := rebuildRig(t)
	without := func(at int) func(rows []state.Entry) []state.Entry {
		return func(rows []state.Entry) []state.Entry {
			return slices.DeleteFunc(slices.Clone(rows), func(e state.Entry) bool { return int(e.Seq) == at })
		}
	}
	all, err := g.store.Rows(t.Context(), "C-1")
	if err != nil {
		t.Fatal(err)
	}
	last := len(all)
	for _, row := range []struct {
		name string
		rows func(rows []state.Entry) []state.Entry
		want string
	}{
		{"first row", without(1), "journal of customer C-1: row 1 is missing, found row 2"},
		{"row under the snapshot", without(9), "journal of customer C-1: row 9 is missing, found row 10"},
		{"row after the snapshot", without(last - 1), fmt.Sprintf("journal of customer C-1: row %d is missing, found row %d", last-1, last)},
		{"all but the first rows", func(rows []state.Entry) []state.Entry { return rows[:min(3, len(rows))] },
			fmt.Sprintf("the journal ends with row 3, and the snapshot is of row %d", 2*outgrownRows)},
		{"cut row", func(rows []state.Entry) []state.Entry {
			rows = slices.Clone(rows)
			rows[0].Applied = rows[0].Applied[:len(rows[0].Applied)-1]
			return rows
		}, "journal row 1: applied: "},
		{"another order", func(rows []state.Entry) []state.Entry {
			rows = slices.Clone(rows)
			rows[0].Applied = bytes.Replace(rows[0].Applied, []byte("SO-1-0"), []byte("SO-1-X"), 1)
			return rows
		}, `snapshot: fact "SO-1-0"; snapshot: fact "SO-1-X"`},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, broken, err := g.rebuild(harmed{Store: g.store, rows: row.rows}, false)
			if err != nil || len(broken) != 1 || !strings.HasPrefix(strings.Join(broken[0].Faults, "; "), row.want) {
				t.Errorf("got %+v, %v, want %s", broken, err, row.want)
			}
		})
	}
}

func TestSnapshotsAreWrittenAnew(t *testing.T) {
	g := rebuildRig(t)
	h, err := g.store.Load(t.Context(), []state.CustomerID{"C-1"})
	if err != nil {
		t.Fatal(err)
	}
	wrong := state.Snapshot{Customer: "C-1", Seq: h[0].SnapshotSeq, Body: bytes.Replace(h[0].Snapshot, []byte("SO-1-0"), []byte("SO-1-X"), 1)}
	if err := g.store.Commit(t.Context(), &state.Commit{Day: g.runner.day, Snapshots: []state.Snapshot{wrong}}); err != nil {
		t.Fatal(err)
	}
	sum, broken, err := g.rebuild(g.store, true)
	if err != nil || len(broken) != 1 || !broken[0].Mended || sum.Written != 1 || sum.Unmended != 0 {
		t.Fatalf("got %+v, %+v, %v, want the snapshot to be mended", sum, broken, err)
	}
	if h, err = g.store.Load(t.Context(), []state.CustomerID{"C-1"}); err != nil || len(h[0].Rows) > 0 {
		t.Errorf("got %d rows after the snapshot, %v, want it to be of the last one", len(h[0].Rows), err)
	}
	if sum, broken, err := g.rebuild(g.store, true); err != nil || len(broken) > 0 || sum.Written > 0 {
		t.Errorf("got %+v, %+v, %v the second time, want nothing wrong and nothing written", sum, broken, err)
	}
}

// moving is a store whose day moves on under a commit.
type moving struct {
	state.Store
	moves *int
}

func (m moving) Commit(ctx context.Context, c *state.Commit) error {
	if *m.moves > 0 {
		*m.moves--
		return state.ErrDayClosed
	}
	return m.Store.Commit(ctx, c)
}

func TestADayThatMovesOnIsNoFaultOfASnapshot(t *testing.T) {
	g := rebuildRig(t)
	moves := 3
	sum, broken, err := g.rebuild(moving{g.store, &moves}, true)
	if err != nil || len(broken) > 0 || sum.Written != 1 || sum.Customers != 2 {
		t.Errorf("got %+v, %+v, %v, want each customer looked at once and one snapshot", sum, broken, err)
	}
	moves = retries
	if _, _, err = g.rebuild(moving{rebuildRig(t).store, &moves}, true); err == nil {
		t.Error("got no error where the day moves on for ever")
	}
}

func TestWhatALaterTocsinWroteStopsARebuild(t *testing.T) {
	g := rebuildRig(t)
	for name, store := range map[string]state.Store{
		"snapshot": harmed{Store: g.store, snapshot: func(body []byte) []byte {
			body[0]++
			return body
		}},
		"journal row": harmed{Store: g.store, rows: func(rows []state.Entry) []state.Entry {
			rows = slices.Clone(rows)
			rows[0].Applied = slices.Clone(rows[0].Applied)
			rows[0].Applied[0]++
			return rows
		}},
	} {
		if _, broken, err := g.rebuild(store, true); !errors.Is(err, state.ErrNewerVersion) || len(broken) > 0 {
			t.Errorf("%s: got %+v, %v, want %v", name, broken, err, state.ErrNewerVersion)
		}
	}
}
