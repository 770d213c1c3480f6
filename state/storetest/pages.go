package storetest

import (
	"fmt"
	"slices"

	"tocsin/state"
)

// oddTasks are tasks in all ways in which their records can tell of when they are due, of whom they are and how much they press.
func oddTasks() []state.TaskRow {
	var all []state.TaskRow
	for i, r := range []struct{ state, body string }{
		{"open", `{"owner":"ana","severity":"warning","due":"2026-07-03T09:00:00.5Z","priority":{"amount":"1200.90","currency":"EUR"}}`},
		{"open", `{"owner":"ana","severity":"critical","due":"2026-07-03T09:00:00Z"}`},
		{"open", `{"owner":"ana","severity":"critical","due":"2026-07-03T09:00:00Z","priority":{"amount":"7","currency":"EUR"}}`},
		{"open", `{"owner":"bo","severity":"warning","due":"2026-07-03T09:00:00Z","priority":{"amount":"100.00","currency":"JPY"}}`},
		{"acknowledged", `{"owner":"bo","severity":"warning","due":"2026-07-03T09:00:00.000000001Z"}`},
		{"in_review", `{"owner":"客户经理","severity":"none","due":"2026-07-03"}`},
		{"decided", `{"owner":null,"severity":"info","due":null,"priority":null}`},
		{"closed", `{"owner":"ana","severity":"warning","due":"2026-06-01T09:00:00Z"}`},
		{"closed", `{"owner":"bo","severity":"none"}`},
		{"open", `{"severity":"info","due":"","priority":{"amount":"-3.00"}}`},
		{"open", `not JSON`},
		{"open", `{"owner":"ana","due":"2026-07-02T09:00:00Z","priority":{"amount":"123456789012345678.99"}}`},
		{"open", `{"owner":"ana","due":"2026-07-02T09:00:00Z","priority":{"amount":"1234567890123456789"}}`},
	} {
		all = append(all, state.TaskRow{ID: fmt.Sprint("T-", i), Seq: 1, Customer: state.CustomerID(fmt.Sprint("C-", i%3)), State: r.state, Body: []byte(r.body)})
	}
	return all
}

// allTasks are the ids that all pages of a query have.
func (t *trial) allTasks(q state.TaskQuery) (ids []string) {
	t.Helper()
	for {
		rows, err := t.store.TaskPage(t.Context(), &q)
		t.must(err)
		for i := range rows {
			ids = append(ids, rows[i].ID)
		}
		if len(rows) < q.Limit {
			return ids
		}
		key := state.KeyOf(&rows[len(rows)-1])
		q.After = &key
	}
}

func tasksComeInPages(t *trial) {
	t.open()
	odd := oddTasks()
	earlier := slices.Clone(odd)
	for i := range earlier { // what stood before tells nothing any more
		earlier[i].State, earlier[i].Body = "open", []byte(`{"owner":"ana","severity":"critical","due":"2026-01-01T09:00:00Z"}`)
		odd[i].Seq = 2
	}
	t.commit(&state.Commit{Day: today, Tasks: earlier[:6]})
	t.commit(&state.Commit{Day: today, Tasks: odd[:6]})
	t.commit(&state.Commit{Day: today, Tasks: slices.Concat(earlier[6:], odd[6:])})
	ana, nobody := "ana", ""
	for _, want := range []struct {
		q   state.TaskQuery
		ids string
	}{
		{state.TaskQuery{}, "[T-11 T-12 T-5 T-3 T-2 T-1 T-4 T-0 T-10 T-6 T-9]"},
		{state.TaskQuery{State: "open"}, "[T-11 T-12 T-3 T-2 T-1 T-0 T-10 T-9]"},
		{state.TaskQuery{State: "closed"}, "[T-7 T-8]"},
		{state.TaskQuery{Owner: &ana}, "[T-11 T-12 T-2 T-1 T-0]"},
		{state.TaskQuery{Owner: &ana, State: "closed"}, "[T-7]"},
		{state.TaskQuery{Owner: &nobody}, "[T-10 T-6 T-9]"},
		{state.TaskQuery{Severity: "critical"}, "[T-2 T-1]"},
		{state.TaskQuery{Severity: "none"}, "[T-5]"},
		{state.TaskQuery{Customer: "C-0"}, "[T-12 T-3 T-0 T-6 T-9]"},
		{state.TaskQuery{Customer: "C-1", State: "closed"}, "[T-7]"},
		{state.TaskQuery{DueBefore: state.Instant(1783069200_000000001)}, "[T-11 T-12 T-5 T-3 T-2 T-1]"}, // 2026-07-03T09:00:00.000000001Z
		{state.TaskQuery{Owner: &ana, Severity: "critical", State: "open", DueBefore: state.Instant(1783069200_000000001)}, "[T-2 T-1]"},
	} {
		for _, want.q.Limit = range []int{1, 2, 3, 100} {
			got(t, fmt.Sprintf("tasks of %+v", want.q), fmt.Sprint(t.allTasks(want.q)), want.ids)
		}
	}
	row, found, err := t.store.Task(t.Context(), "T-3")
	t.must(err)
	got(t, "a task", row, odd[3])
	got(t, "it is found", found, true)
	_, found, err = t.store.Task(t.Context(), "T-99")
	t.must(err)
	got(t, "a task that is none is found", found, false)
}

