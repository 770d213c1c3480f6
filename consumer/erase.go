package consumer

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"tocsin/state"
)

// erasure is what a batch owes the store because it erases somebody: journals under other names or in other words, refused
// records without content, identifiers without customers.
//
// The commit that takes an erasure in, or the alarm of its date, is the one that erases. All rows of the customer's journal are
// written anew, event by event, and folded again under the pseudonym; the step itself is then taken from that record, as its
// next row. What the new rows tell takes the place of what the old ones told, so that a replay of the journal tells what the
// store has. Whoever holds facts of the customer, or names him as heir, is written anew as well.
//
// Its crash story: all of it is memory until the one commit. If the process dies before or inside it, the customer is there as
// he was, and the same record or alarm comes again. If it dies after it, he is erased, and messages that people have seen of
// him are owed once more, so that the outbox edits them. What was published to topics before, and what people have read, nobody
// takes back; whoever reads the topics hears of the erasure where we do.
type erasure struct {
	gone       []state.CustomerID
	rewrites   []*rewriting // in the order in which they were begun
	redacted   []state.DeadLetter
	identities []state.Identity
}

// erases tells whether a group's step erases its customer.
func (g *group) erases(day state.Date, known *forgotten) bool {
	is := g.kept.record.Customer.Fate(day).Erased
	for i := range g.events {
		erased, of := g.events[i].Body.(*state.Erased)
		is = is || of && erased.EraseDate <= day
	}
	return is && !known.erased[g.customer]
}

// erase writes those anew whom work erases, before anybody is stepped: their groups go on under the pseudonym. So it does with
// those who name somebody as heir who is erased. It returns the records of others that have been written anew.
func (l *lane) erase(ctx context.Context, day state.Day, work []*group) (map[state.CustomerID]*kept, error) {
	all, anew := &erasure{}, make(map[state.CustomerID]*kept)
	for _, g := range work {
		if !g.erases(day.Date, &l.forgotten) {
			continue
		}
		if l.forgotten.erased == nil { // a desk's, which has not asked yet
			var err error
			if l.forgotten, err = readForgotten(ctx, l.store); err != nil {
				return nil, err
			}
		}
		if err := l.eraseOne(ctx, day, all, g, anew); err != nil {
			return nil, fmt.Errorf("erase a customer: %w", err)
		}
	}
	known := &l.forgotten
	if len(all.gone) > 0 {
		known = known.with(all)
	}
	for _, g := range work {
		if err := l.renameHeir(ctx, day, all, known, g, anew); err != nil {
			return nil, fmt.Errorf("rename an heir who is erased: %w", err)
		}
	}
	if len(all.rewrites) == 0 {
		return nil, nil
	}
	work[0].erasure = all
	for _, g := range work {
		if k := anew[g.customer]; k != nil {
			g.kept = k
			delete(anew, g.customer)
		}
	}
	return anew, nil
}

// renameHeir has a customer, and what is to become known of him, name an heir who is erased by pseudonym.
func (l *lane) renameHeir(ctx context.Context, day state.Day, all *erasure, known *forgotten, g *group, anew map[state.CustomerID]*kept) error {
	for i := range g.events {
		if merged, is := g.events[i].Body.(*state.Merged); is {
			g.events[i] = known.heir(g.events[i], merged)
		}
	}
	record := g.kept.record
	if k := anew[g.customer]; k != nil {
		record = k.record
	}
	heir := record.Customer.Names()
	if pseudonym, gone := known.has(heir); !gone || heir == pseudonym {
		return nil
	}
	related, err := l.related(ctx, all, g.customer)
	if err != nil {
		return err
	}
	delete(related, heir) // of whom nothing is left
	return l.rewriteAll(ctx, day, all, related, &state.Erasure{Pseudonyms: known.names, Customer: heir}, anew)
}

// rewriteAll writes journals anew.
func (l *lane) rewriteAll(ctx context.Context, day state.Day, all *erasure, journals map[state.CustomerID]history, e *state.Erasure, anew map[state.CustomerID]*kept) error {
	for _, id := range slices.Sorted(maps.Keys(journals)) {
		w, err := l.rewrite(ctx, day, all, journals[id], e)
		if err != nil {
			return fmt.Errorf("journal: %w", err)
		}
		if w != nil {
			delete(l.cache, id)
			delete(anew, id)
			anew[w.As] = w.kept
		}
	}
	return nil
}

