package storetest

import (
	"fmt"
	"strings"

	"tocsin/state"
)

// Somebody whose step panics, and what comes of him: nobody's else.
const poisoned state.CustomerID = "C-p"

func quarantine() *state.Commit {
	return &state.Commit{
		Day: today, At: noon, Entries: []state.Entry{entry("C-1", 1)},
		Quarantines: []state.Quarantine{{Customer: poisoned, Since: today.Date, At: noon, Reason: "C-p is too much", Stack: "overdue.go:12"}},
		Parked:      []state.Parked{parked(poisoned, "first")},
	}
}

func parked(customer state.CustomerID, what string) state.Parked {
	return state.Parked{Customer: customer, Day: today.Date, Applied: fmt.Appendf(nil, "%s of %s", what, customer), Records: []byte("record of " + what)}
}

// since is the open day after so many quarantines and releases.
func since(n int) state.Day {
	day := today
	day.Quarantined = n
	return day
}

func (t *trial) parked(customer state.CustomerID, after int64) []state.Parked {
	t.Helper()
	rows, err := t.store.Parked(t.Context(), customer, after, 100)
	t.must(err)
	return rows
}

func quarantineFencesOtherSteps(t *trial) {
	t.open()
	t.commit(quarantine())
	got(t, "day", t.day(), since(1))
	all, err := t.store.Quarantined(t.Context())
	t.must(err)
	want := quarantine().Quarantines[0]
	want.Waiting = 1
	got(t, "quarantined", all, []state.Quarantine{want})

	// A step that does not know of it could be the customer's, a close could rest on it.
	t.refused(t.store.Commit(t.Context(), step(entry(poisoned, 1))), state.ErrDayClosed)
	t.refused(t.store.CloseDay(t.Context(), &state.DayClose{From: today, Next: today.Date + 1}), state.ErrDayClosed)
	twice := quarantine()
	twice.Day, twice.Entries = since(1), nil
	t.refused(t.store.Commit(t.Context(), twice), state.ErrConflict)
	got(t, "rows that wait", len(t.parked(poisoned, 0)), 1)
	t.must(t.store.CloseDay(t.Context(), &state.DayClose{From: since(1), Next: today.Date + 1}))
}

func parkedRowsKeepTheirOrder(t *trial) {
	t.open()
	t.commit(quarantine())
	t.commit(&state.Commit{Day: since(1), Parked: []state.Parked{parked(poisoned, "second"), parked("C-q", "other"), parked(poisoned, "third")}})
	last := t.parked(poisoned, 0)
	for i, what := range []string{"first", "second", "third"} {
		want := parked(poisoned, what)
		want.ID = last[i].ID
		got(t, what, last[i], want)
	}
	got(t, "after the first", t.parked(poisoned, last[0].ID), last[1:])
	two, err := t.store.Parked(t.Context(), poisoned, 0, 2)
	t.must(err)
	got(t, "up to a limit", two, last[:2])
	wrong := parked(poisoned, "fourth")
	wrong.Day--
	if err := t.store.Commit(t.Context(), &state.Commit{Day: since(1), Parked: []state.Parked{wrong}}); err == nil {
		t.Error("parked on another day: got no error")
	}
}

func releaseTakesWhatWasSeen(t *trial) {
	t.open()
	t.commit(quarantine())
	t.commit(&state.Commit{Day: since(1), Parked: []state.Parked{parked(poisoned, "second")}})
	rows := t.parked(poisoned, 0)
	release := func(seq uint64, r state.Release) *state.Commit {
		r.Customer = poisoned
		return &state.Commit{Day: since(1), Releases: []state.Release{r}, Entries: []state.Entry{entry(poisoned, seq)}}
	}
	before := t.contents()
	for name, r := range map[string]state.Release{
		"others are left":         {UpTo: rows[0].ID, Rows: 1, Closes: true},
		"one was not seen":        {UpTo: rows[1].ID, Rows: 1},
		"one was taken meanwhile": {UpTo: rows[1].ID, Rows: 3},
	} {
		if err := t.store.Commit(t.Context(), release(1, r)); err == nil {
			t.Errorf("%s: got no error", name)
		} else {
			t.refused(err, state.ErrConflict)
		}
	}
	got(t, "contents", t.contents(), before)

	t.commit(release(1, state.Release{UpTo: rows[0].ID, Rows: 1}))
	got(t, "rows that wait", t.parked(poisoned, 0), rows[1:])
	got(t, "day", t.day(), since(1))
	t.commit(release(2, state.Release{UpTo: rows[1].ID, Rows: 1, Closes: true}))
	got(t, "day", t.day(), since(2))
	all, err := t.store.Quarantined(t.Context())
	t.must(err)
	got(t, "quarantined", len(all), 0)

	again := release(3, state.Release{Closes: true})
	again.Day = since(2)
	t.refused(t.store.Commit(t.Context(), again), state.ErrConflict)
	t.refused(t.store.Commit(t.Context(), &state.Commit{Day: since(1), Parked: []state.Parked{parked(poisoned, "late")}}), state.ErrDayClosed)
	got(t, "rows that wait", len(t.parked(poisoned, 0)), 0)
}

// What waits of somebody who is erased waits under the pseudonym.
func rewriteReplacesParked(t *trial) {
	epoch := t.ready()
	t.commit(everything(0, epoch, 0))
	t.commit(&state.Commit{Day: t.day(), Quarantines: []state.Quarantine{{Customer: "C-0", Since: today.Date, At: noon, Reason: "C-0 is too much", Stack: "overdue.go:12"}},
		Parked: []state.Parked{parked("C-0", "first"), parked("C-0", "second"), parked("C-9", "other")}})
	rewrite := erasure(t.nobodys(globex))
	rewrite.Day = t.day()
	w := &rewrite.Rewrites[0]
	w.Parked = []state.Parked{parked(pseudonym, "first"), parked(pseudonym, "second")}
	before := t.contents()
	w.Waiting = 1
	t.refused(t.store.Commit(t.Context(), rewrite), state.ErrConflict)
	got(t, "contents", t.contents(), before)
	w.Waiting = 2
	t.commit(rewrite)

	got(t, "under the name", len(t.parked("C-0", 0)), 0)
	got(t, "of another one", len(t.parked("C-9", 0)), 1)
	rows := t.parked(pseudonym, 0)
	got(t, "under the pseudonym", len(rows), 2)
	got(t, "first", string(rows[0].Applied), "first of erased-0")
	all, err := t.store.Quarantined(t.Context())
	t.must(err)
	got(t, "quarantined", all, []state.Quarantine{{Customer: pseudonym, Since: today.Date, At: noon, Stack: "overdue.go:12", Waiting: 2}})
	if text := t.contents(); strings.Contains(text, "C-0 is too much") {
		t.Errorf("something is left of the customer:\n%s", text)
	}
}
