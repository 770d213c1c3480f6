package storetest

import (
	"tocsin/state"
)

func dayOpensWithItsCauses(t *trial) {
	t.open()
	got(t, "causes of the first day", len(t.day().Causes), 0)
	second, third := today.Date+1, today.Date+2
	t.must(t.store.CloseDay(t.Context(), &state.DayClose{From: t.day(), Next: second, Causes: []string{"B-1", "b 2"}}))
	first := state.Causes{"B-1": second, "b 2": second}
	got(t, "causes", t.day().Causes, first)
	earlier := t.day()
	t.must(t.store.CloseDay(t.Context(), &state.DayClose{From: earlier, Next: third, Causes: []string{"B-3"}}))
	got(t, "causes of the day after", t.day().Causes, state.Causes{"B-1": second, "b 2": second, "B-3": third})
	t.refused(t.store.CloseDay(t.Context(), &state.DayClose{From: earlier, Next: third + 1, Causes: []string{"B-4"}}), state.ErrDayClosed)
	got(t, "those that were read before", earlier.Causes, first)
	t.must(t.store.CloseDay(t.Context(), &state.DayClose{From: t.day(), Next: third + 1}))
	got(t, "causes after a close that found none", t.day().Causes, state.Causes{"B-1": second, "b 2": second, "B-3": third})
}

func disputantsAreKnown(t *trial) {
	t.open()
	disputants := func(day state.Date) []state.CustomerID {
		ids, err := t.store.Disputants(t.Context(), day)
		t.must(err)
		return ids
	}
	c := step(entry("C-1", 1), entry("C-2", 1), entry("C-3", 1))
	c.Disputants = []state.Disputant{{Customer: "C-1", Until: today.Date + 1}, {Customer: "C-2", Until: today.Date + 5}, {Customer: "C-3", Until: today.Date}}
	t.commit(c)
	c = step(entry("C-1", 2), entry("C-2", 2))
	c.Disputants = []state.Disputant{{Customer: "C-1", Until: today.Date + 2}, {Customer: "C-2", Until: today.Date + 3}}
	t.commit(c)
	for day, want := range map[state.Date][]state.CustomerID{
		today.Date: {"C-1", "C-2", "C-3"}, today.Date + 1: {"C-1", "C-2"}, today.Date + 2: {"C-1", "C-2"}, today.Date + 3: {"C-2"}, today.Date + 5: {"C-2"}, today.Date + 6: nil,
	} {
		got(t, "disputants on "+day.String(), disputants(day), want)
	}

	c = step(entry("C-1", 3))
	c.Disputants = []state.Disputant{{Customer: "C-2", Until: today.Date + 9}, {Customer: "C-1", Until: today.Date + 9}}
	if err := t.store.Commit(t.Context(), c); err == nil {
		t.Error("disputants out of order: got nil, want an error")
	}
	c = step(entry("C-2", 2))
	c.Disputants = []state.Disputant{{Customer: "C-2", Until: today.Date + 9}}
	t.refused(t.store.Commit(t.Context(), c), state.ErrConflict)
	got(t, "disputants after commits that were refused", disputants(today.Date+6), nil)

	t.must(t.store.CloseDay(t.Context(), &state.DayClose{From: t.day(), Next: today.Date + 1}))
	got(t, "disputants after a close", disputants(today.Date), []state.CustomerID{"C-1", "C-2"})
}
