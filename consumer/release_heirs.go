package consumer

import (
	"context"
	"fmt"
	"slices"

	"tocsin/state"
)

// release takes a step of a release. What is parked is applied to the customer alone; what he leaves waits until all of it is, and
// the last step hands it on, whole. What was parked first may be long past for others, who have had later news from elsewhere.
func (l *lane) release(ctx context.Context, day state.Day, g *group) ([]*group, error) {
	work := []*group{g}
	anew, err := l.stepAlone(ctx, day, work)
	switch {
	case err != nil:
		return nil, err
	case g.erasure != nil:
		return l.bequeath(ctx, day, work, anew)
	case g.judged && !g.waits:
		return l.bequeathAll(ctx, day, g)
	}
	return work, nil
}

// bequeathAll hands to all whom a customer's merges ever named, and to those who follow them, the estates of the customer and of all
// who have ever left him one, as the records of those stand now. Each of them tells by himself which of that counts.
func (l *lane) bequeathAll(ctx context.Context, day state.Day, g *group) ([]*group, error) {
	work := []*group{g}
	named, of, err := l.named(ctx, g.customer)
	if err != nil || len(named) == 0 {
		return work, err
	}
	origins, err := l.load(ctx, day, of)
	if err != nil {
		return nil, err
	}
	heirs := make(groups)
	for queue := named; len(queue) > 0; {
		var next []*group
		for _, id := range queue {
			if id != g.customer && id != "" && heirs[id] == nil {
				next = append(next, heirs.of(id))
			}
		}
		if err := l.take(ctx, day, next, nil); err != nil {
			return nil, err
		}
		queue = nil
		for _, h := range next {
			queue = append(queue, h.kept.record.Customer.Fate(day.Date).Heir)
		}
	}
	all := heirs.sorted()
	for _, h := range all {
		h.knownAt = g.knownAt
		h.estates = [][]byte{g.kept.record.Customer.Estate(g.customer)}
		for _, id := range of {
			if origin := origins[id]; id != h.customer && origin.broken == nil {
				h.estates = append(h.estates, origin.record.Customer.Estate(id))
			}
		}
	}
	if err := l.run(day, all); err != nil {
		return nil, err
	}
	return append(work, all...), nil
}

// named reads from a customer's journal whom his merges name, and who has left him an estate.
func (l *lane) named(ctx context.Context, customer state.CustomerID) (heirs, of []state.CustomerID, err error) {
	rows, err := l.store.Rows(ctx, customer)
	if err != nil {
		return nil, nil, fmt.Errorf("journal: %w", err)
	}
	for i := range rows {
		applied, err := state.DecodeApplied(rows[i].Applied)
		if err != nil {
			return nil, nil, fmt.Errorf("journal row %d: %w", rows[i].Seq, err)
		}
		for j := range applied.Events {
			if merged, is := applied.Events[j].Body.(*state.Merged); is && applied.Events[j].Customer == customer {
				heirs = append(heirs, merged.Into)
			}
		}
		for _, estate := range applied.Estates {
			if id := state.EstateOf(estate); id != customer {
				of = append(of, id)
			}
		}
	}
	slices.Sort(of)
	return heirs, slices.Compact(of), nil
}
