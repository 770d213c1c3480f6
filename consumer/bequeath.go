package consumer

import (
	"context"
	"slices"

	"tocsin/state"
)

// What becomes known of a customer who has been merged into another one is the heir's as well. The one who ends goes on to
// have a record and a journal of his own, and every event of his is first his: his journal's key orders them. After each
// commit all who follow him from heir to heir hold his estate as his own record has it, by rows of their own journals, so
// that the fold of an heir's rows needs nobody else's.
//
//	a merge comes into effect   all who follow the customer, or did, are handed the estates of him and of all whose heir he
//	or is taken back            is, whole; those to whom no merge leads any more drop them
//	he learns more              those who follow him are handed the same events
//
// Whose heir somebody is, his own events and the day alone decide. So when a batch has been stepped it is settled who is handed
// what, and one more step of each heir does it, though merges lead in a circle.

// Legacy is what an heir is handed.
type Legacy struct {
	KnownAt state.Instant // when the latest of it was known
	Events  []state.Event
	Estates [][]byte

	of []state.CustomerID // whose estates these are
}

// Kin is the customers whom a batch has stepped, as far as their facts are others' too, and those others.
type Kin struct {
	members map[state.CustomerID]*relative
	leave   []*relative // who leave something, in the order of their steps
}

// relative is a customer and who its heir is.
type relative struct {
	customer *state.Customer
	was, is  state.CustomerID // its heir before the step and after it
	step     Step
}

func (r *relative) moved() bool { return r.was != r.is }

// Stepped adds a customer who has been stepped.
func (k *Kin) Stepped(customer *state.Customer, step Step, effects *Effects) {
	if k.members == nil {
		k.members = make(map[state.CustomerID]*relative)
	}
	r := &relative{customer, effects.Was.Heir, effects.Is.Heir, step}
	k.members[customer.ID] = r
	if effects.leaves() {
		k.leave = append(k.leave, r)
	}
}

// leaves tells whether a step concerns who is, or was, the customer's heir.
func (e *Effects) leaves() bool {
	return e.Was.Heir != e.Is.Heir || e.Is.Heir != "" && e.Facts
}

// Missing are followers who have not been added, sorted. They are to be stepped, too, if only by the day: it may bring merges of
// their own into effect. Whom they have as heirs is not known yet.
func (k *Kin) Missing() (ids []state.CustomerID) {
	for _, r := range k.leave {
		_, missing := k.followers(r)
		ids = append(ids, missing...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// followers are all who follow a customer from heir to heir, or did before the batch; and the ids of those who are missing.
func (k *Kin) followers(r *relative) (all []*relative, missing []state.CustomerID) {
	ways := []*relative{r}
	for at := 0; at < len(ways); at++ {
		for _, heir := range [...]state.CustomerID{ways[at].was, ways[at].is} {
			next := k.members[heir]
			switch {
			case heir == "" || slices.Contains(ways, next):
			case next == nil:
				missing = append(missing, heir)
			default:
				ways = append(ways, next)
			}
		}
	}
	return ways[1:], missing
}

// Legacies is what each follower is handed. Nobody is missing any more.
func (k *Kin) Legacies() map[state.CustomerID]*Legacy {
	legacies := make(map[state.CustomerID]*Legacy)
	for _, r := range k.leave {
		followers, _ := k.followers(r)
		whole := r.moved() || slices.ContainsFunc(followers, (*relative).moved)
		for _, f := range followers {
			to := legacies[f.customer.ID]
			if to == nil {
				to = &Legacy{}
				legacies[f.customer.ID] = to
			}
			to.KnownAt = max(to.KnownAt, r.step.KnownAt)
			if whole {
				k.hand(to, r, f.customer.ID)
				continue
			}
			for i := range r.step.Events {
				if r.step.Events[i].Bequeathed() {
					to.Events = append(to.Events, r.step.Events[i])
				}
			}
		}
	}
	return legacies
}

// hand adds estates for a follower: a member's own, and if its heir has changed those that others have left to it.
func (k *Kin) hand(to *Legacy, r *relative, follower state.CustomerID) {
	ids := []state.CustomerID{r.customer.ID}
	if r.moved() {
		ids = append(ids, r.customer.Brought()...)
	}
	for _, id := range ids {
		if id == follower || slices.Contains(to.of, id) {
			continue
		}
		holder := r.customer
		if own := k.members[id]; own != nil {
			holder = own.customer // who has what the batch has added
		}
		to.Estates, to.of = append(to.Estates, holder.Estate(id)), append(to.of, id)
	}
}

// bequeath hands on to heirs what the steps of work have changed. It returns all steps in the order in which they were taken;
// of an heir whom work stepped, too, both. Anew are records that were written anew because somebody is erased.
func (l *lane) bequeath(ctx context.Context, day state.Day, work []*group, anew map[state.CustomerID]*kept) ([]*group, error) {
	if !slices.ContainsFunc(work, func(g *group) bool { return g.effects.leaves() }) {
		return work, nil
	}
	var kin Kin
	taken := make(groups, len(work))
	for _, g := range work {
		kin.Stepped(g.kept.record.Customer, g.step(day), &g.effects)
		taken[g.customer] = g
	}
	for missing := kin.Missing(); len(missing) > 0; missing = kin.Missing() {
		others := make([]*group, len(missing))
		for i, id := range missing {
			others[i] = taken.of(id)
			others[i].knownAt = day.Date.Start(l.engine.Ledger.Zone)
		}
		if err := l.take(ctx, day, others, anew); err != nil {
			return nil, err
		}
		if err := l.run(day, others); err != nil {
			return nil, err
		}
		for _, g := range others {
			kin.Stepped(g.kept.record.Customer, g.step(day), &g.effects)
		}
		work = append(work, others...)
	}
	heirs := make(groups)
	for id, legacy := range kin.Legacies() {
		heirs[id] = taken[id].heir(legacy)
	}
	all := heirs.sorted()
	if err := l.run(day, all); err != nil {
		return nil, err
	}
	return append(work, all...), nil
}

// heir is the group's customer once more, who is handed a legacy.
func (g *group) heir(legacy *Legacy) *group {
	to := &group{customer: g.customer, kept: g.kept, estates: legacy.Estates, knownAt: legacy.KnownAt,
		name: g.name, waits: g.waits, fresh: g.fresh, panicked: g.panicked}
	for i := range legacy.Events {
		to.add(legacy.Events[i], -1)
	}
	g.superseded = true
	return to
}
