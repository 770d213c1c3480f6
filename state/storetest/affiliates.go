package storetest

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"tocsin/state"
)

// Affiliates lists the rows of all who have to do with a corporate group.
func (m *Memory) Affiliates(context.Context) ([]state.AffiliateRow, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	concerned := map[state.CustomerID]bool{}
	for _, r := range m.affiliates {
		if r.Parent != "" {
			concerned[r.Customer], concerned[r.Parent] = true, true
		}
	}
	rows := slices.DeleteFunc(slices.Clone(m.affiliates), func(r state.AffiliateRow) bool { return !concerned[r.Customer] })
	slices.SortFunc(rows, func(a, b state.AffiliateRow) int {
		return cmp.Or(strings.Compare(string(a.Customer), string(b.Customer)), cmp.Compare(a.Seq, b.Seq))
	})
	return rows, nil
}

// renameAffiliates gives the name of a customer who is erased to his pseudonym.
func (m *Memory) renameAffiliates(w *state.Rewrite) {
	for i := range m.affiliates {
		r := &m.affiliates[i]
		if r.Customer == w.Customer {
			r.Customer = w.As
		}
		if r.Parent == w.Customer {
			r.Parent = w.As
		}
	}
}

// affiliate is a row of the first day.
func affiliate(customer state.CustomerID, seq uint64, parent state.CustomerID, name uint64) state.AffiliateRow {
	return state.AffiliateRow{Customer: customer, Seq: seq, Known: today.Date, Parent: parent, Name: name}
}

func (t *trial) affiliates() []state.AffiliateRow {
	t.Helper()
	rows, err := t.store.Affiliates(t.Context())
	t.must(err)
	return rows
}

func groupsAreListed(t *trial) {
	t.open()
	c := step(entry("A", 1), entry("B", 1), entry("C", 1), entry("D", 1))
	c.Affiliates = []state.AffiliateRow{affiliate("A", 1, "", 1), affiliate("B", 1, "", 1<<63), affiliate("C", 1, "B", 3), affiliate("D", 1, "X", 4)}
	t.commit(c)
	left := step(entry("A", 2), entry("C", 2))
	left.Affiliates = []state.AffiliateRow{affiliate("A", 2, "", 0), affiliate("C", 2, "", 3)}
	t.commit(left)
	got(t, "affiliates", t.affiliates(), []state.AffiliateRow{
		affiliate("B", 1, "", 1<<63), affiliate("C", 1, "B", 3), affiliate("C", 2, "", 3), affiliate("D", 1, "X", 4),
	})
}

func groupOutOfPlaceIsRefused(t *trial) {
	t.open()
	tomorrow, zeroth := affiliate("A", 1, "B", 1), affiliate("A", 0, "B", 1)
	tomorrow.Known++
	for name, rows := range map[string][]state.AffiliateRow{
		"out of order": {affiliate("B", 1, "", 1), affiliate("A", 1, "B", 1)}, "twice": {affiliate("A", 1, "B", 1), affiliate("A", 1, "B", 2)},
		"known on another day": {tomorrow}, "of no journal row": {zeroth},
	} {
		c := step(entry("A", 1), entry("B", 1))
		c.Affiliates = rows
		if err := t.store.Commit(t.Context(), c); err == nil {
			t.Errorf("%s: the commit was taken", name)
		}
	}
	got(t, "affiliates", len(t.affiliates()), 0)
}

func groupKeepsThePseudonym(t *trial) {
	t.open()
	c := step(entry("A", 1), entry("B", 1))
	c.Affiliates = []state.AffiliateRow{affiliate("A", 1, "", 1), affiliate("B", 1, "A", 2)}
	t.commit(c)
	row := entry("erased", 1)
	t.commit(&state.Commit{Day: today, At: noon, Rewrites: []state.Rewrite{{Customer: "A", As: "erased", Last: 1, Entries: []state.Entry{row}}}})
	got(t, "affiliates", t.affiliates(), []state.AffiliateRow{affiliate("B", 1, "erased", 2), affiliate("erased", 1, "", 1)})
}

func groupsTurnWithTheDay(t *trial) {
	t.open()
	t.commit(step(entry("A", 1), entry("B", 1)))
	next := today.Date + 1
	t.must(t.store.CloseDay(t.Context(), &state.DayClose{
		From: t.day(), Next: next, Core: []state.CustomerID{"B"}, Turned: []state.CustomerID{"A", "B"},
	}))
	got(t, "alarms", t.alarms(), []state.Alarm{{Day: next, Customer: "A"}, {Day: next, Customer: "B"}})
}
