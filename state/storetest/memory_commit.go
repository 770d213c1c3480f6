package storetest

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"

	"tocsin/state"
)

// Commit looks at all that may refuse c, and only then writes.
func (m *Memory) Commit(ctx context.Context, c *state.Commit) error {
	if err := c.Check(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := m.refuse(c); err != nil {
		return err
	}
	m.move(c)
	for i := range c.Rewrites {
		m.rewrite(c.At, &c.Rewrites[i])
	}
	m.reword(c.At, c.Rewording)
	for key := range effectKeys(c) {
		m.taken[key] = true
	}
	for i := range c.Redacted {
		m.redact(&c.Redacted[i])
	}
	m.park(c)
	m.step(c)
	m.owe(c)
	m.addScores(c)
	m.redrive(c.Redrives)
	m.chain(c.Audit)
	return nil
}

// Landed tells whether a commit has landed under a request id.
func (m *Memory) Landed(_ context.Context, request string) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, landed := m.requests[request]
	return landed, nil
}

// refuse is the first reason not to take a commit, in the protocol's order.
func (m *Memory) refuse(c *state.Commit) error {
	if _, landed := m.requests[c.Request]; landed {
		return state.ErrRepeated
	}
	for i := range c.Redrives {
		if m.redriven(&c.Redrives[i]) {
			return state.ErrRepeated
		}
	}
	for _, p := range c.Positions {
		stands, found := m.positions[partition{p.Topic, p.Partition}]
		if !found || stands.Next != p.From || stands.Epoch != p.Epoch {
			return state.ErrFenced
		}
	}
	if !m.inForce(c.Day) {
		return state.ErrDayClosed
	}
	for i := range c.Rates {
		if m.rateTaken(&c.Rates[i]) {
			return state.ErrStale
		}
	}
	for _, id := range c.Identifiers {
		if m.identities[id.Key].Version != id.Version {
			return state.ErrStale
		}
	}
	for i := range c.Rewrites {
		if w := &c.Rewrites[i]; m.last(w.Customer) != w.Last || w.Renamed() && len(w.Entries) > 0 && len(m.journal[w.As]) > 0 {
			return state.ErrConflict
		}
	}
	if err := m.refuseParked(c); err != nil {
		return err
	}
	if m.unsearched(c) {
		return state.ErrStale
	}
	if c.Rewording != nil && len(m.summaries()) != c.Rewording.Known {
		return state.ErrConflict
	}
	for _, p := range c.Proofs {
		last := m.last(p.Customer)
		for i := range c.Rewrites {
			if w := &c.Rewrites[i]; w.Renamed() && w.As == p.Customer {
				last = w.Last
			}
		}
		if last != p.Seq {
			return state.ErrConflict
		}
	}
	for _, e := range c.Entries {
		if slices.ContainsFunc(m.journal[e.Customer], func(row state.Entry) bool { return row.Seq == e.Seq }) {
			return state.ErrConflict
		}
	}
	seen, free := map[string]bool{}, m.freed(c)
	for key := range effectKeys(c) {
		if m.taken[key] && !free[key] || seen[key] {
			return fmt.Errorf("%s is taken", key)
		}
		seen[key] = true
	}
	return nil
}

// freed are the keys that a commit's rewrites give back.
func (m *Memory) freed(c *state.Commit) map[string]bool {
	free := map[string]bool{}
	for i := range c.Rewrites {
		w := &c.Rewrites[i]
		was := state.Commit{
			Alerts: slices.DeleteFunc(slices.Clone(m.alerts), func(a state.AlertRow) bool { return a.Customer != w.Customer }),
			Tasks:  slices.DeleteFunc(slices.Clone(m.tasks), func(t state.TaskRow) bool { return t.Customer != w.Customer }),
		}
		for _, o := range m.messages {
			if o.Customer == w.Customer {
				was.Messages = append(was.Messages, o.Message)
			}
		}
		for key := range effectKeys(&was) {
			free[key] = true
		}
	}
	for i := range c.Rewrites {
		for key := range effectKeys(retold(&c.Rewrites[i])) {
			delete(free, key)
		}
	}
	return free
}

// retold are the effects that a rewritten journal has.
func retold(w *state.Rewrite) *state.Commit {
	var is state.Commit
	for _, a := range w.Alerts {
		is.Alerts = append(is.Alerts, a.AlertRow)
	}
	for _, t := range w.Tasks {
		is.Tasks = append(is.Tasks, t.TaskRow)
	}
	for _, o := range w.Messages {
		is.Messages = append(is.Messages, o.Message)
	}
	return &is
}

