package storetest

import (
	"cmp"
	"context"
	"slices"

	"tocsin/state"
)

// KeepGap notes a gap.
func (m *Memory) KeepGap(_ context.Context, g state.Gap) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	g.Accepted = state.Acceptance{}
	open := m.openGap(g.Topic, g.Partition)
	if open == nil {
		m.gaps = append(m.gaps, g)
		return nil
	}
	if open.Stands == g.Stands {
		g.Since = open.Since
	}
	*open = g
	return nil
}

// openGap is the open gap of a partition; nil where there is none.
func (m *Memory) openGap(topic string, partition int32) *state.Gap {
	for i := range m.gaps {
		if g := &m.gaps[i]; g.Topic == topic && g.Partition == partition && g.Open() {
			return g
		}
	}
	return nil
}

// Gaps lists gaps.
func (m *Memory) Gaps(context.Context) ([]state.Gap, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := slices.Clone(m.gaps)
	slices.SortStableFunc(all, func(a, b state.Gap) int {
		return cmp.Or(cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Partition, b.Partition))
	})
	return all, nil
}

// AcceptGap closes a gap and moves its partition on.
func (m *Memory) AcceptGap(_ context.Context, topic string, number int32, a state.Acceptance, audit ...state.AuditRow) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	open := m.openGap(topic, number)
	if open == nil {
		return state.ErrNoGap
	}
	key := partition{topic, number}
	stands, found := m.positions[key]
	if !found || stands.Next != open.Stands {
		return state.ErrFenced
	}
	stands.Next = a.To
	if open.Foreign {
		stands.Cluster, stands.TopicID = "", ""
	}
	m.positions[key], open.Accepted = stands, a
	delete(m.fronts, key)
	if open.Back(&a) {
		m.setAside(topic, number, a)
	}
	m.chain(audit)
	return nil
}

// setAside keeps refused records of a log that is gone under its former name.
func (m *Memory) setAside(topic string, number int32, a state.Acceptance) {
	for i := range m.letters {
		d := &m.letters[i]
		if d.Topic != topic || d.Partition != number || d.Offset < a.To {
			continue
		}
		delete(m.taken, letterKey(&d.DeadLetter))
		d.Topic = state.Former(topic, &a)
		m.taken[letterKey(&d.DeadLetter)] = true
		if d.Redrive != nil {
			moved := *d.Redrive
			moved.Topic = d.Topic
			d.Redrive = &moved
		}
	}
	for _, p := range m.publications {
		if d := p.DeadLetter; d != nil && d.Topic == topic && d.Partition == number && d.Offset >= a.To {
			d.Topic = state.Former(topic, &a)
		}
	}
}

// Refused lists refused records and what has become of them.
func (m *Memory) Refused(_ context.Context, after int64, limit int) ([]state.Refused, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(first(limit, m.letters[min(int(after), len(m.letters)):])), nil
}

// redriven tells whether the place of a redrive is taken.
func (m *Memory) redriven(r *state.Redrive) bool {
	d := m.letter(r)
	return d != nil && d.Redrive != nil
}

// redrive notes which refused records are accepted after all.
func (m *Memory) redrive(rows []state.Redrive) {
	for _, r := range rows {
		if d := m.letter(&r); d != nil {
			d.Redrive = &r
		}
	}
}

// letter is the refused record of a place; nil where there is none.
func (m *Memory) letter(r *state.Redrive) *state.Refused {
	for i := range m.letters {
		if d := &m.letters[i]; d.Topic == r.Topic && d.Partition == r.Partition && d.Offset == r.Offset {
			return d
		}
	}
	return nil
}
