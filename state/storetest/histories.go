package storetest

import (
	"errors"
	"fmt"
	"slices"

	"tocsin/state"
)

func loadGivesSnapshotAndTail(t *trial) {
	t.open()
	t.commit(step(entry("C-1", 1), entry("C-2", 1)))
	c := step(entry("C-1", 2), entry("C-3", 1))
	c.Snapshots = []state.Snapshot{{Customer: "C-1", Seq: 2, Body: []byte("C-1 at 2")}}
	t.commit(c)
	t.commit(step(entry("C-1", 3), entry("C-1", 4)))

	histories, err := t.store.Load(t.Context(), []state.CustomerID{"C-3", "C-1", "nobody", "C-2", "C-1"})
	t.must(err)
	got(t, "histories", histories, []state.History{
		{Customer: "C-1", Snapshot: []byte("C-1 at 2"), SnapshotSeq: 2, Rows: []state.Entry{entry("C-1", 3), entry("C-1", 4)}},
		{Customer: "C-2", Rows: []state.Entry{entry("C-2", 1)}},
		{Customer: "C-3", Rows: []state.Entry{entry("C-3", 1)}},
	})
	for i := range histories {
		t.must(histories[i].Check())
	}
	none, err := t.store.Load(t.Context(), nil)
	t.must(err)
	got(t, "histories of nobody", len(none), 0)
	rows, err := t.store.Rows(t.Context(), "C-1")
	t.must(err)
	got(t, "rows behind a snapshot too", rows, []state.Entry{entry("C-1", 1), entry("C-1", 2), entry("C-1", 3), entry("C-1", 4)})
}

func olderSnapshotIsLeft(t *trial) {
	t.open()
	c := step(entry("C-1", 1), entry("C-1", 2), entry("C-1", 3))
	c.Snapshots = []state.Snapshot{{Customer: "C-1", Seq: 3, Body: []byte("at 3")}}
	t.commit(c)
	t.commit(&state.Commit{Day: today, Snapshots: []state.Snapshot{{Customer: "C-1", Seq: 2, Body: []byte("at 2")}}})
	histories, err := t.store.Load(t.Context(), []state.CustomerID{"C-1"})
	t.must(err)
	got(t, "history", histories, []state.History{{Customer: "C-1", Snapshot: []byte("at 3"), SnapshotSeq: 3}})
	t.commit(&state.Commit{Day: today, Snapshots: []state.Snapshot{{Customer: "C-1", Seq: 3, Body: []byte("at 3, encoded anew")}}})
	histories, err = t.store.Load(t.Context(), []state.CustomerID{"C-1"})
	t.must(err)
	got(t, "history", histories, []state.History{{Customer: "C-1", Snapshot: []byte("at 3, encoded anew"), SnapshotSeq: 3}})
}

func lastRowsAreToldOfWhoHasThem(t *trial) {
	t.open()
	c := step(entry("C-1", 1), entry("C-1", 2), entry("C-1", 3), entry("C-2", 1))
	c.Snapshots = []state.Snapshot{{Customer: "C-1", Seq: 2, Body: []byte("at 2")}}
	t.commit(c)
	rows, err := t.store.LastRows(t.Context(), []state.CustomerID{"C-2", "C-1", "nobody", "C-1"})
	t.must(err)
	got(t, "last rows", rows, map[state.CustomerID]uint64{"C-1": 3, "C-2": 1})
	none, err := t.store.LastRows(t.Context(), nil)
	t.must(err)
	got(t, "last rows of nobody", len(none), 0)
}

func missingRowIsFound(t *trial) {
	t.open()
	t.commit(step(entry("C-1", 1), entry("C-1", 3)))
	histories, err := t.store.Load(t.Context(), []state.CustomerID{"C-1"})
	t.must(err)
	var gap *state.GapError
	if err := histories[0].Check(); !errors.As(err, &gap) {
		t.Fatalf("got %v, want a gap", err)
	}
	got(t, "gap", gap, &state.GapError{Customer: "C-1", Want: 2, Got: 3})
}

func loadCopesWithManyAndOdd(t *trial) {
	t.open()
	ids := []state.CustomerID{`"quoted"`, `a\b`, "a,b", "[1]", "客户-104822", "C-1 ", "c-1", "<&>", "\u2028", "%_", "'; DROP TABLE journal"}
	for i := range 3000 {
		ids = append(ids, state.CustomerID(fmt.Sprintf("C-%05d", i)))
	}
	slices.Sort(ids)
	c := step()
	for _, id := range ids {
		c.Entries = append(c.Entries, entry(id, 1))
	}
	t.commit(c)
	histories, err := t.store.Load(t.Context(), ids)
	t.must(err)
	got(t, "histories", len(histories), len(ids))
	for i, h := range histories {
		if h.Customer != ids[i] || len(h.Rows) != 1 || h.Rows[0].Customer != ids[i] {
			t.Fatalf("history %d: got %s, want one row of %q", i, show(h), ids[i])
		}
	}
	customers, err := t.store.Customers(t.Context())
	t.must(err)
	got(t, "customers", customers, ids)
}

func reopenKeepsEverything(t *trial) {
	epoch := t.ready()
	t.commit(everything(0, epoch, 0))
	c := everything(1, epoch, t.identity(globex).Version)
	c.Identifiers[0].Events = []state.Event{registryEvent(globex, "case-9", noon)}
	t.commit(c)
	t.must(t.store.Deliver(t.Context(), state.Lease{}, state.Receipt{Case: caseOf("C-0"), Channel: channel, Timestamp: "17.1", Seq: 1, Body: []byte("{}")}))
	t.must(t.store.Reconfigure(t.Context(), "sha256:second", []byte("ledger: {}")))
	before := t.contents()

	t.must(t.store.Close())
	t.store = t.reopen()
	got(t, "contents", t.contents(), before)
	text, err := t.store.Configuration(t.Context(), "sha256:second")
	t.must(err)
	got(t, "configuration", text, []byte("ledger: {}"))
	t.refused(t.store.OpenStore(t.Context(), today), state.ErrConflict)
}
