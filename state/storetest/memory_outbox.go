package storetest

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"tocsin/state"
)

// Owed lists the newest message of each case that has a due one.
func (m *Memory) Owed(_ context.Context, now state.Instant, limit int) ([]state.Message, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	type newest struct {
		state.Message
		due  state.Instant // the earliest
		owed bool
		wait state.Wait
	}
	all := map[string]newest{}
	for _, o := range m.messages {
		if o.settled || o.Held {
			continue
		}
		n, known := all[o.Case]
		if !known || o.DueAt < n.due {
			n.due = o.DueAt
		}
		n.owed = n.owed || max(o.DueAt, o.Wait.Until) <= now
		n.wait.Why, n.wait.Since = max(n.wait.Why, o.Wait.Why), max(n.wait.Since, o.Wait.Since)
		if len(o.Wait.In) > 0 {
			n.wait.In = o.Wait.In
		}
		if o.Seq >= n.Seq {
			n.Message, n.wait.Until = o.Message, o.Wait.Until
		}
		all[o.Case] = n
	}
	list := slices.DeleteFunc(slices.Collect(maps.Values(all)), func(n newest) bool { return !n.owed })
	slices.SortFunc(list, func(a, b newest) int { return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.Case, b.Case)) })
	var owed []state.Message
	for _, n := range first(limit, list) {
		n.Wait = n.wait
		owed = append(owed, n.Message)
	}
	return owed, nil
}

// OwedCount counts cases that wait for delivery and for a release.
func (m *Memory) OwedCount(context.Context) (due, held int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	waits := map[string]bool{} // case: one of its messages is not held
	for _, o := range m.messages {
		if !o.settled {
			waits[o.Case] = waits[o.Case] || !o.Held
		}
	}
	for _, free := range waits {
		if free {
			due++
		} else {
			held++
		}
	}
	return due, held, nil
}

// Receipt is where a case stands in a channel.
func (m *Memory) Receipt(_ context.Context, caseID, channel string) (state.Receipt, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.receipts[address{caseID, channel}], nil
}

// Receipts are where a case stands, by channel.
func (m *Memory) Receipts(_ context.Context, caseID string) ([]state.Receipt, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []state.Receipt
	for at, r := range m.receipts {
		if at.caseID == caseID {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(a, b state.Receipt) int { return cmp.Compare(a.Channel, b.Channel) })
	return list, nil
}

// Deliver stores a receipt.
func (m *Memory) Deliver(_ context.Context, under state.Lease, r state.Receipt) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !slices.ContainsFunc(m.messages, func(o owedMessage) bool { return o.Case == r.Case }) {
		return state.ErrCaseGone
	}
	if err := m.leases.Check(under); err != nil {
		return err
	}
	r.Body = bytes.Clone(r.Body)
	m.receipts[address{r.Case, r.Channel}] = r
	m.settle(state.MessageKey{Case: r.Case, Seq: r.Seq})
	if r.Timestamp != "" {
		m.tellClock(r.Case)
	}
	return nil
}

// Withheld lists what cases are kept from saying.
func (m *Memory) Withheld(_ context.Context, after string, limit int) ([]state.Withheld, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := m.withheld()
	at, found := slices.BinarySearchFunc(all, after, func(w state.Withheld, after string) int { return cmp.Compare(w.Case, after) })
	if found {
		at++
	}
	return first(limit, all[at:]), nil
}

func (m *Memory) withheld() (all []state.Withheld) {
	newest := map[string]state.Message{}
	for _, o := range m.messages {
		if !o.settled && o.Seq >= newest[o.Case].Seq {
			newest[o.Case] = o.Message
		}
	}
	for _, o := range newest {
		if o.Held {
			all = append(all, state.Withheld{Message: o, Seen: m.seen(o.Case)})
		}
	}
	slices.SortFunc(all, func(a, b state.Withheld) int { return cmp.Compare(a.Case, b.Case) })
	return all
}

// seen tells whether somebody may have seen a message of a case.
func (m *Memory) seen(caseID string) bool {
	for key, r := range m.receipts {
		if key.caseID == caseID && (r.Timestamp != "" || r.Attempt != 0) {
			return true
		}
	}
	return false
}

// Release does with held messages what it is told.
func (m *Memory) Release(_ context.Context, l state.LettingGo) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := l.Fits(m.withheld()); err != nil {
		return err
	}
	for _, key := range l.Settled {
		m.settle(key)
	}
	for _, key := range l.Go {
		m.settle(state.MessageKey{Case: key.Case, Seq: key.Seq - 1})
		for i := range m.messages {
			if o := &m.messages[i]; o.Key() == key {
				o.Held, o.DueAt = false, max(o.DueAt, l.At)
			}
		}
	}
	m.freeClocks(l.At)
	if l.Summary != nil {
		m.oweMessage(*l.Summary, l.At)
	}
	return nil
}

