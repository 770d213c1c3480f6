package alerts

import (
	"cmp"
	"encoding/json"
	"slices"

	"tocsin/detectors"
	"tocsin/state"
)

// GroupTask is the one work item of a corporate group of which two customers or more have a task that waits for a person: the parent
// task of theirs. Whoever lends to the members lends to the group, so they are looked at together, and each task is decided as ever: nothing
// is done with a group's own. It follows from the tasks and from who was known to belong together when the day opened.
type GroupTask struct {
	Parent   state.CustomerID // who heads the group
	Name     string           // empty: no profile is known
	Severity detectors.Level  // the worst of its tasks
	Due      state.Instant    // the earliest of them; zero: nothing is due
	AtRisk   []state.Money    // the sum over them, for each currency, by its code
	Members  []GroupMember    // the worst first, then by money at risk, then by id
}

// GroupMember is a customer of a group with his task.
type GroupMember struct {
	Name string // empty: no profile is known
	Row  state.TaskRow
	Task TaskChange
}

// waits tells whether a task waits for a person to decide.
func waits(row *state.TaskRow) bool { return row.State != TaskDecided && row.State != TaskClosed }

// GroupTasks are the groups of which two tasks or more wait for a person, the worst first; top is who heads a customer's group.
func GroupTasks(rows []state.TaskRow, top func(state.CustomerID) state.CustomerID) (all []GroupTask, err error) {
	groups := map[state.CustomerID]*GroupTask{}
	for i := range rows {
		row := &rows[i]
		if !waits(row) {
			continue
		}
		task, err := ParseTaskRecord(row.Body)
		if err != nil {
			return nil, err
		}
		parent := top(row.Customer)
		if groups[parent] == nil {
			groups[parent] = &GroupTask{Parent: parent}
		}
		groups[parent].add(GroupMember{Row: *row, Task: *task})
	}
	for _, g := range groups {
		if len(g.Members) > 1 {
			slices.SortFunc(g.Members, func(a, b GroupMember) int {
				x, y := &a.Task, &b.Task
				return cmp.Or(cmp.Compare(y.Severity, x.Severity), compareMoney(x.MoneyAtRisk, y.MoneyAtRisk), cmp.Compare(a.Row.Customer, b.Row.Customer))
			})
			all = append(all, *g)
		}
	}
	slices.SortFunc(all, func(a, b GroupTask) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(len(b.Members), len(a.Members)), cmp.Compare(a.Parent, b.Parent))
	})
	return all, nil
}

func (g *GroupTask) add(m GroupMember) {
	g.Members = append(g.Members, m)
	g.Severity = max(g.Severity, m.Task.Severity)
	if due := cmp.Or(m.Task.Acknowledge, m.Task.Due); due != 0 && (g.Due == 0 || due < g.Due) {
		g.Due = due
	}
	sums := Summary{AtRisk: g.AtRisk}
	sums.risk(m.Task.MoneyAtRisk)
	g.AtRisk = sums.AtRisk
}

// waits tells whether a case's task is one of those that make a group a work item.
func (m *CaseMessage) waits() bool {
	return m.State == CaseOpen && m.Task.TaskID != "" && waits(&state.TaskRow{State: m.Task.State})
}

// Same tells whether there is nothing else to tell of a group: how much is at risk is told beside it, as that of a case is.
func (g *CaseGroup) Same(other *CaseGroup) bool {
	if g == nil || other == nil {
		return g == other
	}
	return g.Tasks == other.Tasks && g.Severity == other.Severity
}

// Grouped has the cases of one corporate group tell of each other, where the tasks of two of them or more wait for a person.
func Grouped(cases []*CaseMessage) {
	var g CaseGroup
	sums := Summary{}
	for _, m := range cases {
		if m.Group = nil; m.waits() {
			g.Tasks++
			g.Severity = max(g.Severity, m.Severity)
			sums.risk(m.MoneyAtRisk)
		}
	}
	if g.Tasks < 2 {
		return
	}
	g.AtRisk = sums.AtRisk
	for _, m := range cases {
		if m.waits() {
			m.Group = &g
		}
	}
}

// GroupRecord is a group as programs are told of it, with the newest record of each task.
type GroupRecord struct {
	Parent   string            `json:"parent_customer_id"`
	Name     string            `json:"name"` // empty: no profile is known
	Severity string            `json:"severity"`
	Due      *string           `json:"due"` // null: nothing is
	AtRisk   []MoneyRecord     `json:"at_risk"`
	Tasks    []json.RawMessage `json:"tasks"`
}

// MoneyRecord is an amount as the contract writes it.
type MoneyRecord struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

// Record is the group as programs are told of it.
func (g *GroupTask) Record() GroupRecord {
	r := GroupRecord{Parent: string(g.Parent), Name: g.Name, Severity: g.Severity.String(), AtRisk: []MoneyRecord{}}
	if g.Due != 0 {
		r.Due = new(g.Due.String())
	}
	for _, m := range g.AtRisk {
		r.AtRisk = append(r.AtRisk, MoneyRecord{m.String(), m.Currency.String()})
	}
	for i := range g.Members {
		r.Tasks = append(r.Tasks, g.Members[i].Row.Body)
	}
	return r
}