// effectKeys are the keys that a commit's alerts, tasks, messages and dead letters take.
func effectKeys(c *state.Commit) func(yield func(string) bool) {
	var keys []string
	for _, a := range c.Alerts {
		keys = append(keys, fmt.Sprintf("alert %q %d", a.ID, a.Seq))
	}
	for _, t := range c.Tasks {
		keys = append(keys, fmt.Sprintf("task %q %d", t.ID, t.Seq))
	}
	for _, o := range c.Messages {
		keys = append(keys, fmt.Sprintf("message %q", o.ID), fmt.Sprintf("message of case %q %d", o.Case, o.Seq))
	}
	for _, d := range c.DeadLetters {
		keys = append(keys, letterKey(&d))
	}
	return slices.Values(keys)
}

// move writes what is of the store as a whole.
func (m *Memory) move(c *state.Commit) {
	if c.Request != "" {
		m.requests[c.Request] = c.Day.Date
	}
	for _, p := range c.Positions {
		key := partition{p.Topic, p.Partition}
		stands := m.positions[key]
		stands.Next = p.To
		m.positions[key] = stands
	}
	m.rates = append(m.rates, c.Rates...)
	m.affiliates = append(m.affiliates, c.Affiliates...)
	for _, id := range c.Identifiers {
		known := m.identities[id.Key]
		if slices.Equal(known.Customers, id.Customers) && sameEvents(known.Events, id.Events) {
			continue
		}
		m.version++
		if len(id.Customers)+len(id.Events) == 0 { // nobody has the identifier any more
			delete(m.identities, id.Key)
			continue
		}
		id.Version = m.version
		id.Customers, id.Events = slices.Clone(id.Customers), slices.Clone(id.Events)
		m.identities[id.Key] = id
	}
	if c.FirstLimit && m.day.FirstLimit == 0 {
		m.day.FirstLimit = m.day.Date
	}
}

func sameEvents(a, b []state.Event) bool {
	return slices.EqualFunc(a, b, func(x, y state.Event) bool { return reflect.DeepEqual(x, y) })
}

// step writes what is of the customers.
func (m *Memory) step(c *state.Commit) {
	appended := map[state.CustomerID]bool{}
	for _, e := range c.Entries {
		e.Applied = bytes.Clone(e.Applied)
		rows := append(m.journal[e.Customer], e)
		slices.SortFunc(rows, func(a, b state.Entry) int { return cmp.Compare(a.Seq, b.Seq) })
		m.journal[e.Customer] = rows
		appended[e.Customer] = true
	}
	for _, a := range c.Ticks {
		if appended[a.Customer] || m.last(a.Customer) == a.Seq {
			delete(m.alarms, state.Alarm{Day: a.Day, Customer: a.Customer})
		}
	}
	for _, a := range c.Alarms {
		m.alarms[state.Alarm{Day: a.Day, Customer: a.Customer}] = true
	}
	for _, d := range c.Disputants {
		m.disputants[d.Customer] = max(m.disputants[d.Customer], d.Until)
	}
	for _, s := range c.Snapshots {
		if s.Seq >= m.snapshots[s.Customer].Seq {
			s.Body = bytes.Clone(s.Body)
			m.snapshots[s.Customer] = s
		}
	}
}

// LastRows are customers' last rows.
func (m *Memory) LastRows(_ context.Context, ids []state.CustomerID) (map[state.CustomerID]uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	rows := make(map[state.CustomerID]uint64, len(ids))
	for _, id := range ids {
		if seq := m.last(id); seq > 0 {
			rows[id] = seq
		}
	}
	return rows, nil
}

// last is a customer's last row.
func (m *Memory) last(id state.CustomerID) uint64 {
	seq := m.snapshots[id].Seq
	if rows := m.journal[id]; len(rows) > 0 {
		seq = max(seq, rows[len(rows)-1].Seq)
	}
	return seq
}

func letterKey(d *state.DeadLetter) string {
	return fmt.Sprintf("dead letter %q %d %d", d.Topic, d.Partition, d.Offset)
}

// owe writes what people and topics are owed.
func (m *Memory) owe(c *state.Commit) {
	for _, a := range c.Alerts {
		a.Body = bytes.Clone(a.Body)
		m.alerts = append(m.alerts, a)
		m.publish(state.Publication{Alert: &a})
	}
	for _, t := range c.Tasks {
		t.Body = bytes.Clone(t.Body)
		m.tasks = append(m.tasks, t)
		m.publish(state.Publication{Task: &t})
	}
	m.setClocks(c)
	for _, w := range c.Wishes {
		w.Body = bytes.Clone(w.Body)
		m.publish(state.Publication{Wish: &w})
	}
	for _, o := range c.Messages {
		o.Body = bytes.Clone(o.Body)
		m.append(o, c.At)
	}
	for _, d := range c.DeadLetters {
		d.Key, d.Value, d.Headers = bytes.Clone(d.Key), bytes.Clone(d.Value), slices.Clone(d.Headers)
		m.letters = append(m.letters, state.Refused{Row: int64(len(m.letters) + 1), At: c.At, DeadLetter: d})
		m.publish(state.Publication{DeadLetter: &d})
	}
}

func (m *Memory) publish(p state.Publication) {
	m.published++
	p.ID = m.published
	m.publications = append(m.publications, p)
}