// settle settles the messages of a case up to one.
func (m *Memory) settle(key state.MessageKey) {
	for i := range m.messages {
		if o := &m.messages[i]; o.Case == key.Case && o.Seq <= key.Seq {
			o.settled = true
		}
	}
}

// Owe owes a message of nobody in particular, once.
func (m *Memory) Owe(_ context.Context, at state.Instant, o state.Message, erased int) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case len(m.erased) != erased:
		return false, fmt.Errorf("%d customers are erased, not %d: %w", len(m.erased), erased, state.ErrConflict)
	case m.taken[fmt.Sprintf("message of case %q %d", o.Case, o.Seq)]:
		return false, nil
	}
	m.oweMessage(o, at)
	return true, nil
}

// oweMessage owes a message of nobody in particular.
func (m *Memory) oweMessage(o state.Message, at state.Instant) {
	o.DueAt, o.Held, o.Body = at, false, bytes.Clone(o.Body)
	m.taken[fmt.Sprintf("message %q", o.ID)] = true
	m.taken[fmt.Sprintf("message of case %q %d", o.Case, o.Seq)] = true
	m.append(o, at)
}

// append adds a message that is owed at an instant.
func (m *Memory) append(o state.Message, at state.Instant) {
	about := o.About
	o.About = ""
	m.messages = append(m.messages, owedMessage{Message: o, at: at, about: about})
}

// Unpublished lists rows that owe a copy.
func (m *Memory) Unpublished(_ context.Context, limit int) ([]state.Publication, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(first(limit, m.publications)), nil
}

// Published settles rows.
func (m *Memory) Published(_ context.Context, ids []int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.publications = slices.DeleteFunc(m.publications, func(p state.Publication) bool { return slices.Contains(ids, p.ID) })
	return nil
}

// Alerts lists transitions.
func (m *Memory) Alerts(_ context.Context, customer state.CustomerID) ([]state.AlertRow, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := slices.DeleteFunc(slices.Clone(m.alerts), func(a state.AlertRow) bool { return customer != "" && a.Customer != customer })
	slices.SortFunc(all, func(a, b state.AlertRow) int {
		return cmp.Or(cmp.Compare(a.KnownAt, b.KnownAt), cmp.Compare(a.Customer, b.Customer), cmp.Compare(a.Signal, b.Signal),
			cmp.Compare(a.ID, b.ID), cmp.Compare(a.Seq, b.Seq))
	})
	return all, nil
}

// AlertsMoved lists the transitions of those of whose alerts one has changed.
func (m *Memory) AlertsMoved(ctx context.Context, first, last state.Date) ([]state.AlertRow, error) {
	all, err := m.Alerts(ctx, "")
	moved := map[state.CustomerID]bool{}
	for i := range all {
		if a := &all[i]; a.Day >= first && a.Day <= last {
			moved[a.Customer] = true
		}
	}
	return slices.DeleteFunc(all, func(a state.AlertRow) bool { return !moved[a.Customer] }), err
}

// Tasks lists the newest row of each task.
func (m *Memory) Tasks(context.Context) ([]state.TaskRow, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	newest := map[string]state.TaskRow{}
	for _, t := range m.tasks {
		if t.Seq >= newest[t.ID].Seq {
			newest[t.ID] = t
		}
	}
	var tasks []state.TaskRow
	for _, t := range newest {
		tasks = append(tasks, t)
	}
	slices.SortFunc(tasks, func(a, b state.TaskRow) int {
		return cmp.Or(cmp.Compare(a.Customer, b.Customer), cmp.Compare(a.ID, b.ID))
	})
	return tasks, nil
}

// Customers lists every customer with a history.
func (m *Memory) Customers(context.Context) ([]state.CustomerID, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.customers(), nil
}

// Rows lists a customer's whole journal.
func (m *Memory) Rows(_ context.Context, customer state.CustomerID) ([]state.Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.journal[customer]), nil
}

func (m *Memory) customers() (ids []state.CustomerID) {
	for id := range m.journal {
		ids = append(ids, id)
	}
	for id := range m.snapshots {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// DeadLetterCount is how many records were refused.
func (m *Memory) DeadLetterCount(context.Context) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.letters), nil
}

// DeadLetters lists refused records.
func (m *Memory) DeadLetters(_ context.Context, limit int) (all []state.DeadLetter, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range first(limit, m.letters) {
		all = append(all, d.DeadLetter)
	}
	return all, nil
}

// dropPassing drops what cases had to say before their newest message and is settled.
func (m *Memory) dropPassing(cases []string) {
	newest := map[string]int64{}
	for _, o := range m.messages {
		newest[o.Case] = max(newest[o.Case], o.Seq)
	}
	m.messages = slices.DeleteFunc(m.messages, func(o owedMessage) bool {
		return o.settled && o.Seq < newest[o.Case] && slices.Contains(cases, o.Case)
	})
}
