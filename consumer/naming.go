package consumer

import (
	"slices"

	"tocsin/state"
)

// A customer may name another one: a merge its heir, a profile a parent. When that one is erased, whoever ever named him is
// written anew. Records do not tell who that is, for they forget the heirs of earlier revisions, and a process does not see what
// another one commits. So it is kept like an identifier's customers, in a row of the one who is named: a merge and an erasure that
// come at the same moment meet there.

// nameScheme marks such a row. The schemes of a party's identifiers are a closed list, and this is none of them.
const nameScheme = "customer"

// nameRow names the row of those who name a customer.
func nameRow(of state.CustomerID) state.Identifier {
	return state.Identifier{Scheme: nameScheme, Value: string(of)}
}

// names are the other customers whom an event names.
func names(ev *state.Event) (ids []state.CustomerID) {
	switch body := ev.Body.(type) {
	case *state.Merged:
		ids = append(ids, body.Into)
	case *state.Profile:
		ids = append(ids, body.Parent)
	}
	return slices.DeleteFunc(ids, func(id state.CustomerID) bool { return id == "" || id == ev.Customer })
}

// rowsOf names the rows that a live event touches.
func rowsOf(ev *state.Event) []state.Identifier {
	keys := Identifiers(ev)
	for _, id := range names(ev) {
		keys = append(keys, nameRow(id))
	}
	return keys
}

// name has the rows of those whom an event names keep its customer.
func (r Routing) name(ev *state.Event) {
	for _, id := range names(ev) {
		join(r.Rows[nameRow(id)], ev.Customer)
	}
}
