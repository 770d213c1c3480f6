package consumer

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/state"
)

// Routing finds the customers of events. Most events name theirs. A registry event names a party, and concerns every
// customer whose profile carries that identifier; which of the events of an identifier count for a customer is decided
// by the customer's own facts ([state.Customer.Apply]), so here it is enough never to miss one: the row of an identifier
// only grows, a registry event goes to all customers in it, and a profile that names it is given all its events.
type Routing struct {
	Rows  map[state.Identifier]*state.Identity // those that the events name; grown in place
	Since state.Instant                        // what was known before of a party that nobody names is forgotten
}

// unmatchedDays is for how long registry events of a party are kept that no profile names.
const unmatchedDays = 30

// UnmatchedSince is the instant since which such events are kept on an open day.
func UnmatchedSince(day state.Date, zone *time.Location) state.Instant {
	return (day - unmatchedDays).Start(zone)
}

// Identifiers returns the identifiers whose rows routing ev needs.
func Identifiers(ev *state.Event) []state.Identifier {
	switch body := ev.Body.(type) {
	case *state.RegistryFact:
		return []state.Identifier{rowKey(body.Identifier)}
	case *state.Profile:
		keys := make([]state.Identifier, 0, len(body.Identifiers))
		for _, id := range body.Identifiers {
			keys = append(keys, rowKey(id))
		}
		return keys
	}
	return nil
}

// rowKey names the row of an identifier. Where the country counts but is not told, it is the profile's, which differs from
// customer to customer; so rows are kept by scheme and value, and the facts decide by country.
func rowKey(id state.Identifier) state.Identifier {
	id.Country = ""
	return id
}

// Route calls give for each customer that must apply ev, and for each event that ev makes a customer apply besides. It
// returns what became of a registry event as such; for the others the customer's own outcome tells.
func (r Routing) Route(ev *state.Event, give func(state.CustomerID, state.Event)) state.Outcome {
	switch body := ev.Body.(type) {
	case *state.RegistryFact:
		return r.registryEvent(ev, body, give)
	case *state.Profile:
		give(ev.Customer, *ev)
		r.profile(ev.Customer, body, give)
	default:
		give(ev.Customer, *ev)
	}
	return state.Accepted
}

func (r Routing) registryEvent(ev *state.Event, fact *state.RegistryFact, give func(state.CustomerID, state.Event)) state.Outcome {
	row := r.row(fact.Identifier)
	outcome, told := outcomeIn(row.Events, ev)
	if told {
		return outcome
	}
	row.Events = append(row.Events, *ev)
	for _, customer := range row.Customers {
		give(customer, addressed(ev, customer))
	}
	return outcome
}

func (r Routing) profile(customer state.CustomerID, profile *state.Profile, give func(state.CustomerID, state.Event)) {
	for _, id := range profile.Identifiers {
		row := r.row(id)
		join(row, customer)
		for i := range row.Events {
			give(customer, addressed(&row.Events[i], customer))
		}
	}
}

// join takes a customer into a row.
func join(row *state.Identity, customer state.CustomerID) {
	if at, known := slices.BinarySearch(row.Customers, customer); !known {
		row.Customers = slices.Insert(slices.Clone(row.Customers), at, customer)
	}
}

// row is the row of an identifier, without what is forgotten. Whether the store has dropped that already makes no difference.
func (r Routing) row(id state.Identifier) *state.Identity {
	row := r.Rows[rowKey(id)]
	if len(row.Customers) == 0 {
		row.Events = slices.DeleteFunc(row.Events, func(ev state.Event) bool { return ev.KnownAt < r.Since })
	}
	return row
}

// outcomeIn tells what a registry event is against those known of its party, and whether they already told all that it
// tells. A repeat that goes before what it repeats does tell something: it decides conflicts with a third.
func outcomeIn(known []state.Event, ev *state.Event) (outcome state.Outcome, told bool) {
	var stands *state.Event // the content of the register
	key := ev.Body.Key()
	for i := range known {
		old := &known[i]
		if old.Body.Key() != key {
			continue
		}
		told = told || ev.Repeats(old) && !ev.Outranks(old)
		if stands == nil || old.Revision > stands.Revision || old.Revision == stands.Revision && old.Outranks(stands) {
			stands = old
		}
	}
	switch {
	case stands == nil || ev.Revision > stands.Revision:
		return state.Accepted, told
	case ev.Revision < stands.Revision:
		return state.Stale, told
	case ev.Repeats(stands):
		return state.Duplicate, told
	case ev.Outranks(stands):
		return state.ConflictWon, told
	}
	return state.ConflictLost, told
}

// addressed is a registry event as one customer's fact.
func addressed(ev *state.Event, customer state.CustomerID) state.Event {
	copied := *ev
	copied.Customer = customer
	return copied
}

// compareIdentifiers orders identifiers for locking.
func compareIdentifiers(a, b state.Identifier) int {
	return cmp.Or(strings.Compare(a.Scheme, b.Scheme), strings.Compare(a.Country, b.Country), strings.Compare(a.Value, b.Value))
}

// loadRouting reads the rows of identifiers from a store.
func loadRouting(ctx context.Context, store state.Identifiers, keys []state.Identifier, since state.Instant) (Routing, error) {
	r := Routing{Rows: make(map[state.Identifier]*state.Identity), Since: since}
	if len(keys) == 0 {
		return r, nil
	}
	slices.SortFunc(keys, compareIdentifiers)
	rows, err := store.Identities(ctx, slices.Compact(keys))
	if err != nil {
		return r, fmt.Errorf("identifiers: %w", err)
	}
	for i := range rows {
		r.Rows[rows[i].Key] = &rows[i]
	}
	return r, nil
}

// touched are the rows to be written back, sorted by identifier.
func (r Routing) touched() []state.Identity {
	rows := make([]state.Identity, 0, len(r.Rows))
	for _, row := range r.Rows {
		rows = append(rows, *row)
	}
	slices.SortFunc(rows, func(a, b state.Identity) int { return compareIdentifiers(a.Key, b.Key) })
	return rows
}
