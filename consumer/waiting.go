package consumer

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"

	"tocsin/state"
)

// waiting is a parked row, decoded.
type waiting struct {
	state.Parked
	applied state.Applied
	letters []*state.DeadLetter // should the event of the same place be refused; nil: it came with another one
}

func decodeWaiting(row *state.Parked) (w waiting, err error) {
	w.Parked = *row
	if w.applied, err = state.DecodeApplied(row.Applied); err == nil && len(row.Records) > 0 {
		err = json.Unmarshal(row.Records, &w.letters)
	}
	if err != nil {
		return w, fmt.Errorf("parked row %d: %w", row.ID, err)
	}
	return w, nil
}

// letter is the record of an event, as it is to be refused.
func (w *waiting) letter(i int) *state.DeadLetter {
	if i < len(w.letters) {
		return w.letters[i]
	}
	return nil
}

// waiting reads what is parked of a customer, as a batch has left it so far.
func (l *lane) waiting(ctx context.Context, former *rewriting, id state.CustomerID) (all []waiting, err error) {
	var rows []state.Parked
	switch {
	case former != nil:
		rows = former.Parked
	case l.quarantined[id]:
		if rows, err = l.store.Parked(ctx, id, 0, math.MaxInt32); err != nil {
			return nil, fmt.Errorf("what is parked: %w", err)
		}
	}
	for i := range rows {
		w, err := decodeWaiting(&rows[i])
		if err != nil {
			return nil, err
		}
		all = append(all, w)
	}
	return all, nil
}

// causes are what was applied and what waits to be.
func (h history) causes(yield func(*state.Applied) bool) {
	for i := range h.applied {
		if !yield(&h.applied[i]) {
			return
		}
	}
	for i := range h.waiting {
		if !yield(&h.waiting[i].applied) {
			return
		}
	}
}

// rewriteWaiting writes what is parked anew, and tells whether anything of the customer who is erased was in it.
func (w *rewriting) rewriteWaiting(rows []waiting, e *state.Erasure) (changed bool) {
	w.Waiting = len(rows)
	for i := range rows {
		row := &rows[i]
		applied := e.Applied(row.applied)
		parked := state.Parked{Customer: w.As, Day: row.Day, Records: row.Records, Applied: state.AppendApplied(nil, &applied)}
		if !bytes.Equal(parked.Applied, row.Applied) {
			changed, parked.Records = true, row.withoutContent(e)
		}
		w.Parked = append(w.Parked, parked)
	}
	return changed
}

// withoutContent are the records of the events that an erasure leaves, without content where it changes the event.
func (w *waiting) withoutContent(e *state.Erasure) []byte {
	var letters []*state.DeadLetter
	one := func(ev state.Event) []byte {
		return state.AppendApplied(nil, &state.Applied{Events: []state.Event{ev}})
	}
	for i, ev := range w.applied.Events {
		erased, left := e.Event(ev)
		if !left {
			continue
		}
		letter := w.letter(i)
		if letter != nil && !bytes.Equal(one(ev), one(erased)) {
			empty := redacted(*letter, e.Pseudonym())
			letter = &empty
		}
		letters = append(letters, letter)
	}
	encoded, err := json.Marshal(letters)
	if err != nil {
		panic("records of what is parked: " + err.Error()) // they are bytes, texts and numbers
	}
	return encoded
}
