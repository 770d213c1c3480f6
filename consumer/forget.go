package consumer

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"tocsin/state"
)

// Whoever is erased stays erased. His id is kept nowhere; but the pseudonym of every customer of whom something comes can be
// computed, and whose pseudonym is one of those that the store lists as erased is an erased customer. What still comes of
// him, be it a payment on an old invoice or an ERP that publishes its invoices again, is erased on its way in and goes on in the
// journal of his pseudonym: amounts stay right, nothing is lost in silence, nothing personal is kept, and no signal is raised,
// for who is erased has none. A record of his that is refused is kept without its content. Who comes back as a customer
// takes a new id.

// forgotten is who is erased, as far as a store knows.
type forgotten struct {
	names  *state.Pseudonyms
	erased map[state.CustomerID]bool // by pseudonym
}

// readForgotten asks a store who is erased.
func readForgotten(ctx context.Context, store state.Store) (forgotten, error) {
	secret, err := store.Secret(ctx)
	if err != nil {
		return forgotten{}, fmt.Errorf("secret of pseudonyms: %w", err)
	}
	ids, err := store.Erased(ctx)
	if err != nil {
		return forgotten{}, fmt.Errorf("erased customers: %w", err)
	}
	names := state.NewPseudonyms(secret)
	f := forgotten{&names, make(map[state.CustomerID]bool, len(ids))}
	for _, id := range ids {
		f.erased[id] = true
	}
	return f, nil
}

// has tells whether a customer is erased, by id or by pseudonym, and what his pseudonym is.
func (f *forgotten) has(id state.CustomerID) (pseudonym state.CustomerID, is bool) {
	if len(f.erased) == 0 || id == "" {
		return id, false
	}
	if f.erased[id] {
		return id, true
	}
	pseudonym = f.names.Customer(id)
	return pseudonym, f.erased[pseudonym]
}

// with is who is erased, with some more.
func (f *forgotten) with(gone []state.CustomerID) *forgotten {
	now := forgotten{f.names, maps.Clone(f.erased)}
	for _, id := range gone {
		now.erased[f.names.Customer(id)] = true
	}
	return &now
}

// event is an event as it may be known: of who is erased under his pseudonym, without what is erased; of others without his id.
// Nil: nothing is left of it.
func (f *forgotten) event(ev *state.Event) *state.Event {
	if len(f.erased) == 0 {
		return ev
	}
	known := *ev
	if pseudonym, gone := f.has(ev.Customer); gone {
		left := false
		if known, left = (&state.Erasure{Pseudonyms: *f.names, Customer: ev.Customer}).Event(*ev); !left {
			return nil
		}
		known.Customer = pseudonym // also of one that came under it
	}
	known = f.named(known)
	return &known
}

// named is an event that names whoever is erased by pseudonym.
func (f *forgotten) named(ev state.Event) state.Event {
	for _, id := range names(&ev) {
		if pseudonym, gone := f.has(id); gone {
			ev = ev.Naming(id, pseudonym)
		}
	}
	return ev
}

// letter is a refused record as it may be kept.
func (f *forgotten) letter(d state.DeadLetter) state.DeadLetter {
	if len(f.erased) == 0 {
		return d
	}
	var is state.CustomerID
	if mentions(&d, func(text string) bool {
		pseudonym, gone := f.has(state.CustomerID(text))
		is = pseudonym
		return gone
	}) {
		return redacted(d, is)
	}
	return d
}

// longestID bounds what is looked at as an id, in bytes: 128 characters.
const longestID = 128 * utf8.UTFMax

// mentions tells whether a refused record has somebody's id, as its key, in a header or as a text of its content. Many a record is
// refused because it cannot be parsed, so all that stands between two quotes is looked at.
func mentions(d *state.DeadLetter, somebody func(text string) bool) bool {
	if somebody(string(d.Key)) {
		return true
	}
	for _, h := range d.Headers {
		if somebody(string(h.Value)) {
			return true
		}
	}
	for rest := d.Value; len(rest) > 0; {
		end := 0
		for end < len(rest) && rest[end] != '"' {
			if rest[end] == '\\' {
				end++
			}
			end++
		}
		text := rest[:min(end, len(rest))]
		if len(text) <= longestID && somebody(unescaped(text)) {
			return true
		}
		rest = rest[min(end+1, len(rest)):]
	}
	return false
}

// unescaped is what a JSON string without its quotes says; itself if that cannot be told.
func unescaped(text []byte) string {
	var said string
	if !bytes.ContainsRune(text, '\\') || json.Unmarshal(slices.Concat([]byte{'"'}, text, []byte{'"'}), &said) != nil {
		return string(text)
	}
	return said
}

// redacted is a refused record without content: where it lies and why it was refused.
func redacted(d state.DeadLetter, pseudonym state.CustomerID) state.DeadLetter {
	d.Key, d.Value, d.Headers = []byte(pseudonym), nil, nil
	d.Detail, _, _ = strings.Cut(d.Detail, " ") // the pointer
	return d
}

// erased takes note that a batch which has landed has erased people: they are counted with the day, and may have been among its
// core customers.
func (r *Runner) erased(ctx context.Context, work []*group) error {
	for _, g := range work {
		if g.erasure == nil {
			continue
		}
		gone := g.erasure.gone
		r.day.Erased += len(gone)
		r.lane.forgotten = *r.lane.forgotten.with(gone)
		for _, w := range g.erasure.rewrites {
			r.tellOutOfSight(w.As, w.kept.record.Customer.Brought()...)
		}
		r.forget(func(id state.CustomerID) bool { return slices.Contains(gone, id) })
		return r.reload(ctx)
	}
	return nil
}

// erasedBeside takes note that somebody else has erased people, or a commit of ours whose answer was lost. A journal that was
// written anew has as many rows as before, so nothing else shows that a record in memory is not its fold any more.
func (r *Runner) erasedBeside(ctx context.Context) (err error) {
	if r.lane.forgotten, err = readForgotten(ctx, r.Store); err != nil {
		return err
	}
	r.lane.cache.clear()
	r.forget(func(id state.CustomerID) bool {
		pseudonym, gone := r.lane.forgotten.has(id)
		return gone && id != pseudonym
	})
	return nil
}

// tellOutOfSight tells an operator who has an heir that is erased: what he owes is in no customer's record, for he has none of his
// own and his heir has none any more. A merge of a higher revision brings it back, into another heir or into himself, which is none.
func (r *Runner) tellOutOfSight(heir state.CustomerID, customers ...state.CustomerID) {
	if !r.lane.forgotten.erased[heir] || len(customers) == 0 {
		return
	}
	r.Log.Warn("what customers owe is in no record: they were merged into one who is erased; a higher revision of the merge can name another heir, or themselves for none",
		"customers", customers, "heir", heir)
}

// forget drops the names of those who are gone from what is in memory.
func (r *Runner) forget(gone func(state.CustomerID) bool) {
	clear(r.lane.cores)
	r.Metrics.forget(gone)
	if r.Watch != nil {
		r.Watch.Erased(gone)
	}
}
