package storetest

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"tocsin/state"
)

// Postpone puts messages off, and owes what tells of it.
func (m *Memory) Postpone(_ context.Context, under state.Lease, of []state.Waiting, tell []state.Message) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.leases.Check(under); err != nil {
		return err
	}
	for i := range of {
		if !slices.ContainsFunc(m.messages, func(o owedMessage) bool { return o.Case == of[i].Case }) {
			return state.ErrCaseGone
		}
	}
	for i := range tell {
		if slices.ContainsFunc(m.messages, func(o owedMessage) bool { return o.Key() == tell[i].Key() }) {
			return state.ErrConflict
		}
	}
	for i := range of {
		w := &of[i]
		for j := range m.messages {
			if o := &m.messages[j]; !o.settled && !o.Held && o.Case == w.Case && o.Seq <= w.Seq {
				o.Wait = w.Wait
				o.Wait.In = slices.Clone(w.In)
			}
		}
		m.postponeClock(w.Case)
	}
	for i := range tell {
		m.settle(state.MessageKey{Case: tell[i].Case, Seq: tell[i].Seq - 1})
		m.oweMessage(tell[i], tell[i].DueAt)
	}
	return nil
}

// waits are the cases that are put off, by when they were.
func (m *Memory) waits(of state.WaitsOf) (cases []string) {
	since := map[string]state.Instant{}
	for i := range m.messages {
		o := &m.messages[i]
		if o.settled || !of.Fits(&o.Wait) {
			continue
		}
		if at, known := since[o.Case]; !known || o.Wait.Since < at {
			since[o.Case] = o.Wait.Since
		}
	}
	for id := range since {
		cases = append(cases, id)
	}
	slices.SortFunc(cases, func(a, b string) int { return cmp.Or(cmp.Compare(since[a], since[b]), cmp.Compare(a, b)) })
	return cases
}

// Recall ends waits.
func (m *Memory) Recall(_ context.Context, under state.Lease, of state.WaitsOf, limit int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.leases.Check(under); err != nil {
		return err
	}
	for _, id := range first(limit, m.waits(of)) {
		for j := range m.messages {
			if o := &m.messages[j]; !o.settled && o.Case == id {
				o.Wait.Until = 0
			}
		}
	}
	return nil
}

// Again owes messages anew.
func (m *Memory) Again(_ context.Context, under state.Lease, at state.Instant, cases []string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.leases.Check(under); err != nil {
		return err
	}
	for _, id := range cases {
		var newest *owedMessage
		for i := range m.messages {
			if o := &m.messages[i]; o.Case == id && (newest == nil || o.Seq > newest.Seq) {
				newest = o
			}
		}
		if newest != nil && newest.settled {
			for at, r := range m.receipts {
				if r.Case == id {
					r.Seq = min(r.Seq, newest.Seq-1)
					m.receipts[at] = r
				}
			}
			newest.settled, newest.Held, newest.DueAt, newest.Wait = false, false, at, state.Wait{}
		}
	}
	return nil
}

// WaitCount is how many cases are put off.
func (m *Memory) WaitCount(_ context.Context, of state.WaitsOf) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.waits(of)), nil
}

// Flooded lists channels for whose floods cases are put off.
func (m *Memory) Flooded(context.Context) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var texts []string
	for i := range m.messages {
		if o := &m.messages[i]; !o.settled && o.Wait.Why == state.WaitFlood && o.Wait.Until > 0 {
			texts = append(texts, state.ChannelsText(o.Wait.In))
		}
	}
	return state.FloodedOf(texts), nil
}

// heardIn is where it is kept that a channel has heard of a case.
type heardIn struct {
	state.MessageKey
	channel string
}

// Speak stores a receipt with what a channel hears.
func (m *Memory) Speak(ctx context.Context, under state.Lease, r state.Receipt, h state.Heard) error {
	if err := m.Deliver(ctx, under, r); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	at := heardIn{state.MessageKey{Case: r.Case, Seq: h.Seq}, h.Channel}
	if h.At == 0 {
		delete(m.heard, at)
		return nil
	}
	m.heard[at] = h
	for at, old := range m.heard {
		if old.At < h.At-state.KeepHeard {
			delete(m.heard, at)
		}
	}
	return nil
}

// HeardCount is how many messages channels have heard of.
func (m *Memory) HeardCount(_ context.Context, of state.HeardOf) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	theirs := func(caseID string) bool {
		return slices.ContainsFunc(m.messages, func(o owedMessage) bool { return o.Case == caseID && o.Customer == of.Customer })
	}
	found := map[state.MessageKey]bool{}
	for at, h := range m.heard {
		if h.At >= of.Since && (of.Who == "" || h.Who == of.Who) && (of.Channel == "" || h.Channel == of.Channel && h.Fresh) &&
			at.MessageKey != of.But && (of.Customer == "" || theirs(at.Case)) {
			found[at.MessageKey] = true
		}
	}
	return len(found), nil
}

// ToldOf lists messages of a customer's cases of which people have one.
func (m *Memory) ToldOf(_ context.Context, customer state.CustomerID, but string, since state.Instant, limit int) (all []state.Message, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	posted := map[string]bool{}
	for at, r := range m.receipts {
		posted[at.caseID] = posted[at.caseID] || r.Timestamp != ""
	}
	for _, o := range m.messages {
		if o.Customer == customer && o.Case != but && o.DueAt >= since && posted[o.Case] {
			o.Wait, o.Held = state.Wait{}, false
			all = append(all, o.Message)
		}
	}
	slices.SortFunc(all, func(a, b state.Message) int { return cmp.Or(cmp.Compare(b.DueAt, a.DueAt), cmp.Compare(b.Seq, a.Seq)) })
	all = first(limit, all)
	slices.SortFunc(all, func(a, b state.Message) int { return cmp.Or(cmp.Compare(a.Case, b.Case), cmp.Compare(a.Seq, b.Seq)) })
	return all, nil
}

// Last is the newest message of the last case of nobody in particular.
func (m *Memory) Last(_ context.Context, prefix string) (last state.Message, found bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, o := range m.messages {
		if o.Customer == "" && strings.HasPrefix(o.Case, prefix) && (!found || cmp.Or(cmp.Compare(o.Case, last.Case), cmp.Compare(o.Seq, last.Seq)) > 0) {
			last, found = o.Message, true
			last.Wait = state.Wait{}
		}
	}
	return last, found, nil
}

// hush forgets what was heard of a case.
func (m *Memory) hush(caseID string) {
	for at := range m.heard {
		if at.Case == caseID {
			delete(m.heard, at)
		}
	}
}
