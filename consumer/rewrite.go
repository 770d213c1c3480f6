package consumer

import (
	"context"
	"fmt"
	"slices"

	"tocsin/alerts"
	"tocsin/state"
)

// rewriting is a journal that is written anew, and the record that it folds to.
type rewriting struct {
	state.Rewrite
	kept *kept
}

// history is a customer's journal as a batch has left it so far.
type history struct {
	customer state.CustomerID
	rows     []state.Entry
	applied  []state.Applied
	waiting  []waiting  // what is parked of it
	former   *rewriting // by which the batch has written it anew already
}

// of is what a batch has written anew under a name.
func (all *erasure) of(id state.CustomerID) *rewriting {
	at := slices.IndexFunc(all.rewrites, func(w *rewriting) bool { return w.As == id })
	if at < 0 {
		return nil
	}
	return all.rewrites[at]
}

// history reads a customer's journal.
func (l *lane) history(ctx context.Context, all *erasure, id state.CustomerID) (h history, err error) {
	h = history{customer: id, former: all.of(id)}
	if h.former != nil {
		h.rows = h.former.Entries
	} else if h.rows, err = l.store.Rows(ctx, id); err != nil {
		return h, fmt.Errorf("rows: %w", err)
	}
	for i := range h.rows {
		applied, err := state.DecodeApplied(h.rows[i].Applied)
		if err != nil {
			return h, fmt.Errorf("row %d: %w", h.rows[i].Seq, err)
		}
		h.applied = append(h.applied, applied)
	}
	h.waiting, err = l.waiting(ctx, h.former, id)
	return h, err
}

// related are the journals of customers and of everybody with whom merges, in whatever revision, have ever related them: heirs
// hold their facts.
func (l *lane) related(ctx context.Context, all *erasure, customers []state.CustomerID) (map[state.CustomerID]history, error) {
	found := make(map[state.CustomerID]history)
	for queue := customers; len(queue) > 0; queue = queue[1:] {
		id := queue[0]
		if slices.Contains(all.gone, id) { // by the same batch
			id = l.forgotten.names.Customer(id)
		}
		if _, known := found[id]; known || id == "" {
			continue
		}
		h, err := l.history(ctx, all, id)
		if err != nil {
			return nil, err
		}
		found[id] = h
		for applied := range h.causes {
			queue = append(queue, namedBy(applied)...)
		}
	}
	return found, nil
}

// namedBy are the customers that a journal row has facts of, or names as heirs.
func namedBy(applied *state.Applied) (ids []state.CustomerID) {
	for i := range applied.Events {
		ids = append(ids, applied.Events[i].Customer)
		if merged, is := applied.Events[i].Body.(*state.Merged); is {
			ids = append(ids, merged.Into)
		}
	}
	for _, estate := range applied.Estates {
		ids = append(ids, state.EstateOf(estate))
	}
	return ids
}

// rewrite writes a journal anew and folds it, beside the old one, to see what is told now instead of what was told then. It
// returns nil where nothing of the customer who is erased is in it.
func (l *lane) rewrite(ctx context.Context, day state.Day, all *erasure, h history, e *state.Erasure) (*rewriting, error) {
	w := &rewriting{Rewrite: state.Rewrite{Customer: h.customer, As: h.customer, Last: uint64(len(h.rows))}}
	if h.customer == e.Customer {
		w.As = e.Pseudonym()
	}
	was, is := l.under(all, nil), l.under(all, e)
	told := newRetold(w.As, e.Pseudonyms)
	before, after := &state.Record{Customer: state.NewCustomer(h.customer)}, &state.Record{Customer: state.NewCustomer(w.As)}
	changed := w.As != h.customer
	for i := range h.rows {
		old, applied := &h.rows[i], e.Applied(h.applied[i])
		if w.As != h.customer && applied.Decision != nil {
			applied.Decision = alerts.RenameDecision(applied.Decision, before, after)
		}
		row := state.Entry{Customer: w.As, Seq: old.Seq, Day: old.Day, Config: old.Config, Applied: state.AppendApplied(nil, &applied)}
		changed = changed || string(row.Applied) != string(old.Applied)
		w.Entries = append(w.Entries, row)
		then, err := was.replay(ctx, day, before, old)
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", old.Seq, err)
		}
		now, err := is.replay(ctx, day, after, &row)
		if err != nil {
			return nil, fmt.Errorf("row %d, written anew: %w", old.Seq, err)
		}
		told.pair(&w.Rewrite, &then, &now)
	}
	if changed = w.rewriteWaiting(h.waiting, e) || changed; !changed {
		return nil, nil
	}
	told.end(&w.Rewrite)
	w.kept = &kept{record: after}
	all.keep(w, h.former)
	return w, nil
}

// under is a lane that folds journals as they will stand after a batch: where another erasure of the batch, or this one, has
// renamed core customers. It is the caller's own.
func (l *lane) under(all *erasure, e *state.Erasure) *lane {
	renamed := make(map[state.CustomerID]state.CustomerID)
	for _, w := range all.rewrites {
		renamed[w.Customer] = w.As
	}
	if e != nil {
		renamed[e.Customer] = e.Pseudonym()
	}
	return &lane{engine: l.engine, engines: l.engines, store: l.store, workers: 1, renamed: renamed}
}

// keep takes a journal among those that are written anew; what it replaces in the store is what the one before it would have.
func (all *erasure) keep(w, former *rewriting) {
	if former == nil {
		all.rewrites = append(all.rewrites, w)
		return
	}
	w.Customer, w.Waiting = former.Customer, former.Waiting
	for i := range w.Alerts {
		a := &w.Alerts[i]
		a.Was = formerly(former.Alerts, a.Was, func(f *state.RewrittenAlert) (is, was state.Was) { return state.Was{ID: f.ID, Seq: f.Seq}, f.Was })
	}
	for i := range w.Tasks {
		t := &w.Tasks[i]
		t.Was = formerly(former.Tasks, t.Was, func(f *state.RewrittenTask) (is, was state.Was) { return state.Was{ID: f.ID, Seq: f.Seq}, f.Was })
	}
	for i := range w.Messages {
		m := &w.Messages[i]
		at := slices.IndexFunc(former.Messages, func(f state.RewrittenMessage) bool { return m.Was == state.Was{ID: f.Case, Seq: f.Seq} })
		if m.Was = (state.Was{}); at >= 0 {
			m.Was, m.Owed = former.Messages[at].Was, former.Messages[at].Owed || m.Owed
		}
	}
	*former = *w
}

// formerly is the row that stands in the store for one that a former rewrite of the batch has made.
func formerly[R any](rows []R, at state.Was, of func(*R) (is, was state.Was)) state.Was {
	for i := range rows {
		if is, was := of(&rows[i]); is == at {
			return was
		}
	}
	return state.Was{}
}
