package storetest

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"tocsin/state"
)

// Owed lists the newest message of each case that has a due one.
func (m *Memory) Owed(_ context.Context, now state.Instant, limit int) ([]state.Message, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	newest, due := map[string]state.Message{}, map[string]state.Instant{}
	for _, o := range m.messages {
		if o.settled || o.Held {
			continue
		}
		if at, known := due[o.Case]; !known || o.DueAt < at {
			due[o.Case] = o.DueAt
		}
		if o.Seq >= newest[o.Case].Seq {
			newest[o.Case] = o.Message
		}
	}
	var owed []state.Message
	for _, o := range newest {
		if due[o.Case] <= now {
			owed = append(owed, o)
		}
	}
	slices.SortFunc(owed, func(a, b state.Message) int {
		return cmp.Or(cmp.Compare(due[a.Case], due[b.Case]), cmp.Compare(a.Case, b.Case))
	})
	return first(limit, owed), nil
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
	for i := range m.messages {
		if o := &m.messages[i]; o.Case == r.Case && o.Seq <= r.Seq {
			o.settled = true
		}
	}
	return nil
}

// Release lets held messages go.
func (m *Memory) Release(_ context.Context, now state.Instant) (released int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	newest, holds := map[string]int64{}, map[string]bool{}
	for _, o := range m.messages {
		if !o.settled {
			newest[o.Case] = max(newest[o.Case], o.Seq)
			holds[o.Case] = holds[o.Case] || o.Held
		}
	}
	for i := range m.messages {
		o := &m.messages[i]
		switch {
		case o.settled || !holds[o.Case]:
		case o.Seq < newest[o.Case]:
			o.settled = true
		case o.Held:
			o.Held, o.DueAt = false, max(o.DueAt, now)
			released++
		}
	}
	return released, nil
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