// allAlerts are the ids and seqs that all pages of a query have.
func (t *trial) allAlerts(q state.AlertQuery) (ids []string) {
	t.Helper()
	for {
		rows, err := t.store.AlertPage(t.Context(), &q)
		t.must(err)
		for i := range rows {
			ids = append(ids, fmt.Sprint(rows[i].ID, rows[i].Seq))
		}
		if len(rows) < q.Limit {
			return ids
		}
		key := state.KeyOfAlert(&rows[len(rows)-1])
		q.After = &key
	}
}

func alertsComeInPages(t *trial) {
	t.open()
	row := func(id string, seq int64, customer state.CustomerID, signal string, at state.Instant, to uint8) state.AlertRow {
		a := alert(id, seq, customer)
		a.Signal, a.KnownAt, a.To = signal, at, to
		return a
	}
	t.commit(&state.Commit{Day: today, Alerts: []state.AlertRow{
		row("a", 1, "C-1", "overdue", noon, 1), row("a", 2, "C-1", "overdue", noon, 2), row("b", 1, "C-1", "limit_breach", noon, 3), row("c", 1, "C-2", "overdue", noon-5, 2)}})
	t.commit(&state.Commit{Day: today, Alerts: []state.AlertRow{
		row("a", 10, "C-1", "overdue", noon+7, 2), row("b", 2, "C-1", "limit_breach", noon+7, 0), row("d", 1, "C-3", "overdue", noon-9, 3),
		row("d", 2, "C-3", "overdue", noon, 1), row("e", 1, "C-3", "limit_breach", noon, 2)}})
	cleared, warning := uint8(0), uint8(2)
	for _, want := range []struct {
		q   state.AlertQuery
		ids string
	}{
		{state.AlertQuery{}, "[c1 d2 e1 a10 b2]"},
		{state.AlertQuery{Open: true}, "[c1 d2 e1 a10]"},
		{state.AlertQuery{Signal: "overdue"}, "[c1 d2 a10]"},
		{state.AlertQuery{Open: true, Signal: "limit_breach"}, "[e1]"},
		{state.AlertQuery{Level: &cleared}, "[b2]"},
		{state.AlertQuery{Level: &warning, Open: true}, "[c1 e1 a10]"},
		{state.AlertQuery{Level: &cleared, Open: true}, "[]"},
		{state.AlertQuery{Customer: "C-1"}, "[a10 b2]"},
		{state.AlertQuery{Since: noon}, "[d2 e1 a10 b2]"},
		{state.AlertQuery{Since: noon + 1, Customer: "C-1", Signal: "overdue"}, "[a10]"},
	} {
		for _, want.q.Limit = range []int{1, 2, 3, 100} {
			got(t, fmt.Sprintf("alerts of %+v", want.q), fmt.Sprint(t.allAlerts(want.q)), want.ids)
		}
	}
	for _, limit := range []int{1, 2, 3, 100} {
		var ids []string
		for after := (state.AlertKey{}); ; {
			rows, err := t.store.AlertChanges(t.Context(), "C-1", after, limit)
			t.must(err)
			for i := range rows {
				ids = append(ids, fmt.Sprint(rows[i].ID, rows[i].Seq))
			}
			if len(rows) < limit {
				break
			}
			after = state.KeyOfAlert(&rows[len(rows)-1])
		}
		got(t, "changes of a customer's alerts", fmt.Sprint(ids), "[a1 a2 b1 a10 b2]")
	}
}

func customersComeInPages(t *trial) {
	t.open()
	c := &state.Commit{Day: today}
	for _, id := range []state.CustomerID{"C-1", "C-10", "C-2", "c", "客"} {
		c.Entries = append(c.Entries, state.Entry{Customer: id, Seq: 1, Day: today.Date, Config: today.Config, Applied: []byte("applied")})
	}
	t.commit(c)
	for _, limit := range []int{1, 2, 5, 100} {
		var all []state.CustomerID
		for after := state.CustomerID(""); ; after = all[len(all)-1] {
			ids, err := t.store.CustomersAfter(t.Context(), after, limit)
			t.must(err)
			if all = append(all, ids...); len(ids) < limit {
				break
			}
		}
		got(t, "customers", fmt.Sprint(all), "[C-1 C-10 C-2 c 客]")
	}
}

