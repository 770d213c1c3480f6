package desk

import (
	"encoding/json"
	"fmt"
	"slices"

	"tocsin/alerts"
	"tocsin/state"
)

// AgendaPage is a part of the steps to take with invoices.
type AgendaPage struct {
	Items      []alerts.WorkItem  // by customer, then by [alerts.WorkItemKey]
	Unreadable []state.CustomerID // whose journals give no record, so that nobody knows their steps
	Last       state.CustomerID   // who was looked at last
	More       bool               // there are further customers
}

// Bounds of reading agendas: each customer that is looked at is loaded.
const (
	agendasAtOnce = 100
	mostAgendas   = 1000 // customers that are looked at for one page
)

// agenda is a page of the steps to take with invoices, by customer.
func (a *API) agenda(r *request) (answer, error) {
	asked, err := r.agendaQuery()
	if err != nil {
		return answer{}, err
	}
	limit, words, problem := r.page(4)
	if problem != nil {
		return answer{}, problem
	}
	list := &agendaList{asked: asked, limit: limit}
	if words != nil {
		if err := list.begin(words); err != nil {
			return answer{}, err
		}
	}
	more := asked.Customer == ""
	if of := asked.Customer; of != "" || list.after != nil {
		if of == "" {
			of = list.customer // the rest of whose steps comes first
		}
		page, err := a.Customers.AgendaOf(r.Context(), of)
		if err != nil {
			return answer{}, err
		}
		list.add(&page)
	}
	for looked := 0; more && !list.full && looked < mostAgendas; looked += agendasAtOnce {
		page, err := a.Customers.Agenda(r.Context(), list.customer, agendasAtOnce)
		if err != nil {
			return answer{}, err
		}
		list.add(&page)
		more = page.More
	}
	return list.told(more)
}

// agendaQuery is which steps a request asks for.
func (r *request) agendaQuery() (q alerts.AgendaQuery, err error) {
	q = alerts.AgendaQuery{Customer: state.CustomerID(r.text("customer")), Step: r.text("step"), Role: r.text("role"), Missed: r.text("missed") == "true"}
	switch missed := r.text("missed"); {
	case r.has("customer") && q.Customer == "":
		return q, Refused("customer", "it is empty")
	case r.has("step") && !slices.Contains(alerts.Steps(), q.Step):
		return q, Refused("step", fmt.Sprintf("%q is not one of %q", clip(q.Step), alerts.Steps()))
	case r.has("role") && !slices.Contains(alerts.Roles(), q.Role):
		return q, Refused("role", fmt.Sprintf("%q is not one of %q", clip(q.Role), alerts.Roles()))
	case r.has("missed") && !q.Missed && missed != "false":
		return q, Refused("missed", fmt.Sprintf("%q is neither true nor false", clip(missed)))
	}
	return q, nil
}

// agendaList is a page that fills up.
type agendaList struct {
	asked alerts.AgendaQuery
	limit int

	customer   state.CustomerID    // up to whom everything was looked at
	after      *alerts.WorkItemKey // behind which his steps begin; nil: he has been told of
	items      []json.RawMessage
	unreadable []state.CustomerID
	full       bool
}

// begin goes on behind the item that a cursor names; without an invoice's days, behind a customer.
func (l *agendaList) begin(words []string) error {
	l.customer = state.CustomerID(words[0])
	if words[1] == "" {
		return nil
	}
	by, ok := state.ParseDate(words[1])
	due, okay := state.ParseDate(words[2])
	if !ok || !okay {
		return noCursor()
	}
	l.after = &alerts.WorkItemKey{By: by, Due: due, Invoice: words[3]}
	return nil
}

// add takes what is asked for of a part, as far as there is room.
func (l *agendaList) add(page *AgendaPage) {
	after := l.after
	l.after = nil
	for i := range page.Items {
		item := &page.Items[i]
		if after != nil && item.Key().Compare(*after) <= 0 || !l.asked.Fits(item) {
			continue
		}
		if len(l.items) == l.limit {
			l.full = true
			l.unreadable = append(l.unreadable, slices.DeleteFunc(page.Unreadable, func(id state.CustomerID) bool { return id > l.customer })...)
			return
		}
		body, _ := json.Marshal(item.Record()) // texts have no way to fail
		l.items = append(l.items, body)
		key := item.Key()
		l.customer, l.after = item.Customer, &key
	}
	l.unreadable = append(l.unreadable, page.Unreadable...)
	l.customer, l.after = max(l.customer, page.Last), nil
}

// told is the page; more tells whether there are customers behind it.
func (l *agendaList) told(more bool) (answer, error) {
	out := struct {
		Items      []json.RawMessage  `json:"items"`
		Unreadable []state.CustomerID `json:"unreadable"`
		Next       *string            `json:"next"`
	}{append([]json.RawMessage{}, l.items...), append([]state.CustomerID{}, l.unreadable...), nil}
	switch {
	case l.full && l.after != nil:
		out.Next = cursorOf([]string{string(l.customer), l.after.By.String(), l.after.Due.String(), l.after.Invoice})
	case l.full, more:
		out.Next = cursorOf([]string{string(l.customer), "", "", ""})
	}
	return encoded(out)
}

// groups are the corporate groups of which several tasks wait for a person.
func (a *API) groups(r *request) (answer, error) {
	all, err := a.Customers.Groups(r.Context())
	if err != nil {
		return answer{}, err
	}
	out := []alerts.GroupRecord{}
	for i := range all {
		out = append(out, all[i].Record())
	}
	return encoded(map[string]any{"groups": out})
}
