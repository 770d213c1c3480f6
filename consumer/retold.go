package consumer

import (
	"tocsin/alerts"
	"tocsin/state"
)

// retold pairs what a journal told with what it tells now that it is written anew: alerts and tasks row by row, cases as a whole,
// for a case is told again from another row on than it was, more often or less, and what is left to say of it is its newest message.
type retold struct {
	customer state.CustomerID
	names    state.Pseudonyms
	cases    map[string]*oldCase            // by the id that they had
	order    []string                       // as they came
	stands   map[string]string              // by the id of a case as it is, the one that goes on as it
	now      map[string]*alerts.CaseMessage // the newest of each case as it is
}

// oldCase is a case of which people may have seen a message.
type oldCase struct {
	last *alerts.CaseMessage // the newest
	goes bool                // on as another case, or as itself
}

func newRetold(customer state.CustomerID, names state.Pseudonyms) *retold {
	return &retold{customer: customer, names: names, cases: make(map[string]*oldCase), stands: make(map[string]string),
		now: make(map[string]*alerts.CaseMessage)}
}

// pair takes the effects of a row as it was and as it is.
func (r *retold) pair(w *state.Rewrite, was, is *Effects) {
	now := rows{held: func(state.Instant) bool { return false }}
	g := &group{customer: r.customer, effects: *is}
	c := &state.Commit{}
	now.told(c, g, new(rowBlock))
	for i := range c.Alerts {
		row := state.RewrittenAlert{AlertRow: c.Alerts[i]}
		for j := range was.Transitions {
			if t := &was.Transitions[j]; t.Signal == row.Signal && t.RuleSet == row.RuleSet {
				row.Was = state.Was{ID: t.AlertID, Seq: t.Seq}
			}
		}
		w.Alerts = append(w.Alerts, row)
	}
	for i := range c.Tasks {
		row := state.RewrittenTask{TaskRow: c.Tasks[i]}
		if len(was.Tasks) > 0 {
			row.Was = state.Was{ID: was.Tasks[0].TaskID, Seq: was.Tasks[0].Seq}
		}
		w.Tasks = append(w.Tasks, row)
	}
	for i := range c.Messages {
		w.Messages = append(w.Messages, state.RewrittenMessage{Message: c.Messages[i]})
		r.now[is.Case.CaseID] = is.Case
	}
	if was.Case != nil {
		r.note(was.Case, is.Case != nil && r.goesOn(was.Case.CaseID, is.Case.CaseID))
	}
}

// goesOn tells whether a case goes on as one that is told now. Two may have become one: then the first of them does, for people
// see a message of each, and only one can be edited into it.
func (r *retold) goesOn(id, as string) bool {
	if _, taken := r.stands[as]; !taken {
		r.stands[as] = id
	}
	return r.stands[as] == id
}

func (r *retold) note(m *alerts.CaseMessage, goes bool) {
	known := r.cases[m.CaseID]
	if known == nil {
		known = &oldCase{}
		r.cases[m.CaseID] = known
		r.order = append(r.order, m.CaseID)
	}
	known.last, known.goes = m, known.goes || goes
}

// end finishes a journal's messages. Those of a case that goes on are as far delivered as its newest was, unless people are to hear
// something else by now; those of a case that is new are owed. For each case that is told no more at all there is a message without
// content: who has seen the case must not go on seeing a name.
func (r *retold) end(w *state.Rewrite) {
	for i := range w.Messages {
		m := &w.Messages[i]
		old := r.cases[r.stands[m.Case]]
		if old == nil {
			m.Owed = true
			continue
		}
		m.Was = state.Was{ID: old.last.CaseID, Seq: old.last.Seq}
		m.Owed = old.last.State != r.now[m.Case].State
	}
	for _, id := range r.order {
		if old := r.cases[id]; !old.goes {
			m := old.last.Nameless(r.names.Case(id), r.customer)
			w.Messages = append(w.Messages, state.RewrittenMessage{Was: state.Was{ID: id, Seq: m.Seq}, Message: messageRow(m, new(rowBlock))})
		}
	}
}
