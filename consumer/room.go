package consumer

import "tocsin/state"

// room is where the groups of a batch lie. When the batch has landed and everybody is told, the next one's lie there: a backlog has
// thousands of groups in each of its batches, and each would be several allocations.
type room struct {
	groups groups
	all    []*group // those in groups come first
}

// roomBlock is how many groups are allocated at once.
const roomBlock = 64

// of is a customer's group.
func (m *room) of(id state.CustomerID) *group {
	g := m.groups[id]
	if g != nil {
		return g
	}
	n := len(m.groups)
	if n == len(m.all) {
		block := make([]group, roomBlock)
		for i := range block {
			m.all = append(m.all, &block[i])
		}
	}
	g = m.all[n]
	g.customer = id
	m.groups[id] = g
	return g
}

// enter is a room that nobody is in.
func (r *Runner) enter() *room {
	if n := len(r.rooms); n > 0 {
		m := r.rooms[n-1]
		r.rooms = r.rooms[:n-1]
		return m
	}
	return &room{groups: make(groups)}
}

// leave gives a room back when nobody has its groups any more. One that was much larger than the batch needed is not kept.
func (r *Runner) leave(m *room) {
	if m == nil || len(m.all) > 8*len(m.groups)+roomBlock {
		return
	}
	for _, g := range m.all[:len(m.groups)] {
		g.empty()
	}
	clear(m.groups)
	r.rooms = append(r.rooms, m)
}

// empty makes a group like new, but for the memory of what it had.
func (g *group) empty() {
	clear(g.events)
	*g = group{events: g.events[:0], arrivals: g.arrivals[:0], outcomes: g.outcomes[:0], alarms: g.alarms[:0]}
}
