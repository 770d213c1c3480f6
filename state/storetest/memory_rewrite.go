package storetest

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"

	"tocsin/state"
)

// Secret is the same for every store in memory, so that two of them can be compared.
func (m *Memory) Secret(context.Context) ([]byte, error) { return []byte("a secret of tests"), nil }

// Erased lists the pseudonyms of those who were erased.
func (m *Memory) Erased(context.Context) ([]state.CustomerID, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Sorted(maps.Keys(m.erased)), nil
}

// Summaries lists the newest message of each case that is of nobody in particular.
func (m *Memory) Summaries(context.Context) ([]state.Message, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.summaries(), nil
}

func (m *Memory) summaries() (all []state.Message) {
	newest := map[string]state.Message{}
	for _, o := range m.messages {
		if o.Customer == "" && o.about == "" && o.Seq >= newest[o.Case].Seq {
			newest[o.Case] = o.Message
		}
	}
	for _, id := range slices.Sorted(maps.Keys(newest)) {
		all = append(all, newest[id])
	}
	return all
}

// Words lists the newest message of each case that is about one of these customers.
func (m *Memory) Words(_ context.Context, about []state.CustomerID) (all []state.Message, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	newest := map[string]state.Message{}
	for _, o := range m.messages {
		if o.about != "" && (about == nil || slices.Contains(about, o.about)) && o.Seq >= newest[o.Case].Seq {
			o.About = o.about
			newest[o.Case] = o.Message
		}
	}
	for _, id := range slices.Sorted(maps.Keys(newest)) {
		all = append(all, newest[id])
	}
	return all, nil
}

// dropWords drops words that were owed before an instant and are settled.
func (m *Memory) dropWords(before state.Instant) {
	stays, gone := map[string]bool{}, map[string]bool{}
	for _, o := range m.messages {
		stays[o.Case] = stays[o.Case] || !o.settled || o.at >= before
	}
	m.messages = slices.DeleteFunc(m.messages, func(o owedMessage) bool {
		goes := o.about != "" && !stays[o.Case]
		gone[o.Case] = gone[o.Case] || goes
		return goes
	})
	maps.DeleteFunc(m.receipts, func(at address, _ state.Receipt) bool { return gone[at.caseID] })
}

// reword replaces summaries and owes them once more.
func (m *Memory) reword(at state.Instant, r *state.Rewording) {
	if r == nil {
		return
	}
	for _, s := range r.Messages {
		m.messages = slices.DeleteFunc(m.messages, func(o owedMessage) bool { return o.Case == s.Case })
		m.oweMessage(s, at)
		for key, receipt := range m.receipts {
			if key.caseID == s.Case {
				receipt.Body = nil
				m.receipts[key] = receipt
			}
		}
	}
}

// rewrite replaces a customer's journal and what was told by it.
func (m *Memory) rewrite(at state.Instant, w *state.Rewrite) {
	delete(m.journal, w.Customer)
	delete(m.snapshots, w.Customer)
	for _, e := range w.Entries {
		e.Applied = bytes.Clone(e.Applied)
		m.journal[w.As] = append(m.journal[w.As], e)
	}
	delete(m.clocks, w.Customer)
	m.rewriteTold(w)
	m.rewriteMessages(at, w)
	m.rewriteParked(w)
	if !w.Renamed() {
		return
	}
	maps.DeleteFunc(m.alarms, func(a state.Alarm, _ bool) bool { return a.Customer == w.Customer })
	delete(m.disputants, w.Customer)
	for day, core := range m.cores {
		m.cores[day] = renamed(core, w)
	}
	m.day.Core = renamed(m.day.Core, w)
	m.renameAffiliates(w)
	for i := range m.audit {
		if m.audit[i].Customer == w.Customer {
			m.audit[i].Erase()
		}
	}
	m.erased[w.As] = true
	m.day.Erased = len(m.erased)
}

// unsearched tells whether the name of somebody who is to be erased would be left behind.
func (m *Memory) unsearched(c *state.Commit) bool {
	for i := range c.Rewrites {
		w := &c.Rewrites[i]
		if !w.Renamed() {
			continue
		}
		if len(m.letters) != c.Searched {
			return true
		}
		for key, row := range m.identities {
			for _, id := range c.Identifiers {
				if id.Key == key {
					row = id
				}
			}
			if slices.Contains(row.Customers, w.Customer) {
				return true
			}
		}
	}
	return false
}

func renamed(ids []state.CustomerID, w *state.Rewrite) []state.CustomerID {
	at := slices.Index(ids, w.Customer)
	if at < 0 {
		return ids
	}
	ids = slices.Clone(ids)
	ids[at] = w.As
	slices.Sort(ids)
	return ids
}

