package replay

import "tocsin/state"

// A customer's steps need nobody else's record, but for an heir's: what becomes known of who was merged into him is his as
// well, on the same day. So customers whom merges relate, whatever their revisions and dates, are kin: they live in one lane,
// which plays them together, day by day. Whom a line relates for the first time moves to the lane of the heir before its
// chapter is played.

// move takes a customer from one lane to another.
type move struct {
	customer state.CustomerID
	from, to int32
	entry    chan *entry // holds one: whoever gives it away does not wait; nil: nobody knew the customer
}

// kinship is which customers merges relate, as far as the input has been read.
type kinship struct {
	lanes   int
	members map[state.CustomerID][]state.CustomerID // by each of them, all that are related, itself too
	moved   map[state.CustomerID]int32              // the lane of each of them
	pairs   []pair                                  // that the chapter being collected relates
}

// pair is two customers whom a merge relates.
type pair struct{ ends, heir state.CustomerID }

func newKinship(lanes int) kinship {
	return kinship{lanes: lanes, members: make(map[state.CustomerID][]state.CustomerID), moved: make(map[state.CustomerID]int32)}
}

// note keeps whom an event relates.
func (k *kinship) note(ev *state.Event) {
	if merged, is := ev.Body.(*state.Merged); is && merged.Into != ev.Customer {
		k.pairs = append(k.pairs, pair{ev.Customer, merged.Into})
	}
}

// lane is where a customer lives.
func (k *kinship) lane(id state.CustomerID) int32 {
	if lane, moved := k.moved[id]; moved {
		return lane
	}
	return laneOf(id, k.lanes)
}

// relate makes kin of the noted pairs and returns who moves for that.
func (k *kinship) relate() (moves []*move) {
	for _, p := range k.pairs {
		ends, heir := k.of(p.ends), k.of(p.heir)
		if ends[0] == heir[0] {
			continue
		}
		to := k.lane(p.heir)
		for _, id := range ends {
			if from := k.lane(id); from != to {
				moves = append(moves, &move{customer: id, from: from, to: to, entry: make(chan *entry, 1)})
			}
		}
		all := append(heir[:len(heir):len(heir)], ends...)
		for _, id := range all {
			k.members[id], k.moved[id] = all, to
		}
	}
	return moves
}

// of is the kin of a customer, its oldest member first.
func (k *kinship) of(id state.CustomerID) []state.CustomerID {
	if k.members[id] == nil {
		k.members[id] = []state.CustomerID{id}
	}
	return k.members[id]
}

// regroup deals the items of kin to the lanes where they live now.
func (k *kinship) regroup(items [][]*item) {
	if len(k.moved) == 0 {
		return
	}
	for lane, dealt := range items {
		stay := dealt[:0]
		for _, it := range dealt {
			if it.lane = k.lane(it.event.Customer); int(it.lane) == lane {
				stay = append(stay, it)
			} else {
				items[it.lane] = append(items[it.lane], it)
			}
		}
		items[lane] = stay
	}
}

// take makes a chapter's kin: who moves before it, which pairs each lane relates, and the items dealt accordingly.
func (k *kinship) take(c *chapter) {
	c.moves, c.pairs = k.relate(), make([][]pair, k.lanes)
	for _, p := range k.pairs {
		lane := k.lane(p.heir)
		c.pairs[lane] = append(c.pairs[lane], p)
	}
	k.pairs = k.pairs[:0]
	k.regroup(c.items)
}