func (l *lane) eraseOne(ctx context.Context, day state.Day, all *erasure, g *group, anew map[state.CustomerID]*kept) error {
	e := &state.Erasure{Pseudonyms: l.forgotten.names, Customer: g.customer}
	related, err := l.related(ctx, all, g.customer)
	if err != nil {
		return err
	}
	learn := func(events []state.Event) (keys []state.Identifier) {
		for i := range events {
			e.Learn(&events[i])
			if ev := &events[i]; ev.Kind == state.KindProfile && ev.Customer == g.customer {
				keys = append(keys, Identifiers(ev)...)
			}
		}
		return keys
	}
	keys := learn(g.events)
	for _, applied := range related[g.customer].applied {
		keys = append(keys, learn(applied.Events)...)
	}
	if err := l.rewriteAll(ctx, day, all, related, e, anew); err != nil {
		return err
	}
	all.gone = append(all.gone, g.customer)
	err = l.unname(ctx, all, keys, e)
	g.rename(e)
	return err
}

// rename makes a group's cause the pseudonym's.
func (g *group) rename(e *state.Erasure) {
	g.customer = e.Pseudonym()
	events, arrivals := g.events, g.arrivals
	g.events, g.arrivals = nil, nil
	for i := range events {
		if erased, left := e.Event(events[i]); left {
			g.events, g.arrivals = append(g.events, erased), append(g.arrivals, arrivals[i])
		}
	}
	g.decision = nil // about a task that is closed by now
	for i := range g.alarms {
		g.alarms[i].Customer = g.customer
	}
}

// unname takes a customer out of refused records, and of the rows of every identifier that its profile ever named.
func (l *lane) unname(ctx context.Context, all *erasure, keys []state.Identifier, e *state.Erasure) error {
	letters, err := l.store.DeadLetters(ctx, math.MaxInt32)
	if err != nil {
		return fmt.Errorf("refused records: %w", err)
	}
	for i := range letters {
		if mentions(&letters[i], e.Customer) {
			all.redacted = append(all.redacted, redacted(letters[i], e.Pseudonym()))
		}
	}
	keys = slices.DeleteFunc(keys, func(key state.Identifier) bool {
		return slices.ContainsFunc(all.identities, func(known state.Identity) bool { return known.Key == key })
	})
	routing, err := loadRouting(ctx, l.store, keys, 0)
	all.identities = append(all.identities, routing.touched()...)
	return err
}

// gather adds to a commit what an erasure owes the store; nil owes nothing.
func (all *erasure) gather(c *state.Commit) {
	if all == nil {
		return
	}
	for _, w := range all.rewrites {
		c.Rewrites = append(c.Rewrites, w.Rewrite)
	}
	c.Redacted = all.redacted
	c.Identifiers = without(all.identities, all.gone)
}

// united are the rows of identifiers that a batch's events touch and those that its erasures do.
func united(touched, erased []state.Identity, work []*group) []state.Identity {
	for _, g := range work {
		if g.erasure != nil {
			touched = without(touched, g.erasure.gone)
		}
	}
	for _, row := range erased {
		if !slices.ContainsFunc(touched, func(known state.Identity) bool { return known.Key == row.Key }) {
			touched = append(touched, row)
		}
	}
	slices.SortFunc(touched, func(a, b state.Identity) int { return compareIdentifiers(a.Key, b.Key) })
	return touched
}

// with is who is erased, with those of an erasure.
func (f *forgotten) with(all *erasure) *forgotten {
	now := forgotten{f.names, maps.Clone(f.erased)}
	for _, id := range all.gone {
		now.erased[f.names.Customer(id)] = true
	}
	return &now
}

// without are the rows of identifiers without those who are gone. One that nobody has any more goes with all that it held.
func without(rows []state.Identity, gone []state.CustomerID) []state.Identity {
	for i := range rows {
		row := &rows[i]
		was := len(row.Customers)
		row.Customers = slices.DeleteFunc(slices.Clone(row.Customers), func(id state.CustomerID) bool { return slices.Contains(gone, id) })
		if was > 0 && len(row.Customers) == 0 {
			row.Customers, row.Events = nil, nil
		}
	}
	return rows
}
