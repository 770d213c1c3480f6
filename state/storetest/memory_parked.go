package storetest

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"

	"tocsin/state"
)

// Quarantined lists who is quarantined.
func (m *Memory) Quarantined(context.Context) ([]state.Quarantine, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := slices.SortedFunc(maps.Values(m.quarantined), func(a, b state.Quarantine) int { return cmp.Compare(a.Customer, b.Customer) })
	for i := range all {
		all[i].Waiting = len(m.waiting(all[i].Customer))
	}
	return all, nil
}

// Parked lists what waits of a customer.
func (m *Memory) Parked(_ context.Context, customer state.CustomerID, after int64, limit int) ([]state.Parked, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	rows := slices.DeleteFunc(m.waiting(customer), func(p state.Parked) bool { return p.ID <= after })
	return first(limit, rows), nil
}

// waiting is what waits of a customer; the slice is the caller's.
func (m *Memory) waiting(customer state.CustomerID) []state.Parked {
	return slices.DeleteFunc(slices.Clone(m.parked), func(p state.Parked) bool { return p.Customer != customer })
}

// refuseParked refuses what others have parked, released or quarantined meanwhile.
func (m *Memory) refuseParked(c *state.Commit) error {
	for i := range c.Rewrites {
		if w := &c.Rewrites[i]; len(m.waiting(w.Customer)) != w.Waiting {
			return state.ErrConflict
		}
	}
	for _, q := range c.Quarantines {
		if _, known := m.quarantined[q.Customer]; known {
			return state.ErrConflict
		}
	}
	for _, r := range c.Releases {
		rows := m.waiting(r.Customer)
		left := slices.DeleteFunc(slices.Clone(rows), func(p state.Parked) bool { return p.ID <= r.UpTo })
		_, known := m.quarantined[r.Customer]
		if len(rows)-len(left) != r.Rows || r.Closes && (len(left) > 0 || !known) {
			return state.ErrConflict
		}
	}
	return nil
}

// park writes who is quarantined and what waits.
func (m *Memory) park(c *state.Commit) {
	for _, q := range c.Quarantines {
		q.Waiting = 0
		m.quarantined[q.Customer] = q
	}
	m.keepParked(c.Parked)
	for _, r := range c.Releases {
		m.parked = slices.DeleteFunc(m.parked, func(p state.Parked) bool { return p.Customer == r.Customer && p.ID <= r.UpTo })
		if r.Closes {
			delete(m.quarantined, r.Customer)
		}
	}
	m.day.Quarantined += c.Quarantining()
}

func (m *Memory) keepParked(rows []state.Parked) {
	for _, p := range rows {
		m.lastParked++
		p.ID, p.Applied, p.Records = m.lastParked, bytes.Clone(p.Applied), bytes.Clone(p.Records)
		m.parked = append(m.parked, p)
	}
}

// rewriteParked replaces what waits of a customer.
func (m *Memory) rewriteParked(w *state.Rewrite) {
	m.parked = slices.DeleteFunc(m.parked, func(p state.Parked) bool { return p.Customer == w.Customer })
	m.keepParked(w.Parked)
	if q, known := m.quarantined[w.Customer]; known && w.Renamed() {
		delete(m.quarantined, w.Customer)
		q.Customer, q.Reason = w.As, ""
		m.quarantined[w.As] = q
	}
}
