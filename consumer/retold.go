package consumer

import (
	"tocsin/alerts"
	"tocsin/state"
)

// retold pairs what a journal told with what it tells now that it is written anew, row by row.
type retold struct {
	customer state.CustomerID
	names    state.Pseudonyms
	cases    map[string]*oldCase // by the id that they had
	order    []string            // as they came
	stands   map[string]string   // by the id of a case as it is, the one that goes on as it
}

// oldCase is a case of which people may have seen a message.
type oldCase struct {
	last *alerts.CaseMessage
	goes bool // on as another case, or as itself
}

func newRetold(customer state.CustomerID, names state.Pseudonyms) *retold {
	return &retold{customer: customer, names: names, cases: make(map[string]*oldCase), stands: make(map[string]string)}
}

// pair takes the effects of a row as it was and as it is.
func (r *retold) pair(w *state.Rewrite, was, is *Effects) {
	now := rows{held: func(state.Instant) bool { return false }}
	g := &group{customer: r.customer, effects: *is}
	c := &state.Commit{}
	now.told(c, g)
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
	goes := false
	for i := range c.Messages {
		row := state.RewrittenMessage{Message: c.Messages[i]}
		if goes = r.goesOn(was.Case, row.Case); goes {
			row.Was = state.Was{ID: was.Case.CaseID, Seq: was.Case.Seq}
		}
		w.Messages = append(w.Messages, row)
	}
	if was.Case != nil {
		r.note(was.Case, goes)
	}
}

// goesOn tells whether a case goes on as one that is told now. Two may have become one: then the first of them does, for people
// see a message of each, and only one can be edited into it.
func (r *retold) goesOn(m *alerts.CaseMessage, as string) bool {
	if m == nil {
		return false
	}
	if _, taken := r.stands[as]; !taken {
		r.stands[as] = m.CaseID
	}
	return r.stands[as] == m.CaseID
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

// leave adds, for each case that is told no more at all, a message without content: who has seen the case must not go on
// seeing a name.
func (r *retold) leave(w *state.Rewrite) {
	for _, id := range r.order {
		if old := r.cases[id]; !old.goes {
			m := old.last.Nameless(r.names.Case(id), r.customer)
			w.Messages = append(w.Messages, state.RewrittenMessage{Was: state.Was{ID: id, Seq: m.Seq}, Message: messageRow(m)})
		}
	}
}