func newestMessageOfACaseIsRead(t *trial) {
	t.open()
	of := func(id string, seq int64, customer state.CustomerID, held bool) state.Message {
		m := message(customer, seq)
		m.ID, m.Case, m.Held = fmt.Sprint(id, seq), id, held
		return m
	}
	want := []state.Message{of("k2", 3, "C-1", false), of("k7", 10, "C-1", true), of("k1", 1, "C-2", false)}
	t.commit(&state.Commit{Day: today, At: noon, Messages: []state.Message{of("k2", 1, "C-1", false), of("k2", 2, "C-1", true), of("k7", 9, "C-1", true), want[2], of("sum", 1, "", false)}})
	t.commit(&state.Commit{Day: today, At: noon, Messages: []state.Message{want[0], want[1], of("k3", 1, "C-3", false)}})
	t.must(t.store.Deliver(t.Context(), state.Lease{}, state.Receipt{Case: "k2", Channel: channel, Timestamp: "1.2", Seq: 3}))
	all, err := t.store.CasesOf(t.Context(), []state.CustomerID{"C-2", "C-1", "C-9", ""})
	t.must(err)
	got(t, "cases of customers", all, want)
	none, err := t.store.CasesOf(t.Context(), nil)
	t.must(err)
	got(t, "cases of nobody", len(none), 0)
	for _, limit := range []int{1, 2, 3, 100} {
		var all []string
		for after := (state.CaseKey{}); ; {
			rows, err := t.store.CasePage(t.Context(), after, limit)
			t.must(err)
			for i := range rows {
				all = append(all, rows[i].ID)
			}
			if len(rows) < limit {
				break
			}
			after = state.CaseKey{Customer: rows[limit-1].Customer, Case: rows[limit-1].Case}
		}
		got(t, "cases in pages", fmt.Sprint(all), "[k23 k710 k11 k31]")
	}
	for limit, want := range map[int]string{1: "[k23]", 2: "[k22 k23]", 100: "[k21 k22 k23]"} {
		rows, err := t.store.CaseHistory(t.Context(), "k2", limit)
		t.must(err)
		var ids []string
		for i := range rows {
			ids = append(ids, rows[i].ID)
		}
		got(t, "the history of a case", fmt.Sprint(ids), want)
	}
	for _, id := range []string{"k", "sum"} {
		rows, err := t.store.CaseHistory(t.Context(), id, 9)
		t.must(err)
		got(t, "the history of what is no case: "+id, len(rows), 0)
	}
	one, found, err := t.store.Case(t.Context(), "k7")
	t.must(err)
	got(t, "a case", one, want[1])
	got(t, "it is found", found, true)
	for _, id := range []string{"k", "sum"} {
		_, found, err = t.store.Case(t.Context(), id)
		t.must(err)
		got(t, "what is no case is found: "+id, found, false)
	}
}

// pages shows where tasks and alerts stand, as pages have them.
func (w *page) pages() {
	tasks, err := w.s.TaskPage(w.ctx, &state.TaskQuery{Limit: 1 << 30})
	lines(w, "page has task", tasks, err)
	closed, err := w.s.TaskPage(w.ctx, &state.TaskQuery{State: state.TaskClosed, Limit: 1 << 30})
	lines(w, "page has closed task", closed, err)
	alerts, err := w.s.AlertPage(w.ctx, &state.AlertQuery{Limit: 1 << 30})
	lines(w, "page has alert", alerts, err)
	cases, err := w.s.CasesOf(w.ctx, w.customers)
	lines(w, "page has case", cases, err)
}

// Questions are the queries for pages that people ask, the first and one in the middle of a store of many tasks and alerts.
func Questions(limit int) (tasks []state.TaskQuery, alerts []state.AlertQuery) {
	owner, level := "ana", uint8(2)
	for _, after := range []*state.TaskKey{nil, {Due: "2026-07-03T09:00:00.000000000", Rank: -7, ID: "T-50000"}} {
		for _, q := range []state.TaskQuery{
			{}, {State: "open"}, {State: "in_review"}, {State: "closed"}, {Owner: &owner}, {Owner: &owner, State: "closed"}, {Severity: "critical"},
			{Severity: "critical", State: "closed"}, {Customer: "C-77"}, {Owner: &owner, Severity: "critical"}, {DueBefore: 1, Owner: &owner},
		} {
			q.After, q.Limit = after, limit
			tasks = append(tasks, q)
		}
	}
	for _, after := range []*state.AlertKey{nil, {KnownAt: noon, ID: "A-50000"}} {
		for _, q := range []state.AlertQuery{
			{}, {Open: true}, {Signal: "overdue"}, {Open: true, Signal: "overdue"}, {Level: &level}, {Customer: "C-77"}, {Since: noon}, {Since: noon, Open: true},
		} {
			q.After, q.Limit = after, limit
			alerts = append(alerts, q)
		}
	}
	return tasks, alerts
}
