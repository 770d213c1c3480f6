package storetest

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"tocsin/state"
)

// CustomersAfter lists customers by id.
func (m *Memory) CustomersAfter(_ context.Context, after state.CustomerID, limit int) ([]state.CustomerID, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := slices.DeleteFunc(m.customers(), func(id state.CustomerID) bool { return id <= after })
	return slices.Clone(all[:min(limit, len(all))]), nil
}

// Task is the newest row of a task.
func (m *Memory) Task(ctx context.Context, id string) (row state.TaskRow, found bool, err error) {
	all, err := m.Tasks(ctx)
	at := slices.IndexFunc(all, func(t state.TaskRow) bool { return t.ID == id })
	if err != nil || at < 0 {
		return row, false, err
	}
	return all[at], true, nil
}

// TaskPage lists tasks by key.
func (m *Memory) TaskPage(ctx context.Context, q *state.TaskQuery) ([]state.TaskRow, error) {
	all, err := m.Tasks(ctx)
	all = slices.DeleteFunc(all, func(t state.TaskRow) bool { return !q.Takes(&t) })
	slices.SortFunc(all, func(a, b state.TaskRow) int { return state.KeyOf(&a).Compare(state.KeyOf(&b)) })
	return all[:min(q.Limit, len(all))], err
}

// AlertPage lists the newest changes of alerts by when they were known.
func (m *Memory) AlertPage(ctx context.Context, q *state.AlertQuery) ([]state.AlertRow, error) {
	all, err := m.Alerts(ctx, "")
	slices.SortFunc(all, func(a, b state.AlertRow) int { return cmp.Or(strings.Compare(a.ID, b.ID), cmp.Compare(b.Seq, a.Seq)) })
	all = slices.CompactFunc(all, func(a, b state.AlertRow) bool { return a.ID == b.ID })
	all = slices.DeleteFunc(all, func(a state.AlertRow) bool { return !q.Takes(&a) })
	slices.SortFunc(all, byKey)
	return all[:min(q.Limit, len(all))], err
}

// AlertChanges lists the changes of a customer's alerts.
func (m *Memory) AlertChanges(ctx context.Context, customer state.CustomerID, after state.AlertKey, limit int) ([]state.AlertRow, error) {
	all, err := m.Alerts(ctx, customer)
	all = slices.DeleteFunc(all, func(a state.AlertRow) bool { return a.Customer != customer || state.KeyOfAlert(&a).Compare(after) <= 0 })
	slices.SortFunc(all, byKey)
	return all[:min(limit, len(all))], err
}

func byKey(a, b state.AlertRow) int { return state.KeyOfAlert(&a).Compare(state.KeyOfAlert(&b)) }

// Case is the newest message about a case.
func (m *Memory) Case(_ context.Context, id string) (newest state.Message, found bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, o := range m.messages {
		if o.Case == id && o.Customer != "" && (!found || o.Seq > newest.Seq) {
			newest, found = o.Message, true
		}
	}
	newest.Wait = state.Wait{}
	return newest, found, nil
}

// CasesOf lists the newest messages about the cases of customers.
func (m *Memory) CasesOf(ctx context.Context, customers []state.CustomerID) ([]state.Message, error) {
	cases := map[string]bool{}
	m.mu.Lock()
	for _, o := range m.messages {
		if o.Customer != "" && slices.Contains(customers, o.Customer) {
			cases[o.Case] = true
		}
	}
	m.mu.Unlock()
	var all []state.Message
	for id := range cases {
		newest, _, err := m.Case(ctx, id)
		if err != nil {
			return nil, err
		}
		all = append(all, newest)
	}
	slices.SortFunc(all, func(a, b state.Message) int {
		return cmp.Or(cmp.Compare(a.Customer, b.Customer), strings.Compare(a.Case, b.Case))
	})
	return all, nil
}

// CasePage lists the newest messages about cases by customer and case.
func (m *Memory) CasePage(ctx context.Context, after state.CaseKey, limit int) ([]state.Message, error) {
	var customers []state.CustomerID
	m.mu.Lock()
	for _, o := range m.messages {
		customers = append(customers, o.Customer)
	}
	m.mu.Unlock()
	all, err := m.CasesOf(ctx, customers)
	all = slices.DeleteFunc(all, func(o state.Message) bool {
		return (state.CaseKey{Customer: o.Customer, Case: o.Case}).Compare(after) <= 0
	})
	return all[:min(limit, len(all))], err
}

// CaseHistory lists the newest messages about a case by seq.
func (m *Memory) CaseHistory(_ context.Context, id string, limit int) (all []state.Message, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, o := range m.messages {
		if o.Case == id && o.Customer != "" {
			o.Message.Wait = state.Wait{}
			all = append(all, o.Message)
		}
	}
	slices.SortFunc(all, func(a, b state.Message) int { return cmp.Compare(a.Seq, b.Seq) })
	return all[max(0, len(all)-limit):], nil
}
