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
// him, and summaries that name him, are owed once more, so that the outbox edits them. What was published to topics before, and what people have read, nobody
// takes back; whoever reads the topics hears of the erasure where we do.
type erasure struct {
	gone       []state.CustomerID
	rewrites   []*rewriting // in the order in which they were begun
	redacted   []state.DeadLetter
	identities []state.Identity // rows that name those who are gone, as they stand
	rewording  *state.Rewording // of summaries that name them

	letters  []state.DeadLetter // refused records that nobody of them is in; read with the first
	searched int                // how many there were
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

// erase writes those anew whom work erases, before anybody is stepped: their groups go on under the pseudonym. It returns the
// records of others that have been written anew.
//
// A desk erases nobody. On the day of an erasure that is still to come it refuses every decision, for there is no case any more.
func (l *lane) erase(ctx context.Context, day state.Day, work []*group) (map[state.CustomerID]*kept, error) {
	if l.forgotten.erased == nil {
		return nil, nil
	}
	all, anew := &erasure{}, make(map[state.CustomerID]*kept)
	for _, g := range work {
		if !g.erases(day.Date, &l.forgotten) {
			continue
		}
		if err := l.eraseOne(ctx, day, all, g, anew); err != nil {
			return nil, fmt.Errorf("erase a customer: %w", err)
		}
	}
	if len(all.gone) == 0 {
		return nil, nil
	}
	known := l.forgotten.with(all.gone)
	var err error
	if all.rewording, err = l.reword(ctx, known, all.gone); err != nil {
		return nil, fmt.Errorf("erase a customer: %w", err)
	}
	for _, g := range work {
		for i := range g.events {
			g.events[i] = known.named(g.events[i])
		}
		if k := anew[g.customer]; k != nil {
			g.kept = k
			delete(anew, g.customer)
		}
	}
	work[0].erasure = all
	return anew, nil
}

func (l *lane) eraseOne(ctx context.Context, day state.Day, all *erasure, g *group, anew map[state.CustomerID]*kept) error {
	e := &state.Erasure{Pseudonyms: *l.forgotten.names, Customer: g.customer}
	naming, parties, err := l.unname(ctx, all, g.customer)
	if err != nil {
		return err
	}
	if err := l.redact(ctx, all, e, parties); err != nil {
		return err
	}
	related, err := l.related(ctx, all, append(naming, g.customer))
	if err != nil {
		return err
	}
	for applied := range related[g.customer].causes {
		e.Learn(applied.Events)
	}
	e.Learn(g.events)
	for _, id := range slices.Sorted(maps.Keys(related)) {
		w, err := l.rewrite(ctx, day, all, related[id], e)
		if err != nil {
			return fmt.Errorf("journal: %w", err)
		}
		if w != nil {
			l.cache.drop(id)
			delete(anew, id)
			anew[w.As] = w.kept
		}
	}
	all.gone = append(all.gone, g.customer)
	g.rename(e)
	return nil
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
	for i := range g.alarms {
		g.alarms[i].Customer = g.customer
	}
}

// unname finds the rows of identifiers that a customer is in, and of who names it. It returns who does, and the identifiers that
// are nobody else's.
func (l *lane) unname(ctx context.Context, all *erasure, customer state.CustomerID) (naming []state.CustomerID, parties []string, err error) {
	own, err := l.store.Identities(ctx, []state.Identifier{nameRow(customer)})
	if err != nil {
		return nil, nil, fmt.Errorf("who names it: %w", err)
	}
	rows, err := l.store.Identified(ctx, customer)
	if err != nil {
		return nil, nil, fmt.Errorf("identifiers: %w", err)
	}
	all.identities = missingRows(all.identities, append(rows, own...))
	for i := range rows {
		if rows[i].Key.Scheme != nameScheme && len(rows[i].Customers) == 1 {
			parties = append(parties, rows[i].Key.Value)
		}
	}
	return own[0].Customers, parties, nil
}

// redact takes the content of the refused records that a customer is in, or a party that nobody else is.
func (l *lane) redact(ctx context.Context, all *erasure, e *state.Erasure, parties []string) (err error) {
	if len(all.gone) == 0 {
		if all.letters, err = l.store.DeadLetters(ctx, math.MaxInt32); err != nil {
			return fmt.Errorf("refused records: %w", err)
		}
		all.searched = len(all.letters)
	}
	all.letters = slices.DeleteFunc(all.letters, func(d state.DeadLetter) bool {
		is := mentions(&d, func(text string) bool { return text == string(e.Customer) || slices.Contains(parties, text) })
		if is {
			all.redacted = append(all.redacted, redacted(d, e.Pseudonym()))
		}
		return is
	})
	return nil
}

// gather adds to a commit what an erasure owes the store; nil owes nothing.
func (all *erasure) gather(c *state.Commit) {
	if all == nil {
		return
	}
	for _, w := range all.rewrites {
		c.Rewrites = append(c.Rewrites, w.Rewrite)
	}
	c.Redacted, c.Searched, c.Rewording = all.redacted, all.searched, all.rewording
}

// missingRows adds to rows those of others whose keys are not among them.
func missingRows(rows, others []state.Identity) []state.Identity {
	for _, row := range others {
		if !slices.ContainsFunc(rows, func(known state.Identity) bool { return known.Key == row.Key }) {
			rows = append(rows, row)
		}
	}
	return rows
}

// united are the rows of identifiers that a batch's events touch and those that its erasures do.
func united(touched []state.Identity, work []*group) []state.Identity {
	for _, g := range work {
		if g.erasure != nil {
			touched = g.erasure.nameless(missingRows(touched, g.erasure.identities))
		}
	}
	slices.SortFunc(touched, func(a, b state.Identity) int { return compareIdentifiers(a.Key, b.Key) })
	return touched
}

// nameless are rows of identifiers without those who are gone. One that is nobody's any more goes with all that it held; and who
// names others still does, under the pseudonym.
func (all *erasure) nameless(rows []state.Identity) []state.Identity {
	pseudonyms := make(map[state.CustomerID]state.CustomerID, len(all.gone))
	for _, w := range all.rewrites {
		if w.Renamed() {
			pseudonyms[w.Customer] = w.As
		}
	}
	for i := range rows {
		row := &rows[i]
		named := row.Key.Scheme == nameScheme
		if _, gone := pseudonyms[state.CustomerID(row.Key.Value)]; named && gone {
			row.Customers = nil
			continue
		}
		var customers []state.CustomerID
		for _, id := range row.Customers {
			pseudonym, gone := pseudonyms[id]
			switch {
			case !gone:
				customers = append(customers, id)
			case named:
				customers = append(customers, pseudonym)
			}
		}
		if len(row.Customers) > 0 && len(customers) == 0 {
			row.Events = nil
		}
		slices.Sort(customers)
		row.Customers = customers
	}
	return rows
}
