package storetest

import (
	"errors"
	"fmt"

	"tocsin/state"
)

// rise is a change of an alert of a customer on the open day.
func rise(customer state.CustomerID, signal string, seq int64, from, to uint8) state.AlertRow {
	return state.AlertRow{ID: signal + " of " + string(customer), Seq: seq, Customer: customer, RuleSet: "live", Signal: signal, Day: today.Date + 1,
		KnownAt: noon + state.Instant(seq), From: from, To: to, Body: []byte(`{}`)}
}

func risesOfADayAreCounted(t *trial) {
	t.open()
	shadow := rise("C-9", "overdue", 1, 0, 3)
	shadow.RuleSet, shadow.ID = "other", "other"
	yesterday := rise("C-8", "overdue", 1, 0, 3)
	yesterday.Day--
	var entries []state.Entry
	for i := range 10 {
		entries = append(entries, entry(state.CustomerID(fmt.Sprint("C-", i)), 1))
	}
	t.commit(&state.Commit{Day: today, At: noon, Entries: entries, Alerts: []state.AlertRow{
		rise("C-new", "overdue", 1, 0, 3), // and nothing was known of it before
		rise("C-1", "overdue", 1, 0, 2), rise("C-2", "overdue", 1, 0, 1), rise("C-2", "overdue", 2, 1, 3),
		rise("C-3", "overdue", 1, 0, 3), rise("C-3", "overdue", 2, 3, 0), // gone by the end of the day
		rise("C-4", "overdue", 1, 2, 3),                                  // it stood before
		rise("C-5", "overdue", 1, 2, 0), rise("C-5", "overdue", 2, 0, 2), // it stands again
		rise("C-1", "limit_breach", 1, 0, 3), rise("C-6", "limit_breach", 1, 0, 1), shadow, yesterday,
	}})
	risen, err := t.store.RisenOn(t.Context(), today.Date+1, "live", 2)
	t.must(err)
	got(t, "risen", risen, []state.Risen{{Signal: "limit_breach", Customers: 1}, {Signal: "overdue", Customers: 2}})
}

func systemicIsKeptByTheClose(t *trial) {
	t.open()
	told := rise("*", "systemic", 1, 0, 2)
	found := []state.Systemic{
		{Day: today.Date, Signal: "limit_breach", Risen: 8, Active: 21}, {Day: today.Date, Signal: "overdue", Risen: 9, Active: 21},
	}
	t.must(t.store.CloseDay(t.Context(), &state.DayClose{From: today, Next: today.Date + 1, Systemic: found, Alerts: []state.AlertRow{told}}))
	kept := func() []state.Systemic {
		t.Helper()
		all, err := t.store.Systemic(t.Context())
		t.must(err)
		return all
	}
	got(t, "kept", kept(), found)
	alerts, err := t.store.Alerts(t.Context(), "*")
	t.must(err)
	got(t, "told", alerts, []state.AlertRow{told})
	released := found[1]
	released.Released, released.By = noon, "ana"
	over := rise("*", "systemic", 2, 2, 0)
	t.must(t.store.ReleaseSystemic(t.Context(), released, &over))
	got(t, "kept after a release", kept(), []state.Systemic{found[0], released})
	for _, of := range []state.Systemic{released, {Day: today.Date + 1, Signal: "overdue", By: "ana"}} {
		if err := t.store.ReleaseSystemic(t.Context(), of, nil); !errors.Is(err, state.ErrNotWithheld) {
			t.Errorf("release of %v: got %v, want that nothing is withheld", of, err)
		}
	}
	owed, err := t.store.Unpublished(t.Context(), 9)
	t.must(err)
	if len(owed) != 2 {
		t.Errorf("got %d rows to publish, want both alerts", len(owed))
	}
}
