package contract

import "tocsin/state"

// list gathers the elements of an array and then finds them a place in a block that many arrays share.
type list[T any] struct {
	open  []T
	block []T
}

const listBlock = 512

// add makes room for one more element; the place is valid until the next call.
func (l *list[T]) add() *T {
	var zero T
	l.open = append(l.open, zero)
	return &l.open[len(l.open)-1]
}

// finish is the elements gathered: nil for none. With reuse they are valid until the next array.
func (l *list[T]) finish(reuse bool) []T {
	n := len(l.open)
	if n == 0 {
		return nil
	}
	if reuse {
		return l.open
	}
	if cap(l.block)-len(l.block) < n {
		l.block = make([]T, 0, max(listBlock, n))
	}
	from := len(l.block)
	l.block = append(l.block, l.open...)
	return l.block[from:len(l.block):len(l.block)]
}

// lists are those of all kinds of array. A type has at most one array of each.
type lists struct {
	ids         list[string]
	dues        list[state.DueAmount]
	allocations list[state.Allocation]
	identifiers list[state.Identifier]
}

func (l *lists) start(k kind) {
	switch k {
	case kindIDs:
		l.ids.open = l.ids.open[:0]
	case kindDues:
		l.dues.open = l.dues.open[:0]
	case kindAllocations:
		l.allocations.open = l.allocations.open[:0]
	case kindIdentifiers:
		l.identifiers.open = l.identifiers.open[:0]
	}
}

// enter makes a new element the target.
func (l *lists) enter(k kind, t *target) {
	switch k {
	case kindDues:
		t.due = l.dues.add()
	case kindAllocations:
		t.allocation = l.allocations.add()
	case kindIdentifiers:
		t.identifier = l.identifiers.add()
	}
}

// finish gives the array to its body.
func (l *lists) finish(f *field, t *target, reuse bool) {
	switch f.kind {
	case kindIDs:
		*f.ids(t) = l.ids.finish(reuse)
	case kindDues:
		*f.dues(t) = l.dues.finish(reuse)
	case kindAllocations:
		*f.allocations(t) = l.allocations.finish(reuse)
	case kindIdentifiers:
		*f.identifiers(t) = l.identifiers.finish(reuse)
	}
}
