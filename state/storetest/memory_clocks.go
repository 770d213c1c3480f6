package storetest

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"tocsin/state"
)

// DueClocks lists clocks that somebody is to look at.
func (m *Memory) DueClocks(_ context.Context, now state.Instant, limit int) ([]state.Clock, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	due := slices.DeleteFunc(slices.Collect(maps.Values(m.clocks)), func(c state.Clock) bool { return c.Held || c.Off || c.Look > now })
	slices.SortFunc(due, func(a, b state.Clock) int {
		return cmp.Or(cmp.Compare(a.Look, b.Look), cmp.Compare(a.Customer, b.Customer))
	})
	return first(limit, due), nil
}

// ToldClocks lists clocks whose time runs from before people were told.
func (m *Memory) ToldClocks(_ context.Context, after state.CustomerID, limit int) ([]state.Clock, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	told := slices.DeleteFunc(slices.Collect(maps.Values(m.clocks)), func(c state.Clock) bool {
		return c.Held || c.Off || c.Told-c.From < 1e9 || c.Customer <= after
	})
	slices.SortFunc(told, func(a, b state.Clock) int { return cmp.Compare(a.Customer, b.Customer) })
	return first(limit, told), nil
}

// Unheard tells whether nobody has, or is to get, a message of a case.
func (m *Memory) Unheard(_ context.Context, caseID string) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for key, r := range m.receipts {
		if key.caseID == caseID && (r.Timestamp != "" || r.Attempt != 0) {
			return false, nil
		}
	}
	return !slices.ContainsFunc(m.messages, func(o owedMessage) bool { return o.Case == caseID && !o.settled }), nil
}

// PutOffClock has a clock looked at later.
func (m *Memory) PutOffClock(_ context.Context, seen *state.Clock, until state.Instant) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, runs := m.clocks[seen.Customer]
	if runs && c.Task == seen.Task && c.Seq == seen.Seq && c.Look == seen.Look {
		c.Look = until
		m.clocks[seen.Customer] = c
	}
	return nil
}

func (m *Memory) setClocks(c *state.Commit) {
	for _, k := range c.Clocks {
		if k.Task == "" {
			delete(m.clocks, k.Customer)
			continue
		}
		var before *state.Clock
		if b, runs := m.clocks[k.Customer]; runs {
			before = &b
		}
		m.clocks[k.Customer] = k.After(before, c.At)
	}
}

// postponeClock stops the clock of a case that is put off before anybody was told of it.
func (m *Memory) postponeClock(caseID string) {
	for key, r := range m.receipts {
		if key.caseID == caseID && r.Timestamp != "" {
			return
		}
	}
	for _, o := range m.messages {
		if c, runs := m.clocks[o.Customer]; runs && o.Case == caseID && !c.Known && !c.Held {
			c.Off = true
			m.clocks[o.Customer] = c
		}
	}
}

// tellClock starts the clock of a case that was put off, when people are told of it.
func (m *Memory) tellClock(caseID string) {
	told := state.Instant(0)
	for at, h := range m.heard {
		if at.Case == caseID {
			told = max(told, h.At)
		}
	}
	for _, o := range m.messages {
		if c, runs := m.clocks[o.Customer]; runs && o.Case == caseID && c.Off {
			c.Off, c.Known, c.Told = false, true, max(c.Told, told)
			m.clocks[o.Customer] = c
		}
	}
}

// freeClocks starts the clocks of those of whom nothing is withheld any more.
func (m *Memory) freeClocks(at state.Instant) {
	for id, c := range m.clocks {
		waits := func(o owedMessage) bool { return o.Customer == id && !o.settled && o.Held }
		if c.Held && !slices.ContainsFunc(m.messages, waits) {
			c.Held, c.Told = false, at
			m.clocks[id] = c
		}
	}
}