// rewriteTold replaces a customer's alerts and tasks. Those that owe a copy to a topic still do.
func (m *Memory) rewriteTold(w *state.Rewrite) {
	owedAlerts, owedTasks := map[state.Was]bool{}, map[state.Was]bool{}
	m.publications = slices.DeleteFunc(m.publications, func(p state.Publication) bool {
		switch {
		case p.Alert != nil && p.Alert.Customer == w.Customer:
			owedAlerts[state.Was{ID: p.Alert.ID, Seq: p.Alert.Seq}] = true
		case p.Task != nil && p.Task.Customer == w.Customer:
			owedTasks[state.Was{ID: p.Task.ID, Seq: p.Task.Seq}] = true
		case p.Wish != nil && p.Wish.Customer == w.Customer:
		default:
			return false
		}
		return true
	})
	m.alerts = slices.DeleteFunc(m.alerts, func(a state.AlertRow) bool {
		if a.Customer == w.Customer {
			delete(m.taken, fmt.Sprintf("alert %q %d", a.ID, a.Seq))
		}
		return a.Customer == w.Customer
	})
	m.tasks = slices.DeleteFunc(m.tasks, func(t state.TaskRow) bool {
		if t.Customer == w.Customer {
			delete(m.taken, fmt.Sprintf("task %q %d", t.ID, t.Seq))
		}
		return t.Customer == w.Customer
	})
	for _, a := range w.Alerts {
		m.taken[fmt.Sprintf("alert %q %d", a.ID, a.Seq)] = true
		m.alerts = append(m.alerts, a.AlertRow)
		if owedAlerts[a.Was] {
			m.publish(state.Publication{Alert: &a.AlertRow})
		}
	}
	for _, t := range w.Tasks {
		m.taken[fmt.Sprintf("task %q %d", t.ID, t.Seq)] = true
		m.tasks = append(m.tasks, t.TaskRow)
		if owedTasks[t.Was] {
			m.publish(state.Publication{Task: &t.TaskRow})
		}
	}
}

// rewriteMessages replaces a customer's messages, and owes anew what somebody has seen.
func (m *Memory) rewriteMessages(at state.Instant, w *state.Rewrite) {
	stood := map[state.Was]owedMessage{}
	m.messages = slices.DeleteFunc(m.messages, func(o owedMessage) bool {
		if o.Customer == w.Customer {
			stood[state.Was{ID: o.Case, Seq: o.Seq}] = o
			delete(m.taken, fmt.Sprintf("message %q", o.ID))
			delete(m.taken, fmt.Sprintf("message of case %q %d", o.Case, o.Seq))
		}
		return o.Customer == w.Customer
	})
	cases := map[string]string{}
	for _, r := range w.Messages {
		o := owedMessage{Message: r.Message, settled: true}
		o.DueAt, o.Held = at, false
		if old, known := stood[r.Was]; known {
			o.DueAt, o.Held, o.settled = old.DueAt, old.Held, old.settled
			cases[r.Was.ID] = r.Case
		}
		if r.Owed {
			o.DueAt, o.Held, o.settled = at, false, false
		}
		m.taken[fmt.Sprintf("message %q", o.ID)] = true
		m.taken[fmt.Sprintf("message of case %q %d", o.Case, o.Seq)] = true
		m.messages = append(m.messages, o)
	}
	m.moveReceipts(at, cases)
}

// moveReceipts carries receipts over to the new names of their cases, without what they say was delivered, and owes the newest
// message once more where somebody has seen one.
func (m *Memory) moveReceipts(at state.Instant, cases map[string]string) {
	for was := range cases {
		m.hush(was)
	}
	moved := map[address]state.Receipt{}
	for key, r := range m.receipts {
		if is, moves := cases[key.caseID]; moves {
			delete(m.receipts, key)
			r.Case, r.Body = is, nil
			moved[address{is, key.channel}] = r
		}
	}
	for key, r := range moved {
		m.receipts[key] = r
		if r.Timestamp != "" {
			m.oweAnew(at, r.Case)
		}
	}
}

func (m *Memory) oweAnew(at state.Instant, is string) {
	newest := -1
	for i, o := range m.messages {
		if o.Case == is && (newest < 0 || o.Seq > m.messages[newest].Seq) {
			newest = i
		}
	}
	if newest >= 0 {
		o := &m.messages[newest]
		o.settled, o.Held, o.DueAt = false, false, at
	}
}

// redact replaces a refused record by what may be kept of it.
func (m *Memory) redact(d *state.DeadLetter) {
	same := func(o *state.DeadLetter) bool {
		return o.Topic == d.Topic && o.Partition == d.Partition && o.Offset == d.Offset
	}
	for i := range m.letters {
		if o := &m.letters[i].DeadLetter; same(o) {
			o.Key, o.Value, o.Headers, o.Detail = d.Key, d.Value, d.Headers, d.Detail
		}
	}
	for _, p := range m.publications {
		if o := p.DeadLetter; o != nil && same(o) {
			o.Key, o.Value, o.Headers, o.Detail = d.Key, d.Value, d.Headers, d.Detail
		}
	}
}
