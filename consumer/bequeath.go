package consumer

import (
	"context"

	"tocsin/state"
)

// What becomes known of a customer who has been merged into another one is the heir's as well. The one who ends goes on to
// have a record and a journal of his own, and every event of his is first his: his journal's key orders them. What changes
// his facts is then handed to the heir in the same commit, and so on along chains, as rows of the heir's own journal, so
// that the fold of an heir's rows needs nobody else's.
//
//	the merge comes into effect   the heir is handed all that the customer has, his own and what others brought into him
//	he learns more afterwards     the heir is handed the same events
//	it is taken back              who was the heir is handed the merge's higher revision, and drops what it was handed
//
// What changes nothing is not handed on: whoever is the heir has it already. So merges that lead in a circle come to rest,
// too.

// bequeath hands on to heirs what the steps of work have changed, one wave after the other along the chains of merges. It
// returns all steps in the order in which they were taken; of a customer who was stepped twice both.
func (l *lane) bequeath(ctx context.Context, day state.Day, work []*group) ([]*group, error) {
	var last map[state.CustomerID]*group
	for wave := work; ; {
		heirs := make(groups)
		for _, g := range wave {
			g.bequeath(heirs)
		}
		if len(heirs) == 0 {
			return work, nil
		}
		if last == nil {
			last = make(map[state.CustomerID]*group, len(work))
			for _, g := range work {
				last[g.customer] = g
			}
		}
		wave = heirs.sorted()
		for _, g := range wave {
			if earlier := last[g.customer]; earlier != nil {
				g.kept, earlier.superseded = earlier.kept, true
			}
			last[g.customer] = g
		}
		if err := l.take(ctx, day, wave); err != nil {
			return nil, err
		}
		l.run(day, wave)
		work = append(work, wave...)
	}
}

// bequeath adds what a customer's step owes to heirs.
func (g *group) bequeath(heirs groups) {
	cause := Bequest{Events: g.events, Estates: g.estates}
	g.effects.Bequeath(g.kept.record.Customer, cause, func(heir state.CustomerID, b Bequest) {
		to := heirs.of(heir)
		for i := range b.Events {
			to.add(b.Events[i], -1)
		}
		to.estates = append(to.estates, b.Estates...)
		to.knownAt = max(to.knownAt, g.knownAt)
	})
}

// Bequest is what an heir is handed.
type Bequest struct {
	Events  []state.Event
	Estates [][]byte
}

// Bequeath calls give for each heir whom a customer's step concerns. Cause is what the customer was stepped by.
func (e *Effects) Bequeath(customer *state.Customer, cause Bequest, give func(heir state.CustomerID, b Bequest)) {
	was, is := e.Was.Heir, e.Is.Heir
	if is != was && is != "" {
		give(is, Bequest{Estates: customer.Estates()})
	}
	if was == "" || !e.Facts { // what comes with a merge's day is handed above, and a merge is taken back by a fact
		return
	}
	if b := cause.For(was, customer.ID); len(b.Events)+len(b.Estates) > 0 {
		give(was, b)
	}
}

// For is what of a cause an heir is handed: all but what came from the heir itself, and what came back to the customer in a
// circle, for an estate of his own that others hand him is older than what he has handed on himself.
func (b Bequest) For(heir, customer state.CustomerID) (to Bequest) {
	for i := range b.Events {
		if ev := &b.Events[i]; ev.Bequeathed() && ev.Customer != heir {
			to.Events = append(to.Events, *ev)
		}
	}
	for _, estate := range b.Estates {
		if of := state.EstateOf(estate); of != heir && of != customer {
			to.Estates = append(to.Estates, estate)
		}
	}
	return to
}
